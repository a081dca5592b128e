// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device in sysfs, and one directory for each cell. Statistics are in statistics.c.
 *
 * No attribute takes the driver's lock: cells are removed under it, and that waits for readers.
 */
#include <linux/device.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "cell.h"
#include "console.h"
#include "hypercall.h"
#include "hypervisor.h"
#include "report.h"
#include "statistics.h"
#include "sysfs.h"

static struct device *root_device;
static struct kobject *cells_kobj;

static ssize_t console_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return console_show_newest(buf);
}

static ssize_t enabled_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", hypervisor_enabled());
}

static ssize_t last_error_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return report_show(buf);
}

static ssize_t info_show(char *buf, unsigned int type)
{
	int value = 0;
	int err;

	err = hypervisor_get();
	if (err == -EINTR)
		return err;
	if (!err) {
		value = hypercall(JAILHOUSE_HC_HYPERVISOR_GET_INFO, type, 0);
		hypervisor_put();
	}
	return sysfs_emit(buf, "%d\n", max(value, 0));
}

#define INFO_ATTRIBUTE(name, type)                                                               \
	static ssize_t name##_show(struct device *dev, struct device_attribute *attr, char *buf) \
	{                                                                                        \
		return info_show(buf, type);                                                     \
	}                                                                                        \
	static DEVICE_ATTR_RO(name)

static DEVICE_ATTR_ADMIN_RO(console);
static DEVICE_ATTR_RO(enabled);
static DEVICE_ATTR_RO(last_error);
INFO_ATTRIBUTE(mem_pool_size, JAILHOUSE_INFO_MEM_POOL_SIZE);
INFO_ATTRIBUTE(mem_pool_used, JAILHOUSE_INFO_MEM_POOL_USED);
INFO_ATTRIBUTE(remap_pool_size, JAILHOUSE_INFO_REMAP_POOL_SIZE);
INFO_ATTRIBUTE(remap_pool_used, JAILHOUSE_INFO_REMAP_POOL_USED);

static struct attribute *device_attrs[] = {
	&dev_attr_console.attr,         &dev_attr_enabled.attr,
	&dev_attr_last_error.attr,      &dev_attr_mem_pool_size.attr,
	&dev_attr_mem_pool_used.attr,   &dev_attr_remap_pool_size.attr,
	&dev_attr_remap_pool_used.attr, NULL,
};
ATTRIBUTE_GROUPS(device);

static struct cell *cell_of(struct kobject *kobj)
{
	return container_of(kobj, struct cell, kobj);
}

static const char *state_name(int state)
{
	switch (state) {
	case JAILHOUSE_CELL_RUNNING:
		return "running";
	case JAILHOUSE_CELL_RUNNING_LOCKED:
		return "running/locked";
	case JAILHOUSE_CELL_SHUT_DOWN:
		return "shut down";
	case JAILHOUSE_CELL_FAILED:
		return "failed";
	case JAILHOUSE_CELL_FAILED_COMM_REV:
		return "Comm ABI mismatch";
	default:
		return "invalid";
	}
}

static ssize_t name_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", cell_of(kobj)->name);
}

static ssize_t state_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	int state;
	int err;

	err = hypervisor_get();
	if (err)
		return err;
	state = hypercall(JAILHOUSE_HC_CELL_GET_STATE, cell_of(kobj)->id, 0);
	hypervisor_put();
	return sysfs_emit(buf, "%s\n", state_name(state));
}

static ssize_t cpus_assigned_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return cpumap_print_to_pagebuf(false, buf, cell_of(kobj)->cpus_assigned);
}

static ssize_t cpus_assigned_list_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return cpumap_print_to_pagebuf(true, buf, cell_of(kobj)->cpus_assigned);
}

static int find_failed_cpus(const struct cell *cell, struct cpumask *failed)
{
	unsigned int cpu;
	int err;

	err = hypervisor_get();
	if (err)
		return err;
	for_each_cpu (cpu, cell->cpus_assigned)
		if (hypercall(JAILHOUSE_HC_CPU_GET_INFO, cpu, JAILHOUSE_CPU_INFO_STATE) ==
		    JAILHOUSE_CPU_FAILED)
			cpumask_set_cpu(cpu, failed);
	hypervisor_put();
	return 0;
}

static ssize_t show_failed_cpus(struct kobject *kobj, char *buf, bool as_list)
{
	cpumask_var_t failed;
	ssize_t result;

	if (!zalloc_cpumask_var(&failed, GFP_KERNEL))
		return -ENOMEM;
	result = find_failed_cpus(cell_of(kobj), failed);
	if (!result)
		result = cpumap_print_to_pagebuf(as_list, buf, failed);
	free_cpumask_var(failed);
	return result;
}

static ssize_t cpus_failed_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return show_failed_cpus(kobj, buf, false);
}

static ssize_t cpus_failed_list_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return show_failed_cpus(kobj, buf, true);
}

static struct kobj_attribute name_attr = __ATTR_RO(name);
static struct kobj_attribute state_attr = __ATTR_RO(state);
static struct kobj_attribute cpus_assigned_attr = __ATTR_RO(cpus_assigned);
static struct kobj_attribute cpus_assigned_list_attr = __ATTR_RO(cpus_assigned_list);
static struct kobj_attribute cpus_failed_attr = __ATTR_RO(cpus_failed);
static struct kobj_attribute cpus_failed_list_attr = __ATTR_RO(cpus_failed_list);

static struct attribute *cell_attrs[] = {
	&name_attr.attr,
	&state_attr.attr,
	&cpus_assigned_attr.attr,
	&cpus_assigned_list_attr.attr,
	&cpus_failed_attr.attr,
	&cpus_failed_list_attr.attr,
	NULL,
};
ATTRIBUTE_GROUPS(cell);

static void cell_release(struct kobject *kobj)
{
	cell_free(cell_of(kobj));
}

static struct kobj_type cell_type = {
	.release = cell_release,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = cell_groups,
};

void cell_sysfs_init(struct cell *cell)
{
	kobject_init(&cell->kobj, &cell_type);
}

int cell_sysfs_add(struct cell *cell)
{
	int err;

	err = kobject_add(&cell->kobj, cells_kobj, "%u", cell->id);
	if (err)
		return err;
	err = statistics_add(cell);
	if (err)
		kobject_del(&cell->kobj);
	return err;
}

void cell_sysfs_remove(struct cell *cell)
{
	statistics_remove(cell);
	kobject_del(&cell->kobj);
}

struct device *jailhouse_sysfs_device(void)
{
	return root_device;
}

int jailhouse_sysfs_init(void)
{
	int err;

	root_device = root_device_register("jailhouse");
	if (IS_ERR(root_device))
		return PTR_ERR(root_device);
	err = sysfs_create_groups(&root_device->kobj, device_groups);
	if (err)
		goto unregister;
	cells_kobj = kobject_create_and_add("cells", &root_device->kobj);
	if (cells_kobj)
		return 0;

	err = -ENOMEM;
	sysfs_remove_groups(&root_device->kobj, device_groups);
unregister:
	root_device_unregister(root_device);
	return err;
}

void jailhouse_sysfs_exit(void)
{
	kobject_put(cells_kobj);
	sysfs_remove_groups(&root_device->kobj, device_groups);
	root_device_unregister(root_device);
}
