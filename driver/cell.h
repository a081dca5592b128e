/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cells as Linux sees them: their names, CPUs and what else it gave away for them.
 *
 * All functions need the driver's lock and may sleep. Where they return an error, the reason is
 * reported.
 */
#ifndef JAILHOUSE_DRIVER_CELL_H
#define JAILHOUSE_DRIVER_CELL_H

#include <linux/cpumask.h>
#include <linux/kobject.h>
#include <linux/list.h>

#include <jailhouse/cell-config.h>
#include <jailhouse/ioctl.h>

#include "pci.h"

#define ROOT_CELL_ID 0

struct cell_stats;

struct cell {
	/* All cells, root first. */
	struct list_head entry;
	unsigned int id;
	char name[JAILHOUSE_CELL_NAME_MAXLEN + 1];
	/* Changes while others look at it, one bit at a time. */
	cpumask_var_t cpus_assigned;
	/* Those that were online before. */
	cpumask_var_t cpus_taken;
	unsigned int num_regions;
	struct jailhouse_memory *regions;
	struct pci_taken pci;
	/* In sysfs; its release function frees the cell. */
	struct kobject kobj;
	struct cell_stats *stats;
};

/* Creates the object of the root cell. Returns 0, -EINVAL or -ENOMEM. */
int cell_create_root(const struct jailhouse_system *config);

/* Removes it; no other cell exists. */
void cell_remove_root(void);

/*
 * Finds a cell by ID or, if that is JAILHOUSE_CELL_ID_UNUSED, by name. Returns it or an ERR_PTR:
 * -ENOENT, or -EINVAL if it is the root cell.
 */
struct cell *cell_find(const struct jailhouse_cell_id *id);

/*
 * Creates a cell, with its CPUs and devices taken from Linux. Returns 0, -EINVAL, -EEXIST, -EBUSY,
 * -ENOMEM, -EADDRINUSE (memory in use by Linux) or an error of the hypercall; then nothing has
 * changed.
 */
int cell_create(const struct jailhouse_cell_create *request);

/* Starts it, from its beginning if it runs. Returns 0 or an error of the hypercall. */
int cell_start(const struct jailhouse_cell_id *id);

/*
 * Stops a cell, so that its loadable memory may be written. Returns 0 or an error of the
 * hypercall: -EPERM if the cell refuses.
 */
int cell_stop(struct cell *cell);

/* Destroys it; Linux gets back what it gave. Returns 0 or an error of the hypercall. */
int cell_destroy(const struct jailhouse_cell_id *id);

/* Destroys all cells but root; stops at the first that refuses, with its error. */
int cell_destroy_all(void);

/* Checks that all CPUs that are the root cell's are online. Returns 0 or -EBUSY. */
int cell_check_root_cpus(void);

/* Called when nobody uses the object any longer. */
void cell_free(struct cell *cell);

#endif /* JAILHOUSE_DRIVER_CELL_H */
