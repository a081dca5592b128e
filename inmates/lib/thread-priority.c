/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Priority inheritance: a thread runs with the highest of its own priority and those of all who
 * wait for its mutexes. What changes for one may change for the one whose mutex it waits for.
 */
#include "thread-core.h"

static unsigned int inherited(const struct thread *thread)
{
	unsigned int priority = thread->base_priority;
	const struct mutex *mutex;

	for (mutex = thread->held; mutex; mutex = mutex->next_held) {
		/* Waiters are in order of priority. */
		const struct thread *first = mutex->waiters.first;

		if (first && first->priority > priority)
			priority = first->priority;
	}
	return priority;
}

/* Ends, for threads never wait for each other in a circle: mutex_lock_until refuses that. */
void thread_priority_update(struct thread *thread)
{
	while (thread) {
		unsigned int priority = inherited(thread);

		if (priority == thread->priority)
			return;
		thread_requeue(thread, priority);
		thread = thread->wanted ? thread->wanted->owner : NULL;
	}
}

int thread_set_priority(struct thread *thread, unsigned int priority)
{
	bool state;

	if (priority < THREAD_PRIORITY_MIN || priority > THREAD_PRIORITY_MAX)
		return -EINVAL;
	state = thread_lock();
	thread->base_priority = priority;
	thread_priority_update(thread);
	thread_unlock(state);
	return 0;
}

unsigned int thread_priority(const struct thread *thread)
{
	return thread->base_priority;
}

unsigned int thread_effective_priority(const struct thread *thread)
{
	return thread->priority;
}
