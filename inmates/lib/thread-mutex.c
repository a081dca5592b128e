/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Mutexes. An unlock hands the mutex over to a waiter, so nobody can snatch it in between.
 */
#include <inmate/mutex.h>

#include "thread-core.h"
#include "thread-port.h"

void mutex_init(struct mutex *mutex)
{
	*mutex = (struct mutex){ 0 };
}

static void take(struct mutex *mutex, struct thread *thread)
{
	mutex->owner = thread;
	mutex->next_held = thread->held;
	thread->held = mutex;
}

static void give_back(struct mutex *mutex, struct thread *thread)
{
	struct mutex **link = &thread->held;

	while (*link != mutex)
		link = &(*link)->next_held;
	*link = mutex->next_held;
	mutex->next_held = NULL;
	mutex->owner = NULL;
}

/* Whether @thread would wait for itself, by way of others or not. */
static bool closes_circle(const struct mutex *mutex, const struct thread *thread)
{
	while (mutex && mutex->owner != thread)
		mutex = mutex->owner->wanted;
	return mutex;
}

static int wait_for(struct mutex *mutex, struct thread *current, u64 deadline)
{
	int err = thread_enter_wait(&mutex->waiters, deadline, NULL);

	if (err)
		return err;
	current->wanted = mutex;
	thread_priority_update(mutex->owner);
	return thread_suspend();
}

static void no_interrupt(const char *what)
{
	if (!thread_current() || thread_port_in_interrupt())
		thread_port_panic("inmate: %s outside of any thread", what);
}

int mutex_lock_until(struct mutex *mutex, u64 deadline)
{
	struct thread *current;
	bool state;
	int err = 0;

	no_interrupt("a mutex is locked");
	state = thread_lock();
	current = thread_current();
	if (!mutex->owner)
		take(mutex, current);
	else if (closes_circle(mutex, current))
		err = -EDEADLK;
	else
		err = wait_for(mutex, current, deadline);
	thread_unlock(state);
	return err;
}

bool mutex_try_lock(struct mutex *mutex)
{
	return mutex_lock_until(mutex, WAIT_NOT) == 0;
}

void mutex_lock(struct mutex *mutex)
{
	if (mutex_lock_until(mutex, WAIT_FOREVER))
		thread_port_panic("inmate: thread \"%s\" waits for itself, by way of thread \"%s\"",
				  thread_current()->name, mutex->owner->name);
}

void mutex_unlock(struct mutex *mutex)
{
	struct thread *current, *next;
	bool state;

	no_interrupt("a mutex is unlocked");
	state = thread_lock();
	current = thread_current();
	if (mutex->owner != current)
		thread_port_panic("inmate: thread \"%s\" unlocks a mutex that it does not have",
				  current->name);
	give_back(mutex, current);
	/* It has no less priority than the others who wait, so there is nothing to inherit. */
	next = mutex->waiters.first;
	if (next) {
		thread_wake(next, 0);
		take(mutex, next);
	}
	thread_priority_update(current);
	thread_unlock(state);
}
