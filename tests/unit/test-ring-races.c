/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ring under the thread sanitizer: sender, receiver and reclaimer of both ends, no data races.
 * Without builtins, so that it sees the copying of frames.
 *
 * suite: net
 * sources: tests/unit/ring-traffic.c tests/unit/ring-pair.c net/ring/ring-setup.c
 * sources: net/ring/ring-extension.c net/ring/ring-tx.c net/ring/ring-rx.c
 * flags: -Inet/ring -fno-sanitize=all -fsanitize=thread -fno-builtin -Wno-unknown-warning-option -Wno-tsan
 */
#include "ring-traffic.h"

static void no_races(void **unused)
{
	struct traffic traffic = {
		.size = 16384,
		.frames = traffic_frames(20000),
		.min = 14,
		.max = 300,
		.batch = 8,
		.spins = 10,
	};

	(void)unused;
	traffic_run(&traffic);
	traffic.device = CLASSIC_DEVICE;
	traffic.reclaimer = true;
	traffic_run(&traffic);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_races),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
