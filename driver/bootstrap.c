// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bootstrap page table (AMD APM vol. 2, 5.3: long-mode page translation).
 */
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/vmalloc.h>

#include <jailhouse/header.h>

#include "bootstrap.h"
#include "trampoline.h"

#define ENTRY_PRESENT BIT(0)
#define ENTRY_WRITE   BIT(1)
#define ENTRY_LARGE   BIT(7)
#define ENTRY_ADDRESS GENMASK_ULL(51, 12)

#define TABLE_LEVELS  4
#define LEVEL_OF_2MIB 2

static unsigned int table_index(unsigned long virt, unsigned int level)
{
	return (virt >> (PAGE_SHIFT + (level - 1) * 9)) & 511;
}

static u64 *table_alloc(struct bootstrap *bootstrap)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);

	if (!page)
		return NULL;
	list_add(&page->lru, &bootstrap->pages);
	return page_address(page);
}

/* Finds the entry for @virt in the table of @level, with all tables above; NULL: no memory. */
static u64 *table_entry(struct bootstrap *bootstrap, unsigned long virt, unsigned int level)
{
	u64 *table = bootstrap->root;
	unsigned int above;
	u64 *entry, *next;

	for (above = TABLE_LEVELS; above > level; above--) {
		entry = &table[table_index(virt, above)];
		if (!(*entry & ENTRY_PRESENT)) {
			next = table_alloc(bootstrap);
			if (!next)
				return NULL;
			*entry = virt_to_phys(next) | ENTRY_PRESENT | ENTRY_WRITE;
		}
		table = phys_to_virt(*entry & ENTRY_ADDRESS);
	}
	return &table[table_index(virt, level)];
}

static int map_page(struct bootstrap *bootstrap, unsigned long virt, phys_addr_t phys, bool large)
{
	u64 *entry = table_entry(bootstrap, virt, large ? LEVEL_OF_2MIB : 1);

	if (!entry)
		return -ENOMEM;
	*entry = phys | ENTRY_PRESENT | ENTRY_WRITE | (large ? ENTRY_LARGE : 0);
	return 0;
}

static int map_range(struct bootstrap *bootstrap, unsigned long virt, phys_addr_t phys, u64 size)
{
	u64 step;
	bool large;
	int err;

	for (; size; virt += step, phys += step, size -= step) {
		large = IS_ALIGNED(virt | phys, SZ_2M) && size >= SZ_2M;
		step = large ? SZ_2M : PAGE_SIZE;
		err = map_page(bootstrap, virt, phys, large);
		if (err)
			return err;
	}
	return 0;
}

phys_addr_t bootstrap_trampoline(void)
{
	return page_to_phys(vmalloc_to_page(jailhouse_trampoline_start));
}

phys_addr_t bootstrap_cr3(const struct bootstrap *bootstrap)
{
	return virt_to_phys(bootstrap->root);
}

int bootstrap_create(struct bootstrap *bootstrap, phys_addr_t start, u64 size)
{
	int err = -ENOMEM;

	INIT_LIST_HEAD(&bootstrap->pages);
	bootstrap->root = table_alloc(bootstrap);
	if (bootstrap->root)
		err = map_range(bootstrap, JAILHOUSE_BASE, start, size);
	if (!err)
		err = map_page(bootstrap, (unsigned long)jailhouse_trampoline_start,
			       bootstrap_trampoline(), false);
	if (err)
		bootstrap_free(bootstrap);
	return err;
}

void bootstrap_free(struct bootstrap *bootstrap)
{
	struct page *page, *next;

	list_for_each_entry_safe (page, next, &bootstrap->pages, lru) {
		list_del(&page->lru);
		__free_page(page);
	}
}
