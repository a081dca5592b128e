// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shows the virtual PCI devices of the root cell to Linux, and takes them away. Other devices of the
 * same bus are left as they are.
 */
#define pr_fmt(fmt) "jailhouse: " fmt

#include <linux/ioport.h>
#include <linux/pci.h>

#include <jailhouse/ivshmem.h>

#include "pci-virtual.h"

static struct pci_dev *find_device(const struct jailhouse_pci_device *config)
{
	return pci_get_domain_bus_and_slot(config->domain, PCI_BUS_NUM(config->bdf),
					   config->bdf & 0xff);
}

static bool is_virtual(const struct pci_dev *pdev)
{
	return (pdev->vendor == IVSHMEM_VENDOR_ID && pdev->device == IVSHMEM_DEVICE_ID) ||
	       (pdev->vendor == IVSHMEM_CLASSIC_VENDOR_ID &&
		pdev->device == IVSHMEM_CLASSIC_DEVICE_ID);
}

/* Accesses to what root has as memory never reach the device. */
static bool in_memory(const struct jailhouse_cell_desc *root, const struct resource *window)
{
	const struct jailhouse_memory *mem = jailhouse_cell_mem_regions(root);
	const struct jailhouse_memory *end = mem + root->num_memory_regions;

	for (; mem < end; mem++)
		if (window->start < mem->virt_start + mem->size && window->end >= mem->virt_start)
			return true;
	return false;
}

static void place_windows(const struct jailhouse_cell_desc *root, struct pci_dev *pdev)
{
	struct resource *window;
	int bar;

	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		window = &pdev->resource[bar];
		if (!resource_size(window) || !window->flags)
			continue;
		if (pci_assign_resource(pdev, bar))
			pci_warn(pdev, "jailhouse: no room for BAR %d\n", bar);
		else if (in_memory(root, window))
			pci_warn(pdev, "jailhouse: BAR %d, %pR, is in a memory region of root\n",
				 bar, window);
	}
}

/* Returns what is wrong, or NULL. */
static const char *add_device(const struct jailhouse_cell_desc *root,
			      const struct jailhouse_pci_device *config)
{
	struct pci_bus *bus = pci_find_bus(config->domain, PCI_BUS_NUM(config->bdf));
	struct pci_dev *pdev = find_device(config);
	const char *problem = NULL;

	if (pdev) {
		problem = is_virtual(pdev) ? NULL : "there is another device";
		pci_dev_put(pdev);
		return problem;
	}
	pdev = bus ? pci_scan_single_device(bus, config->bdf & 0xff) : NULL;
	if (!pdev)
		return bus ? "Linux does not see it" : "Linux has no such bus";
	place_windows(root, pdev);
	pci_bus_add_device(pdev);
	return NULL;
}

void pci_virtual_add(const struct jailhouse_cell_desc *root)
{
	const struct jailhouse_pci_device *config = jailhouse_cell_pci_devices(root);
	const struct jailhouse_pci_device *end = config + root->num_pci_devices;
	const char *problem;

	for (; config < end; config++) {
		if (config->type != JAILHOUSE_PCI_TYPE_IVSHMEM)
			continue;
		pci_lock_rescan_remove();
		problem = add_device(root, config);
		pci_unlock_rescan_remove();
		if (problem)
			pr_warn("virtual PCI device %04x:%02x:%02x.%x cannot be used: %s\n",
				config->domain, PCI_BUS_NUM(config->bdf), PCI_SLOT(config->bdf),
				PCI_FUNC(config->bdf), problem);
	}
}

void pci_virtual_remove(const struct jailhouse_cell_desc *root)
{
	const struct jailhouse_pci_device *config = jailhouse_cell_pci_devices(root);
	const struct jailhouse_pci_device *end = config + root->num_pci_devices;
	struct pci_dev *pdev;

	for (; config < end; config++) {
		if (config->type != JAILHOUSE_PCI_TYPE_IVSHMEM)
			continue;
		pdev = find_device(config);
		if (pdev && is_virtual(pdev))
			pci_stop_and_remove_bus_device_locked(pdev);
		pci_dev_put(pdev);
	}
}
