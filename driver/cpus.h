/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPUs that Linux gives away and gets back.
 *
 * All functions need the driver's lock, and may sleep.
 */
#ifndef JAILHOUSE_DRIVER_CPUS_H
#define JAILHOUSE_DRIVER_CPUS_H

#include <linux/cpumask.h>

/* Registers the guard that keeps Linux from starting foreign CPUs. Returns 0 or -errno. */
int cpus_init(void);
void cpus_exit(void);

/* Lets Linux start the CPUs of @root only; NULL: all. */
void cpus_restrict(const struct cpumask *root);

/*
 * Takes @cpus offline and keeps them so. Stores those that were online in @taken. Returns 0 or
 * what Linux says against it, reported; then nothing has changed.
 */
int cpus_take(const struct cpumask *cpus, struct cpumask *taken);

/* Gives @cpus back to Linux and brings those of @taken online. What fails is logged. */
void cpus_give_back(const struct cpumask *cpus, struct cpumask *taken);

#endif /* JAILHOUSE_DRIVER_CPUS_H */
