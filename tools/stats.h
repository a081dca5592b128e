/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exit counters of a cell: how they are read, and what `cell stats` does with them.
 */
#ifndef TOOLS_STATS_H
#define TOOLS_STATS_H

#include <time.h>

#include <jailhouse/hypercall.h>

#include "tool.h"

/* Names of the counters, total first; sysfs has them with "vmexits_" in front. */
extern const char *const stats_names[JAILHOUSE_NUM_CPU_STATS];

struct cpu_stats {
	int cpu;
	/* 31 bits each, they wrap around. */
	unsigned int counters[JAILHOUSE_NUM_CPU_STATS];
};

/* One reading. */
struct stats {
	struct cell_info cell;
	struct timespec time;
	/* Sums over all CPUs of the cell. */
	unsigned long long totals[JAILHOUSE_NUM_CPU_STATS];
	size_t num_cpus;
	struct cpu_stats *cpus;
};

/* Reads the counters of a cell; false if it is not there (any more). Release with stats_free. */
bool stats_read(struct stats *stats, const struct jailhouse_cell_id *id);
void stats_free(struct stats *stats);

/*
 * How often per second counter @index grew from @old to @new. CPUs that the cell did not have then
 * do not count.
 */
double stats_rate(const struct stats *old, const struct stats *new, unsigned int index);

/* Shows the counters on the terminal until the user quits. Returns an exit code. */
int stats_screen(const struct jailhouse_cell_id *id);

#endif /* TOOLS_STATS_H */
