/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual PCI devices of the root cell: they come and go with the hypervisor, and Linux has to be
 * told.
 */
#ifndef JAILHOUSE_DRIVER_PCI_VIRTUAL_H
#define JAILHOUSE_DRIVER_PCI_VIRTUAL_H

struct jailhouse_cell_desc;

/*
 * While the hypervisor runs: shows Linux the virtual devices of @root and binds drivers. What cannot
 * be used is logged. May sleep.
 */
void pci_virtual_add(const struct jailhouse_cell_desc *root);

/* Takes them from their drivers and from Linux. May sleep until nobody uses them. */
void pci_virtual_remove(const struct jailhouse_cell_desc *root);

#endif /* JAILHOUSE_DRIVER_PCI_VIRTUAL_H */
