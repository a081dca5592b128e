/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Millions of frames between threads and between processes, each with its content checked: more than
 * two million in all, nearly all of them small, in some seconds. With SOAK=1 in the environment fifty
 * times as many; start the program itself then, for run-tests gives it ten minutes only.
 *
 * suite: net
 * sources: tests/unit/ring-traffic.c tests/unit/ring-pair.c net/ring/ring-setup.c
 * sources: net/ring/ring-extension.c net/ring/ring-tx.c net/ring/ring-rx.c
 * flags: -Inet/ring -O2
 */
#include "ring-traffic.h"

static void small_frames_threads(void **unused)
{
	const struct traffic traffic = {
		.size = 0x7f000,
		.frames = traffic_frames(500000),
		.min = 14,
		.max = 200,
		.batch = 32,
		.spins = 100,
	};

	(void)unused;
	traffic_run(&traffic);
}

static void small_frames_processes(void **unused)
{
	const struct traffic traffic = {
		.device = CLASSIC_DEVICE,
		.size = 0x80000,
		.frames = traffic_frames(500000),
		.min = 14,
		.max = 128,
		.batch = 64,
		.spins = 100,
		.processes = true,
	};

	(void)unused;
	traffic_run(&traffic);
}

/* All lengths, up to the longest; in a section that holds few of them. */
static void all_lengths_processes(void **unused)
{
	const struct traffic traffic = {
		.size = 0x7f000 + 5,
		.frames = traffic_frames(10000),
		.min = 14,
		.max = IVSHM_FRAME_MAX,
		.batch = 4,
		.spins = 10,
		.processes = true,
	};

	(void)unused;
	traffic_run(&traffic);
}

/* The smallest section: always full or empty, always asleep. */
static void smallest_section(void **unused)
{
	struct traffic traffic = {
		.size = 2816,
		.frames = traffic_frames(20000),
		.min = 14,
		.max = 996,
		.batch = 2,
	};

	(void)unused;
	traffic_run(&traffic);
	traffic.device = CLASSIC_DEVICE;
	traffic.processes = true;
	traffic_run(&traffic);
}

static void reclaimer_beside_sender(void **unused)
{
	const struct traffic traffic = {
		.size = 16384,
		.frames = traffic_frames(100000),
		.min = 14,
		.max = 300,
		.batch = 16,
		.spins = 10,
		.reclaimer = true,
	};

	(void)unused;
	traffic_run(&traffic);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_frames_threads),    cmocka_unit_test(small_frames_processes),
		cmocka_unit_test(all_lengths_processes),   cmocka_unit_test(smallest_section),
		cmocka_unit_test(reclaimer_beside_sender),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
