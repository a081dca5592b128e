/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Priority inheritance, against a thread of middle priority that never stops by itself: without it
 * the mutex never comes, and with it that thread does not run before. How soon the mutex comes cannot
 * be told where the CPU may be away.
 */
#include "demo.h"

#define LIMIT_NS (30 * NS_PER_SEC)

static struct mutex outer, inner;
static struct semaphore locked;
static volatile bool stop, middle_ran;
static u64 waited_ns;

/* Has the mutex that "link" wants, and needs some time with it. */
static void low(void *arg)
{
	(void)arg;
	mutex_lock(&inner);
	semaphore_post(&locked);
	compute(5 * NS_PER_MS);
	mutex_unlock(&inner);
}

/* Has the mutex that "high" wants, and wants that of "low". */
static void link(void *arg)
{
	(void)arg;
	mutex_lock(&outer);
	semaphore_post(&locked);
	mutex_lock(&inner);
	mutex_unlock(&inner);
	mutex_unlock(&outer);
}

static void middle(void *arg)
{
	(void)arg;
	middle_ran = true;
	while (!stop)
		cpu_relax();
}

static void high(void *arg)
{
	u64 start = get_time_ns();
	int err = mutex_lock_until(&outer, deadline_after(LIMIT_NS));

	(void)arg;
	waited_ns = get_time_ns() - start;
	CHECK(err == 0);
	CHECK(!middle_ran);
	if (!err)
		mutex_unlock(&outer);
	stop = true;
}

/* All wait below DEMO_PRIORITY until this thread joins. */
void test_inheritance(void)
{
	struct thread *threads[4];
	unsigned int n;

	stop = middle_ran = false;
	semaphore_init(&locked, 0, 2);
	threads[0] = start_thread("low", low, NULL, 2);
	semaphore_wait(&locked, WAIT_FOREVER);
	threads[1] = start_thread("link", link, NULL, 3);
	semaphore_wait(&locked, WAIT_FOREVER);
	threads[2] = start_thread("middle", middle, NULL, 5);
	threads[3] = start_thread("high", high, NULL, 8);
	for (n = 0; n < 4; n++)
		join_thread(threads[n]);
	printf("thread-demo: the mutex came after %llu us, by way of two others\n",
	       waited_ns / NS_PER_US);
}
