/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PCI configuration space as the cells see it: a cell sees exactly the functions that its
 * configuration lists, and changes of them what the configuration allows. Everything else reads
 * all ones. Interrupt messages (MSI, MSI-X) are checked before the hardware gets them.
 *
 * Leaves to others: device memory (memory regions of the cell), what a virtual device does
 * (ivshmem.h), who may receive an interrupt (arch/x86/irq-route.h).
 *
 * Locks: pci_init, pci_cell_init, pci_cell_exit, pci_cell_reset, pci_cell_update_irqs and
 * pci_restore_all are management operations, the caller runs one at a time. All other functions may
 * run on any CPU at any time. A cell's lock covers its devices; below it are taken the lock of the
 * cell's MMIO map and those of virtual devices. A cell's lock is never
 * taken while another cell's is held.
 */
#ifndef HYPERVISOR_PCI_H
#define HYPERVISOR_PCI_H

#include <jailhouse/cell-config.h>
#include <jailhouse/types.h>

#include "mmio.h"
#include "spinlock.h"

struct cell;
struct pci_device;

/* PCI state of a cell, a part of struct cell. */
struct pci_cell {
	struct cell *cell;
	/* NULL before pci_cell_init and after pci_cell_exit. */
	const struct jailhouse_cell_desc *config;
	struct mmio_map *mmio;

	/* The cell's view of the address port, CF8h. The hardware's is not used. */
	u32 port_address;
	/* Covers what follows. */
	spinlock_t lock;
	/* How many more refused interrupt messages may be reported. */
	unsigned int reports_left;
	/* The hypervisor leaves: the hardware gets what root has written, permitted or not. */
	bool restoring;
	/* num_pci_devices of the configuration, in its order. */
	struct pci_device *devices;
};

/* Once at enable, before the root cell's pci_cell_init. @system must stay until pci_restore_all. */
void pci_init(const struct jailhouse_system *system);

/* How many regions a cell with @config may need in its MMIO map. */
unsigned int pci_num_mmio_regions(const struct jailhouse_cell_desc *config);

/*
 * Sets up the devices of a cell, whose configuration has passed the checks of common/config-check.h
 * (no device of it is with another non-root cell). The first call is for the root cell and takes
 * the state of the hardware over as it is; devices of other cells leave root and are silenced.
 * @config, with its arrays, and @mmio must stay until pci_cell_exit. Registers configuration space
 * and MSI-X tables in @mmio.
 *
 * Returns 0; -EINVAL if the configuration does not fit the hardware, -ENOMEM, -EEXIST if an address
 * range is taken in @mmio. After an error nothing has changed, and pci_cell_exit is not needed, but
 * harmless.
 */
int pci_cell_init(struct pci_cell *pci, struct cell *cell, const struct jailhouse_cell_desc *config,
		  struct mmio_map *mmio);

/*
 * Gives the devices of a cell back to root: silenced, so that they do nothing before a driver of
 * root sets them up again, but decoding addresses as root had it. The cell's CPUs are stopped. No
 * effect on a cell without pci_cell_init.
 */
void pci_cell_exit(struct pci_cell *pci);

/*
 * At start and at the end of a cell: no device of it does DMA or interrupts any more, their shadows
 * are those of a new cell, virtual devices are reset. The cell's CPUs are stopped.
 */
void pci_cell_reset(struct pci_cell *pci);

/*
 * Checks all interrupt messages of the cell again, after its CPU set has changed: those that it may
 * not send any more are withheld, those that it now may send are programmed.
 */
void pci_cell_update_irqs(struct pci_cell *pci);

/* At disable, when only the root cell is left: the hardware gets what root has programmed. */
void pci_restore_all(void);

/*
 * Access of a cell to configuration space, at an offset as in MMCONFIG: bus << 20 | device << 15 |
 * function << 12 | register. An access across a multiple of 4 reads all ones or has no effect.
 */
void pci_config_access(struct pci_cell *pci, struct mmio_access *access);

#define PCI_PORT_FIRST 0xcf8
#define PCI_PORT_LAST  0xcff

/*
 * Access to a port from CF8h to CFFh, PCI 3.0, 3.2.2.3.2. @size 1, 2 or 4 bytes; *value is set if
 * it was a read. False if it is not part of the configuration mechanism, e.g. the reset register
 * CF9h: an ordinary port of that address and size, to be treated by the cell's I/O permissions.
 */
bool pci_io_access(struct pci_cell *pci, u16 port, bool is_write, unsigned int size, u32 *value);

#endif /* HYPERVISOR_PCI_H */
