// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frame for virtual PCI devices: configuration space is an image with a mask of writable bits;
 * base addresses appear in the cell's MMIO map while memory decoding is on.
 */
#include "ivshmem.h"
#include "string.h"

#define COMMAND_INDEX   (PCI_COMMAND / 4)
#define FIRST_BAR_INDEX (PCI_BAR / 4)

static bool is_64bit(const struct pci_device *device, unsigned int bar)
{
	return bar + 1 < PCI_NUM_BARS &&
	       (device->shadows[FIRST_BAR_INDEX + bar] & PCI_BAR_TYPE) == PCI_BAR_64BIT;
}

static enum mmio_result bar_access(void *arg, struct mmio_access *access)
{
	struct pci_virtual_bar *bar = arg;

	return ivshmem_bar_access(bar->device, bar->index, access);
}

static u64 get_bar_address(const struct pci_device *device, unsigned int bar)
{
	const u32 *value = &device->shadows[FIRST_BAR_INDEX + bar];
	u64 address = value[0] & ~PCI_BAR_FLAGS;

	return is_64bit(device, bar) ? address | (u64)value[1] << 32 : address;
}

static void unmap_bar(struct pci_virtual_bar *bar)
{
	if (bar->mapped)
		mmio_unregister(bar->device->pci->mmio, bar->address);
	bar->mapped = false;
}

/* Where something else answers already, e.g. while the cell sizes its BARs, nothing is mapped. */
static void map_bar(struct pci_virtual_bar *bar, u64 address)
{
	if (bar->mapped && bar->address == address)
		return;
	unmap_bar(bar);
	bar->address = address;
	bar->mapped = mmio_register(bar->device->pci->mmio, address, bar->size, bar_access, bar) ==
		      0;
}

static void update_bars(struct pci_device *device)
{
	bool decoding = device->shadows[COMMAND_INDEX] & PCI_COMMAND_MEMORY;
	unsigned int i;

	for (i = 0; i < PCI_NUM_BARS; i++)
		if (decoding && device->bars[i].size)
			map_bar(&device->bars[i], get_bar_address(device, i));
		else
			unmap_bar(&device->bars[i]);
}

/* Masks are those of windows, see common/config-check-channel.c. */
static void init_bar(struct pci_device *device, unsigned int bar)
{
	u32 *writable = &device->writable[FIRST_BAR_INDEX + bar];
	u32 low = device->info->bar_mask[bar] & ~PCI_BAR_FLAGS;
	u32 high = is_64bit(device, bar) ? device->info->bar_mask[bar + 1] : 0xffffffff;

	if (!device->info->bar_mask[bar])
		return;
	device->bars[bar] = (struct pci_virtual_bar){ .device = device, .index = bar };
	device->bars[bar].size = ~((u64)high << 32 | low) + 1;
	writable[0] = low;
	if (is_64bit(device, bar))
		writable[1] = high;
}

int pci_virtual_init(struct pci_device *device)
{
	unsigned int i;
	int err = ivshmem_init(device);

	if (err)
		return err;
	for (i = 0; i < PCI_NUM_BARS; i += is_64bit(device, i) ? 2 : 1)
		init_bar(device, i);
	memset(device->is_shadowed, true, sizeof(device->is_shadowed));
	device->present = true;
	return 0;
}

void pci_virtual_exit(struct pci_device *device)
{
	unsigned int i;

	for (i = 0; i < PCI_NUM_BARS; i++)
		unmap_bar(&device->bars[i]);
	ivshmem_exit(device);
}

void pci_virtual_reset(struct pci_device *device)
{
	unsigned int i;

	for (i = 0; i < PCI_STANDARD_SIZE / 4; i++)
		device->shadows[i] &= ~device->writable[i];
	update_bars(device);
	ivshmem_reset(device);
}

void pci_virtual_write(struct pci_device *device, u16 address, u32 lanes, u32 value)
{
	unsigned int index = address / 4;

	if (address >= PCI_STANDARD_SIZE)
		return;
	lanes &= device->writable[index];
	device->shadows[index] = (device->shadows[index] & ~lanes) | (value & lanes);
	if (address < PCI_HEADER_SIZE)
		update_bars(device);
	ivshmem_register_written(device);
}
