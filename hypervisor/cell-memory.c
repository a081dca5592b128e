/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of cells. Root's share is always computed from the configurations: root's own regions,
 * less what the other cells have.
 */
#include "cell-memory.h"

#include <jailhouse/errno.h>

#include "arch/x86/apic.h"
#include "hypervisor.h"
#include "paging.h"
#include "subpage.h"

/* Physical address range, end exclusive */
struct range {
	u64 start;
	u64 end;
};

static struct range range_of(const struct jailhouse_memory *mem)
{
	return (struct range){ mem->phys_start, mem->phys_start + mem->size };
}

static struct range intersect(struct range a, struct range b)
{
	return (struct range){ a.start > b.start ? a.start : b.start,
			       a.end < b.end ? a.end : b.end };
}

static bool is_empty(struct range range)
{
	return range.start >= range.end;
}

static bool is_mapped(const struct jailhouse_memory *mem)
{
	return mem->size && !JAILHOUSE_MEMORY_IS_SUBPAGE(mem);
}

static u64 nested_flags(const struct jailhouse_memory *mem)
{
	u64 flags = PTE_PRESENT | PTE_USER;

	if (mem->flags & JAILHOUSE_MEM_WRITE)
		flags |= PTE_WRITE;
	if (!(mem->flags & JAILHOUSE_MEM_EXECUTE))
		flags |= PTE_NO_EXECUTE;
	return flags;
}

static unsigned int page_level(const struct jailhouse_memory *mem)
{
	return mem->flags & JAILHOUSE_MEM_NO_HUGEPAGES ? PAGING_LEVEL_4K : paging_max_level;
}

static int map_region(struct cell *cell, const struct jailhouse_memory *mem)
{
	u64 phys = mem->phys_start;

	if (mem->flags & JAILHOUSE_MEM_COMM_REGION)
		phys = page_to_phys(cell->comm_page);
	if (!is_mapped(mem) || !(mem->flags & JAILHOUSE_MEM_READ))
		return 0;
	return paging_map(cell->npt, mem->virt_start, phys, mem->size, nested_flags(mem),
			  page_level(mem));
}

static int map_read_only(u64 phys, u64 size)
{
	return paging_map(root_cell->npt, phys, phys, size, PTE_PRESENT | PTE_USER | PTE_NO_EXECUTE,
			  PAGING_LEVEL_4K);
}

/* What root may read although it is not in its configuration. */
static int map_for_root(void)
{
	u64 console = system_config->hypervisor_memory.phys_start + hypervisor_header.console_page;
	int err = 0;

	if (system_config->flags & JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE)
		err = map_read_only(console, sizeof(virt_console));
	/* Root reads its APIC directly and exits for writes; others use MSRs. */
	if (!err && !apic_is_x2apic())
		err = map_read_only(APIC_BASE_ADDRESS, PAGE_SIZE);
	return err;
}

int cell_memory_map(struct cell *cell)
{
	const struct jailhouse_memory *mem;
	int err;

	for_each_mem_region (mem, cell->config) {
		err = map_region(cell, mem);
		if (err)
			return err;
	}
	return cell == root_cell ? map_for_root() : 0;
}

/* Calls for each part of root's memory inside @range. */
static int for_root_parts(struct range range,
			  int (*update)(const struct jailhouse_memory *mem, struct range part))
{
	const struct jailhouse_memory *mem;
	struct range part;
	int err;

	for_each_mem_region (mem, root_cell->config) {
		if (!is_mapped(mem) || !(mem->flags & JAILHOUSE_MEM_READ))
			continue;
		part = intersect(range, range_of(mem));
		err = is_empty(part) ? 0 : update(mem, part);
		if (err)
			return err;
	}
	return 0;
}

static int unmap_part(const struct jailhouse_memory *mem, struct range part)
{
	return paging_unmap(root_cell->npt, mem->virt_start + (part.start - mem->phys_start),
			    part.end - part.start);
}

static int map_part(const struct jailhouse_memory *mem, struct range part)
{
	return paging_map(root_cell->npt, mem->virt_start + (part.start - mem->phys_start),
			  part.start, part.end - part.start, nested_flags(mem), page_level(mem));
}

/* Regions that a cell has for itself, or with others but not root. */
static bool is_taken_from_root(const struct jailhouse_memory *mem)
{
	return is_mapped(mem) &&
	       !(mem->flags & (JAILHOUSE_MEM_COMM_REGION | JAILHOUSE_MEM_ROOTSHARED));
}

/* A region of another cell than @cell that root may not have and that overlaps @range. */
static const struct jailhouse_memory *other_user(const struct cell *cell, struct range range)
{
	const struct jailhouse_memory *mem;
	struct cell *other;

	for_each_non_root_cell (other) {
		if (other == cell)
			continue;
		for_each_mem_region (mem, other->config)
			if (is_taken_from_root(mem) && !is_empty(intersect(range, range_of(mem))))
				return mem;
	}
	return NULL;
}

/* Maps what of @range nobody but @cell uses into root. */
static int give_back(const struct cell *cell, struct range range)
{
	const struct jailhouse_memory *other;
	int err;

	while (!is_empty(range)) {
		other = other_user(cell, range);
		if (!other)
			return for_root_parts(range, map_part);
		err = give_back(cell, (struct range){ range.start, other->phys_start });
		if (err)
			return err;
		range.start = other->phys_start + other->size;
	}
	return 0;
}

int root_memory_return(const struct cell *cell)
{
	const struct jailhouse_memory *mem;
	int err;

	for_each_mem_region (mem, cell->config) {
		err = is_taken_from_root(mem) ? give_back(cell, range_of(mem)) : 0;
		if (err)
			return err;
	}
	return 0;
}

/* Calls for each part of root's memory that is in regions of @cell with all of @flags. */
static int for_taken_parts(const struct cell *cell, u64 flags,
			   int (*update)(const struct jailhouse_memory *mem, struct range part))
{
	const struct jailhouse_memory *mem;
	int err = 0;

	for_each_mem_region (mem, cell->config) {
		if (is_taken_from_root(mem) && (mem->flags & flags) == flags)
			err = for_root_parts(range_of(mem), update);
		if (err)
			break;
	}
	return err;
}

int root_memory_revoke(const struct cell *cell)
{
	int err = for_taken_parts(cell, 0, unmap_part);

	/* Needs no memory: all tables on the way exist. */
	if (err)
		root_memory_return(cell);
	return err;
}

int root_memory_map_loadable(const struct cell *cell)
{
	return for_taken_parts(cell, JAILHOUSE_MEM_LOADABLE, map_part);
}
