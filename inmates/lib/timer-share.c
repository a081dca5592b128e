/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Sharing the timer. As each write to it may be an exit, it is only set when something is due
 * earlier than it expires anyway. A timer that expires for a wish that was withdrawn is set anew.
 */
#include "timer-share.h"

#include <inmate/thread.h>
#include <inmate/time.h>
#include <inmate/timer.h>

static struct {
	void (*threads_expired)(void);
	u64 user_due;
	u64 user_period;
	u64 threads_due;
	/* When the hardware expires; WAIT_FOREVER: not running */
	u64 expires;
	/* In the interrupt: the timer is set once at its end. */
	bool deferred;
} share;

static void program(void)
{
	u64 next = share.user_due < share.threads_due ? share.user_due : share.threads_due;
	u64 now;

	if (share.deferred || next >= share.expires)
		return;
	share.expires = next;
	now = get_time_ns();
	/* Rounded up by a tick, for one that expires too early has to be set twice. */
	timer_hardware_start(next > now ? next - now + timer_resolution_ns() : 0);
}

void timer_share_start(void (*expired)(void))
{
	share.threads_expired = expired;
	share.user_due = WAIT_FOREVER;
	share.threads_due = WAIT_FOREVER;
	share.expires = WAIT_FOREVER;
	timer_stop();
}

void timer_share_set_user(u64 due, u64 period)
{
	share.user_due = due;
	share.user_period = period;
	program();
}

void timer_share_set_threads(u64 due)
{
	share.threads_due = due;
	program();
}

/* Handlers may set their timer anew, so it is the next one before they are called. */
static void serve_user(u64 now)
{
	if (share.user_due > now)
		return;
	if (share.user_period)
		share.user_due += ((now - share.user_due) / share.user_period + 1) *
				  share.user_period;
	else
		share.user_due = WAIT_FOREVER;
	timer_user_expired();
}

static void serve_threads(u64 now)
{
	if (share.threads_due > now)
		return;
	share.threads_due = WAIT_FOREVER;
	share.threads_expired();
}

void timer_share_interrupt(void)
{
	u64 now = get_time_ns();

	share.expires = WAIT_FOREVER;
	share.deferred = true;
	serve_user(now);
	serve_threads(now);
	share.deferred = false;
	program();
}
