/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A clock for our iperf3 that can be set forward from outside: what waits for a long time can be
 * tested in a short one. Takes the place of platform_now() of platform-host.c.
 */
#ifndef TESTS_UNIT_IPERF3_CLOCK_H
#define TESTS_UNIT_IPERF3_CLOCK_H

#include "iperf3-run.h"

/* So many seconds pass at once for @program, which is ours. */
void skip_time(const struct program *program, int seconds);

/* More and more time passes for @program until something comes from @fd. */
void skip_time_until_readable(const struct program *program, int fd);

/* ... until it has printed @text. */
void skip_time_until_text(struct program *program, const char *text);

#endif /* TESTS_UNIT_IPERF3_CLOCK_H */
