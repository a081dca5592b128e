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

#define NUM_EQUALS 3
#define NUM_TURNS  40
#define SLICE_NS   (2 * NS_PER_MS)

static volatile unsigned int turns[NUM_EQUALS], passed_over;
/* Who computed last, and until when */
static volatile unsigned int current;
static volatile u64 computed_until;

/*
 * Counts a turn, and those of the threads between the last and this one: if the CPU is away during
 * the whole of a turn, its thread does not get to see it. A slice has gone by for each of them, or
 * they were passed over.
 */
static void begin_turn(unsigned int own, u64 now)
{
	u64 gap = now - computed_until;
	unsigned int n;

	for (n = (current + 1) % NUM_EQUALS; n != own; n = (n + 1) % NUM_EQUALS) {
		if (gap < SLICE_NS) {
			passed_over++;
			continue;
		}
		gap -= SLICE_NS;
		turns[n]++;
	}
	turns[own]++;
	current = own;
}

/* A step is not interrupted, so that no turn ends amid one. */
static void take_turns(void *arg)
{
	unsigned int own = (u64)arg;
	bool state;
	u64 now;

	while (!stop) {
		state = cpu_save_interrupts();
		now = get_time_ns();
		if (current != own)
			begin_turn(own, now);
		computed_until = now;
		cpu_restore_interrupts(state);
	}
}

/*
 * Three that only compute, in turns. How long a turn is cannot be told in a virtual machine, whose
 * CPU may be away meanwhile, but for the least: a slice, a part of which may be spent in switching.
 */
void test_slices(void)
{
	struct thread *threads[NUM_EQUALS];
	u64 time[NUM_EQUALS];
	unsigned int seen[NUM_EQUALS];
	bool state;
	unsigned int n;

	stop = false;
	passed_over = 0;
	/* As if the last had computed just now, so that the first is next */
	current = NUM_EQUALS - 1;
	computed_until = get_time_ns();
	memset((void *)turns, 0, sizeof(turns));
	thread_set_slice(SLICE_NS);
	for (n = 0; n < NUM_EQUALS; n++)
		threads[n] = start_thread("equal", take_turns, (void *)(u64)n, 5);
	while (turns[0] < NUM_TURNS || turns[1] < NUM_TURNS || turns[2] < NUM_TURNS)
		thread_sleep(10 * SLICE_NS);
	state = thread_lock();
	for (n = 0; n < NUM_EQUALS; n++) {
		seen[n] = turns[n];
		time[n] = thread_cpu_time(threads[n]);
	}
	thread_unlock(state);
	stop = true;
	for (n = 0; n < NUM_EQUALS; n++)
		join_thread(threads[n]);
	thread_set_slice(THREAD_SLICE_NS);
	CHECK(!passed_over);
	for (n = 0; n < NUM_EQUALS; n++) {
		printf("thread-demo: equal %u: %u turns, %llu us\n", n, seen[n],
		       time[n] / NS_PER_US);
		CHECK(time[n] > (seen[n] - 1) * SLICE_NS / 2);
	}
}
