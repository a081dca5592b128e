/* SPDX-License-Identifier: GPL-2.0-only */
#include "unit.h"

#include "thread-host.h"
#include "thread-trace.h"

char trace[256];

void note(char letter)
{
	size_t length = strlen(trace);

	assert_true(length < sizeof(trace) - 1);
	trace[length] = letter;
	trace[length + 1] = '\0';
}

void write_name(void *arg)
{
	note(*(const char *)arg);
}

int trace_start(void **state)
{
	trace[0] = '\0';
	return host_check_start(state);
}

struct thread *start(void (*function)(void *arg), void *arg, unsigned int priority)
{
	struct thread *thread = thread_create("thread", function, arg, priority, STACK);

	assert_non_null(thread);
	return thread;
}

void join(struct thread *thread)
{
	assert_int_equal(thread_join(thread, WAIT_FOREVER), 0);
}
