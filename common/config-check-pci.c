// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The configuration checker: PCI devices and their capabilities. The rules of ivshmem devices are
 * in config-check-channel.c.
 */
#include "config-check-internal.h"

/* PCI Local Bus 6.1, PCI Express 7.2: where capabilities lie. */
#define CONFIG_HEADER_END   0x40
#define CONFIG_LEGACY_END   0x100
#define CONFIG_EXTENDED_END 0x1000

/* PCI Local Bus 6.8.1.3 and 6.8.2. */
#define MSI_MAX_VECTORS       32
#define MSIX_MAX_VECTORS      2048
#define MSIX_TABLE_ENTRY_SIZE 16

static void check_msi(struct check *check, const struct jailhouse_pci_device *device)
{
	u32 table_size = device->num_msix_vectors * MSIX_TABLE_ENTRY_SIZE;
	u8 vectors = device->num_msi_vectors;

	check_value(check, vectors <= MSI_MAX_VECTORS && !(vectors & (vectors - 1)),
		    "num_msi_vectors", vectors, " is not a power of 2 up to 0x%x", MSI_MAX_VECTORS);
	check_limits(check, "num_msix_vectors", device->num_msix_vectors, 0, MSIX_MAX_VECTORS);
	if (!device->msix_address)
		return;
	check_pages(check, "msix_address", device->msix_address);
	check_pages(check, "msix_region_size", device->msix_region_size);
	check_value(
		check,
		!range_exceeds(device->msix_address, device->msix_region_size, PHYS_ADDRESS_LIMIT),
		"msix_address", device->msix_address, " exceeds 0x%llx", PHYS_ADDRESS_LIMIT);
	check_value(check, table_size <= device->msix_region_size, "msix_region_size",
		    device->msix_region_size, " is too small for 0x%x vectors",
		    device->num_msix_vectors);
}

/* The pages of table and PBA are the hypervisor's; no region may map them. */
static void check_msix_pages(struct check *check, u32 i, const struct jailhouse_pci_device *device)
{
	const struct jailhouse_memory *mem = jailhouse_cell_mem_regions(check->cell);

	for (u32 r = 0; device->msix_address && r < check->cell->num_memory_regions; r++) {
		if (!config_region_has_memory(&mem[r]) ||
		    !ranges_overlap(mem[r].phys_start, mem[r].size, device->msix_address,
				    device->msix_region_size))
			continue;
		check_at(check, "mem_regions[%u].", r);
		check_value(check, false, "phys_start", mem[r].phys_start,
			    " (size 0x%llx) overlaps pci_devices[%u].msix_address 0x%llx",
			    mem[r].size, i, device->msix_address);
	}
}

static void check_device(struct check *check, u32 i, const struct jailhouse_pci_device *devices)
{
	const struct jailhouse_pci_device *device = &devices[i];

	check_at(check, "pci_devices[%u].", i);
	check_limits(check, "type", device->type, JAILHOUSE_PCI_TYPE_DEVICE,
		     JAILHOUSE_PCI_TYPE_IVSHMEM);
	if (device->num_caps)
		check_range(check, "num_caps", device->num_caps, "caps_start", device->caps_start,
			    check->cell->num_pci_caps);
	for (u32 j = 0; j < i; j++)
		check_value(check,
			    device->bdf != devices[j].bdf || device->domain != devices[j].domain,
			    "bdf", device->bdf, " (" BDF_FORMAT ") is that of pci_devices[%u]",
			    BDF_ARGS(device->bdf), j);
	if (is_virtual(device)) {
		config_check_ivshmem(check, i);
	} else {
		check_msi(check, device);
		check_msix_pages(check, i, device);
	}
}

static void check_capability(struct check *check, const struct jailhouse_pci_capability *cap)
{
	bool extended = cap->id & JAILHOUSE_PCI_EXT_CAP;
	u32 begin = extended ? CONFIG_LEGACY_END : CONFIG_HEADER_END;
	u32 end = extended ? CONFIG_EXTENDED_END : CONFIG_LEGACY_END;

	check_value(check, cap->start >= begin && cap->start < end, "start", cap->start,
		    " of capability 0x%x is not in 0x%x-0x%x", cap->id, begin, end);
	check_value(check, cap->len && !range_exceeds(cap->start, cap->len, end), "len", cap->len,
		    " from start 0x%x on is 0 or exceeds 0x%x", cap->start, end);
	check_bits(check, "flags", cap->flags, JAILHOUSE_PCICAPS_WRITE);
}

void config_check_pci(struct check *check)
{
	const struct jailhouse_pci_device *devices = jailhouse_cell_pci_devices(check->cell);
	const struct jailhouse_pci_capability *caps = jailhouse_cell_pci_caps(check->cell);

	for (u32 i = 0; i < check->cell->num_pci_devices; i++)
		check_device(check, i, devices);
	for (u32 i = 0; i < check->cell->num_pci_caps; i++) {
		check_at(check, "pci_caps[%u].", i);
		check_capability(check, &caps[i]);
	}
}

const struct jailhouse_pci_device *config_find_device(const struct jailhouse_cell_desc *cell,
						      const struct jailhouse_pci_device *device)
{
	const struct jailhouse_pci_device *found = jailhouse_cell_pci_devices(cell);

	for (u32 i = 0; i < cell->num_pci_devices; i++, found++) {
		if (is_virtual(found) == is_virtual(device) && found->bdf == device->bdf &&
		    (is_virtual(device) || found->domain == device->domain))
			return found;
	}
	return NULL;
}

static void check_device_beside(struct check *check, u32 i,
				const struct jailhouse_pci_device *device,
				const struct jailhouse_cell_desc *other)
{
	const struct jailhouse_pci_device *theirs = config_find_device(other, device);

	check_at(check, "pci_devices[%u].bdf 0x%x (" BDF_FORMAT ")", i, device->bdf,
		 BDF_ARGS(device->bdf));
	check_owner(check, other, theirs, -EINVAL, ": root has no such device");
	if (!is_root(check, other) || !theirs || !device->msix_address)
		return;
	check_at(check, "pci_devices[%u].", i);
	check_value(check, device->msix_address == theirs->msix_address, "msix_address",
		    device->msix_address, " is 0x%llx in root's configuration",
		    theirs->msix_address);
	check_value(check, device->msix_region_size <= theirs->msix_region_size, "msix_region_size",
		    device->msix_region_size, " is 0x%x in root's configuration",
		    theirs->msix_region_size);
}

void config_check_pci_beside(struct check *check, const struct jailhouse_cell_desc *other)
{
	const struct jailhouse_pci_device *device = jailhouse_cell_pci_devices(check->cell);

	for (u32 i = 0; i < check->cell->num_pci_devices; i++) {
		if (!is_virtual(&device[i]))
			check_device_beside(check, i, &device[i], other);
	}
}
