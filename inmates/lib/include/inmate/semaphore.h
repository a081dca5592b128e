/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Counting semaphores, which threads wait for and interrupt handlers may post.
 */
#ifndef INMATE_SEMAPHORE_H
#define INMATE_SEMAPHORE_H

#include <inmate/thread-list.h>
#include <jailhouse/types.h>

/* Members are private. */
struct semaphore {
	u32 count;
	u32 max;
	/* By priority, then by time; empty while count > 0 */
	struct thread_list waiters;
};

/* The count never exceeds @max; 1 makes it a flag that says "something has happened". */
void semaphore_init(struct semaphore *semaphore, u32 count, u32 max);

/*
 * Takes one from the count, which has to be above 0. Returns 0 or -ETIMEDOUT. @deadline: see
 * thread.h; with WAIT_NOT, interrupt handlers may call it.
 */
int semaphore_wait(struct semaphore *semaphore, u64 deadline);

/*
 * Wakes the one of the highest priority who waits, or adds one to the count. Returns false if the
 * count is at its maximum. Interrupt handlers may call it.
 */
bool semaphore_post(struct semaphore *semaphore);

/* What could be taken now without waiting. */
u32 semaphore_count(const struct semaphore *semaphore);

#endif /* INMATE_SEMAPHORE_H */
