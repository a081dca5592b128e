/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mutexes: exclusion, hand-over, and priority inheritance, also nested, chained and withdrawn.
 *
 * suite: sockets
 * sources: inmates/lib/thread.c inmates/lib/thread-schedule.c inmates/lib/thread-list.c
 * sources: inmates/lib/thread-alarms.c inmates/lib/thread-priority.c inmates/lib/thread-mutex.c
 * sources: inmates/lib/thread-semaphore.c inmates/lib/thread-queue.c tests/unit/thread-host.c
 * sources: tests/unit/thread-trace.c
 * flags: -Iinmates/lib/include
 */
#include "unit.h"

#include <inmate/mutex.h>
#include <inmate/semaphore.h>

#include "inmates/lib/thread-core.h"
#include "thread-host.h"
#include "thread-trace.h"

static struct mutex mutexes[4];
static struct semaphore go;

static int set_up(void **state)
{
	memset(mutexes, 0, sizeof(mutexes));
	semaphore_init(&go, 0, 100);
	return trace_start(state);
}

static int check_end(void **state)
{
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(mutexes); n++) {
		assert_null(mutexes[n].owner);
		assert_null(mutexes[n].waiters.first);
		assert_null(mutexes[n].next_held);
	}
	return host_check_end(state);
}

static unsigned int effective(void)
{
	return thread_effective_priority(thread_self());
}

static void lock_and_write(void *arg)
{
	mutex_lock(arg);
	note('0' + thread_priority(thread_self()) % 10);
	mutex_unlock(arg);
}

static void waiters_go_by_priority_and_age(void **state)
{
	static const unsigned int priorities[] = { 21, 23, 21, 25 };
	struct thread *threads[ARRAY_SIZE(priorities)];
	unsigned int n;

	(void)state;
	mutex_lock(&mutexes[0]);
	assert_false(mutex_try_lock(&mutexes[0]));
	for (n = 0; n < ARRAY_SIZE(priorities); n++)
		threads[n] = start(lock_and_write, &mutexes[0], priorities[n]);
	assert_string_equal(trace, "");
	assert_ptr_equal(mutexes[0].waiters.first, threads[3]);
	mutex_unlock(&mutexes[0]);
	assert_string_equal(trace, "5311");
	for (n = 0; n < ARRAY_SIZE(priorities); n++)
		join(threads[n]);
	assert_true(mutex_try_lock(&mutexes[0]));
	mutex_unlock(&mutexes[0]);
}

/* A thread of middle priority must not keep the one of high priority waiting: it does not run. */
static void compute_and_write(void *arg)
{
	(void)arg;
	host_compute(1000);
	note('m');
}

static void low_holds(void *arg)
{
	(void)arg;
	mutex_lock(&mutexes[0]);
	semaphore_post(&go);
	host_compute(500);
	note('l');
	mutex_unlock(&mutexes[0]);
	note('e');
}

static void no_priority_inversion(void **state)
{
	struct thread *low = start(low_holds, NULL, 3), *middle, *high;

	(void)state;
	assert_int_equal(semaphore_wait(&go, WAIT_FOREVER), 0);
	middle = start(compute_and_write, NULL, 10);
	high = start(lock_and_write, &mutexes[0], 29);
	join(high);
	join(middle);
	join(low);
	assert_string_equal(trace, "l9me");
}

static void the_priority_falls_in_steps(void **state)
{
	struct thread *threads[3];
	unsigned int n;

	(void)state;
	for (n = 0; n < 3; n++)
		mutex_lock(&mutexes[n]);
	threads[0] = start(lock_and_write, &mutexes[0], 20);
	threads[1] = start(lock_and_write, &mutexes[1], 28);
	threads[2] = start(lock_and_write, &mutexes[2], 24);
	assert_int_equal(effective(), 28);
	/* In an order that is neither that of locking nor its reverse */
	mutex_unlock(&mutexes[1]);
	assert_int_equal(effective(), 24);
	mutex_unlock(&mutexes[0]);
	assert_int_equal(effective(), 24);
	assert_string_equal(trace, "8");
	mutex_unlock(&mutexes[2]);
	assert_int_equal(effective(), THREAD_PRIORITY_DEFAULT);
	for (n = 0; n < 3; n++)
		join(threads[n]);
	assert_string_equal(trace, "840");
}

static void hold_one_want_other(void *arg)
{
	struct mutex *held = arg, *wanted = held - 1;

	mutex_lock(held);
	mutex_lock(wanted);
	note('0' + (held - mutexes));
	mutex_unlock(wanted);
	mutex_unlock(held);
}

static void inheritance_goes_along_a_chain(void **state)
{
	struct thread *threads[4];
	unsigned int n;

	(void)state;
	mutex_lock(&mutexes[0]);
	for (n = 1; n < 4; n++)
		threads[n] = start(hold_one_want_other, &mutexes[n], 16 + n);
	assert_int_equal(effective(), 19);
	threads[0] = start(lock_and_write, &mutexes[3], 30);
	assert_int_equal(effective(), 30);
	for (n = 1; n < 4; n++) {
		assert_int_equal(thread_effective_priority(threads[n]), 30);
		assert_int_equal(thread_priority(threads[n]), 16 + n);
	}
	mutex_unlock(&mutexes[0]);
	assert_int_equal(effective(), THREAD_PRIORITY_DEFAULT);
	assert_string_equal(trace, "1230");
	for (n = 0; n < 4; n++)
		join(threads[n]);
}

static void want_until(void *arg)
{
	u64 deadline = deadline_after(1000);

	assert_int_equal(mutex_lock_until(arg, deadline), -ETIMEDOUT);
	assert_true(get_time_ns() >= deadline);
	note('t');
}

/* Along a chain, too: who gives up takes his priority with him. */
static void a_timeout_takes_the_priority_back(void **state)
{
	struct thread *holder, *impatient;

	(void)state;
	mutex_lock(&mutexes[0]);
	holder = start(hold_one_want_other, &mutexes[1], 18);
	impatient = start(want_until, &mutexes[1], 27);
	assert_int_equal(effective(), 27);
	host_compute(2000);
	assert_string_equal(trace, "t");
	assert_int_equal(effective(), 18);
	assert_int_equal(thread_effective_priority(holder), 18);
	mutex_unlock(&mutexes[0]);
	assert_int_equal(effective(), THREAD_PRIORITY_DEFAULT);
	join(holder);
	join(impatient);
}

static void a_deadline_that_is_kept_leaves_nothing(void **state)
{
	struct thread *low = start(low_holds, NULL, 3);

	(void)state;
	assert_int_equal(semaphore_wait(&go, WAIT_FOREVER), 0);
	assert_int_equal(mutex_lock_until(&mutexes[0], get_time_ns()), -ETIMEDOUT);
	assert_int_equal(thread_effective_priority(low), 3);
	assert_int_equal(mutex_lock_until(&mutexes[0], deadline_after(100000)), 0);
	assert_false(thread_self()->timeout.set);
	mutex_unlock(&mutexes[0]);
	join(low);
}

static void a_new_priority_is_inherited(void **state)
{
	struct thread *holder, *waiter, *other;

	(void)state;
	mutex_lock(&mutexes[0]);
	holder = start(hold_one_want_other, &mutexes[1], 18);
	waiter = start(lock_and_write, &mutexes[1], 20);
	other = start(lock_and_write, &mutexes[1], 21);
	thread_set_priority(waiter, 29);
	assert_int_equal(effective(), 29);
	assert_ptr_equal(mutexes[1].waiters.first, waiter);
	thread_set_priority(waiter, 19);
	assert_int_equal(effective(), 21);
	assert_ptr_equal(mutexes[1].waiters.first, other);
	/* One's own does not take away what is inherited. */
	thread_set_priority(thread_self(), 1);
	assert_int_equal(effective(), 21);
	assert_int_equal(thread_priority(thread_self()), 1);
	thread_set_priority(thread_self(), THREAD_PRIORITY_DEFAULT);
	mutex_unlock(&mutexes[0]);
	assert_string_equal(trace, "119");
	join(holder);
	join(waiter);
	join(other);
}

static void wait_with_mutex(void *arg)
{
	mutex_lock(arg);
	semaphore_wait(&go, WAIT_FOREVER);
	note('0' + thread_priority(thread_self()) % 10);
	mutex_unlock(arg);
}

/* Priority counts in all lists that the heir waits in. */
static void the_heir_overtakes_at_a_semaphore(void **state)
{
	struct thread *low = start(wait_with_mutex, &mutexes[0], 18);
	struct thread *middle = start(wait_with_mutex, &mutexes[1], 22), *high;

	(void)state;
	assert_ptr_equal(go.waiters.first, middle);
	high = start(lock_and_write, &mutexes[0], 30);
	assert_ptr_equal(go.waiters.first, low);
	semaphore_post(&go);
	semaphore_post(&go);
	assert_string_equal(trace, "802");
	join(low);
	join(middle);
	join(high);
}

static void circles_are_refused(void **state)
{
	struct thread *first, *second;

	(void)state;
	mutex_lock(&mutexes[0]);
	assert_int_equal(mutex_lock_until(&mutexes[0], WAIT_FOREVER), -EDEADLK);
	first = start(hold_one_want_other, &mutexes[1], 20);
	second = start(hold_one_want_other, &mutexes[2], 21);
	assert_int_equal(mutex_lock_until(&mutexes[2], WAIT_FOREVER), -EDEADLK);
	assert_true(HOST_PANICS(mutex_lock(&mutexes[1])));
	assert_non_null(strstr(host_panic_text, "main"));
	mutex_unlock(&mutexes[0]);
	join(first);
	join(second);
	assert_string_equal(trace, "12");
}

static void hold(void *arg)
{
	mutex_lock(arg);
	semaphore_wait(&go, WAIT_FOREVER);
	mutex_unlock(arg);
}

static void lock_in_handler(void *arg)
{
	mutex_try_lock(arg);
}

static void misuse_is_noticed(void **state)
{
	struct thread *holder = start(hold, &mutexes[0], 20);

	(void)state;
	assert_true(HOST_PANICS(mutex_unlock(&mutexes[0])));
	assert_non_null(strstr(host_panic_text, "does not have"));
	assert_true(HOST_PANICS(mutex_unlock(&mutexes[1])));
	assert_true(HOST_PANICS(host_interrupt(lock_in_handler, &mutexes[1])));
	semaphore_post(&go);
	join(holder);
	mutex_lock(&mutexes[0]);
	assert_true(HOST_PANICS(thread_exit()));
	assert_non_null(strstr(host_panic_text, "\"main\" ends with a mutex"));
	mutex_unlock(&mutexes[0]);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, check_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(waiters_go_by_priority_and_age),
		TEST(no_priority_inversion),
		TEST(the_priority_falls_in_steps),
		TEST(inheritance_goes_along_a_chain),
		TEST(a_timeout_takes_the_priority_back),
		TEST(a_deadline_that_is_kept_leaves_nothing),
		TEST(a_new_priority_is_inherited),
		TEST(the_heir_overtakes_at_a_semaphore),
		TEST(circles_are_refused),
		TEST(misuse_is_noticed),
	};

	return cmocka_run_group_tests(tests, host_start, NULL);
}
