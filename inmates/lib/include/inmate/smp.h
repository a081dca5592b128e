/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The CPUs of the cell, by numbers from 0 on. CPU 0 runs inmate_main, the others halt until they
 * are started.
 */
#ifndef INMATE_SMP_H
#define INMATE_SMP_H

#include <jailhouse/types.h>

/* How many CPUs the cell has. */
unsigned int smp_num_cpus(void);

/* The number of the running CPU. Any context. */
unsigned int smp_cpu(void);

/* The APIC ID of a CPU, 0 if there is no such CPU; that of another is known once it waits. */
u32 smp_apic_id(unsigned int cpu);

/*
 * Starts @cpu in @function(@arg), with a stack of its own and interrupts disabled; it halts if the
 * function returns. Waits until the CPU runs. Only on CPU 0; not from interrupt handlers. Returns
 * 0, -EINVAL (no such CPU), -EBUSY (runs already), -ENOMEM, or -ETIMEDOUT if the CPU does not
 * answer within a second.
 */
int smp_start_cpu(unsigned int cpu, void (*function)(void *arg), void *arg);

/* Whether smp_start_cpu has started it. CPU 0 is always online. */
bool smp_cpu_online(unsigned int cpu);

/* Sends an interrupt of @vector (irq.h) to @cpu, which may be the running one. */
void smp_send_irq(unsigned int cpu, unsigned int vector);

#endif /* INMATE_SMP_H */
