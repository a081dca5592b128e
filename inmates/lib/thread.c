/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Life of threads: creation, end, join, and what can be asked about them.
 */
#include <inmate/heap.h>
#include <inmate/string.h>
#include <inmate/thread.h>

#include "thread-core.h"
#include "thread-port.h"

/* Idle runs interrupt handlers on its stack, as all others. */
#define IDLE_STACK_SIZE 8192

static struct thread main_thread;
static struct thread *idle;

/* All threads, the newest first */
static struct thread *first;
static unsigned int count;

static void set_name(struct thread *thread, const char *name)
{
	size_t length = strlen(name);

	if (length >= sizeof(thread->name))
		length = sizeof(thread->name) - 1;
	memcpy(thread->name, name, length);
	thread->name[length] = '\0';
}

static void enlist(struct thread *thread)
{
	thread->next_of_all = first;
	if (first)
		first->previous_of_all = thread;
	first = thread;
	count++;
}

static void delist(struct thread *thread)
{
	if (thread->next_of_all)
		thread->next_of_all->previous_of_all = thread->previous_of_all;
	if (thread->previous_of_all)
		thread->previous_of_all->next_of_all = thread->next_of_all;
	else
		first = thread->next_of_all;
	count--;
}

static struct thread *new_thread(const char *name, void (*function)(void *arg), void *arg,
				 unsigned int priority, size_t stack_size)
{
	struct thread *thread = calloc(1, sizeof(*thread));

	if (!thread)
		return NULL;
	set_name(thread, name);
	thread->function = function;
	thread->arg = arg;
	thread->priority = priority;
	thread->base_priority = priority;
	thread->stack_size = stack_size;
	if (!thread_port_create(thread)) {
		free(thread);
		return NULL;
	}
	return thread;
}

static void idle_function(void *arg)
{
	(void)arg;
	for (;;)
		thread_port_idle();
}

int thread_init(void)
{
	if (idle)
		return -EBUSY;
	idle = new_thread("idle", idle_function, NULL, THREAD_PRIORITY_IDLE, IDLE_STACK_SIZE);
	if (!idle)
		return -ENOMEM;
	set_name(&main_thread, "main");
	main_thread.priority = THREAD_PRIORITY_DEFAULT;
	main_thread.base_priority = THREAD_PRIORITY_DEFAULT;
	enlist(idle);
	enlist(&main_thread);
	thread_port_lock();
	thread_port_start(&main_thread);
	thread_schedule_init(&main_thread, idle);
	thread_port_unlock(true);
	return 0;
}

struct thread *thread_create(const char *name, void (*function)(void *arg), void *arg,
			     unsigned int priority, size_t stack_size)
{
	struct thread *thread;
	bool state;

	if (priority < THREAD_PRIORITY_MIN || priority > THREAD_PRIORITY_MAX || !stack_size)
		return NULL;
	thread = new_thread(name, function, arg, priority, stack_size);
	if (!thread)
		return NULL;
	state = thread_lock();
	enlist(thread);
	thread_make_ready(thread);
	thread_unlock(state);
	return thread;
}

void thread_free(struct thread *thread)
{
	bool state = thread_port_lock();

	delist(thread);
	thread_port_unlock(state);
	thread_port_destroy(thread);
	if (thread != &main_thread)
		free(thread);
}

int thread_join(struct thread *thread, u64 deadline)
{
	bool state;
	int err = 0;

	if (thread == thread_current())
		return -EDEADLK;
	state = thread_lock();
	if (thread->detached || thread->claimed) {
		err = -EINVAL;
	} else {
		thread->claimed = true;
		if (thread->state != THREAD_ENDED)
			err = thread_wait(&thread->joiner, deadline, NULL);
		thread->claimed = !err;
	}
	thread_unlock(state);
	if (!err)
		thread_free(thread);
	return err;
}

int thread_detach(struct thread *thread)
{
	bool state = thread_lock(), ended = false;
	int err = 0;

	if (thread->detached || thread->claimed) {
		err = -EINVAL;
	} else {
		thread->detached = true;
		ended = thread->state == THREAD_ENDED;
	}
	thread_unlock(state);
	if (ended)
		thread_free(thread);
	return err;
}

void thread_set_data(void *data, void (*destroy)(void *data))
{
	struct thread *current = thread_current();

	current->data = data;
	current->destroy_data = destroy;
}

void *thread_data(void)
{
	return thread_current()->data;
}

void thread_exit(void)
{
	struct thread *current = thread_current();

	if (current->destroy_data)
		current->destroy_data(current->data);
	if (current->held)
		thread_port_panic("inmate: thread \"%s\" ends with a mutex", current->name);
	thread_lock();
	if (current->joiner.first)
		thread_wake(current->joiner.first, 0);
	thread_leave();
}

struct thread *thread_first(void)
{
	return first;
}

const char *thread_name(const struct thread *thread)
{
	return thread->name;
}

void thread_sleep_until(u64 deadline)
{
	bool state = thread_lock();

	thread_wait(NULL, deadline, NULL);
	thread_unlock(state);
}

void thread_sleep(u64 ns)
{
	thread_sleep_until(deadline_after(ns));
}

unsigned int thread_count(void)
{
	/* Without idle */
	return count ? count - 1 : 0;
}

u64 thread_idle_time(void)
{
	return idle ? thread_cpu_time(idle) : 0;
}
