/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * A periodic task: takes a timer interrupt every so many microseconds and tells how late it came.
 *
 * Parameters
 *   period_us=1000     time between two ticks
 *   mode=oneshot       oneshot: each tick programs the next; periodic: the timer repeats by itself;
 *                      deadline: as oneshot, by the time stamp counter (if the CPU can)
 *   count=0            ends after that many ticks; 0: never
 *   report=N           ticks between two reports, as many as are in a second by default; 0: none,
 *                      so that nothing but the ticks makes the cell exit to the hypervisor
 *   lock               the cell's state is "running/locked"
 *   refuse_shutdown=0  requests to shut down that are refused before one is granted; -1: all
 */
#include <inmate/inmate.h>

#include "statistics.h"

enum mode {
	MODE_ONESHOT,
	MODE_PERIODIC,
	MODE_DEADLINE,
};

static const char *const mode_names[] = { "oneshot", "periodic", "deadline" };

static struct {
	enum mode mode;
	u64 period_ns;
	u64 count;
	u64 report;
	s64 refusals;
} config;

static struct {
	/* When the next tick should come, in time of get_time_ns */
	u64 due_ns;
	volatile u64 ticks;
	/* Since the last report; the main program takes it with interrupts disabled. */
	struct statistics recent;
	struct statistics total;
	/* Ticks that were so late that the next was due already */
	u64 missed;
} state;

static enum mode parse_mode(void)
{
	char name[16];
	unsigned int n;

	cmdline_parse_str("mode", name, sizeof(name), mode_names[MODE_ONESHOT]);
	for (n = 0; n < ARRAY_SIZE(mode_names); n++)
		if (!strcmp(name, mode_names[n]))
			break;
	if (n == ARRAY_SIZE(mode_names)) {
		printf("tick-demo: unknown mode %s, taking oneshot\n", name);
		return MODE_ONESHOT;
	}
	if (n == MODE_DEADLINE && !timer_has_deadline()) {
		printf("tick-demo: this CPU has no deadline timer, taking oneshot\n");
		return MODE_ONESHOT;
	}
	return n;
}

static void parse_config(void)
{
	s64 period_us = cmdline_parse_int("period_us", 1000);
	u64 per_second;

	if (period_us < 1)
		period_us = 1;
	config.period_ns = period_us * NS_PER_US;
	if (config.period_ns > timer_max_ns())
		config.period_ns = timer_max_ns();
	per_second = NS_PER_SEC / config.period_ns;

	config.mode = parse_mode();
	config.count = cmdline_parse_int("count", 0);
	config.report = cmdline_parse_int("report", per_second ? per_second : 1);
	config.refusals = cmdline_parse_int("refuse_shutdown", 0);
}

/* Programs the tick after the one at due_ns, and notes those that have been missed. */
static void program_next(u64 now)
{
	state.due_ns += config.period_ns;
	while (state.due_ns <= now) {
		state.due_ns += config.period_ns;
		state.missed++;
	}
	if (config.mode == MODE_ONESHOT)
		timer_start_oneshot(state.due_ns - now);
	else if (config.mode == MODE_DEADLINE)
		timer_start_deadline(ns_to_tsc(state.due_ns));
}

static void tick(void *arg)
{
	u64 now = get_time_ns();
	/* A periodic timer and the time stamp counter may drift apart by a few ns. */
	u64 late = now > state.due_ns ? now - state.due_ns : 0;

	(void)arg;
	/* One more may come before the main program has stopped the timer. */
	if (config.count && state.ticks == config.count)
		return;
	statistics_add(&state.recent, late);
	statistics_add(&state.total, late);
	state.ticks++;
	program_next(now);
}

static void start(void)
{
	statistics_reset(&state.recent);
	statistics_reset(&state.total);
	timer_set_handler(tick, NULL);
	state.due_ns = get_time_ns();
	if (config.mode == MODE_PERIODIC)
		timer_start_periodic(config.period_ns);
	program_next(state.due_ns);
}

static void print(const char *what, const struct statistics *statistics)
{
	printf("tick-demo: %s %llu ticks, late by min %llu mean %llu max %llu ns, missed %llu:",
	       what, statistics->count, statistics->min, statistics_mean(statistics),
	       statistics->max, state.missed);
	statistics_print_histogram(statistics);
	printf("\n");
}

static void report(void)
{
	struct statistics recent;

	cpu_disable_interrupts();
	recent = state.recent;
	statistics_reset(&state.recent);
	cpu_enable_interrupts();
	print("last", &recent);
}

static bool may_shut_down(void *arg)
{
	(void)arg;
	if (config.refusals) {
		if (config.refusals > 0)
			config.refusals--;
		printf("tick-demo: refusing to shut down\n");
		return false;
	}
	timer_stop();
	print("total", &state.total);
	printf("tick-demo: shutting down\n");
	return true;
}

static void reconfigured(void *arg)
{
	(void)arg;
	printf("tick-demo: cells have changed\n");
}

/*
 * Interrupts are disabled from the look at the counter to the HLT, which a tick that came in between
 * would not end.
 */
static void wait_for_tick(u64 ticks)
{
	cpu_disable_interrupts();
	if (state.ticks == ticks)
		cpu_wait_for_interrupt();
	cpu_enable_interrupts();
}

static void run(void)
{
	u64 next_report = config.report, ticks;

	for (ticks = 0; !config.count || ticks < config.count; ticks = state.ticks) {
		comm_poll();
		if (config.report && ticks >= next_report) {
			report();
			next_report += config.report;
		}
		wait_for_tick(ticks);
	}
}

void inmate_main(void)
{
	parse_config();
	printf("tick-demo: %s timer, period %llu us, TSC %u kHz, APIC %u kHz\n",
	       mode_names[config.mode], config.period_ns / NS_PER_US, tsc_khz(),
	       comm_region()->apic_khz);
	comm_set_shutdown_handler(may_shut_down, NULL);
	comm_set_reconfig_handler(reconfigured, NULL);
	if (cmdline_parse_bool("lock", false)) {
		printf("tick-demo: locking the configuration\n");
		comm_set_state(JAILHOUSE_CELL_RUNNING_LOCKED);
	}

	start();
	run();
	timer_stop();
	print("total", &state.total);
	printf("tick-demo: done\n");
}
