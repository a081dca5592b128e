// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exit counters in sysfs.
 */
#include <linux/kobject.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "cell.h"
#include "hypercall.h"
#include "hypervisor.h"
#include "statistics.h"

struct cell_stats {
	struct kobject kobj;
	const struct cell *cell;
	/* struct cpu_stats */
	struct list_head cpus;
};

struct cpu_stats {
	struct kobject kobj;
	struct list_head entry;
	unsigned int cpu;
};

struct counter_attribute {
	struct attribute attr;
	/* JAILHOUSE_CPU_STAT_* */
	unsigned int counter;
};

#define COUNTER(reason, number)                                                   \
	static struct counter_attribute reason##_attr = {                         \
		.attr = { .name = "vmexits_" __stringify(reason), .mode = 0444 }, \
		.counter = JAILHOUSE_CPU_STAT_VMEXITS_##number,                   \
	}

COUNTER(total, TOTAL);
COUNTER(mmio, MMIO);
COUNTER(management, MANAGEMENT);
COUNTER(hypercall, HYPERCALL);
COUNTER(pio, PIO);
COUNTER(xapic, XAPIC);
COUNTER(cr, CR);
COUNTER(cpuid, CPUID);
COUNTER(xsetbv, XSETBV);
COUNTER(exception, EXCEPTION);
COUNTER(msr_other, MSR_OTHER);
COUNTER(msr_x2apic_icr, MSR_X2APIC_ICR);

static struct attribute *counter_attrs[] = {
	&total_attr.attr,
	&mmio_attr.attr,
	&management_attr.attr,
	&hypercall_attr.attr,
	&pio_attr.attr,
	&xapic_attr.attr,
	&cr_attr.attr,
	&cpuid_attr.attr,
	&xsetbv_attr.attr,
	&exception_attr.attr,
	&msr_other_attr.attr,
	&msr_x2apic_icr_attr.attr,
	NULL,
};
ATTRIBUTE_GROUPS(counter);

static_assert(ARRAY_SIZE(counter_attrs) == JAILHOUSE_NUM_CPU_STATS + 1);

/* A CPU that is changing its cell may have no counters for a moment. */
static unsigned int read_counter(unsigned int cpu, struct attribute *attr)
{
	unsigned int counter = container_of(attr, struct counter_attribute, attr)->counter;
	int value = hypercall(JAILHOUSE_HC_CPU_GET_INFO, cpu,
			      JAILHOUSE_CPU_INFO_STAT_BASE + counter);

	return max(value, 0);
}

static ssize_t cell_counter_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	const struct cell *cell = container_of(kobj, struct cell_stats, kobj)->cell;
	unsigned int cpu;
	u64 sum = 0;
	int err;

	err = hypervisor_get();
	if (err)
		return err;
	for_each_cpu (cpu, cell->cpus_assigned)
		sum += read_counter(cpu, attr);
	hypervisor_put();
	return sysfs_emit(buf, "%llu\n", sum);
}

static ssize_t cpu_counter_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	unsigned int value;
	int err;

	err = hypervisor_get();
	if (err)
		return err;
	value = read_counter(container_of(kobj, struct cpu_stats, kobj)->cpu, attr);
	hypervisor_put();
	return sysfs_emit(buf, "%u\n", value);
}

static void cell_stats_release(struct kobject *kobj)
{
	kfree(container_of(kobj, struct cell_stats, kobj));
}

static void cpu_stats_release(struct kobject *kobj)
{
	kfree(container_of(kobj, struct cpu_stats, kobj));
}

static const struct sysfs_ops cell_counter_ops = { .show = cell_counter_show };
static const struct sysfs_ops cpu_counter_ops = { .show = cpu_counter_show };

static struct kobj_type cell_stats_type = {
	.release = cell_stats_release,
	.sysfs_ops = &cell_counter_ops,
	.default_groups = counter_groups,
};

static struct kobj_type cpu_stats_type = {
	.release = cpu_stats_release,
	.sysfs_ops = &cpu_counter_ops,
	.default_groups = counter_groups,
};

int statistics_add_cpu(struct cell *cell, unsigned int cpu)
{
	struct cpu_stats *stats = kzalloc(sizeof(*stats), GFP_KERNEL);
	int err;

	if (!stats)
		return -ENOMEM;
	stats->cpu = cpu;
	err = kobject_init_and_add(&stats->kobj, &cpu_stats_type, &cell->stats->kobj, "cpu%u", cpu);
	if (err)
		kobject_put(&stats->kobj);
	else
		list_add(&stats->entry, &cell->stats->cpus);
	return err;
}

static void cpu_stats_remove(struct cpu_stats *stats)
{
	list_del(&stats->entry);
	kobject_del(&stats->kobj);
	kobject_put(&stats->kobj);
}

void statistics_remove_cpu(struct cell *cell, unsigned int cpu)
{
	struct cpu_stats *stats, *next;

	list_for_each_entry_safe (stats, next, &cell->stats->cpus, entry)
		if (stats->cpu == cpu)
			cpu_stats_remove(stats);
}

static int cell_stats_add(struct cell *cell)
{
	struct cell_stats *stats = kzalloc(sizeof(*stats), GFP_KERNEL);
	int err;

	if (!stats)
		return -ENOMEM;
	stats->cell = cell;
	INIT_LIST_HEAD(&stats->cpus);
	err = kobject_init_and_add(&stats->kobj, &cell_stats_type, &cell->kobj, "statistics");
	if (err)
		kobject_put(&stats->kobj);
	else
		cell->stats = stats;
	return err;
}

int statistics_add(struct cell *cell)
{
	unsigned int cpu;
	int err;

	err = cell_stats_add(cell);
	if (err)
		return err;
	for_each_cpu (cpu, cell->cpus_assigned) {
		err = statistics_add_cpu(cell, cpu);
		if (err) {
			statistics_remove(cell);
			return err;
		}
	}
	return 0;
}

void statistics_remove(struct cell *cell)
{
	struct cpu_stats *stats, *next;

	list_for_each_entry_safe (stats, next, &cell->stats->cpus, entry)
		cpu_stats_remove(stats);
	kobject_del(&cell->stats->kobj);
	kobject_put(&cell->stats->kobj);
	cell->stats = NULL;
}
