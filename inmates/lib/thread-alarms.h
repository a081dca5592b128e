/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The alarms that are set, by deadline: a pairing heap. Adding takes constant time, taking out
 * logarithmic time on average. All with interrupts disabled.
 */
#ifndef INMATE_LIB_THREAD_ALARMS_H
#define INMATE_LIB_THREAD_ALARMS_H

#include <inmate/alarm.h>

/* All zeros: empty */
struct alarm_queue {
	struct alarm *first;
	u64 next_order;
};

/* @alarm has its deadline and is not in a queue. */
void alarm_queue_add(struct alarm_queue *queue, struct alarm *alarm);

/* Takes @alarm out; returns false if it is not set. */
bool alarm_queue_remove(struct alarm_queue *queue, struct alarm *alarm);

/* The first deadline, WAIT_FOREVER if there is none. */
u64 alarm_queue_deadline(const struct alarm_queue *queue);

/* Takes out the first alarm if its deadline is not after @now; else returns NULL. */
struct alarm *alarm_queue_pop(struct alarm_queue *queue, u64 now);

#endif /* INMATE_LIB_THREAD_ALARMS_H */
