/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cell: its configuration, its memory, its devices. Cells are created, changed and destroyed only
 * by management operations (control.h), one at a time; other CPUs read what concerns their own cell.
 */
#ifndef HYPERVISOR_CELL_H
#define HYPERVISOR_CELL_H

#include <jailhouse/cell-config.h>
#include <jailhouse/hypercall.h>
#include <jailhouse/types.h>

#include "arch/x86/ioapic.h"
#include "cpu-set.h"
#include "mmio.h"
#include "page-pool.h"
#include "pci.h"

/* A sub-page region with the mapping of its registers. */
struct subpage_region;

struct cell {
	struct cell *next;
	const struct jailhouse_cell_desc *config;
	/* Of the configuration, if it is the cell's own */
	unsigned int config_pages;
	struct cpu_set cpus;

	/* Root has the loadable regions. */
	bool loadable;
	/*
	 * JAILHOUSE_CELL_SHUT_DOWN or _FAILED once the hypervisor has stopped the cell; until then
	 * JAILHOUSE_CELL_RUNNING, and the cell's own word in the communication region counts.
	 */
	volatile u32 stopped_state;
	/* The TSC when it was asked to shut down, 0 if it is not; see message.h */
	u64 asked_since;

	/* Nested page table and I/O permission map */
	u64 *npt;
	u8 *iopm;
	union {
		struct jailhouse_comm_region region;
		u8 bytes[PAGE_SIZE];
	} * comm_page;

	struct mmio_map mmio;
	struct subpage_region *subpages;
	struct pci_cell pci;
	struct ioapic_cell ioapic;
};

extern struct cell *root_cell;
extern unsigned int num_cells;

#define for_each_cell(cell)          for ((cell) = root_cell; (cell); (cell) = (cell)->next)
#define for_each_non_root_cell(cell) for ((cell) = root_cell->next; (cell); (cell) = (cell)->next)

/* @region, @cell_config: iterates over the memory regions of a configuration. */
#define for_each_mem_region(region, cell_config)                                          \
	for ((region) = jailhouse_cell_mem_regions(cell_config);                          \
	     (region) <                                                                   \
	     jailhouse_cell_mem_regions(cell_config) + (cell_config)->num_memory_regions; \
	     (region)++)

/*
 * Sets up a cell from a checked configuration, with its tables and devices, but takes nothing from
 * root yet, except what pci_cell_init and ioapic_cell_init take. The configuration must
 * outlive the cell. Returns the cell or NULL, and then stores the error.
 */
struct cell *cell_alloc(const struct jailhouse_cell_desc *config, int *err);

/* Frees all that cell_alloc allocated, and a configuration of its own; devices go back to root. */
void cell_free(struct cell *cell);

/*
 * Computes anew which ports and sub-page regions root may use, after a cell came or went. Root's CPUs
 * are suspended.
 */
void root_update_resources(void);

/* Looks a cell up by its ID; NULL if there is none. */
struct cell *cell_by_id(u32 id);

/* State as the interface tells it: JAILHOUSE_CELL_*, or a negative errno for nonsense. */
int cell_state(const struct cell *cell);

/* Whether the cell is beyond answering messages. */
bool cell_is_stopped(const struct cell *cell);

/* Fills the communication page in for a new start. */
void cell_reset_comm_page(struct cell *cell);

#endif /* HYPERVISOR_CELL_H */
