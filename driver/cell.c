// SPDX-License-Identifier: GPL-2.0-only
/*
 * Creates, starts, stops and destroys cells.
 */
#define pr_fmt(fmt) "jailhouse: " fmt

#include <linux/io.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "cell.h"
#include "config.h"
#include "console.h"
#include "cpus.h"
#include "hypercall.h"
#include "report.h"
#include "statistics.h"
#include "sysfs.h"

static LIST_HEAD(cells);

static struct cell *root_cell(void)
{
	return list_first_entry(&cells, struct cell, entry);
}

void cell_free(struct cell *cell)
{
	free_cpumask_var(cell->cpus_assigned);
	free_cpumask_var(cell->cpus_taken);
	kfree(cell->regions);
	kfree(cell);
}

static int cell_copy_regions(struct cell *cell, const struct jailhouse_cell_desc *desc)
{
	size_t size = desc->num_memory_regions * sizeof(*cell->regions);

	if (!size)
		return 0;
	cell->regions = kmemdup(jailhouse_cell_mem_regions(desc), size, GFP_KERNEL);
	if (!cell->regions)
		return -ENOMEM;
	cell->num_regions = desc->num_memory_regions;
	return 0;
}

static int cell_fill(struct cell *cell, const struct jailhouse_cell_desc *desc, int cpu_error)
{
	int err;

	memcpy(cell->name, desc->name, sizeof(cell->name));
	if (!zalloc_cpumask_var(&cell->cpus_assigned, GFP_KERNEL) ||
	    !zalloc_cpumask_var(&cell->cpus_taken, GFP_KERNEL))
		return -ENOMEM;
	err = cell_copy_regions(cell, desc);
	if (err)
		return err;
	return config_cpu_set(desc, cell->cpus_assigned, cpu_error);
}

/* @cpu_error: what a CPU number that does not exist means. */
static struct cell *cell_alloc(const struct jailhouse_cell_desc *desc, unsigned int id,
			       int cpu_error)
{
	struct cell *cell = kzalloc(sizeof(*cell), GFP_KERNEL);
	int err;

	if (!cell)
		return ERR_PTR(-ENOMEM);
	cell->id = id;
	pci_taken_init(&cell->pci);
	cell_sysfs_init(cell);
	err = cell_fill(cell, desc, cpu_error);
	if (err) {
		kobject_put(&cell->kobj);
		return ERR_PTR(err);
	}
	return cell;
}

int cell_create_root(const struct jailhouse_system *config)
{
	struct cell *cell;
	int err;

	cell = cell_alloc(&config->root_cell, ROOT_CELL_ID, -EINVAL);
	if (IS_ERR(cell))
		return PTR_ERR(cell);
	err = cell_sysfs_add(cell);
	if (err)
		kobject_put(&cell->kobj);
	else
		list_add(&cell->entry, &cells);
	return err;
}

/* Ends all views of a cell and frees it when the last is gone. */
static void cell_remove(struct cell *cell)
{
	list_del(&cell->entry);
	cell_sysfs_remove(cell);
	kobject_put(&cell->kobj);
}

void cell_remove_root(void)
{
	cell_remove(root_cell());
}

static struct cell *find_by_id(unsigned int id)
{
	struct cell *cell;

	list_for_each_entry (cell, &cells, entry)
		if (cell->id == id)
			return cell;
	return NULL;
}

static struct cell *find_by_name(const char *name)
{
	struct cell *cell;

	list_for_each_entry (cell, &cells, entry)
		if (strncmp(cell->name, name, sizeof(cell->name)) == 0)
			return cell;
	return NULL;
}

static struct cell *lookup(const struct jailhouse_cell_id *id)
{
	if (id->id == JAILHOUSE_CELL_ID_UNUSED)
		return find_by_name(id->name);
	return find_by_id(id->id);
}

struct cell *cell_find(const struct jailhouse_cell_id *id)
{
	struct cell *cell = lookup(id);

	if (!cell && id->id == JAILHOUSE_CELL_ID_UNUSED)
		return ERR_PTR(refuse(-ENOENT, "there is no cell \"%.*s\"", (int)sizeof(id->name),
				      id->name));
	if (!cell)
		return ERR_PTR(refuse(-ENOENT, "there is no cell with ID %d", id->id));
	if (cell->id == ROOT_CELL_ID)
		return ERR_PTR(refuse(-EINVAL, "\"%s\" is the root cell", cell->name));
	return cell;
}

static unsigned int lowest_free_id(void)
{
	unsigned int id = ROOT_CELL_ID + 1;

	while (find_by_id(id))
		id++;
	return id;
}

static int check_cpus(const struct cell *cell)
{
	const struct cpumask *root = root_cell()->cpus_assigned;
	unsigned int cpu;

	if (cpumask_test_cpu(0, cell->cpus_assigned))
		return refuse(-EINVAL, "CPU 0 stays in the root cell, \"%s\" cannot have it",
			      cell->name);
	for_each_cpu (cpu, cell->cpus_assigned)
		if (!cpumask_test_cpu(cpu, root))
			return refuse(-EBUSY, "CPU %u for cell \"%s\" is not the root cell's", cpu,
				      cell->name);
	return 0;
}

static bool leaves_root(const struct jailhouse_memory *region)
{
	return region->size &&
	       !(region->flags & (JAILHOUSE_MEM_COMM_REGION | JAILHOUSE_MEM_ROOTSHARED));
}

/* The hypervisor cannot know what Linux uses, and Linux would not survive to lose it. */
static int check_memory(const struct cell *cell)
{
	const struct jailhouse_memory *region;
	char what[80];
	unsigned int n;
	int err;

	for (n = 0; n < cell->num_regions; n++) {
		region = &cell->regions[n];
		if (!leaves_root(region))
			continue;
		snprintf(what, sizeof(what), "memory region %u of cell \"%s\"", n, cell->name);
		err = config_check_reserved(region->phys_start, region->size, what);
		if (err)
			return err;
	}
	return 0;
}

static int cell_check(const struct cell *cell)
{
	int err;

	if (find_by_name(cell->name))
		return refuse(-EEXIST, "there is a cell \"%s\" already", cell->name);
	err = check_cpus(cell);
	if (err)
		return err;
	return check_memory(cell);
}

static const char *error_hint(int error)
{
	switch (error) {
	case -ENOMEM:
		return "hypervisor memory is used up";
	case -EBUSY:
		return "another cell uses a resource that it needs";
	default:
		return "see the hypervisor's console";
	}
}

/* A cell in this state keeps all others from being created and destroyed. */
static struct cell *find_locking_cell(void)
{
	struct cell *cell;

	list_for_each_entry (cell, &cells, entry)
		if (hypercall(JAILHOUSE_HC_CELL_GET_STATE, cell->id, 0) ==
		    JAILHOUSE_CELL_RUNNING_LOCKED)
			return cell;
	return NULL;
}

static int cell_refused(const struct cell *cell, const char *verb, int error)
{
	const struct cell *locking = error == -EPERM ? find_locking_cell() : NULL;

	if (locking && locking != cell)
		return refuse(error,
			      "cell \"%s\" cannot be %s: cell \"%s\" has locked the "
			      "configuration",
			      cell->name, verb, locking->name);
	if (error == -EPERM)
		return refuse(error, "cell \"%s\" cannot be %s: it refuses to shut down",
			      cell->name, verb);
	return refuse(error, "cell \"%s\" cannot be %s (%pe): %s", cell->name, verb, ERR_PTR(error),
		      error_hint(error));
}

/* The hypervisor's message names what is wrong, if root may read it. */
static int create_refused(const struct cell *cell, int error, u32 console_mark)
{
	char prefix[sizeof("cell \"\": ") + sizeof(cell->name)];
	char line[CONSOLE_LINE_SIZE];

	snprintf(prefix, sizeof(prefix), "cell \"%s\": ", cell->name);
	if (console_find_line(console_mark, prefix, line))
		return refuse(error, "the hypervisor refused: %s", line);
	return cell_refused(cell, "created", error);
}

static int cell_hand_over(const struct cell *cell, struct jailhouse_cell_desc *desc)
{
	u32 console_mark = console_position();
	int err;

	desc->id = cell->id;
	err = hypercall(JAILHOUSE_HC_CELL_CREATE, virt_to_phys(desc), 0);
	if (err < 0)
		return create_refused(cell, err, console_mark);
	return 0;
}

static int cell_take_resources(struct cell *cell, const struct jailhouse_cell_desc *desc)
{
	int err;

	err = cpus_take(cell->cpus_assigned, cell->cpus_taken);
	if (err)
		return err;
	err = pci_take(&cell->pci, desc);
	if (err)
		cpus_give_back(cell->cpus_assigned, cell->cpus_taken);
	return err;
}

static void cell_give_back_resources(struct cell *cell)
{
	pci_give_back(&cell->pci);
	cpus_give_back(cell->cpus_assigned, cell->cpus_taken);
}

static void root_lose_cpus(const struct cell *cell)
{
	struct cell *root = root_cell();
	unsigned int cpu;

	for_each_cpu (cpu, cell->cpus_assigned) {
		statistics_remove_cpu(root, cpu);
		cpumask_clear_cpu(cpu, root->cpus_assigned);
	}
}

static void root_regain_cpus(const struct cell *cell)
{
	struct cell *root = root_cell();
	unsigned int cpu;

	for_each_cpu (cpu, cell->cpus_assigned) {
		cpumask_set_cpu(cpu, root->cpus_assigned);
		if (statistics_add_cpu(root, cpu))
			pr_warn("no memory for statistics of CPU %u\n", cpu);
	}
}

static int cell_publish(struct cell *cell)
{
	int err;

	err = cell_sysfs_add(cell);
	if (err)
		return refuse(err, "cell \"%s\" cannot be shown in sysfs (%pe)", cell->name,
			      ERR_PTR(err));
	root_lose_cpus(cell);
	list_add_tail(&cell->entry, &cells);
	return 0;
}

static int cell_bring_up(struct cell *cell, struct jailhouse_cell_desc *desc)
{
	int err;

	err = cell_check(cell);
	if (!err)
		err = config_check_channels(desc);
	if (err)
		return err;
	err = cell_take_resources(cell, desc);
	if (err)
		return err;

	err = cell_hand_over(cell, desc);
	if (!err) {
		err = cell_publish(cell);
		if (err)
			hypercall(JAILHOUSE_HC_CELL_DESTROY, cell->id, 0);
	}
	if (err)
		cell_give_back_resources(cell);
	return err;
}

int cell_create(const struct jailhouse_cell_create *request)
{
	struct jailhouse_cell_desc *desc;
	struct cell *cell;
	int err;

	desc = config_copy_cell(request);
	if (IS_ERR(desc))
		return PTR_ERR(desc);

	cell = cell_alloc(desc, lowest_free_id(), -EBUSY);
	if (IS_ERR(cell)) {
		err = PTR_ERR(cell);
	} else {
		err = cell_bring_up(cell, desc);
		if (err)
			kobject_put(&cell->kobj);
		else
			pr_info("cell \"%s\" created with ID %u\n", cell->name, cell->id);
	}
	kfree(desc);
	return err;
}

int cell_start(const struct jailhouse_cell_id *id)
{
	struct cell *cell = cell_find(id);
	int err;

	if (IS_ERR(cell))
		return PTR_ERR(cell);
	err = hypercall(JAILHOUSE_HC_CELL_START, cell->id, 0);
	if (err < 0)
		return cell_refused(cell, "started", err);
	return 0;
}

int cell_stop(struct cell *cell)
{
	int err = hypercall(JAILHOUSE_HC_CELL_SET_LOADABLE, cell->id, 0);

	if (err < 0)
		return cell_refused(cell, "stopped", err);
	return 0;
}

static int cell_tear_down(struct cell *cell)
{
	int err = hypercall(JAILHOUSE_HC_CELL_DESTROY, cell->id, 0);

	if (err < 0)
		return cell_refused(cell, "destroyed", err);
	pr_info("cell \"%s\" destroyed\n", cell->name);
	cell_give_back_resources(cell);
	root_regain_cpus(cell);
	cell_remove(cell);
	return 0;
}

int cell_destroy(const struct jailhouse_cell_id *id)
{
	struct cell *cell = cell_find(id);

	if (IS_ERR(cell))
		return PTR_ERR(cell);
	return cell_tear_down(cell);
}

/* Cells that keep others from being destroyed have to go first. */
static struct cell *next_to_destroy(void)
{
	struct cell *cell = find_locking_cell();

	if (!cell)
		cell = list_last_entry(&cells, struct cell, entry);
	return cell->id == ROOT_CELL_ID ? NULL : cell;
}

int cell_destroy_all(void)
{
	struct cell *cell;
	int err;

	while ((cell = next_to_destroy())) {
		err = cell_tear_down(cell);
		if (err)
			return err;
	}
	return 0;
}

int cell_check_root_cpus(void)
{
	unsigned int cpu;

	for_each_cpu (cpu, root_cell()->cpus_assigned)
		if (!cpu_online(cpu))
			return refuse(-EBUSY, "CPU %u is offline: bring it online first", cpu);
	return 0;
}
