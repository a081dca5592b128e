/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Interrupts: which function is called for which vector. The vectors are the same on all CPUs; what
 * brings an interrupt to a CPU is the business of timer.h, smp.h and pci.h.
 */
#ifndef INMATE_IRQ_H
#define INMATE_IRQ_H

#include <jailhouse/types.h>

/* Vectors that inmates may use: IRQ_FIRST to IRQ_LAST; higher vectors have higher priority. */
#define IRQ_FIRST 0x20
#define IRQ_LAST  0xef
/* Taken by the library */
#define IRQ_TIMER    0xf0
#define IRQ_STOP     0xfe
#define IRQ_SPURIOUS 0xff

/*
 * Runs with interrupts disabled on the stack of what it interrupts; must not use the floating-point
 * unit. The library signals the end of the interrupt when it returns.
 */
typedef void (*irq_handler)(void *arg);

/*
 * Calls @handler(@arg) for interrupts of @vector from now on. Any context, but not for the same
 * vector on two CPUs at once. Returns 0, or -EINVAL if the vector is below IRQ_FIRST or
 * IRQ_SPURIOUS. The CPU takes interrupts after cpu_enable_interrupts (cpu.h).
 */
int irq_enable(unsigned int vector, irq_handler handler, void *arg);

/* Interrupts of @vector are ignored from now on. */
void irq_disable(unsigned int vector);

/* Returns a vector that has not been given away yet, from IRQ_FIRST up, or -EBUSY. */
int irq_allocate(void);

/* Interrupts so far that had no handler, spurious ones included. */
u64 irq_unexpected(void);

#endif /* INMATE_IRQ_H */
