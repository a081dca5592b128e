// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes CPUs from Linux by its CPU hotplug, and gives them back.
 */
#define pr_fmt(fmt) "jailhouse: " fmt

#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/errno.h>
#include <linux/printk.h>

#include "cpus.h"
#include "report.h"

/* CPUs that Linux must not start. Read without lock by the guard. */
static struct cpumask foreign_cpus;

static enum cpuhp_state guard_state;

/* Called by CPU hotplug with its locks held; must not take the driver's lock. */
static int cpus_guard(unsigned int cpu)
{
	if (!cpumask_test_cpu(cpu, &foreign_cpus))
		return 0;
	pr_warn("CPU %u is not the root cell's, Linux cannot start it\n", cpu);
	return -EBUSY;
}

int cpus_init(void)
{
	int state;

	state = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "jailhouse:guard", cpus_guard,
					  NULL);
	if (state < 0)
		return state;
	guard_state = state;
	return 0;
}

void cpus_exit(void)
{
	cpuhp_remove_state_nocalls(guard_state);
}

void cpus_restrict(const struct cpumask *root)
{
	cpumask_clear(&foreign_cpus);
	if (root)
		cpumask_andnot(&foreign_cpus, cpu_possible_mask, root);
}

static int cpu_take(unsigned int cpu, struct cpumask *taken)
{
	int err;

	/* Positive if the CPU has been offline before. */
	err = remove_cpu(cpu);
	if (err < 0)
		return refuse(err, "CPU %u cannot be taken offline (%pe)", cpu, ERR_PTR(err));
	if (err == 0)
		cpumask_set_cpu(cpu, taken);
	return 0;
}

int cpus_take(const struct cpumask *cpus, struct cpumask *taken)
{
	unsigned int cpu;
	int err;

	cpumask_clear(taken);
	cpumask_or(&foreign_cpus, &foreign_cpus, cpus);
	for_each_cpu (cpu, cpus) {
		err = cpu_take(cpu, taken);
		if (err) {
			cpus_give_back(cpus, taken);
			return err;
		}
	}
	return 0;
}

void cpus_give_back(const struct cpumask *cpus, struct cpumask *taken)
{
	unsigned int cpu;
	int err;

	cpumask_andnot(&foreign_cpus, &foreign_cpus, cpus);
	for_each_cpu (cpu, taken) {
		err = add_cpu(cpu);
		if (err < 0)
			pr_warn("CPU %u cannot be brought online (%pe)\n", cpu, ERR_PTR(err));
	}
	cpumask_clear(taken);
}
