/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Stacks that overflow: the inmate has to end, with the name of the thread.
 */
#include "demo.h"

static unsigned int recurse(unsigned int depth)
{
	volatile unsigned int here = depth;

	if (depth == ~0U)
		return 0;
	return recurse(depth + 1) + here;
}

static void run_deep(void *arg)
{
	(void)arg;
	printf("thread-demo: depth %u\n", recurse(0));
}

/* Far larger than the stack and the page below it: what lies beyond must not be touched. */
static void use_large_array(void *arg)
{
	volatile char array[256 * 1024];

	(void)arg;
	array[0] = 1;
	printf("thread-demo: array %d\n", array[0]);
}

void test_overflow(void)
{
	join_thread(start_thread("too deep", run_deep, NULL, 5));
}

void test_overflow_array(void)
{
	join_thread(start_thread("too large", use_large_array, NULL, 5));
}

void test_overflow_main(void)
{
	run_deep(NULL);
}
