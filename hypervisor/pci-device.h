/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Devices of a cell; inside of the PCI code. Unless said otherwise, functions here are called with
 * the lock of the device's cell held, or while the cell is not yet or no longer running.
 */
#ifndef HYPERVISOR_PCI_DEVICE_H
#define HYPERVISOR_PCI_DEVICE_H

#include "../common/config-check.h"
#include "pci.h"

/*
 * Registers of configuration space: PCI Local Bus Specification 3.0, 6.1 (header), 6.8.1 (MSI) and
 * 6.8.2 (MSI-X).
 */
#define PCI_CONFIG_SIZE   0x1000
#define PCI_STANDARD_SIZE 0x100
#define PCI_HEADER_SIZE   0x40

#define PCI_VENDOR_ID       0x00
#define PCI_NO_VENDOR       0xffff
#define PCI_COMMAND         0x04
#define PCI_COMMAND_MEMORY  0x0002
#define PCI_COMMAND_MASTER  0x0004
#define PCI_COMMAND_NO_INTX 0x0400
#define PCI_CACHE_LINE      0x0c
#define PCI_HEADER_TYPE     0x0e
#define PCI_HEADER_LAYOUT   0x7f
#define PCI_HEADER_DEVICE   0
#define PCI_BAR             0x10
#define PCI_NUM_BARS        6
#define PCI_NUM_BRIDGE_BARS 2
#define PCI_BAR_TYPE        0x6
#define PCI_BAR_64BIT       0x4
#define PCI_BAR_FLAGS       0xfU
#define PCI_ROM             0x30
#define PCI_BRIDGE_ROM      0x38
#define PCI_INTERRUPT_LINE  0x3c

/* MSI: dwords from the start of the capability on; the first has control in its upper half. */
#define MSI_ENABLE           (0x0001U << 16)
#define MSI_MULTIPLE         (0x0070U << 16)
#define MSI_WRITABLE         (MSI_ENABLE | MSI_MULTIPLE)
#define MSI_64BIT            (0x0080U << 16)
#define MSI_MASKABLE         (0x0100U << 16)
#define MSI_CAPABLE(control) ((control) >> 17 & 7)
#define MSI_ENABLED(control) ((control) >> 20 & 7)
#define MSI_ADDRESS          1
#define MSI_ADDRESS_HIGH     2
#define MSI_DATA             2
#define MSI_DATA_64BIT       3
#define MSI_MAX_REGISTERS    4

#define MSIX_CONTROL         0x2
#define MSIX_CONTROL_SIZE    0x07ff
#define MSIX_CONTROL_MASKALL 0x4000
#define MSIX_CONTROL_ENABLE  0x8000
#define MSIX_TABLE           0x4
#define MSIX_PBA             0x8
#define MSIX_BIR             0x7U
/* Registers of an entry, dwords */
#define MSIX_ENTRY_ADDRESS      0
#define MSIX_ENTRY_ADDRESS_HIGH 1
#define MSIX_ENTRY_DATA         2
#define MSIX_ENTRY_CONTROL      3
#define MSIX_ENTRY_REGISTERS    4
#define MSIX_ENTRY_SIZE         16
#define MSIX_ENTRY_MASKED       0x1

/* An MSI capability at the very end of the standard space has room for its shadows. */
#define PCI_NUM_SHADOWS (PCI_STANDARD_SIZE / 4 + MSI_MAX_REGISTERS - 1)

/* An entry of an MSI-X table, PCI 3.0, 6.8.2: address, upper address, data, vector control. */
struct pci_msix_entry {
	u32 registers[MSIX_ENTRY_REGISTERS];
};

/* MSI-X of a physical device: what the cell has written, and the pages that contain the table. */
struct pci_msix {
	/* Offset of the capability, 0: none */
	u16 start;
	u16 num_vectors;
	struct pci_msix_entry *entries;
	/* The pages of msix_address, and the offset of the table in them */
	volatile u8 *window;
	u64 table;
	/* In the MMIO map of the cell */
	bool registered;
};

/* A base address of a virtual device */
struct pci_virtual_bar {
	struct pci_device *device;
	unsigned int index;
	/* Bytes, a power of 2; 0: not implemented, or the upper half of the one before. */
	u64 size;
	/* Whether and where it is in the cell's MMIO map. */
	bool mapped;
	u64 address;
};

struct pci_device {
	const struct jailhouse_pci_device *info;
	struct pci_cell *pci;
	/* The cell can see it: it exists, in the machine or in the hypervisor. */
	bool present;
	/* Root's device is with another cell. */
	bool lent;
	/* Dwords that the cell reads and writes instead of the hardware's; all of a virtual device. */
	u32 shadows[PCI_NUM_SHADOWS];
	bool is_shadowed[PCI_NUM_SHADOWS];

	/* Virtual devices: which bits the cell can write, they are 0 after reset. */
	u32 writable[PCI_STANDARD_SIZE / 4];
	struct pci_virtual_bar bars[PCI_NUM_BARS];
	/* The end of a channel that the device is */
	struct ivshmem_peer *peer;

	/* Physical devices: configuration space */
	volatile u8 *registers;
	unsigned int num_bars;
	/* Where the hardware is */
	u32 hardware_bars[PCI_NUM_BARS];
	/* Command register of root when the cell got the device */
	u16 root_command;
	/* Offset of the MSI capability, 0: none */
	u16 msi;
	struct pci_msix msix;
};

static inline bool pci_is_virtual(const struct pci_device *device)
{
	return device->info->type == JAILHOUSE_PCI_TYPE_IVSHMEM;
}

/* Whether the cell has a shadow of the dword at @address. */
static inline bool pci_is_shadowed(const struct pci_device *device, u16 address)
{
	return address < PCI_STANDARD_SIZE && device->is_shadowed[address / 4];
}

/* pci.c */
/* Whether a device of the cell may send this message; if not, says so at a limited rate. */
bool pci_message_permitted(struct pci_device *device, u64 address, u32 data);
/*
 * Offset of the capability with this ID in the cell's configuration; 0 if there is none, -EINVAL if
 * the hardware has none there.
 */
int pci_find_capability(struct pci_device *device, u8 id);

/* pci-physical.c */
/* Access to the hardware: @size 1, 2 or 4 bytes */
u32 pci_hardware_read(struct pci_device *device, u16 address, unsigned int size);
void pci_hardware_write(struct pci_device *device, u16 address, unsigned int size, u32 value);
/* From now on, the cell has a shadow of the dword at @address, with the hardware's value. */
void pci_shadow(struct pci_device *device, u16 address);
/* @mmconfig: physical address of its configuration space. Returns 0 or as pci_cell_init. */
int pci_physical_init(struct pci_device *device, u64 mmconfig);
void pci_physical_exit(struct pci_device *device);
/* Silences the hardware and forgets what the cell has written. */
void pci_physical_reset(struct pci_device *device);
/* @lanes: all bits of the bytes of the aligned dword at @address to write. */
void pci_physical_write(struct pci_device *device, u16 address, u32 lanes, u32 value);

/*
 * pci-virtual.c: the frame of devices that exist in the hypervisor only: base addresses with sizing,
 * moving and decoding. What the device does is ivshmem.c's part. Returns as ivshmem_init.
 */
int pci_virtual_init(struct pci_device *device);
void pci_virtual_exit(struct pci_device *device);
void pci_virtual_reset(struct pci_device *device);
void pci_virtual_write(struct pci_device *device, u16 address, u32 lanes, u32 value);

/* pci-msi.c: each has no effect on a device without MSI. */
int pci_msi_init(struct pci_device *device);
void pci_msi_reset(struct pci_device *device);
/* Programs the hardware with the cell's message if that is permitted, else disables MSI. */
void pci_msi_update(struct pci_device *device);

/* pci-msix.c: each has no effect on a device without MSI-X. */
int pci_msix_init(struct pci_device *device);
void pci_msix_exit(struct pci_device *device);
void pci_msix_reset(struct pci_device *device);
/* Programs the hardware with all entries that are permitted, masks the others. */
void pci_msix_update(struct pci_device *device);

/* For MSI-X tables of virtual devices, too: all entries masked and zero */
void pci_msix_reset_table(struct pci_msix_entry *entries, unsigned int num);
/*
 * Access of a cell at an offset in the table; other than aligned dwords read 0 and change nothing.
 * True if an entry has been written.
 */
bool pci_msix_access_table(struct pci_msix_entry *entries, unsigned int num,
			   struct mmio_access *access);

static inline bool pci_msix_entry_is_masked(const struct pci_msix_entry *entry)
{
	return entry->registers[MSIX_ENTRY_CONTROL] & MSIX_ENTRY_MASKED;
}

static inline u64 pci_msix_entry_address(const struct pci_msix_entry *entry)
{
	return (u64)entry->registers[MSIX_ENTRY_ADDRESS_HIGH] << 32 |
	       entry->registers[MSIX_ENTRY_ADDRESS];
}

#define PCI_MSIX_VIRTUAL_MAX_VECTORS 16

/*
 * pci-msix-virtual.c: MSI-X of a virtual device: table, masks, what is remembered while masked, and
 * delivery. Has a lock of its own, so that other cells may raise vectors at any time; it is the
 * innermost of all.
 *
 * A vector is delivered if MSI-X and bus mastering are on, the gate is open, and neither the vector
 * nor the function is masked. Masked: it is remembered, once, and delivered at unmasking. All else:
 * it is dropped.
 */
struct pci_msix_virtual {
	spinlock_t lock;
	/* Whose interrupts these are; NULL: nobody's, none is delivered. */
	struct cell *cell;
	unsigned int num_vectors;
	/* From the capability and the command register */
	u16 control;
	u16 command;
	/*
	 * For devices that can switch interrupts off in a register; one-shot closes it at delivery.
	 * The cell may read it without the lock.
	 */
	bool gate_open;
	bool one_shot;
	/* A bit per vector */
	u32 pending;
	struct pci_msix_entry table[PCI_MSIX_VIRTUAL_MAX_VECTORS];
};

/*
 * Resets (off, everything masked, nothing pending, gate closed) and gives the interrupts to a cell,
 * or with NULL to none, also while vectors are raised: on return, nothing is on its way to the former
 * cell. Before the first time, with all zero but num_vectors, nothing is delivered either.
 */
void pci_msix_virtual_assign(struct pci_msix_virtual *msix, struct cell *cell);

/* After writes to the capability or the command register: both registers' new values, one-shot. */
void pci_msix_virtual_control(struct pci_msix_virtual *msix, u16 control, u16 command,
			      bool one_shot);

/* The gate: closing it forgets nothing, but what comes or is unmasked while closed is dropped. */
void pci_msix_virtual_set_gate(struct pci_msix_virtual *msix, bool open);

/* Access of the cell to the BAR with the table at its start; all beyond it reads 0. */
void pci_msix_virtual_access(struct pci_msix_virtual *msix, struct mmio_access *access);

/* An event for @vector; one that does not exist has no effect. */
void pci_msix_virtual_raise(struct pci_msix_virtual *msix, unsigned int vector);

#endif /* HYPERVISOR_PCI_DEVICE_H */
