/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Physical PCI devices that Linux gives away with a cell and gets back.
 */
#ifndef JAILHOUSE_DRIVER_PCI_H
#define JAILHOUSE_DRIVER_PCI_H

#include <linux/list.h>

struct jailhouse_cell_desc;

/* Devices taken for one cell. */
struct pci_taken {
	struct list_head devices;
};

void pci_taken_init(struct pci_taken *taken);

/*
 * Unbinds the cell's physical devices from their drivers and keeps them so. Devices that Linux
 * does not know are left out. May sleep. Returns 0 or -errno, reported; then nothing has changed.
 */
int pci_take(struct pci_taken *taken, const struct jailhouse_cell_desc *cell);

/* Lets Linux have the devices again; those that had a driver are probed. May sleep. */
void pci_give_back(struct pci_taken *taken);

#endif /* JAILHOUSE_DRIVER_PCI_H */
