// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSI-X of physical devices, PCI 3.0, 6.8.2. The pages with the table trap; the cell writes shadows
 * of its entries, and the hardware's entry is unmasked only while the message is permitted. Enable
 * and function mask, pending bits and whatever else is in these pages are the hardware's.
 */
#include <jailhouse/errno.h>

#include "console.h"
#include "device-map.h"
#include "page-pool.h"
#include "pci-device.h"

void pci_msix_reset_table(struct pci_msix_entry *entries, unsigned int num)
{
	unsigned int i;

	for (i = 0; i < num; i++)
		entries[i] = (struct pci_msix_entry){ { 0, 0, 0, MSIX_ENTRY_MASKED } };
}

/* Only dwords, PCI 3.0, 6.8.2; the quadwords that it permits as well nobody uses. */
bool pci_msix_access_table(struct pci_msix_entry *entries, unsigned int num,
			   struct mmio_access *access)
{
	u64 index = access->address / MSIX_ENTRY_SIZE;
	unsigned int reg = access->address % MSIX_ENTRY_SIZE / 4;
	bool valid = access->size == 4 && !(access->address & 3) && index < num;

	if (!access->is_write)
		access->value = valid ? entries[index].registers[reg] : 0;
	else if (valid)
		entries[index].registers[reg] =
			access->value & (reg == MSIX_ENTRY_CONTROL ? MSIX_ENTRY_MASKED : ~0U);
	return valid && access->is_write;
}

static u64 table_size(const struct pci_msix *msix)
{
	return (u64)msix->num_vectors * MSIX_ENTRY_SIZE;
}

/* Physical address of the table; nonsense if the device has base addresses that cannot be. */
static u64 table_address(struct pci_device *device)
{
	u32 location = pci_hardware_read(device, device->msix.start + MSIX_TABLE, 4);
	unsigned int bar = location & MSIX_BIR;
	u64 base = location & ~MSIX_BIR;

	if (bar < PCI_NUM_BARS)
		base += device->hardware_bars[bar] & ~PCI_BAR_FLAGS;
	if (bar + 1 < PCI_NUM_BARS && (device->hardware_bars[bar] & PCI_BAR_TYPE) == PCI_BAR_64BIT)
		base += (u64)device->hardware_bars[bar + 1] << 32;
	return base;
}

static volatile u32 *hardware_entry(const struct pci_msix *msix, unsigned int index)
{
	return (volatile u32 *)(msix->window + msix->table + index * MSIX_ENTRY_SIZE);
}

static void update_entry(struct pci_device *device, unsigned int index)
{
	const struct pci_msix_entry *entry = &device->msix.entries[index];
	volatile u32 *hardware = hardware_entry(&device->msix, index);
	unsigned int reg;

	register_write(&hardware[MSIX_ENTRY_CONTROL], 4, MSIX_ENTRY_MASKED);
	if (!device->pci->restoring &&
	    (pci_msix_entry_is_masked(entry) ||
	     !pci_message_permitted(device, pci_msix_entry_address(entry),
				    entry->registers[MSIX_ENTRY_DATA])))
		return;
	for (reg = 0; reg < MSIX_ENTRY_REGISTERS; reg++)
		register_write(&hardware[reg], 4, entry->registers[reg]);
}

void pci_msix_update(struct pci_device *device)
{
	unsigned int i;

	if (!device->msix.window)
		return;
	for (i = 0; i < device->msix.num_vectors; i++)
		update_entry(device, i);
}

/* Also masks the hardware's entries, or if it does not decode, leaves that to pci_msix_update. */
void pci_msix_reset(struct pci_device *device)
{
	struct pci_msix *msix = &device->msix;
	u16 address = msix->start + MSIX_CONTROL;

	if (!msix->start)
		return;
	if (msix->entries)
		pci_msix_reset_table(msix->entries, msix->num_vectors);
	pci_msix_update(device);
	pci_hardware_write(device, address, 2,
			   pci_hardware_read(device, address, 2) &
				   ~(MSIX_CONTROL_ENABLE | MSIX_CONTROL_MASKALL));
}

static void access_window(struct pci_device *device, struct mmio_access *access)
{
	struct pci_msix *msix = &device->msix;
	volatile u8 *window = msix->window + access->address;

	if (access->address < msix->table + table_size(msix) &&
	    access->address + access->size > msix->table) {
		access->address -= msix->table;
		if (pci_msix_access_table(msix->entries, msix->num_vectors, access))
			update_entry(device, access->address / MSIX_ENTRY_SIZE);
	} else {
		register_access(window, access);
	}
}

static enum mmio_result msix_access(void *arg, struct mmio_access *access)
{
	struct pci_device *device = arg;

	spin_lock(&device->pci->lock);
	if (!device->lent)
		access_window(device, access);
	else if (!access->is_write)
		access->value = size_mask(access->size);
	spin_unlock(&device->pci->lock);
	return MMIO_HANDLED;
}

static int map_window(struct pci_device *device)
{
	const struct jailhouse_pci_device *info = device->info;
	struct pci_msix *msix = &device->msix;
	u64 table = table_address(device);

	if (table < info->msix_address ||
	    table + table_size(msix) > info->msix_address + info->msix_region_size) {
		printk("PCI: cell \"%s\", device " BDF_FORMAT
		       ": the MSI-X table is at %llx, outside of msix_address\n",
		       device->pci->config->name, BDF_ARGS(info->bdf), table);
		return -EINVAL;
	}
	msix->table = table - info->msix_address;
	msix->window = device_map(info->msix_address, info->msix_region_size);
	msix->entries = page_alloc(PAGES(table_size(msix)));
	return msix->window && msix->entries ? 0 : -ENOMEM;
}

static void read_entries(struct pci_msix *msix)
{
	unsigned int i, reg;

	for (i = 0; i < msix->num_vectors; i++)
		for (reg = 0; reg < MSIX_ENTRY_REGISTERS; reg++)
			msix->entries[i].registers[reg] = register_read(
				&hardware_entry(msix, i)[reg], 4);
}

static int init_window(struct pci_device *device)
{
	struct pci_msix *msix = &device->msix;
	int err = map_window(device);

	if (!err)
		err = mmio_register(device->pci->mmio, device->info->msix_address,
				    device->info->msix_region_size, msix_access, device);
	if (err)
		return err;
	msix->registered = true;
	read_entries(msix);
	return 0;
}

int pci_msix_init(struct pci_device *device)
{
	int start = pci_find_capability(device, PCI_CAP_ID_MSIX);
	struct pci_msix *msix = &device->msix;

	if (start <= 0)
		return start;
	msix->start = start;
	msix->num_vectors =
		(pci_hardware_read(device, start + MSIX_CONTROL, 2) & MSIX_CONTROL_SIZE) + 1;
	return device->info->msix_address ? init_window(device) : 0;
}

void pci_msix_exit(struct pci_device *device)
{
	struct pci_msix *msix = &device->msix;

	if (msix->registered)
		mmio_unregister(device->pci->mmio, device->info->msix_address);
	page_free(msix->entries, PAGES(table_size(msix)));
	device_unmap(msix->window, device->info->msix_region_size);
	*msix = (struct pci_msix){ 0 };
}
