/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Latencies: from a deadline to the interrupt handler, from there to the thread that it wakes,
 * while the CPU is idle and while another thread computes; and what a switch between threads takes.
 */
#include "demo.h"

#define DEFAULT_SAMPLES 1000
#define SWITCHES        20000

struct samples {
	unsigned int count;
	/* ns; to the handler, and from there to the thread */
	u64 *to_handler;
	u64 *to_thread;
};

static struct semaphore event;
static struct alarm alarm;
static u64 handler_ran_at;
static volatile bool stop_computing;

static void interrupt(void *arg)
{
	(void)arg;
	handler_ran_at = get_time_ns();
	semaphore_post(&event);
}

static void take_samples(void *arg)
{
	u64 period = cmdline_parse_int("period_us", 1000) * NS_PER_US, deadline, woken;
	struct samples *samples = arg;
	unsigned int n;

	for (n = 0; n < samples->count; n++) {
		deadline = deadline_after(period);
		alarm_set(&alarm, deadline, interrupt, NULL);
		semaphore_wait(&event, WAIT_FOREVER);
		woken = get_time_ns();
		samples->to_handler[n] = handler_ran_at - deadline;
		samples->to_thread[n] = woken - handler_ran_at;
	}
}

static void compute_on(void *arg)
{
	(void)arg;
	while (!stop_computing)
		cpu_relax();
}

/* Shell sort, with gaps of 3^k + ... + 1 */
static void sort(u64 *values, unsigned int count)
{
	unsigned int gap = 1, n, place;

	while (gap < count / 3)
		gap = 3 * gap + 1;
	for (; gap; gap /= 3)
		for (n = gap; n < count; n++) {
			u64 value = values[n];

			for (place = n; place >= gap && values[place - gap] > value; place -= gap)
				values[place] = values[place - gap];
			values[place] = value;
		}
}

static void print(const char *load, const char *what, u64 *values, unsigned int count)
{
	sort(values, count);
	printf("thread-demo: latency, CPU %s, %s: min %llu p50 %llu p99 %llu max %llu ns\n", load,
	       what, values[0], values[count / 2], values[count - 1 - count / 100],
	       values[count - 1]);
}

static void measure(const char *load, struct samples *samples)
{
	join_thread(start_thread("latency", take_samples, samples, THREAD_PRIORITY_MAX - 1));
	print(load, "deadline to interrupt handler", samples->to_handler, samples->count);
	print(load, "interrupt handler to thread", samples->to_thread, samples->count);
}

static void ping_pong(void *arg)
{
	struct semaphore *semaphores = arg;
	unsigned int n;

	for (n = 0; n < SWITCHES / 2; n++) {
		semaphore_wait(&semaphores[0], WAIT_FOREVER);
		semaphore_post(&semaphores[1]);
	}
}

/* Equal priorities, so that each switch is one wait. */
static void measure_switches(void)
{
	static struct semaphore semaphores[2];
	struct thread *other;
	unsigned int n;
	u64 start;

	semaphore_init(&semaphores[0], 0, 1);
	semaphore_init(&semaphores[1], 0, 1);
	other = start_thread("pong", ping_pong, semaphores, DEMO_PRIORITY);
	start = get_time_ns();
	for (n = 0; n < SWITCHES / 2; n++) {
		semaphore_post(&semaphores[0]);
		semaphore_wait(&semaphores[1], WAIT_FOREVER);
	}
	printf("thread-demo: latency, one post, wait and switch of threads: mean %llu ns\n",
	       (get_time_ns() - start) / SWITCHES);
	join_thread(other);
}

void test_latency(void)
{
	struct samples samples = { .count = cmdline_parse_int("samples", DEFAULT_SAMPLES) };
	struct thread *computing;

	samples.to_handler = calloc(samples.count, sizeof(u64));
	samples.to_thread = calloc(samples.count, sizeof(u64));
	if (!samples.count || !samples.to_handler || !samples.to_thread)
		panic("thread-demo: no memory for samples");
	semaphore_init(&event, 0, 1);
	measure("idle", &samples);

	stop_computing = false;
	computing = start_thread("computing", compute_on, NULL, 1);
	measure("busy", &samples);
	stop_computing = true;
	join_thread(computing);
	free(samples.to_handler);
	free(samples.to_thread);
	measure_switches();
}
