/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The data structures of the threads library: ready queue, lists by priority, alarms by deadline;
 * against models that are too simple to be wrong.
 *
 * suite: sockets
 * sources: inmates/lib/thread-list.c inmates/lib/thread-alarms.c
 * flags: -Iinmates/lib/include
 */
#include "unit.h"

#include "inmates/lib/thread-alarms.h"
#include "inmates/lib/thread-core.h"
#include "inmates/lib/thread-list.h"

#define NUM_THREADS 24
#define NUM_ALARMS  200
#define NUM_STEPS   50000

static struct thread threads[NUM_THREADS];
static u32 random_state = 12345;

static u32 random_below(u32 limit)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % limit;
}

static void ready_threads_go_by_priority_and_age(void **state)
{
	static const unsigned int priorities[] = { 3, 31, 0, 3, 31, 7 };
	static const unsigned int expected[] = { 1, 4, 5, 0, 3, 2 };
	struct ready_queue queue = { 0 };
	unsigned int n;

	(void)state;
	assert_int_equal(ready_highest(&queue), -1);
	for (n = 0; n < ARRAY_SIZE(priorities); n++) {
		threads[n] = (struct thread){ .priority = priorities[n] };
		ready_push_back(&queue, &threads[n]);
	}
	for (n = 0; n < ARRAY_SIZE(expected); n++) {
		assert_int_equal(ready_highest(&queue), priorities[expected[n]]);
		assert_ptr_equal(ready_pop(&queue), &threads[expected[n]]);
	}
	assert_int_equal(ready_highest(&queue), -1);
}

static void the_front_of_a_priority_is_next(void **state)
{
	struct ready_queue queue = { 0 };

	(void)state;
	threads[0] = threads[1] = (struct thread){ .priority = 5 };
	ready_push_back(&queue, &threads[0]);
	ready_push_front(&queue, &threads[1]);
	assert_ptr_equal(ready_pop(&queue), &threads[1]);
	ready_remove(&queue, &threads[0]);
	assert_null(threads[0].list);
	assert_int_equal(ready_highest(&queue), -1);
}

/* The model: when each thread was pushed, ~0 if it is not in the queue. */
static unsigned int model_first(const u64 *pushed)
{
	unsigned int n, best = NUM_THREADS;

	for (n = 0; n < NUM_THREADS; n++) {
		if (pushed[n] == ~0ULL)
			continue;
		if (best == NUM_THREADS || threads[n].priority > threads[best].priority ||
		    (threads[n].priority == threads[best].priority && pushed[n] < pushed[best]))
			best = n;
	}
	return best;
}

static void ready_queue_as_the_model(void **state)
{
	struct ready_queue queue = { 0 };
	u64 pushed[NUM_THREADS];
	u64 step;

	(void)state;
	memset(threads, 0, sizeof(threads));
	memset(pushed, 0xff, sizeof(pushed));
	for (step = 0; step < NUM_STEPS; step++) {
		unsigned int n = random_below(NUM_THREADS), first = model_first(pushed);

		if (pushed[n] == ~0ULL) {
			threads[n].priority = random_below(NUM_PRIORITIES);
			ready_push_back(&queue, &threads[n]);
			pushed[n] = step;
		} else if (random_below(2)) {
			ready_remove(&queue, &threads[n]);
			pushed[n] = ~0ULL;
		} else {
			assert_int_equal(ready_highest(&queue), threads[first].priority);
			assert_ptr_equal(ready_pop(&queue), &threads[first]);
			pushed[first] = ~0ULL;
		}
	}
}

static void lists_are_sorted_by_priority_and_age(void **state)
{
	struct thread_list list = { 0 };
	const struct thread *thread;
	unsigned int n;

	(void)state;
	for (n = 0; n < NUM_THREADS; n++) {
		threads[n] = (struct thread){ .priority = random_below(4) };
		thread_list_insert(&list, &threads[n]);
	}
	for (n = 0; n < NUM_THREADS; n += 3)
		thread_list_remove(&threads[n]);
	thread_list_remove(&threads[0]);
	for (n = 0, thread = list.first; thread; thread = thread->next, n++) {
		assert_ptr_equal(thread->list, &list);
		if (!thread->next)
			assert_ptr_equal(list.last, thread);
		else
			assert_true(thread->priority > thread->next->priority ||
				    (thread->priority == thread->next->priority &&
				     thread < thread->next));
	}
	assert_int_equal(n, NUM_THREADS - NUM_THREADS / 3);
}

static void an_empty_queue_has_no_deadline(void **state)
{
	struct alarm_queue queue = { 0 };
	struct alarm alarm = { .deadline = 5 };

	(void)state;
	assert_int_equal(alarm_queue_deadline(&queue), WAIT_FOREVER);
	assert_null(alarm_queue_pop(&queue, WAIT_FOREVER));
	assert_false(alarm_queue_remove(&queue, &alarm));
	alarm_queue_add(&queue, &alarm);
	assert_int_equal(alarm_queue_deadline(&queue), 5);
	assert_null(alarm_queue_pop(&queue, 4));
	assert_ptr_equal(alarm_queue_pop(&queue, 5), &alarm);
	assert_false(alarm.set);
	assert_int_equal(alarm_queue_deadline(&queue), WAIT_FOREVER);
}

static const struct alarm *model_next(const struct alarm *alarms)
{
	const struct alarm *best = NULL, *alarm;

	for (alarm = alarms; alarm < alarms + NUM_ALARMS; alarm++)
		if (alarm->set &&
		    (!best || alarm->deadline < best->deadline ||
		     (alarm->deadline == best->deadline && alarm->order < best->order)))
			best = alarm;
	return best;
}

/* Few different deadlines, so that many are the same. */
static void alarms_as_the_model(void **state)
{
	static struct alarm alarms[NUM_ALARMS];
	struct alarm_queue queue = { 0 };
	unsigned int step;

	(void)state;
	for (step = 0; step < NUM_STEPS; step++) {
		struct alarm *alarm = &alarms[random_below(NUM_ALARMS)];
		const struct alarm *next = model_next(alarms);

		assert_int_equal(alarm_queue_deadline(&queue),
				 next ? next->deadline : WAIT_FOREVER);
		if (!alarm->set) {
			alarm->deadline = 1 + random_below(50);
			alarm_queue_add(&queue, alarm);
		} else if (random_below(3)) {
			assert_true(alarm_queue_remove(&queue, alarm));
			assert_false(alarm->set);
		} else {
			assert_null(alarm_queue_pop(&queue, next->deadline - 1));
			assert_ptr_equal(alarm_queue_pop(&queue, next->deadline), next);
		}
	}
}

/* Sorted, reversed and equal deadlines; a stack that grew with the number would end here. */
static void many_alarms_in_order(void **state)
{
	const unsigned int num = 200000;
	struct alarm *alarms = calloc(num, sizeof(*alarms)), *alarm;
	struct alarm_queue queue = { 0 };
	unsigned int pass, n;
	u64 last = 0;

	(void)state;
	for (pass = 0; pass < 3; pass++, last = 0) {
		for (n = 0; n < num; n++) {
			alarms[n].deadline = 1 + (pass == 0 ? n : pass == 1 ? num - n : 7);
			alarm_queue_add(&queue, &alarms[n]);
		}
		for (n = 0; (alarm = alarm_queue_pop(&queue, WAIT_FOREVER)); n++) {
			assert_true(alarm->deadline >= last);
			if (pass == 2)
				assert_ptr_equal(alarm, &alarms[n]);
			last = alarm->deadline;
		}
		assert_int_equal(n, num);
	}
	free(alarms);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ready_threads_go_by_priority_and_age),
		cmocka_unit_test(the_front_of_a_priority_is_next),
		cmocka_unit_test(ready_queue_as_the_model),
		cmocka_unit_test(lists_are_sorted_by_priority_and_age),
		cmocka_unit_test(an_empty_queue_has_no_deadline),
		cmocka_unit_test(alarms_as_the_model),
		cmocka_unit_test(many_alarms_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
