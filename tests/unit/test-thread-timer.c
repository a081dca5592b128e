/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One timer for the inmate and its threads: both get their interrupts in time, and the hardware is
 * written as seldom as possible.
 *
 * suite: sockets
 * sources: inmates/lib/timer-share.c
 * flags: -Iinmates/lib/include
 */
#include "unit.h"

#include "inmates/lib/timer-share.h"
#include <inmate/thread.h>
#include <inmate/timer.h>

#define RESOLUTION 16

static u64 now, hardware, user_at, threads_at;
static unsigned int writes, user_calls, threads_calls;
/* What the handlers set in turn, 0: nothing */
static u64 user_again, threads_again;

u64 get_time_ns(void)
{
	return now;
}

u64 timer_resolution_ns(void)
{
	return RESOLUTION;
}

void timer_hardware_start(u64 ns)
{
	writes++;
	hardware = now + ns;
}

void timer_stop(void)
{
	hardware = WAIT_FOREVER;
}

void timer_user_expired(void)
{
	user_calls++;
	user_at = now;
	if (user_again)
		timer_share_set_user(user_again, 0);
	user_again = 0;
}

static void threads_expired(void)
{
	threads_calls++;
	threads_at = now;
	if (threads_again)
		timer_share_set_threads(threads_again);
	threads_again = 0;
}

/* Lets the time pass. */
static void until(u64 end)
{
	while (hardware <= end) {
		now = hardware;
		hardware = WAIT_FOREVER;
		timer_share_interrupt();
	}
	now = end;
}

static int set_up(void **state)
{
	(void)state;
	now = 1000;
	writes = user_calls = threads_calls = 0;
	user_again = threads_again = 0;
	timer_share_start(threads_expired);
	return 0;
}

/* A tick late at most, never early. */
static void in_time(u64 at, u64 due)
{
	assert_in_range(at, due, due + RESOLUTION);
}

static void each_gets_its_own(void **state)
{
	(void)state;
	timer_share_set_user(5000, 0);
	timer_share_set_threads(3000);
	until(4000);
	assert_int_equal(threads_calls, 1);
	in_time(threads_at, 3000);
	assert_int_equal(user_calls, 0);
	until(100000);
	assert_int_equal(user_calls, 1);
	in_time(user_at, 5000);
	assert_int_equal(threads_calls, 1);
	assert_int_equal(hardware, WAIT_FOREVER);
}

static void what_is_past_comes_at_once(void **state)
{
	(void)state;
	timer_share_set_threads(1);
	until(now);
	assert_int_equal(threads_calls, 1);
}

static void a_periodic_user_goes_on(void **state)
{
	(void)state;
	timer_share_set_user(2000, 1000);
	timer_share_set_threads(4500);
	until(12900);
	assert_int_equal(user_calls, 11);
	in_time(user_at, 12000);
	assert_int_equal(threads_calls, 1);
	timer_share_set_user(WAIT_FOREVER, 0);
	until(99000);
	assert_int_equal(user_calls, 11);
}

/* The interrupt was held up for long. */
static void missed_periods_are_one(void **state)
{
	(void)state;
	timer_share_set_user(2000, 1000);
	now = 7500;
	hardware = WAIT_FOREVER;
	timer_share_interrupt();
	assert_int_equal(user_calls, 1);
	until(8100);
	assert_int_equal(user_calls, 2);
	in_time(user_at, 8000);
}

static void later_deadlines_are_not_written(void **state)
{
	unsigned int n;

	(void)state;
	timer_share_set_threads(5000);
	assert_int_equal(writes, 1);
	for (n = 0; n < 100; n++) {
		timer_share_set_threads(WAIT_FOREVER);
		timer_share_set_threads(6000 + n);
		timer_share_set_user(7000 + n, 0);
	}
	assert_int_equal(writes, 1);
	timer_share_set_threads(4000);
	assert_int_equal(writes, 2);
	timer_share_set_threads(6500);
	until(6600);
	/* One for a deadline that was withdrawn: it expired in vain; one for the user's. */
	assert_int_equal(writes, 4);
	assert_int_equal(threads_calls, 1);
	in_time(threads_at, 6500);
}

static void nothing_is_written_for_nothing(void **state)
{
	(void)state;
	timer_share_set_threads(5000);
	timer_share_set_threads(WAIT_FOREVER);
	until(50000);
	assert_int_equal(writes, 1);
	assert_int_equal(threads_calls, 0);
	assert_int_equal(user_calls, 0);
}

static void handlers_set_their_next(void **state)
{
	(void)state;
	timer_share_set_user(2000, 0);
	timer_share_set_threads(2000);
	user_again = 3000;
	threads_again = 2500;
	until(2100);
	assert_int_equal(user_calls, 1);
	assert_int_equal(threads_calls, 1);
	/* Both at the first interrupt, and one write at its end */
	assert_int_equal(writes, 2);
	until(10000);
	assert_int_equal(threads_calls, 2);
	in_time(threads_at, 2500);
	assert_int_equal(user_calls, 2);
	in_time(user_at, 3000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_gets_its_own, set_up),
		cmocka_unit_test_setup(what_is_past_comes_at_once, set_up),
		cmocka_unit_test_setup(a_periodic_user_goes_on, set_up),
		cmocka_unit_test_setup(missed_periods_are_one, set_up),
		cmocka_unit_test_setup(later_deadlines_are_not_written, set_up),
		cmocka_unit_test_setup(nothing_is_written_for_nothing, set_up),
		cmocka_unit_test_setup(handlers_set_their_next, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
