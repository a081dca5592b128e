/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * One hardware timer for two: the inmate's own use of timer.h, and the threads. On the CPU of the
 * threads only; on others, timer.h has the hardware for itself. All with interrupts disabled.
 */
#ifndef INMATE_LIB_TIMER_SHARE_H
#define INMATE_LIB_TIMER_SHARE_H

#include <jailhouse/types.h>

/*
 * The timer of the running CPU is stopped, and shared from now on. Calls @expired when the deadline
 * of the threads has come.
 */
void timer_share_start(void (*expired)(void));

/* What timer.h wants: the handler once at @due, then every @period ns unless that is 0. */
void timer_share_set_user(u64 due, u64 period);

/* What the threads want, WAIT_FOREVER: nothing. Once it has come, they want nothing any more. */
void timer_share_set_threads(u64 due);

/* The hardware timer has expired. Tells those whose time has come. */
void timer_share_interrupt(void);

/* timer.c: one-shot of the hardware; and the handler set by timer_set_handler */
void timer_hardware_start(u64 ns);
void timer_user_expired(void);

#endif /* INMATE_LIB_TIMER_SHARE_H */
