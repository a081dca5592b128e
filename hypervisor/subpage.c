/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Emulation of sub-page regions and of the test device.
 */
#include "subpage.h"

#include <jailhouse/errno.h>

#include "../common/config-check.h"
#include "console.h"
#include "device-map.h"

/* Part of the test device that aliases the same offsets of the communication page */
#define TEST_DEVICE_FIRST 0xff8

struct subpage_region {
	const struct jailhouse_memory *mem;
	const struct cell *cell;
	volatile void *registers;
	/* Root only: another cell has it. */
	bool absent;
};

static bool is_subpage(const struct jailhouse_memory *mem)
{
	return config_region_has_memory(mem) && JAILHOUSE_MEMORY_IS_SUBPAGE(mem);
}

static unsigned int num_subpages(const struct jailhouse_cell_desc *config)
{
	const struct jailhouse_memory *mem;
	unsigned int num = 0;

	for_each_mem_region (mem, config)
		num += is_subpage(mem);
	return num;
}

static bool has_test_device(const struct jailhouse_cell_desc *config)
{
	return config->flags & JAILHOUSE_CELL_TEST_DEVICE;
}

unsigned int subpage_num_regions(const struct jailhouse_cell_desc *config)
{
	return num_subpages(config) + has_test_device(config);
}

/* Width and alignment as the region's flags permit them, and direction. */
static bool is_permitted(const struct jailhouse_memory *mem, const struct mmio_access *access)
{
	u64 direction = access->is_write ? JAILHOUSE_MEM_WRITE : JAILHOUSE_MEM_READ;
	u64 width = (u64)access->size << JAILHOUSE_MEM_IO_WIDTH_SHIFT;
	u64 address = mem->phys_start + access->address;

	return (mem->flags & direction) && (mem->flags & width) &&
	       (!(address & (access->size - 1)) || (mem->flags & JAILHOUSE_MEM_IO_UNALIGNED));
}

static enum mmio_result subpage_access(void *arg, struct mmio_access *access)
{
	struct subpage_region *region = arg;

	if (region->absent)
		return MMIO_UNHANDLED;
	if (!is_permitted(region->mem, access)) {
		/* As from an absent device, and reported at a limited rate */
		if (region->cell == root_cell)
			return MMIO_UNHANDLED;
		printk("Cell \"%s\": %s of %u bytes at %llx, which the flags of the region forbid\n",
		       region->cell->config->name, access->is_write ? "write" : "read",
		       access->size, region->mem->virt_start + access->address);
		return MMIO_ERROR;
	}
	register_access((volatile u8 *)region->registers + access->address, access);
	return MMIO_HANDLED;
}

static enum mmio_result test_device_access(void *arg, struct mmio_access *access)
{
	struct cell *cell = arg;

	if (access->address < TEST_DEVICE_FIRST)
		return MMIO_UNHANDLED;
	register_access(&cell->comm_page->bytes[access->address], access);
	return MMIO_HANDLED;
}

static int init_region(struct cell *cell, struct subpage_region *region,
		       const struct jailhouse_memory *mem)
{
	region->mem = mem;
	region->cell = cell;
	region->registers = device_map(mem->phys_start, mem->size);
	if (!region->registers)
		return -ENOMEM;
	return mmio_register(&cell->mmio, mem->virt_start, mem->size, subpage_access, region);
}

static int init_test_device(struct cell *cell)
{
	const struct jailhouse_memory *mem;

	for_each_mem_region (mem, cell->config)
		if (mem->flags & JAILHOUSE_MEM_COMM_REGION)
			return mmio_register(&cell->mmio, mem->virt_start + PAGE_SIZE, PAGE_SIZE,
					     test_device_access, cell);
	return -EINVAL;
}

int subpage_init(struct cell *cell)
{
	unsigned int num = num_subpages(cell->config), n = 0;
	const struct jailhouse_memory *mem;
	int err;

	if (has_test_device(cell->config)) {
		err = init_test_device(cell);
		if (err)
			return err;
	}
	if (!num)
		return 0;
	cell->subpages = page_alloc(PAGES(num * sizeof(*cell->subpages)));
	if (!cell->subpages)
		return -ENOMEM;
	for_each_mem_region (mem, cell->config) {
		if (!is_subpage(mem))
			continue;
		err = init_region(cell, &cell->subpages[n++], mem);
		if (err)
			return err;
	}
	return 0;
}

static bool is_taken(const struct jailhouse_memory *mem)
{
	const struct jailhouse_memory *other;
	struct cell *cell;

	for_each_non_root_cell (cell)
		for_each_mem_region (other, cell->config)
			if (!(other->flags & JAILHOUSE_MEM_ROOTSHARED) &&
			    config_regions_overlap(other, mem))
				return true;
	return false;
}

void subpage_update_root(void)
{
	unsigned int num = num_subpages(root_cell->config), n;

	for (n = 0; n < num; n++)
		root_cell->subpages[n].absent = is_taken(root_cell->subpages[n].mem);
}

void subpage_exit(struct cell *cell)
{
	unsigned int num = num_subpages(cell->config), n;

	if (!cell->subpages)
		return;
	for (n = 0; n < num && cell->subpages[n].mem; n++)
		device_unmap(cell->subpages[n].registers, cell->subpages[n].mem->size);
	page_free(cell->subpages, PAGES(num * sizeof(*cell->subpages)));
}
