/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Deadlines are kept in order, by alarms and sleeping threads alike, and the functions of timer.h
 * work beside them.
 */
#include "demo.h"

#define NUM_ALARMS  200
#define NUM_THREADS 40
#define SPREAD_US   200000
#define NUM_TICKS   50

static struct alarm alarms[NUM_ALARMS];
static u64 last_deadline;
static unsigned int expired, early, disorder;

static void check_order(u64 deadline)
{
	if (get_time_ns() < deadline)
		early++;
	if (deadline < last_deadline)
		disorder++;
	last_deadline = deadline;
	expired++;
}

static void alarm_expired(void *arg)
{
	const struct alarm *alarm = arg;

	check_order(alarm->deadline);
}

static void set_true(void *arg)
{
	*(volatile bool *)arg = true;
}

/*
 * Of equal priority, so that they run in the order in which they become ready. One whose deadline
 * has passed before it can sleep is not in order, but that only happens if the CPU was away.
 * Whether it has slept is told by an alarm: interrupts are disabled unless it does.
 */
static void sleep_once(void *arg)
{
	u64 deadline = (u64)arg;
	volatile bool has_slept = false;
	struct alarm alarm = { 0 };
	bool state = thread_lock();

	alarm_set(&alarm, deadline, set_true, (void *)&has_slept);
	thread_sleep_until(deadline);
	if (has_slept) {
		check_order(deadline);
	} else {
		early += get_time_ns() < deadline;
		expired++;
	}
	alarm_cancel(&alarm);
	thread_unlock(state);
}

static u64 random_deadline(void)
{
	return deadline_after((1000 + random_below(SPREAD_US)) * NS_PER_US);
}

static void reset(void)
{
	last_deadline = 0;
	expired = early = disorder = 0;
}

static void alarms_in_order(void)
{
	unsigned int n, cancelled = 0;
	bool state;

	reset();
	for (n = 0; n < NUM_ALARMS; n++) {
		state = thread_lock();
		alarm_set(&alarms[n], random_deadline(), alarm_expired, &alarms[n]);
		thread_unlock(state);
	}
	for (n = 0; n < NUM_ALARMS; n += 10)
		cancelled += alarm_cancel(&alarms[n]);
	thread_sleep(2 * SPREAD_US * NS_PER_US);
	CHECK(expired == NUM_ALARMS - cancelled);
	CHECK(early == 0 && disorder == 0);
}

static void sleepers_in_order(void)
{
	struct thread *threads[NUM_THREADS];
	unsigned int n;

	reset();
	for (n = 0; n < NUM_THREADS; n++)
		threads[n] = start_thread("sleeper", sleep_once, (void *)random_deadline(), 20);
	for (n = 0; n < NUM_THREADS; n++)
		join_thread(threads[n]);
	CHECK(expired == NUM_THREADS);
	CHECK(early == 0 && disorder == 0);
}

void test_timers(void)
{
	alarms_in_order();
	sleepers_in_order();
}

static volatile unsigned int user_ticks;

static void user_tick(void *arg)
{
	(void)arg;
	user_ticks++;
}

/* One-shot and periodic timers of timer.h, while threads and alarms come and go. */
void test_user_timer(void)
{
	u64 start;

	user_ticks = 0;
	timer_set_handler(user_tick, NULL);
	timer_start_oneshot(3 * NS_PER_MS);
	sleepers_in_order();
	CHECK(user_ticks == 1);

	user_ticks = 0;
	start = get_time_ns();
	timer_start_periodic(5 * NS_PER_MS);
	/* A tick may come late, together with the next; never one too many */
	do
		alarms_in_order();
	while (user_ticks < NUM_TICKS);
	timer_stop();
	CHECK(user_ticks <= (get_time_ns() - start) / (5 * NS_PER_MS));
	user_ticks = 0;
	thread_sleep(20 * NS_PER_MS);
	CHECK(user_ticks == 0);
}
