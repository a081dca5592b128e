/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Model specific registers: which a cell accesses directly, and what happens with the others.
 */
#ifndef HYPERVISOR_ARCH_X86_MSR_H
#define HYPERVISOR_ARCH_X86_MSR_H

#include "percpu.h"

struct cell;

/* Builds the permission maps, once, after apic_init. Returns 0 or -ENOMEM. */
int msr_init(void);

/* The map for VMCBs of a cell, AMD APM vol. 2, 15.11. */
const u8 *msr_permission_map(const struct cell *cell);

enum msr_result {
	MSR_DONE,
	/* To be answered with #GP */
	MSR_FAULT,
	/* The cell broke a rule. */
	MSR_VIOLATION,
};

/* An intercepted RDMSR or WRMSR of register @msr. Counts the exit. */
enum msr_result msr_read(struct per_cpu *cpu, u32 msr, u64 *value);
enum msr_result msr_write(struct per_cpu *cpu, u32 msr, u64 value);

#endif /* HYPERVISOR_ARCH_X86_MSR_H */
