/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exit counters in sysfs: cells/<id>/statistics, with the sums over a cell's CPUs, and below it a
 * directory for each CPU.
 *
 * All functions need the driver's lock and may sleep; those that remove wait for readers.
 */
#ifndef JAILHOUSE_DRIVER_STATISTICS_H
#define JAILHOUSE_DRIVER_STATISTICS_H

struct cell;

/* Adds the statistics of a cell that is in sysfs, for its CPUs too. Returns 0 or -errno. */
int statistics_add(struct cell *cell);
void statistics_remove(struct cell *cell);

/* Adds one more CPU. Returns 0 or -errno. */
int statistics_add_cpu(struct cell *cell, unsigned int cpu);

/* Removes a CPU, if it is there. */
void statistics_remove_cpu(struct cell *cell, unsigned int cpu);

#endif /* JAILHOUSE_DRIVER_STATISTICS_H */
