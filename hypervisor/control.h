/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hypercalls, and the management of cells that they ask for. The interface is described in
 * include/jailhouse/hypercall.h.
 *
 * Management operations run one at a time, under a lock; a CPU that waits for it still reacts to
 * others. While tables of a cell change, the CPUs of that cell are suspended.
 */
#ifndef HYPERVISOR_CONTROL_H
#define HYPERVISOR_CONTROL_H

#include <jailhouse/errno.h>
#include <jailhouse/types.h>

struct cell;
struct per_cpu;

/* No result: the guest is to execute the hypercall again, after interrupts that are pending. */
#define HYPERCALL_AGAIN (-0x40000000)

/* Carries out hypercall @code for the guest of the running CPU, and returns its result. */
int hypercall_handle(struct per_cpu *cpu, u32 code, u64 arg1, u64 arg2);

/*
 * The guest of the running CPU broke a rule, which has been printed: stops all CPUs of its cell and
 * tells peers. For the root cell only the running CPU stops.
 */
void cell_fail(struct per_cpu *cpu);

/*
 * Stops all CPUs of a cell, silences its devices and notes @state. For management operations; the
 * cell is not that of the running CPU.
 */
void cell_stop(struct cell *cell, u32 state);

/*
 * Management operations behind the hypercalls: called by a CPU of the root cell with the control
 * lock held, they return 0 or a negative errno value as hypercall.h says.
 */
/* @config_phys: guest-physical address of the configuration. */
int control_cell_create(struct per_cpu *cpu, u64 config_phys);
/* @cell is not root. */
int control_cell_start(struct per_cpu *cpu, struct cell *cell);
int control_cell_set_loadable(struct per_cpu *cpu, struct cell *cell);
int control_cell_destroy(struct per_cpu *cpu, struct cell *cell);

/* Does not return if it succeeds; the guest then runs natively. */
int control_disable(struct per_cpu *cpu);

/* Lock of management operations */
void control_lock(struct per_cpu *cpu);
void control_unlock(void);

#endif /* HYPERVISOR_CONTROL_H */
