/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Statistics of times, with buckets of about half an order of magnitude.
 */
#include "statistics.h"

#include <inmate/console.h>

static const struct {
	u64 below_ns;
	const char *name;
} buckets[STATISTICS_BUCKETS] = {
	{ 1000, "<1us" },     { 3000, "<3us" },     { 10000, "<10us" },  { 30000, "<30us" },
	{ 100000, "<100us" }, { 300000, "<300us" }, { 1000000, "<1ms" }, { ~0ULL, ">=1ms" },
};

void statistics_reset(struct statistics *statistics)
{
	*statistics = (struct statistics){ .min = ~0ULL };
}

void statistics_add(struct statistics *statistics, u64 ns)
{
	unsigned int n = 0;

	statistics->count++;
	statistics->sum += ns;
	if (ns < statistics->min)
		statistics->min = ns;
	if (ns > statistics->max)
		statistics->max = ns;
	while (n < STATISTICS_BUCKETS - 1 && ns >= buckets[n].below_ns)
		n++;
	statistics->buckets[n]++;
}

u64 statistics_mean(const struct statistics *statistics)
{
	return statistics->count ? statistics->sum / statistics->count : 0;
}

void statistics_print_histogram(const struct statistics *statistics)
{
	unsigned int n;

	for (n = 0; n < STATISTICS_BUCKETS; n++)
		if (statistics->buckets[n])
			printf(" %s %llu", buckets[n].name, statistics->buckets[n]);
}
