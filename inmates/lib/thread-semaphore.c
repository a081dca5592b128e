/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Counting semaphores.
 */
#include <inmate/semaphore.h>

#include "thread-core.h"

void semaphore_init(struct semaphore *semaphore, u32 count, u32 max)
{
	*semaphore = (struct semaphore){ .count = count, .max = max };
}

int semaphore_wait(struct semaphore *semaphore, u64 deadline)
{
	bool state = thread_lock();
	int err = 0;

	if (semaphore->count)
		semaphore->count--;
	else
		err = thread_wait(&semaphore->waiters, deadline, NULL);
	thread_unlock(state);
	return err;
}

bool semaphore_post(struct semaphore *semaphore)
{
	bool state = thread_lock(), counted = true;

	if (semaphore->waiters.first)
		thread_wake(semaphore->waiters.first, 0);
	else if (semaphore->count < semaphore->max)
		semaphore->count++;
	else
		counted = false;
	thread_unlock(state);
	return counted;
}

u32 semaphore_count(const struct semaphore *semaphore)
{
	return __atomic_load_n(&semaphore->count, __ATOMIC_RELAXED);
}
