/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page allocator. Allocations are few and happen only while cells are created and destroyed.
 */
#include "page-pool.h"

#include "bitmap.h"
#include "spinlock.h"
#include "string.h"

static struct {
	spinlock_t lock;
	u8 *start;
	u64 phys;
	/* In the first pages of the pool */
	struct bitmap map;
} pool;

void page_pool_init(void *start, unsigned int num, u64 phys)
{
	unsigned int bitmap_pages = PAGES((num + 7) / 8);

	pool.start = start;
	pool.phys = phys;
	pool.map = (struct bitmap){ .bits = start, .size = num };
	memset(start, 0, bitmap_pages * PAGE_SIZE);
	bitmap_mark(&pool.map, 0, bitmap_pages, true);
}

void *page_alloc(unsigned int num)
{
	unsigned int first;
	u8 *pages;

	spin_lock(&pool.lock);
	first = bitmap_take(&pool.map, num);
	spin_unlock(&pool.lock);
	if (first == pool.map.size)
		return NULL;
	pages = pool.start + first * PAGE_SIZE;
	return memset(pages, 0, num * PAGE_SIZE);
}

void page_free(void *pages, unsigned int num)
{
	if (!pages)
		return;
	spin_lock(&pool.lock);
	bitmap_mark(&pool.map, ((u8 *)pages - pool.start) >> PAGE_SHIFT, num, false);
	spin_unlock(&pool.lock);
}

unsigned int page_pool_size(void)
{
	return pool.map.size;
}

unsigned int page_pool_used(void)
{
	return pool.map.used;
}

u64 page_to_phys(const void *page)
{
	return pool.phys + ((const u8 *)page - pool.start);
}

void *phys_to_page(u64 phys)
{
	return pool.start + (phys - pool.phys);
}
