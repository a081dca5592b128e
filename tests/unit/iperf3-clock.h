/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A clock for our iperf3 that can be set forward from outside: what waits for a long time can be
 * tested in a short one. Takes the place of platform_now() of platform-host.c.
 */
#ifndef TESTS_UNIT_IPERF3_CLOCK_H
#define TESTS_UNIT_IPERF3_CLOCK_H

#include "iperf3-run.h"

#define SKIPPED_SECONDS 40

/* So much time passes at once for @program, which is ours. */
void skip_time(const struct program *program);

#endif /* TESTS_UNIT_IPERF3_CLOCK_H */
