// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of ivshmem channels that a set of configurations makes.
 */
#include <stdio.h>
#include <string.h>

#include "tool.h"

/* The device of a cell at a bus address. */
static const struct jailhouse_pci_device *find_device(const struct jailhouse_cell_desc *cell,
						      unsigned int bdf)
{
	const struct jailhouse_pci_device *device = jailhouse_cell_pci_devices(cell);

	for (unsigned int i = 0; i < cell->num_pci_devices; i++) {
		if (device[i].type == JAILHOUSE_PCI_TYPE_IVSHMEM && device[i].bdf == bdf)
			return &device[i];
	}
	return NULL;
}

static __u64 channel_size(const struct jailhouse_memory *mem,
			  const struct jailhouse_pci_device *device)
{
	unsigned int num_regions = device->shmem_peers ? 2 + device->shmem_peers : 1;
	__u64 size = 0;

	for (unsigned int i = 0; i < num_regions; i++)
		size += mem[i].size;
	return size;
}

/* Names of the cells at the ends; with revision 2, each with its ID. */
static void print_ends(const struct jailhouse_cell_desc *const cells[], unsigned int num_cells,
		       unsigned int bdf)
{
	const char *separator = "";

	for (unsigned int i = 0; i < num_cells; i++) {
		const struct jailhouse_pci_device *device = find_device(cells[i], bdf);

		if (!device)
			continue;
		printf("%s%s", separator, cells[i]->name);
		if (device->shmem_peers)
			printf(" (%u)", device->shmem_dev_id);
		separator = ", ";
	}
	putchar('\n');
}

static void print_channel(const struct jailhouse_cell_desc *cell,
			  const struct jailhouse_pci_device *device)
{
	const struct jailhouse_memory *mem = jailhouse_cell_mem_regions(cell) +
					     device->shmem_regions_start;
	char kind[32] = "classic";

	if (device->shmem_peers)
		snprintf(kind, sizeof(kind), "revision 2 of %u", device->shmem_peers);
	printf("%02x:%02x.%-4x%-18s0x%-14llx0x%-12llx", device->bdf >> 8, (device->bdf >> 3) & 0x1f,
	       device->bdf & 7, kind, mem->phys_start, channel_size(mem, device));
}

/* Whether a cell before number @index has an end of it, so that it is printed already. */
static bool is_known(const struct jailhouse_cell_desc *const cells[], unsigned int index,
		     unsigned int bdf)
{
	for (unsigned int i = 0; i < index; i++) {
		if (find_device(cells[i], bdf))
			return true;
	}
	return false;
}

void channel_table_print(const struct jailhouse_cell_desc *const cells[], unsigned int num_cells)
{
	bool empty = true;

	for (unsigned int i = 0; i < num_cells; i++) {
		const struct jailhouse_pci_device *device = jailhouse_cell_pci_devices(cells[i]);

		for (unsigned int d = 0; d < cells[i]->num_pci_devices; d++) {
			if (device[d].type != JAILHOUSE_PCI_TYPE_IVSHMEM ||
			    is_known(cells, i, device[d].bdf))
				continue;
			if (empty)
				printf("\n%-10s%-18s%-16s%-14s%s\n", "Channel", "Kind", "Address",
				       "Size", "Cells (ID)");
			empty = false;
			print_channel(cells[i], &device[d]);
			print_ends(cells, num_cells, device[d].bdf);
		}
	}
}
