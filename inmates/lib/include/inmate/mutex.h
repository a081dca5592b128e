/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Mutual exclusion of threads, with priority inheritance: who has a mutex runs with the highest
 * priority among those who wait for it, and so does who has the mutex that he in turn waits for.
 * Not for interrupt handlers.
 */
#ifndef INMATE_MUTEX_H
#define INMATE_MUTEX_H

#include <inmate/thread-list.h>
#include <jailhouse/types.h>

/* All zeros: free. No other initialisation is needed. Members are private. */
struct mutex {
	struct thread *owner;
	/* By priority, then by time */
	struct thread_list waiters;
	/* Another that the owner has */
	struct mutex *next_held;
};

void mutex_init(struct mutex *mutex);

/*
 * Waits until the caller has the mutex. It must not have it already, nor may the wait close a
 * circle of threads that wait for each other: the inmate stops with a message that names them.
 */
void mutex_lock(struct mutex *mutex);

/* As above, with 0, -ETIMEDOUT, or -EDEADLK instead of the stop. @deadline: see thread.h */
int mutex_lock_until(struct mutex *mutex, u64 deadline);

/* Whether the caller has it now; does not wait. */
bool mutex_try_lock(struct mutex *mutex);

/*
 * Hands the mutex to the one of the highest priority who waits. The order of unlocking is free. If
 * the caller does not have it, the inmate stops with a message.
 */
void mutex_unlock(struct mutex *mutex);

#endif /* INMATE_MUTEX_H */
