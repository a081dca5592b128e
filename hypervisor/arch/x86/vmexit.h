/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens when a guest exits: parts of the dispatch that have files of their own.
 */
#ifndef HYPERVISOR_ARCH_X86_VMEXIT_H
#define HYPERVISOR_ARCH_X86_VMEXIT_H

#include "percpu.h"

/* From entry.S, for each exit. */
void vmexit_handle(struct guest_registers *regs);

/*
 * A handler returns true if it is done with the exit, false if the guest broke a rule or did what
 * is not expected; a dump follows and the cell is stopped.
 */
bool vmexit_cpuid(struct per_cpu *cpu);
bool vmexit_io(struct per_cpu *cpu);
bool vmexit_nested_page_fault(struct per_cpu *cpu);
bool vmexit_control_register(struct per_cpu *cpu);

/*
 * Sets RIP behind the intercepted instruction, whose opcode without prefixes has @opcode_length
 * bytes.
 */
void vmexit_skip(struct per_cpu *cpu, unsigned int opcode_length);
void vmexit_advance(struct per_cpu *cpu, unsigned int length);

/* Prints why @cpu stops, with the guest's registers. */
void vmexit_dump(struct per_cpu *cpu, const char *reason);

/* Whether a message about something that the guest can repeat at will may be printed now. */
bool vmexit_may_report(struct per_cpu *cpu);

#endif /* HYPERVISOR_ARCH_X86_VMEXIT_H */
