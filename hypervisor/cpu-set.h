/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sets of CPUs, by Linux's CPU numbers.
 */
#ifndef HYPERVISOR_CPU_SET_H
#define HYPERVISOR_CPU_SET_H

#include <jailhouse/types.h>

#define MAX_CPUS 256

struct cpu_set {
	u64 bits[MAX_CPUS / 64];
};

static inline bool cpu_set_has(const struct cpu_set *set, unsigned int cpu)
{
	return cpu < MAX_CPUS && ((set->bits[cpu / 64] >> (cpu % 64)) & 1);
}

static inline void cpu_set_add(struct cpu_set *set, unsigned int cpu)
{
	set->bits[cpu / 64] |= 1ULL << (cpu % 64);
}

static inline void cpu_set_remove(struct cpu_set *set, unsigned int cpu)
{
	set->bits[cpu / 64] &= ~(1ULL << (cpu % 64));
}

/* First member from @cpu on, or MAX_CPUS. */
static inline unsigned int cpu_set_next(const struct cpu_set *set, unsigned int cpu)
{
	u64 rest;

	for (; cpu < MAX_CPUS; cpu = (cpu / 64 + 1) * 64) {
		rest = set->bits[cpu / 64] >> (cpu % 64);
		if (rest)
			return cpu + __builtin_ctzll(rest);
	}
	return MAX_CPUS;
}

#define for_each_cpu(cpu, set) \
	for ((cpu) = cpu_set_next(set, 0); (cpu) < MAX_CPUS; (cpu) = cpu_set_next(set, (cpu) + 1))

static inline unsigned int cpu_set_count(const struct cpu_set *set)
{
	unsigned int cpu, count = 0;

	for_each_cpu (cpu, set)
		count++;
	return count;
}

#endif /* HYPERVISOR_CPU_SET_H */
