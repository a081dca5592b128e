/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Threads on the host: who runs when, turns, preemption, deadlines.
 *
 * suite: sockets
 * sources: inmates/lib/thread.c inmates/lib/thread-schedule.c inmates/lib/thread-list.c
 * sources: inmates/lib/thread-alarms.c inmates/lib/thread-priority.c inmates/lib/thread-mutex.c
 * sources: inmates/lib/thread-semaphore.c inmates/lib/thread-queue.c tests/unit/thread-host.c
 * sources: tests/unit/thread-trace.c
 * flags: -Iinmates/lib/include
 */
#include "unit.h"

#include <inmate/alarm.h>
#include <inmate/semaphore.h>

#include "inmates/lib/thread-core.h"
#include "thread-host.h"
#include "thread-trace.h"

static int set_up(void **state)
{
	thread_set_slice(THREAD_SLICE_NS);
	return trace_start(state);
}

static void the_highest_priority_runs(void **state)
{
	struct thread *a, *b, *c;

	(void)state;
	a = start(write_name, "a", 10);
	b = start(write_name, "b", 17);
	c = start(write_name, "c", 11);
	note('-');
	join(a);
	join(b);
	join(c);
	assert_string_equal(trace, "b-ca");
}

static void equals_take_turns_when_they_yield(void **state)
{
	struct thread *threads[2];
	unsigned int n;

	(void)state;
	threads[0] = start(write_name, "a", THREAD_PRIORITY_DEFAULT);
	threads[1] = start(write_name, "b", THREAD_PRIORITY_DEFAULT);
	note('1');
	thread_yield();
	note('2');
	thread_yield();
	for (n = 0; n < 2; n++)
		join(threads[n]);
	assert_string_equal(trace, "1ab2");
}

static void compute_and_write(void *arg)
{
	unsigned int n;

	for (n = 0; n < 3; n++) {
		note(*(const char *)arg);
		host_compute(THREAD_SLICE_NS);
	}
}

static void equals_get_slices(void **state)
{
	struct thread *a = start(compute_and_write, "a", 10), *b, *c;

	(void)state;
	b = start(compute_and_write, "b", 10);
	c = start(compute_and_write, "c", 9);
	join(c);
	join(a);
	join(b);
	assert_string_equal(trace, "abababccc");
}

/* A thread that nobody competes with takes no timer interrupts. */
static void alone_there_are_no_ticks(void **state)
{
	unsigned int expired = host_timer_expired;
	struct thread *low = start(write_name, "l", 3);

	(void)state;
	host_compute(1000 * THREAD_SLICE_NS);
	assert_int_equal(host_timer_expired, expired);
	join(low);
}

static void compute_slices(void *arg)
{
	host_compute((uintptr_t)arg * THREAD_SLICE_NS);
}

static void count_call(void *arg)
{
	++*(unsigned int *)arg;
}

/* The timer is set once for each end of a turn, and never to what has just come. */
static void a_turn_ends_with_one_interrupt(void **state)
{
	unsigned int expired, set;
	struct thread *threads[2];

	(void)state;
	threads[0] = start(compute_slices, (void *)10, 10);
	threads[1] = start(compute_slices, (void *)10, 10);
	expired = host_timer_expired;
	set = host_timer_set;
	join(threads[0]);
	join(threads[1]);
	assert_in_range(host_timer_expired - expired, 18, 20);
	/* Once more when there are two, and when there are no more. */
	assert_in_range(host_timer_set - set, 18, 22);
}

/* What is due at the end of a turn comes with the same interrupt. */
static void an_alarm_at_the_end_of_a_turn_needs_no_interrupt(void **state)
{
	unsigned int expired, set, calls = 0, n;
	static struct alarm alarms[9];
	struct thread *threads[2];

	(void)state;
	threads[0] = start(compute_slices, (void *)5, 10);
	threads[1] = start(compute_slices, (void *)5, 10);
	for (n = 0; n < ARRAY_SIZE(alarms); n++)
		alarm_set(&alarms[n], get_time_ns() + (n + 1) * THREAD_SLICE_NS, count_call,
			  &calls);
	expired = host_timer_expired;
	set = host_timer_set;
	join(threads[0]);
	join(threads[1]);
	assert_int_equal(calls, ARRAY_SIZE(alarms));
	assert_in_range(host_timer_expired - expired, 9, 10);
	assert_in_range(host_timer_set - set, 9, 11);
}

static void wake(void *arg)
{
	semaphore_post(arg);
}

static struct semaphore event;

static void wait_and_write(void *arg)
{
	assert_int_equal(semaphore_wait(&event, WAIT_FOREVER), 0);
	note(*(const char *)arg);
}

static void an_interrupt_preempts(void **state)
{
	struct thread *high, *low;

	(void)state;
	semaphore_init(&event, 0, 10);
	high = start(wait_and_write, "h", 20);
	low = start(wait_and_write, "l", 5);
	host_interrupt(wake, &event);
	note('-');
	join(high);
	/* The low one waits only now. */
	assert_int_equal(thread_join(low, deadline_after(1000)), -ETIMEDOUT);
	host_interrupt(wake, &event);
	note('-');
	join(low);
	assert_string_equal(trace, "h--l");
}

static void set_alarm_and_wake(void *arg)
{
	static struct alarm alarms[2];
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(alarms); n++)
		alarm_set(&alarms[n], deadline_after((n + 1) * 100), count_call, arg);
	semaphore_post(&event);
}

/* What is due next is known when a handler has ended, not at each of its calls. */
static void a_handler_sets_the_timer_once(void **state)
{
	unsigned int set, expired, calls = 0;
	struct thread *equal;

	(void)state;
	semaphore_init(&event, 0, 10);
	equal = start(wait_and_write, "e", THREAD_PRIORITY_DEFAULT);
	thread_yield();
	/* The turn of main is over, and nobody was there to have the next. */
	host_compute(2 * THREAD_SLICE_NS);
	set = host_timer_set;
	expired = host_timer_expired;
	host_interrupt(set_alarm_and_wake, &calls);
	assert_string_equal(trace, "e");
	assert_in_range(host_timer_set - set, 1, 1);
	host_compute(1000);
	assert_int_equal(calls, 2);
	assert_int_equal(host_timer_expired - expired, 2);
	join(equal);
}

/* What is woken with interrupts disabled runs when they get enabled by the next call. */
static void a_critical_section_is_not_preempted(void **state)
{
	struct thread *high;
	bool outer, inner;

	(void)state;
	semaphore_init(&event, 0, 10);
	high = start(wait_and_write, "h", 20);
	outer = thread_lock();
	inner = thread_lock();
	semaphore_post(&event);
	note('1');
	thread_unlock(inner);
	note('2');
	thread_unlock(outer);
	note('3');
	join(high);
	assert_string_equal(trace, "12h3");
}

/* A thread that was preempted has the rest of its slice before its equals have their turn. */
static void preemption_does_not_cost_the_turn(void **state)
{
	struct thread *a = start(compute_and_write, "a", 10),
		      *b = start(compute_and_write, "b", 10);
	unsigned int n;

	(void)state;
	for (n = 0; n < 6; n++) {
		thread_sleep(THREAD_SLICE_NS / 2);
		note('.');
	}
	join(a);
	join(b);
	assert_string_equal(trace, "a..b..a..bab");
}

static void sleep_for(void *arg)
{
	const char *name = arg;
	u64 deadline = deadline_after((name[0] - '0') * 1000);

	thread_sleep_until(deadline);
	assert_true(get_time_ns() >= deadline);
	note(name[0]);
}

static void sleepers_wake_in_order_of_deadlines(void **state)
{
	static char *const names[] = { "5", "3", "9", "1", "7", "3", "2", "8" };
	struct thread *threads[ARRAY_SIZE(names)];
	unsigned int n;

	(void)state;
	for (n = 0; n < ARRAY_SIZE(names); n++)
		threads[n] = start(sleep_for, names[n], 10 + n);
	for (n = 0; n < ARRAY_SIZE(names); n++)
		join(threads[n]);
	assert_string_equal(trace, "12335789");
}

static void write_char(void *arg)
{
	note(*(const char *)arg);
}

static void alarms_go_off_once_and_in_order(void **state)
{
	static struct alarm alarms[4];
	u64 now = get_time_ns();

	(void)state;
	alarm_set(&alarms[0], now + 300, write_char, "c");
	alarm_set(&alarms[1], now + 100, write_char, "a");
	alarm_set(&alarms[2], now + 200, write_char, "b");
	alarm_set(&alarms[3], now + 250, write_char, "x");
	alarm_set(&alarms[1], now + 400, write_char, "d");
	host_compute(210);
	note('.');
	assert_true(alarm_cancel(&alarms[3]));
	assert_false(alarm_cancel(&alarms[3]));
	host_compute(1000);
	assert_string_equal(trace, "b.cd");
	alarm_set(&alarms[0], 1, write_char, "e");
	assert_string_equal(trace, "b.cde");
	alarm_set(&alarms[0], WAIT_FOREVER, write_char, "f");
	assert_false(alarm_cancel(&alarms[0]));
}

static struct alarm repeated;
static unsigned int repetitions;

static void repeat(void *arg)
{
	repetitions++;
	alarm_set(&repeated, repeated.deadline + 1000, repeat, arg);
}

static void an_alarm_can_set_itself(void **state)
{
	(void)state;
	alarm_set(&repeated, deadline_after(1000), repeat, NULL);
	host_compute(10500);
	assert_int_equal(repetitions, 10);
	assert_true(alarm_cancel(&repeated));
}

static void deadlines_that_have_passed_do_not_wait(void **state)
{
	u64 now = get_time_ns();

	(void)state;
	thread_sleep_until(WAIT_NOT);
	thread_sleep_until(now);
	thread_sleep(0);
	assert_int_equal(get_time_ns(), now);
	assert_int_equal(deadline_after(WAIT_FOREVER), WAIT_FOREVER);
}

static void priorities_can_change(void **state)
{
	struct thread *low = start(write_name, "l", 1);

	(void)state;
	assert_int_equal(thread_set_priority(low, 0), -EINVAL);
	assert_int_equal(thread_set_priority(low, 32), -EINVAL);
	assert_int_equal(thread_set_priority(low, 5), 0);
	note('1');
	assert_int_equal(thread_set_priority(low, 17), 0);
	note('2');
	join(low);
	low = start(write_name, "m", 4);
	assert_int_equal(thread_set_priority(thread_self(), 3), 0);
	note('3');
	assert_int_equal(thread_priority(thread_self()), 3);
	assert_int_equal(thread_set_priority(thread_self(), THREAD_PRIORITY_DEFAULT), 0);
	join(low);
	assert_string_equal(trace, "1l2m3");
}

static void compute(void *arg)
{
	(void)arg;
	host_compute(5000);
	thread_sleep(3000);
	host_compute(7000);
}

static void time_is_accounted(void **state)
{
	struct thread *thread = start(compute, "t", 20);
	u64 idle = thread_idle_time(), own = thread_cpu_time(thread_self());

	(void)state;
	assert_int_equal(thread_cpu_time(thread), 5000);
	thread_sleep(20000);
	assert_int_equal(thread_cpu_time(thread), 12000);
	assert_int_equal(thread_idle_time() - idle, 13000);
	host_compute(100);
	assert_int_equal(thread_cpu_time(thread_self()) - own, 100);
	join(thread);
}

static void a_handler_must_not_wait(void **state)
{
	(void)state;
	semaphore_init(&event, 0, 1);
	assert_true(HOST_PANICS(host_interrupt(wait_and_write, "w")));
	assert_non_null(strstr(host_panic_text, "interrupt handler"));
	assert_non_null(strstr(host_panic_text, "main"));
	semaphore_init(&event, 0, 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, host_check_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_highest_priority_runs),
		TEST(equals_take_turns_when_they_yield),
		TEST(equals_get_slices),
		TEST(alone_there_are_no_ticks),
		TEST(a_turn_ends_with_one_interrupt),
		TEST(an_alarm_at_the_end_of_a_turn_needs_no_interrupt),
		TEST(an_interrupt_preempts),
		TEST(a_handler_sets_the_timer_once),
		TEST(a_critical_section_is_not_preempted),
		TEST(preemption_does_not_cost_the_turn),
		TEST(sleepers_wake_in_order_of_deadlines),
		TEST(alarms_go_off_once_and_in_order),
		TEST(an_alarm_can_set_itself),
		TEST(deadlines_that_have_passed_do_not_wait),
		TEST(priorities_can_change),
		TEST(time_is_accounted),
		TEST(a_handler_must_not_wait),
	};

	return cmocka_run_group_tests(tests, host_start, NULL);
}
