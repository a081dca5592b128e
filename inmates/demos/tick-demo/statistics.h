/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Minimum, mean, maximum and a histogram of times.
 */
#ifndef TICK_DEMO_STATISTICS_H
#define TICK_DEMO_STATISTICS_H

#include <jailhouse/types.h>

#define STATISTICS_BUCKETS 8

struct statistics {
	u64 count;
	/* Nanoseconds */
	u64 sum;
	u64 min;
	u64 max;
	u64 buckets[STATISTICS_BUCKETS];
};

void statistics_reset(struct statistics *statistics);
void statistics_add(struct statistics *statistics, u64 ns);

/* Mean in nanoseconds, 0 if there was nothing to add up. */
u64 statistics_mean(const struct statistics *statistics);

/* Prints "<10us N <30us N ..." without a line feed; buckets that are empty are left out. */
void statistics_print_histogram(const struct statistics *statistics);

#endif /* TICK_DEMO_STATISTICS_H */
