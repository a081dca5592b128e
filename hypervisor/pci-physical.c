// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration space of a device that the machine has: what of it a cell reads and writes.
 * Base addresses are shadows, the hardware is never moved; interrupt messages are left to pci-msi.c
 * and pci-msix.c.
 */
#include <jailhouse/errno.h>

#include "device-map.h"
#include "pci-device.h"

u32 pci_hardware_read(struct pci_device *device, u16 address, unsigned int size)
{
	return register_read(device->registers + address, size);
}

void pci_hardware_write(struct pci_device *device, u16 address, unsigned int size, u32 value)
{
	register_write(device->registers + address, size, value);
}

static u16 read_command(struct pci_device *device)
{
	return pci_hardware_read(device, PCI_COMMAND, 2);
}

void pci_shadow(struct pci_device *device, u16 address)
{
	device->shadows[address / 4] = pci_hardware_read(device, address, 4);
	device->is_shadowed[address / 4] = true;
}

static u32 *get_bars(struct pci_device *device)
{
	return &device->shadows[PCI_BAR / 4];
}

static void shadow_header(struct pci_device *device)
{
	u8 layout = pci_hardware_read(device, PCI_HEADER_TYPE, 1) & PCI_HEADER_LAYOUT;
	u16 rom = layout == PCI_HEADER_DEVICE ? PCI_ROM : PCI_BRIDGE_ROM;
	unsigned int i;

	device->num_bars = layout == PCI_HEADER_DEVICE ? PCI_NUM_BARS : PCI_NUM_BRIDGE_BARS;
	for (i = 0; i < device->num_bars; i++) {
		pci_shadow(device, PCI_BAR + 4 * i);
		device->hardware_bars[i] = get_bars(device)[i];
	}
	pci_shadow(device, rom);
	device->shadows[rom / 4] = 0;
}

int pci_physical_init(struct pci_device *device, u64 mmconfig)
{
	int err;

	device->registers = device_map(mmconfig, PCI_CONFIG_SIZE);
	if (!device->registers)
		return -ENOMEM;
	device->present = pci_hardware_read(device, PCI_VENDOR_ID, 2) != PCI_NO_VENDOR;
	if (!device->present)
		return 0;
	shadow_header(device);
	err = pci_msi_init(device);
	return err ? err : pci_msix_init(device);
}

void pci_physical_exit(struct pci_device *device)
{
	pci_msix_exit(device);
	device_unmap(device->registers, PCI_CONFIG_SIZE);
	device->present = false;
}

/*
 * Resets inside of the device (function level reset, power management) clear base addresses; the
 * cell could not set them again. To be called while the device does not decode addresses.
 */
static void restore_bars(struct pci_device *device)
{
	unsigned int i;

	for (i = 0; i < device->num_bars; i++)
		pci_hardware_write(device, PCI_BAR + 4 * i, 4, device->hardware_bars[i]);
}

void pci_physical_reset(struct pci_device *device)
{
	unsigned int i;

	pci_msi_reset(device);
	pci_msix_reset(device);
	pci_hardware_write(device, PCI_COMMAND, 2, PCI_COMMAND_NO_INTX);
	restore_bars(device);
	for (i = 0; i < device->num_bars; i++)
		get_bars(device)[i] = device->hardware_bars[i];
}

/* Bytes of the dword that the configuration's capabilities open for writing. */
static u32 writable_capability_lanes(struct pci_device *device, u16 address)
{
	const struct jailhouse_pci_capability *cap = jailhouse_cell_pci_caps(device->pci->config) +
						     device->info->caps_start;
	const struct jailhouse_pci_capability *end = cap + device->info->num_caps;
	u32 lanes = 0;
	u32 byte;

	for (; cap < end; cap++)
		for (byte = 0; byte < 4; byte++)
			if (cap->flags & JAILHOUSE_PCICAPS_WRITE && address + byte >= cap->start &&
			    address + byte < (u32)cap->start + cap->len)
				lanes |= 0xffU << byte * 8;
	return lanes;
}

static u32 writable_bits(struct pci_device *device, u16 address)
{
	if (device->msi && address == device->msi)
		return writable_capability_lanes(device, address) & MSI_WRITABLE;
	if (address >= PCI_HEADER_SIZE)
		return writable_capability_lanes(device, address);
	if (address >= PCI_BAR && address < PCI_BAR + 4 * device->num_bars)
		return device->info->bar_mask[(address - PCI_BAR) / 4];
	if (address == PCI_COMMAND || address == PCI_CACHE_LINE)
		return 0xffffffff;
	return address == PCI_INTERRUPT_LINE ? 0xff : 0;
}

/* Writes the lanes in the largest widths that they can be written in. */
static void write_hardware(struct pci_device *device, u16 address, u32 lanes, u32 value)
{
	unsigned int size;

	for (; lanes; address += size) {
		size = lanes == 0xffffffff ? 4 : !(address & 1) && (u16)lanes == 0xffff ? 2 : 1;
		if (lanes & 0xff)
			pci_hardware_write(device, address, size, value & size_mask(size));
		lanes = (u64)lanes >> 8 * size;
		value = (u64)value >> 8 * size;
	}
}

/*
 * Before it decodes addresses, a device is where it belongs; after that, its MSI-X table can be
 * reached and has what the cell wrote meanwhile.
 */
static void write_command_lanes(struct pci_device *device, u32 lanes, u32 value)
{
	bool decoding = read_command(device) & PCI_COMMAND_MEMORY;

	if (!decoding)
		restore_bars(device);
	write_hardware(device, PCI_COMMAND, lanes, value);
	if (!decoding && read_command(device) & PCI_COMMAND_MEMORY)
		pci_msix_update(device);
}

static void write_shadow(struct pci_device *device, u16 address, u32 bits, u32 value)
{
	u32 *shadow = &device->shadows[address / 4];

	*shadow = (*shadow & ~bits) | (value & bits);
	if (address >= PCI_HEADER_SIZE)
		pci_msi_update(device);
}

void pci_physical_write(struct pci_device *device, u16 address, u32 lanes, u32 value)
{
	lanes &= writable_bits(device, address);
	if (pci_is_shadowed(device, address))
		write_shadow(device, address, lanes, value);
	else if (address == PCI_COMMAND)
		write_command_lanes(device, lanes, value);
	else if (device->msix.start && address == device->msix.start && !device->msix.window)
		return; /* A table that is not ours to watch must not come alive. */
	else
		write_hardware(device, address, lanes, value);
}
