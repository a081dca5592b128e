/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ivshmem device: an end of a channel as a PCI device of a cell. What pci-virtual.c, the frame of
 * virtual devices, asks of it; but for ivshmem_bar_access, the cell's lock is held or the cell is
 * stopped. Unit tests of the frame have a model of their own.
 */
#ifndef HYPERVISOR_IVSHMEM_H
#define HYPERVISOR_IVSHMEM_H

#include "pci-device.h"

/*
 * Fills the shadows and what is writable of them, both zeroed. Base address registers: only the flags
 * that tell 64-bit from 32-bit ones, the rest follows from bar_mask. Returns 0 or as ivshmem_connect.
 */
int ivshmem_init(struct pci_device *device);
void ivshmem_exit(struct pci_device *device);

/* After the frame has reset all registers. */
void ivshmem_reset(struct pci_device *device);

/* The cell has written a register. */
void ivshmem_register_written(struct pci_device *device);

/* Access to device memory, at an offset in a BAR. No lock is held. */
enum mmio_result ivshmem_bar_access(struct pci_device *device, unsigned int bar,
				    struct mmio_access *access);

#endif /* HYPERVISOR_IVSHMEM_H */
