/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page tables: one recursive update serves mapping and unmapping, splitting large pages on the way
 * down and merging or freeing tables on the way up.
 */
#include "paging.h"

#include <jailhouse/errno.h>

#include "page-pool.h"

#define ENTRIES          512
#define ENTRY_INDEX_MASK (ENTRIES - 1)
/* What entries that point to a table grant; the leaf decides. */
#define TABLE_FLAGS (PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_ACCESSED)
/* Set by the processor at any time, so without meaning for a comparison. */
#define VOLATILE_FLAGS (PTE_ACCESSED | PTE_DIRTY)

struct update {
	/* Flags of a leaf; 0 unmaps. */
	u64 flags;
	unsigned int max_level;
};

static unsigned int entry_index(u64 virt, unsigned int level)
{
	return (virt >> (12 + 9 * (level - 1))) & ENTRY_INDEX_MASK;
}

static bool is_table(u64 entry, unsigned int level)
{
	return level > PAGING_LEVEL_4K && (entry & PTE_PRESENT) && !(entry & PTE_HUGE);
}

static u64 *table_of(u64 entry)
{
	return phys_to_page(entry & PTE_ADDRESS);
}

static u64 leaf_entry(u64 phys, unsigned int level, u64 flags)
{
	return phys | flags | (level > PAGING_LEVEL_4K ? PTE_HUGE : 0);
}

/* Frees the tables below @entry of @level. */
static void free_below(u64 entry, unsigned int level)
{
	unsigned int n;
	u64 *table;

	if (!is_table(entry, level))
		return;
	table = table_of(entry);
	for (n = 0; n < ENTRIES; n++)
		free_below(table[n], level - 1);
	page_free(table, 1);
}

/* Makes sure that @entry points to a table; a large page is split. */
static int ensure_table(u64 *entry, unsigned int level)
{
	u64 flags = *entry & ~(PTE_ADDRESS | PTE_HUGE);
	u64 phys = *entry & PTE_ADDRESS;
	unsigned int n;
	u64 *table;

	if (is_table(*entry, level))
		return 0;
	table = page_alloc(1);
	if (!table)
		return -ENOMEM;
	if (*entry & PTE_PRESENT)
		for (n = 0; n < ENTRIES; n++)
			table[n] = leaf_entry(phys + n * paging_level_size(level - 1), level - 1,
					      flags);
	*entry = page_to_phys(table) | TABLE_FLAGS;
	return 0;
}

static bool is_empty(const u64 *table)
{
	unsigned int n;

	for (n = 0; n < ENTRIES; n++)
		if (table[n])
			return false;
	return true;
}

/* Whether all entries are leaves with equal flags that map one aligned, contiguous range. */
static bool is_uniform(const u64 *table, unsigned int level)
{
	u64 size = paging_level_size(level), first = table[0] & ~VOLATILE_FLAGS;
	unsigned int n;

	if (!(first & PTE_PRESENT) || is_table(first, level) ||
	    (first & PTE_ADDRESS & (paging_level_size(level + 1) - 1)))
		return false;
	for (n = 1; n < ENTRIES; n++)
		if ((table[n] & ~VOLATILE_FLAGS) != first + n * size)
			return false;
	return true;
}

/* Replaces a table that has become empty or uniform by one entry. */
static void simplify(u64 *entry, unsigned int level, const struct update *update)
{
	u64 *table = table_of(*entry);
	u64 replacement;

	if (is_empty(table))
		replacement = 0;
	else if (update->flags && level <= update->max_level && is_uniform(table, level - 1))
		replacement = table[0] | PTE_HUGE;
	else
		return;
	*entry = replacement;
	page_free(table, 1);
}

static bool can_be_leaf(u64 virt, u64 phys, u64 chunk, unsigned int level,
			const struct update *update)
{
	u64 size = paging_level_size(level);

	if (level == PAGING_LEVEL_4K)
		return true;
	if (chunk != size || (virt & (size - 1)))
		return false;
	return !update->flags || (level <= update->max_level && !(phys & (size - 1)));
}

static int update_table(u64 *table, unsigned int level, u64 virt, u64 phys, u64 size,
			const struct update *update);

static int update_below(u64 *entry, unsigned int level, u64 virt, u64 phys, u64 size,
			const struct update *update)
{
	int err;

	if (!update->flags && !*entry)
		return 0;
	err = ensure_table(entry, level);
	if (err)
		return err;
	err = update_table(table_of(*entry), level - 1, virt, phys, size, update);
	simplify(entry, level, update);
	return err;
}

static int update_table(u64 *table, unsigned int level, u64 virt, u64 phys, u64 size,
			const struct update *update)
{
	u64 span = paging_level_size(level), chunk, *entry, old;
	int err = 0;

	for (; size && !err; size -= chunk, virt += chunk, phys += chunk) {
		entry = &table[entry_index(virt, level)];
		chunk = span - (virt & (span - 1));
		if (chunk > size)
			chunk = size;
		if (can_be_leaf(virt, phys, chunk, level, update)) {
			old = *entry;
			*entry = update->flags ? leaf_entry(phys, level, update->flags) : 0;
			free_below(old, level);
		} else {
			err = update_below(entry, level, virt, phys, chunk, update);
		}
	}
	return err;
}

void paging_destroy(u64 *root)
{
	unsigned int n;

	if (!root)
		return;
	for (n = 0; n < ENTRIES; n++)
		free_below(root[n], PAGING_LEVELS);
	page_free(root, 1);
}

int paging_map(u64 *root, u64 virt, u64 phys, u64 size, u64 flags, unsigned int max_level)
{
	struct update update = { .flags = flags | PTE_ACCESSED | PTE_DIRTY,
				 .max_level = max_level };

	return update_table(root, PAGING_LEVELS, virt, phys, size, &update);
}

int paging_unmap(u64 *root, u64 virt, u64 size)
{
	struct update update = { .flags = 0, .max_level = PAGING_LEVELS };

	return update_table(root, PAGING_LEVELS, virt, 0, size, &update);
}

u64 paging_lookup(const u64 *root, u64 virt, unsigned int *level)
{
	const u64 *table = root;
	u64 entry;

	for (*level = PAGING_LEVELS;; (*level)--) {
		entry = table[entry_index(virt, *level)];
		if (!(entry & PTE_PRESENT))
			return 0;
		if (!is_table(entry, *level))
			return entry;
		table = table_of(entry);
	}
}

u64 paging_leaf_address(u64 entry, unsigned int level, u64 virt)
{
	u64 mask = paging_level_size(level) - 1;

	return (entry & PTE_ADDRESS & ~mask) | (virt & mask);
}

u64 *paging_entry(u64 *root, u64 virt)
{
	u64 *table = root, *entry;
	unsigned int level;

	for (level = PAGING_LEVELS; level > PAGING_LEVEL_4K; level--) {
		entry = &table[entry_index(virt, level)];
		if (ensure_table(entry, level))
			return NULL;
		table = table_of(*entry);
	}
	return &table[entry_index(virt, PAGING_LEVEL_4K)];
}
