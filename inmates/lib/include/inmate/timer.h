/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The timer of the running CPU's APIC. Each CPU has its own, the handler is common to all.
 *
 * On the CPU of the threads (thread.h), deadlines of threads and alarms use the same hardware. This
 * does not show here, but that a periodic timer costs as much as a one-shot timer then.
 */
#ifndef INMATE_TIMER_H
#define INMATE_TIMER_H

#include <inmate/irq.h>

/* Sets the function that is called when a timer expires, with vector IRQ_TIMER. */
void timer_set_handler(irq_handler handler, void *arg);

/*
 * Starts the running CPU's timer, for one interrupt after @ns nanoseconds or for one every @ns
 * nanoseconds. A timer that is running already is started anew. Times are rounded to at least one
 * tick of the timer, and cut to its range, timer_max_ns().
 *
 * Where the machine makes register writes expensive: a start costs one write, unless the kind of
 * timer changes.
 */
void timer_start_oneshot(u64 ns);
void timer_start_periodic(u64 ns);

/* Interrupt when the time stamp counter reaches @tsc; only if timer_has_deadline(). */
void timer_start_deadline(u64 tsc);

/* Whether the CPU can do timer_start_deadline. */
bool timer_has_deadline(void);

void timer_stop(void);

/* The longest time that the timer can count, and the length of a tick (rounded down), in ns. */
u64 timer_max_ns(void);
u64 timer_resolution_ns(void);

#endif /* INMATE_TIMER_H */
