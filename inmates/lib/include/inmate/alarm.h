/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Functions that are called when a deadline has come, any number of them beside each other, on the
 * CPU of the threads (thread.h).
 */
#ifndef INMATE_ALARM_H
#define INMATE_ALARM_H

#include <jailhouse/types.h>

/* All zeros: not set. Members are private. */
struct alarm {
	u64 deadline;
	/* Of two with the same deadline, the one set first goes first. */
	u64 order;
	void (*function)(void *arg);
	void *arg;
	/* Place in the queue, thread-alarms.h */
	struct alarm *child;
	struct alarm *sibling;
	struct alarm *back;
	bool set;
};

/*
 * Calls @function(@arg) as an interrupt handler as soon as get_time_ns() reaches @deadline, once.
 * An alarm that is set already is set anew. WAIT_FOREVER never comes. Interrupt handlers may call
 * it, @function included.
 */
void alarm_set(struct alarm *alarm, u64 deadline, void (*function)(void *arg), void *arg);

/* Returns whether it was set. Its function does not get called any more. Interrupt handlers may
 * call it.
 */
bool alarm_cancel(struct alarm *alarm);

#endif /* INMATE_ALARM_H */
