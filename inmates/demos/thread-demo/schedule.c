/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Priorities, preemption by interrupts, equal shares of time.
 */
#include "demo.h"

static char order[32];
static volatile bool stop;

static void note(const char *letter)
{
	size_t length = strlen(order);

	if (length < sizeof(order) - 1)
		order[length] = *letter;
}

static void write_letter(void *arg)
{
	note(arg);
}

void test_priorities(void)
{
	static const struct {
		const char *letter;
		unsigned int priority;
	} list[] = { { "d", 2 }, { "a", 20 }, { "c", 4 }, { "b", 15 }, { "e", 1 } };
	struct thread *threads[ARRAY_SIZE(list)];
	unsigned int n;

	memset(order, 0, sizeof(order));
	for (n = 0; n < ARRAY_SIZE(list); n++)
		threads[n] = start_thread(list[n].letter, write_letter, (void *)list[n].letter,
					  list[n].priority);
	note("-");
	for (n = 0; n < ARRAY_SIZE(list); n++)
		join_thread(threads[n]);
	CHECK(!strcmp(order, "ab-cde"));
}

static void count_up(void *arg)
{
	volatile u64 *counter = arg;

	while (!stop)
		(*counter)++;
}

/* The low thread never calls the library, so it is interrupts that take the CPU from it. */
void test_preemption(void)
{
	volatile u64 counter = 0;
	u64 seen, deadline;
	struct thread *low;
	unsigned int n;

	stop = false;
	low = start_thread("low", count_up, (void *)&counter, 1);
	for (n = 0; n < 50; n++) {
		seen = counter;
		deadline = deadline_after(2 * NS_PER_MS);
		thread_sleep_until(deadline);
		CHECK(get_time_ns() >= deadline);
		/* In a virtual machine the CPU itself may have been away all the time. */
		while (counter == seen)
			thread_sleep(NS_PER_MS);
		seen = counter;
		compute(100 * NS_PER_US);
		CHECK(counter == seen);
	}
	stop = true;
	join_thread(low);
}

/* Three that only compute, and none of them less than two thirds of its share. */
void test_slices(void)
{
	static volatile u64 counters[3];
	struct thread *threads[3];
	u64 time[3], sum = 0;
	unsigned int n;

	stop = false;
	thread_set_slice(2 * NS_PER_MS);
	for (n = 0; n < 3; n++)
		threads[n] = start_thread("equal", count_up, (void *)&counters[n], 5);
	thread_sleep(300 * NS_PER_MS);
	for (n = 0; n < 3; n++) {
		time[n] = thread_cpu_time(threads[n]);
		sum += time[n];
	}
	stop = true;
	for (n = 0; n < 3; n++)
		join_thread(threads[n]);
	thread_set_slice(THREAD_SLICE_NS);
	printf("thread-demo: time of three equals: %llu %llu %llu us\n", time[0] / NS_PER_US,
	       time[1] / NS_PER_US, time[2] / NS_PER_US);
	for (n = 0; n < 3; n++)
		CHECK(time[n] > sum / 3 * 2 / 3 && counters[n] > 0);
}
