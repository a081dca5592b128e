/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The list of threads for a reader.
 */
#include <inmate/inmate.h>

#include "thread-core.h"

static const char *const state_names[] = {
	[THREAD_READY] = "ready",
	[THREAD_RUNNING] = "running",
	[THREAD_WAITING] = "waiting",
	[THREAD_ENDED] = "ended",
};

/* Copies the thread at place @n of the list, for it may be gone while another is printed. */
static bool get(unsigned int n, struct thread *copy, size_t *unused)
{
	bool state = thread_lock();
	const struct thread *thread = thread_first();

	while (thread && n--)
		thread = thread->next_of_all;
	if (thread) {
		*copy = *thread;
		copy->cpu_time = thread_cpu_time(thread);
		*unused = thread_stack_unused(thread);
	}
	thread_unlock(state);
	return thread;
}

void thread_print_all(void)
{
	struct thread thread;
	unsigned int n;
	size_t unused;

	printf("%-*s  priority (with)  state     CPU time/us  stack (unused)\n",
	       THREAD_NAME_SIZE - 1, "thread");
	for (n = 0; get(n, &thread, &unused); n++)
		printf("%-*s  %8u (%4u)  %-8s  %11llu  %5zu (%zu)\n", THREAD_NAME_SIZE - 1,
		       thread.name, thread.base_priority, thread.priority,
		       state_names[thread.state], thread.cpu_time / NS_PER_US, thread.stack_size,
		       unused);
}
