/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Beginning and end of threads on the host, joined and detached, and what each has of its own.
 *
 * suite: sockets
 * sources: inmates/lib/thread.c inmates/lib/thread-schedule.c inmates/lib/thread-list.c
 * sources: inmates/lib/thread-alarms.c inmates/lib/thread-priority.c inmates/lib/thread-mutex.c
 * sources: inmates/lib/thread-semaphore.c inmates/lib/thread-queue.c tests/unit/thread-host.c
 * sources: tests/unit/thread-trace.c
 * flags: -Iinmates/lib/include
 */
#include "unit.h"

#include <inmate/semaphore.h>

#include "inmates/lib/thread-core.h"
#include "thread-host.h"
#include "thread-trace.h"

static void joining_has_rules(void **state)
{
	struct thread *low = start(write_name, "l", 1);

	(void)state;
	assert_int_equal(thread_join(thread_self(), WAIT_FOREVER), -EDEADLK);
	assert_int_equal(thread_join(low, WAIT_NOT), -ETIMEDOUT);
	assert_int_equal(thread_count(), 2);
	join(low);
	assert_string_equal(trace, "l");
	assert_int_equal(thread_count(), 1);
	low = start(write_name, "l", 1);
	assert_int_equal(thread_detach(low), 0);
	assert_int_equal(thread_join(low, WAIT_FOREVER), -EINVAL);
	assert_int_equal(thread_detach(low), -EINVAL);
	thread_sleep(1000);
	assert_string_equal(trace, "ll");
}

static void join_arg(void *arg)
{
	thread_join(arg, WAIT_FOREVER);
	note('j');
}

static void only_one_may_join(void **state)
{
	struct thread *low = start(write_name, "l", 1);
	struct thread *joiner = start(join_arg, low, 30);

	(void)state;
	assert_int_equal(thread_join(low, WAIT_FOREVER), -EINVAL);
	assert_int_equal(thread_detach(low), -EINVAL);
	join(joiner);
	assert_string_equal(trace, "lj");
}

static void join_briefly(void *arg)
{
	assert_int_equal(thread_join(arg, deadline_after(2 * NS_PER_MS)), -ETIMEDOUT);
	note('t');
}

static struct semaphore end;

static void wait_for_end(void *arg)
{
	(void)arg;
	semaphore_wait(&end, WAIT_FOREVER);
}

/* A thread that ends when a test posts the semaphore "end" */
static struct thread *start_waiting(void)
{
	semaphore_init(&end, 0, 1);
	return start(wait_for_end, NULL, 20);
}

/* The one who waits has been woken up, and has not run yet: the thread is his to free. */
static void only_one_may_join_what_has_ended(void **state)
{
	struct thread *thread = start_waiting(), *joiner = start(join_arg, thread, 3);

	(void)state;
	thread_sleep(NS_PER_MS);
	semaphore_post(&end);
	assert_int_equal(thread_join(thread, WAIT_FOREVER), -EINVAL);
	assert_int_equal(thread_detach(thread), -EINVAL);
	join(joiner);
}

/* Who gives up leaves it to others. */
static void a_join_may_come_too_early(void **state)
{
	struct thread *thread = start_waiting();

	(void)state;
	assert_int_equal(thread_join(thread, deadline_after(NS_PER_MS)), -ETIMEDOUT);
	assert_int_equal(thread_join(thread, deadline_after(NS_PER_MS)), -ETIMEDOUT);
	semaphore_post(&end);
	join(thread);
}

/* The time is over, but the one who waited has not run yet. That the thread ends now is not his. */
static void a_join_that_was_too_early_is_over_when_it_returns(void **state)
{
	struct thread *thread = start_waiting(), *joiner = start(join_briefly, thread, 3);

	(void)state;
	thread_sleep(NS_PER_MS);
	host_compute(2 * NS_PER_MS);
	semaphore_post(&end);
	assert_int_equal(thread_join(thread, WAIT_FOREVER), -EINVAL);
	join(joiner);
	assert_string_equal(trace, "t");
	assert_int_equal(thread_detach(thread), 0);
	assert_int_equal(thread_count(), 1);
}

static void detach_again(void *arg)
{
	assert_int_equal(thread_detach(thread_self()), 0);
	assert_int_equal(thread_detach(thread_self()), -EINVAL);
	write_name(arg);
}

static void detach_in_vain(void *arg)
{
	assert_int_equal(thread_detach(thread_self()), -EINVAL);
	write_name(arg);
}

static void nobody_detaches_oneself_in_spite_of_others(void **state)
{
	(void)state;
	start(detach_again, "a", 20);
	assert_int_equal(thread_count(), 1);
	/* It runs when main waits for it. */
	join(start(detach_in_vain, "b", 1));
	assert_string_equal(trace, "ab");
}

static void exit_early(void *arg)
{
	write_name(arg);
	thread_exit();
	note('X');
}

static void detach_oneself(void *arg)
{
	assert_int_equal(thread_detach(thread_self()), 0);
	write_name(arg);
}

static void detached_threads_leave_nothing(void **state)
{
	struct thread *ended;
	unsigned int n;

	(void)state;
	for (n = 0; n < 100; n++)
		start(detach_oneself, "d", 1 + n % 31);
	thread_sleep(1000);
	assert_int_equal(strlen(trace), 100);
	assert_int_equal(thread_count(), 1);
	ended = start(exit_early, "e", 20);
	assert_int_equal(thread_count(), 2);
	assert_int_equal(thread_detach(ended), 0);
	assert_int_equal(thread_count(), 1);
	join(start(exit_early, "e", 20));
}

static void nothing_happens_without_memory(void **state)
{
	(void)state;
	host_stacks_limit = host_stacks;
	assert_null(thread_create("no", write_name, "n", 20, STACK));
	host_stacks_limit = ~0U;
	assert_null(thread_create("no", write_name, "n", 0, STACK));
	assert_null(thread_create("no", write_name, "n", THREAD_PRIORITY_MAX + 1, STACK));
	assert_null(thread_create("no", write_name, "n", 20, 0));
	assert_string_equal(trace, "");
}

static void names_are_cut(void **state)
{
	char longest[THREAD_NAME_SIZE + 5];
	struct thread *thread;

	(void)state;
	memset(longest, 'n', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	thread = thread_create(longest, write_name, "n", 1, STACK);
	assert_non_null(thread);
	assert_int_equal(strlen(thread_name(thread)), THREAD_NAME_SIZE - 1);
	join(thread);
	assert_string_equal(thread_name(thread_self()), "main");
}

static void read_errno(void *arg)
{
	thread_self()->error_number = 7;
	(void)arg;
}

static void errno_is_private(void **state)
{
	(void)state;
	thread_self()->error_number = 3;
	join(start(read_errno, "e", 20));
	assert_int_equal(thread_self()->error_number, 3);
	thread_self()->error_number = 0;
}

static void note_data(void *data)
{
	assert_ptr_equal(thread_data(), data);
	note(*(const char *)data);
}

static void set_data(void *arg)
{
	assert_null(thread_data());
	thread_set_data(arg, note_data);
	thread_sleep(1000);
	assert_ptr_equal(thread_data(), arg);
	note('-');
	if (*(const char *)arg == 'x')
		thread_exit();
}

static void data_is_private_and_destroyed(void **state)
{
	struct thread *a = start(set_data, "a", 20), *x = start(set_data, "x", 20);

	(void)state;
	assert_null(thread_data());
	join(a);
	join(x);
	assert_string_equal(trace, "-a-x");
}

static void sleep_a_while(void *arg)
{
	(void)arg;
	thread_sleep(1000);
}

static void many_threads(void **state)
{
	static struct thread *threads[1000];
	unsigned int round, n;

	(void)state;
	for (round = 0; round < 2; round++) {
		for (n = 0; n < ARRAY_SIZE(threads); n++)
			threads[n] = start(sleep_a_while, "one of many", 1 + n % 31);
		assert_int_equal(thread_count(), 1001);
		for (n = 0; n < ARRAY_SIZE(threads); n++)
			join(threads[n]);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, trace_start, host_check_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(joining_has_rules),
		TEST(only_one_may_join),
		TEST(only_one_may_join_what_has_ended),
		TEST(a_join_may_come_too_early),
		TEST(a_join_that_was_too_early_is_over_when_it_returns),
		TEST(nobody_detaches_oneself_in_spite_of_others),
		TEST(detached_threads_leave_nothing),
		TEST(nothing_happens_without_memory),
		TEST(names_are_cut),
		TEST(errno_is_private),
		TEST(data_is_private_and_destroyed),
		TEST(many_threads),
	};

	return cmocka_run_group_tests(tests, host_start, NULL);
}
