/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * PCI functions of the cell. A function is named by its bdf: bus << 8 | device << 3 | function.
 * What does not belong to the cell reads as all ones.
 */
#ifndef INMATE_PCI_H
#define INMATE_PCI_H

#include <jailhouse/pci-defs.h>
#include <jailhouse/types.h>

#define PCI_BUS(bdf)      ((bdf) >> 8)
#define PCI_DEVICE(bdf)   (((bdf) >> 3) & 0x1f)
#define PCI_FUNCTION(bdf) ((bdf)&7)

/* Configuration space, PCI Local Bus 3.0, 6.1 and 6.2 */
#define PCI_CFG_VENDOR       0x00
#define PCI_CFG_DEVICE       0x02
#define PCI_CFG_COMMAND      0x04
#define PCI_CFG_STATUS       0x06
#define PCI_CFG_REVISION     0x08
#define PCI_CFG_CLASS        0x09 /* interface, sub-class, base class: three bytes */
#define PCI_CFG_HEADER_TYPE  0x0e
#define PCI_CFG_BAR(n)       (0x10 + 4 * (n))
#define PCI_CFG_CAPABILITIES 0x34

#define PCI_COMMAND_IO          0x0001
#define PCI_COMMAND_MEMORY      0x0002
#define PCI_COMMAND_MASTER      0x0004
#define PCI_COMMAND_INTX_OFF    0x0400
#define PCI_STATUS_CAPABILITIES 0x0010

#define PCI_ID_ANY   0xffff
#define PCI_NUM_BARS 6

/*
 * @size: 1, 2 or 4 bytes, aligned. Offsets from 100h on need the machine's MMCONFIG; without it
 * they read as all ones. Any CPU, any context.
 */
u32 pci_read_config(u16 bdf, unsigned int offset, unsigned int size);
void pci_write_config(u16 bdf, unsigned int offset, u32 value, unsigned int size);

/*
 * Returns the bdf of the first function from @start on with these IDs (PCI_ID_ANY for any), or
 * -ENODEV. Looks at bus 0, where virtual devices are, and at those after it up to the parameter
 * pci_last_bus: each of the 256 functions of a bus costs two exits.
 */
int pci_find_device(u16 vendor, u16 device, u32 start);

/* Returns the offset of the capability (PCI_CAP_ID_*) or 0. */
unsigned int pci_find_capability(u16 bdf, u8 id);

/* Sets and clears bits of the command register. */
void pci_command(u16 bdf, u16 set, u16 clear);

struct pci_bar {
	u64 address; /* of ports or memory, 0 if none was assigned */
	u64 size;    /* 0: there is no such BAR */
	bool is_io;
	bool is_64bit; /* the next BAR belongs to it */
};

/* Finds out about BAR @index; switches its decoding off for a moment. */
struct pci_bar pci_bar(u16 bdf, unsigned int index);

/* Moves a memory BAR to @address, which must be a multiple of its size. */
void pci_bar_set(u16 bdf, unsigned int index, u64 address);

/*
 * Gives a memory BAR an address where nothing else is, if it has none yet: from FF000000h up, where
 * cells have no memory, or from what the parameter pci_bars=ADDRESS says. Returns its address, or 0
 * if there is no such BAR or no room.
 */
u64 pci_bar_assign(u16 bdf, unsigned int index);

/* MSI-X of one function. */
struct pci_msix {
	u16 bdf;
	u16 capability; /* offset in configuration space */
	u16 num_vectors;
	void *table; /* mapped */
};

/*
 * Prepares MSI-X: maps the table (its BAR must have an address and the function must decode
 * memory), masks all vectors and enables MSI-X. Returns 0, -ENODEV (no such capability), -EINVAL
 * (no address) or -ENOMEM.
 */
int pci_msix_init(struct pci_msix *msix, u16 bdf);

/* Lets vector @index raise interrupt @irq (irq.h) on CPU @cpu (smp.h), and unmasks it. */
void pci_msix_route(struct pci_msix *msix, unsigned int index, unsigned int cpu, unsigned int irq);

void pci_msix_mask(struct pci_msix *msix, unsigned int index);
void pci_msix_unmask(struct pci_msix *msix, unsigned int index);

/* Lets the only MSI vector of a function raise @irq on @cpu. Returns 0, -ENODEV. */
int pci_msi_route(u16 bdf, unsigned int cpu, unsigned int irq);

#endif /* INMATE_PCI_H */
