// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exit counters of a cell, from sysfs.
 */
#include <stdio.h>
#include <stdlib.h>

#include "stats.h"

/* Counters have 31 bits. */
#define COUNTER_MASK 0x7fffffff

const char *const stats_names[JAILHOUSE_NUM_CPU_STATS] = {
	[JAILHOUSE_CPU_STAT_VMEXITS_TOTAL] = "total",
	[JAILHOUSE_CPU_STAT_VMEXITS_MMIO] = "mmio",
	[JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT] = "management",
	[JAILHOUSE_CPU_STAT_VMEXITS_HYPERCALL] = "hypercall",
	[JAILHOUSE_CPU_STAT_VMEXITS_PIO] = "pio",
	[JAILHOUSE_CPU_STAT_VMEXITS_XAPIC] = "xapic",
	[JAILHOUSE_CPU_STAT_VMEXITS_CR] = "cr",
	[JAILHOUSE_CPU_STAT_VMEXITS_CPUID] = "cpuid",
	[JAILHOUSE_CPU_STAT_VMEXITS_XSETBV] = "xsetbv",
	[JAILHOUSE_CPU_STAT_VMEXITS_EXCEPTION] = "exception",
	[JAILHOUSE_CPU_STAT_VMEXITS_MSR_OTHER] = "msr_other",
	[JAILHOUSE_CPU_STAT_VMEXITS_MSR_X2APIC_ICR] = "msr_x2apic_icr",
};

/* The CPU may leave the cell at any time; its counters read 0 then. */
static unsigned int read_counter(unsigned int id, int cpu, unsigned int index)
{
	char line[32];

	if (!sysfs_read(line, sizeof(line), "cells/%u/statistics/cpu%d/vmexits_%s", id, cpu,
			stats_names[index]))
		return 0;
	return strtoul(line, NULL, 10);
}

static void read_cpu(struct stats *stats, int cpu)
{
	struct cpu_stats *it = &stats->cpus[stats->num_cpus++];

	it->cpu = cpu;
	/* Reading them may count, too: the total comes last, to be no less than its parts. */
	for (unsigned int i = JAILHOUSE_NUM_CPU_STATS; i-- > 0;) {
		it->counters[i] = read_counter(stats->cell.id, cpu, i);
		stats->totals[i] += it->counters[i];
	}
}

bool stats_read(struct stats *stats, const struct jailhouse_cell_id *id)
{
	const char *list;
	size_t count = 0;
	int cpu = -1;

	*stats = (struct stats){ 0 };
	if (!sysfs_find_cell(id, &stats->cell))
		return false;

	for (list = stats->cell.cpus_assigned; cpu_list_next(&list, &cpu);)
		count++;
	stats->cpus = calloc(count + 1, sizeof(stats->cpus[0]));
	if (!stats->cpus)
		abort();

	clock_gettime(CLOCK_MONOTONIC, &stats->time);
	cpu = -1;
	for (list = stats->cell.cpus_assigned; cpu_list_next(&list, &cpu);)
		read_cpu(stats, cpu);
	return true;
}

void stats_free(struct stats *stats)
{
	free(stats->cpus);
	stats->cpus = NULL;
}

static const struct cpu_stats *find_cpu(const struct stats *stats, int cpu)
{
	for (size_t i = 0; i < stats->num_cpus; i++) {
		if (stats->cpus[i].cpu == cpu)
			return &stats->cpus[i];
	}
	return NULL;
}

double stats_rate(const struct stats *old, const struct stats *new, unsigned int index)
{
	double seconds = new->time.tv_sec - old->time.tv_sec +
			 (new->time.tv_nsec - old->time.tv_nsec) / 1e9;
	double events = 0;

	for (size_t i = 0; i < new->num_cpus; i++) {
		const struct cpu_stats *before = find_cpu(old, new->cpus[i].cpu);

		if (before)
			events += (new->cpus[i].counters[index] - before->counters[index]) &
				  COUNTER_MASK;
	}
	return seconds > 0 ? events / seconds : 0;
}
