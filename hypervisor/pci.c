// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI devices of cells: which cell has which, and accesses to configuration space by address. What
 * an access does to a device is in pci-physical.c and pci-virtual.c.
 */
#include <jailhouse/errno.h>

#include "console.h"
#include "page-pool.h"
#include "pci-device.h"

#include "arch/x86/irq-route.h"

/* MMCONFIG: 1 MiB a bus, 4 KiB a function, PCI Express Base Specification 3.0, 7.2.2. */
#define MMCONFIG_BUS_SIZE 0x100000ULL

#define MAX_REPORTS 8

static const struct jailhouse_system *system_config;
static struct pci_cell *root;

void pci_init(const struct jailhouse_system *system)
{
	system_config = system;
	root = NULL;
}

static u64 mmconfig_base(void)
{
	return system_config->platform_info.pci_mmconfig_base;
}

unsigned int pci_num_mmio_regions(const struct jailhouse_cell_desc *config)
{
	const struct jailhouse_pci_device *info = jailhouse_cell_pci_devices(config);
	unsigned int regions = 1;
	u32 i;

	for (i = 0; i < config->num_pci_devices; i++)
		regions += info[i].type == JAILHOUSE_PCI_TYPE_IVSHMEM ? PCI_NUM_BARS : 1;
	return regions;
}

bool pci_message_permitted(struct pci_device *device, u64 address, u32 data)
{
	struct pci_cell *pci = device->pci;
	struct irq_message message;

	if (pci_message_decode(address, data, &message) &&
	    irq_message_permitted(pci->cell, &message))
		return true;
	if (pci->reports_left) {
		pci->reports_left--;
		printk("PCI: cell \"%s\", device " BDF_FORMAT
		       ": interrupt message withheld, address %llx, data %x\n",
		       pci->config->name, BDF_ARGS(device->info->bdf), address, data);
	}
	return false;
}

int pci_find_capability(struct pci_device *device, u8 id)
{
	const struct jailhouse_pci_capability *cap = jailhouse_cell_pci_caps(device->pci->config) +
						     device->info->caps_start;
	const struct jailhouse_pci_capability *end = cap + device->info->num_caps;

	while (cap < end && cap->id != id)
		cap++;
	if (cap == end)
		return 0;
	if (!(cap->start & 3) && pci_hardware_read(device, cap->start, 1) == id)
		return cap->start;
	printk("PCI: cell \"%s\", device " BDF_FORMAT ": no capability %x at %x\n",
	       device->pci->config->name, BDF_ARGS(device->info->bdf), id, cap->start);
	return -EINVAL;
}

/* NULL if the cell has none there, or if it was not found in the machine. */
static struct pci_device *find_device(struct pci_cell *pci, u16 bdf)
{
	struct pci_device *device = pci->devices;
	struct pci_device *end = device + pci->config->num_pci_devices;

	for (; device < end; device++)
		if (device->present && device->info->bdf == bdf)
			return device;
	return NULL;
}

static u32 read_device(struct pci_device *device, u16 address, unsigned int size)
{
	if (pci_is_shadowed(device, address))
		return device->shadows[address / 4] >> (address & 3) * 8 & size_mask(size);
	return pci_is_virtual(device) ? 0 : pci_hardware_read(device, address, size);
}

/* From here on, a write is an aligned dword and the bytes ("lanes") of it that are written. */
static void write_device(struct pci_device *device, u16 address, unsigned int size, u32 value)
{
	unsigned int shift = (address & 3) * 8;
	u32 lanes = (u32)size_mask(size) << shift;

	if (pci_is_virtual(device))
		pci_virtual_write(device, address & ~3, lanes, value << shift);
	else
		pci_physical_write(device, address & ~3, lanes, value << shift);
}

void pci_config_access(struct pci_cell *pci, struct mmio_access *access)
{
	u16 address = access->address % PCI_CONFIG_SIZE;
	struct pci_device *device;

	if (!access->is_write)
		access->value = size_mask(access->size);
	if (access->size == 3 || (address & 3) + access->size > 4)
		return;
	spin_lock(&pci->lock);
	device = find_device(pci, access->address / PCI_CONFIG_SIZE);
	if (device && !device->lent && access->is_write)
		write_device(device, address, access->size, access->value);
	else if (device && !device->lent)
		access->value = read_device(device, address, access->size);
	spin_unlock(&pci->lock);
}

static enum mmio_result mmconfig_access(void *arg, struct mmio_access *access)
{
	pci_config_access(arg, access);
	return MMIO_HANDLED;
}

static int init_device(struct pci_cell *pci, u32 index)
{
	const struct jailhouse_pci_device *info = jailhouse_cell_pci_devices(pci->config) + index;
	struct pci_device *device = &pci->devices[index];

	device->info = info;
	device->pci = pci;
	if (info->domain != system_config->platform_info.pci_domain)
		return 0;
	if (info->type == JAILHOUSE_PCI_TYPE_IVSHMEM)
		return pci_virtual_init(device);
	if (mmconfig_base() && info->bdf >> 8 <= system_config->platform_info.pci_mmconfig_end_bus)
		return pci_physical_init(device,
					 mmconfig_base() + (u64)info->bdf * PCI_CONFIG_SIZE);
	printk("PCI: device " BDF_FORMAT " is out of reach by MMCONFIG\n", BDF_ARGS(info->bdf));
	return -EINVAL;
}

static unsigned int device_table_pages(struct pci_cell *pci)
{
	/* One more, for cells without devices. */
	return PAGES((pci->config->num_pci_devices + 1) * sizeof(struct pci_device));
}

/* Undoes what was done so far; no cell knows of the devices. */
static void release_devices(struct pci_cell *pci)
{
	u32 i;

	for (i = 0; i < pci->config->num_pci_devices; i++) {
		if (!pci->devices[i].info)
			break;
		if (!pci_is_virtual(&pci->devices[i]))
			pci_physical_exit(&pci->devices[i]);
		else if (pci->devices[i].present)
			pci_virtual_exit(&pci->devices[i]);
	}
	page_free(pci->devices, device_table_pages(pci));
	pci->devices = NULL;
	pci->config = NULL;
}

static int register_mmconfig(struct pci_cell *pci)
{
	u64 num_buses = system_config->platform_info.pci_mmconfig_end_bus + 1ULL;

	if (!mmconfig_base())
		return 0;
	return mmio_register(pci->mmio, mmconfig_base(), num_buses * MMCONFIG_BUS_SIZE,
			     mmconfig_access, pci);
}

static void for_each_device(struct pci_cell *pci, bool virtual, void (*verb)(struct pci_device *))
{
	u32 i;

	for (i = 0; i < pci->config->num_pci_devices; i++)
		if (pci->devices[i].present && pci_is_virtual(&pci->devices[i]) == virtual)
			verb(&pci->devices[i]);
}

static void take_from_root(struct pci_device *device)
{
	struct pci_device *lent;

	spin_lock(&root->lock);
	lent = find_device(root, device->info->bdf);
	if (lent)
		lent->lent = true;
	spin_unlock(&root->lock);
	device->root_command = pci_hardware_read(device, PCI_COMMAND, 2);
	pci_physical_reset(device);
}

static void return_to_root(struct pci_device *device)
{
	struct pci_device *lent;

	pci_physical_reset(device);
	spin_lock(&root->lock);
	lent = find_device(root, device->info->bdf);
	if (lent) {
		pci_physical_reset(lent);
		pci_hardware_write(lent, PCI_COMMAND, 2,
				   device->root_command & ~PCI_COMMAND_MASTER);
		lent->lent = false;
	}
	spin_unlock(&root->lock);
}

int pci_cell_init(struct pci_cell *pci, struct cell *cell, const struct jailhouse_cell_desc *config,
		  struct mmio_map *mmio)
{
	int err = 0;
	u32 i;

	*pci = (struct pci_cell){ .cell = cell, .config = config, .mmio = mmio };
	pci->reports_left = MAX_REPORTS;
	pci->devices = page_alloc(device_table_pages(pci));
	if (!pci->devices) {
		pci->config = NULL;
		return -ENOMEM;
	}
	for (i = 0; !err && i < config->num_pci_devices; i++)
		err = init_device(pci, i);
	if (!err)
		err = register_mmconfig(pci);
	if (err)
		release_devices(pci);
	else if (root)
		for_each_device(pci, false, take_from_root);
	else
		root = pci;
	return err;
}

void pci_cell_exit(struct pci_cell *pci)
{
	if (!pci->config)
		return;
	if (mmconfig_base())
		mmio_unregister(pci->mmio, mmconfig_base());
	if (pci != root)
		for_each_device(pci, false, return_to_root);
	release_devices(pci);
}

void pci_cell_reset(struct pci_cell *pci)
{
	spin_lock(&pci->lock);
	pci->port_address = 0;
	pci->reports_left = MAX_REPORTS;
	for_each_device(pci, false, pci_physical_reset);
	for_each_device(pci, true, pci_virtual_reset);
	spin_unlock(&pci->lock);
}

static void update_irqs(struct pci_device *device)
{
	if (device->lent)
		return;
	pci_msi_update(device);
	pci_msix_update(device);
}

void pci_cell_update_irqs(struct pci_cell *pci)
{
	spin_lock(&pci->lock);
	for_each_device(pci, false, update_irqs);
	spin_unlock(&pci->lock);
}

void pci_restore_all(void)
{
	if (!root)
		return;
	root->restoring = true;
	pci_cell_update_irqs(root);
}
