/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page tables against a simple model: one array element for each 4 KiB page.
 *
 * suite: hypervisor
 * sources: hypervisor/paging.c hypervisor/page-pool.c
 */
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include <jailhouse/errno.h>

#include "page-pool.h"
#include "paging.h"

#define POOL_PAGES 600
#define POOL_PHYS  0x40000000ULL
#define FLAGS      (PTE_PRESENT | PTE_WRITE | PTE_USER)
#define FLAGS_RO   (PTE_PRESENT | PTE_USER)
#define SIZE_2M    0x200000ULL
#define SIZE_1G    0x40000000ULL

/* The model covers 3 GiB from a place that crosses a top-level entry. */
#define MODEL_BASE  (0x8000000000ULL - SIZE_1G)
#define MODEL_PAGES (3 * SIZE_1G / PAGE_SIZE)

static u8 *pool;
static unsigned int pool_base_use;
static u64 *root;
static u64 *model;

static int set_up(void **state)
{
	(void)state;
	pool = aligned_alloc(PAGE_SIZE, POOL_PAGES * PAGE_SIZE);
	model = calloc(MODEL_PAGES, sizeof(*model));
	page_pool_init(pool, POOL_PAGES, POOL_PHYS);
	pool_base_use = page_pool_used();
	root = page_alloc(1);
	return !pool || !model || !root;
}

static int tear_down(void **state)
{
	(void)state;
	paging_destroy(root);
	assert_int_equal(page_pool_used(), pool_base_use);
	free(pool);
	free(model);
	return 0;
}

static u64 lookup(u64 virt, u64 *flags)
{
	unsigned int level;
	u64 entry = paging_lookup(root, virt, &level);

	*flags = entry & (PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_NO_EXECUTE);
	return entry ? paging_leaf_address(entry, level, virt) : 0;
}

static unsigned int level_of(u64 virt)
{
	unsigned int level;

	return paging_lookup(root, virt, &level) ? level : 0;
}

static void empty_tables_map_nothing(void **state)
{
	u64 flags;

	(void)state;
	assert_int_equal(lookup(0, &flags), 0);
	assert_int_equal(lookup(0x123456789000, &flags), 0);
	assert_int_equal(flags, 0);
}

static void largest_possible_pages_are_used(void **state)
{
	(void)state;
	assert_int_equal(paging_map(root, 0x1000, 0x1000, 2 * SIZE_1G - 0x1000, FLAGS, 3), 0);
	assert_int_equal(level_of(0x1000), PAGING_LEVEL_4K);
	assert_int_equal(level_of(SIZE_2M), PAGING_LEVEL_2M);
	assert_int_equal(level_of(SIZE_1G), PAGING_LEVEL_1G);
	assert_int_equal(paging_map(root, 0, 0, 2 * SIZE_1G, FLAGS, 2), 0);
	assert_int_equal(level_of(0x1000), PAGING_LEVEL_2M);
	assert_int_equal(level_of(SIZE_1G), PAGING_LEVEL_2M);
	assert_int_equal(paging_map(root, 0, 0, SIZE_2M, FLAGS, 1), 0);
	assert_int_equal(level_of(0x1000), PAGING_LEVEL_4K);
}

static void offset_mappings_use_small_pages(void **state)
{
	(void)state;
	assert_int_equal(paging_map(root, SIZE_2M, SIZE_2M + 0x1000, 2 * SIZE_2M, FLAGS, 3), 0);
	assert_int_equal(level_of(SIZE_2M), PAGING_LEVEL_4K);
}

static void split_and_merge_restore_pool_use(void **state)
{
	unsigned int used;
	u64 flags;

	(void)state;
	assert_int_equal(paging_map(root, 0, 0, 2 * SIZE_1G, FLAGS, 3), 0);
	used = page_pool_used();
	assert_int_equal(paging_unmap(root, SIZE_2M + 0x3000, 0x2000), 0);
	assert_true(page_pool_used() > used);
	assert_int_equal(lookup(SIZE_2M + 0x3000, &flags), 0);
	assert_int_equal(lookup(SIZE_2M + 0x2000, &flags), SIZE_2M + 0x2000);
	assert_int_equal(lookup(SIZE_2M + 0x5123, &flags), SIZE_2M + 0x5123);
	assert_int_equal(paging_map(root, SIZE_2M + 0x3000, SIZE_2M + 0x3000, 0x2000, FLAGS, 3), 0);
	assert_int_equal(page_pool_used(), used);
	assert_int_equal(level_of(SIZE_2M + 0x3000), PAGING_LEVEL_1G);
}

static void different_flags_do_not_merge(void **state)
{
	u64 flags;

	(void)state;
	assert_int_equal(paging_map(root, 0, 0, SIZE_2M, FLAGS, 3), 0);
	assert_int_equal(paging_map(root, 0x5000, 0x5000, 0x1000, FLAGS_RO, 3), 0);
	assert_int_equal(level_of(0x5000), PAGING_LEVEL_4K);
	assert_int_equal(lookup(0x5000, &flags), 0x5000);
	assert_int_equal(flags, FLAGS_RO);
	lookup(0x6000, &flags);
	assert_int_equal(flags, FLAGS);
}

static void unmap_frees_tables(void **state)
{
	unsigned int used = page_pool_used();

	(void)state;
	assert_int_equal(paging_map(root, 0x7000, 0x9000, 0x1000, FLAGS, 3), 0);
	assert_int_equal(page_pool_used(), used + 3);
	assert_int_equal(paging_unmap(root, 0, 1ULL << 39), 0);
	assert_int_equal(page_pool_used(), used);
}

static void processor_set_bits_do_not_hinder_merging(void **state)
{
	unsigned int used = page_pool_used();
	u64 *entry;

	(void)state;
	assert_int_equal(paging_map(root, 0, 0, SIZE_2M, FLAGS, 1), 0);
	entry = paging_entry(root, 0x8000);
	*entry &= ~(PTE_ACCESSED | PTE_DIRTY);
	assert_int_equal(paging_map(root, 0x1000, 0x1000, 0x1000, FLAGS, 2), 0);
	assert_int_equal(page_pool_used(), used + 2);
}

/* Takes all of the pool but @left pages; returns how many. */
static unsigned int exhaust(void **pages, unsigned int left)
{
	unsigned int num = 0;

	while (page_pool_used() < POOL_PAGES - left)
		pages[num++] = page_alloc(1);
	return num;
}

static void exhaustion_is_an_error_and_harmless(void **state)
{
	static void *pages[POOL_PAGES];
	unsigned int num, n, used;
	u64 flags;

	(void)state;
	assert_int_equal(paging_map(root, 0, 0, 2 * SIZE_1G, FLAGS, 3), 0);
	num = exhaust(pages, 1);
	used = page_pool_used();
	assert_int_equal(paging_unmap(root, SIZE_2M + 0x1000, 0x1000), -ENOMEM);
	/* All is still mapped, and an equal mapping brings the large page back. */
	assert_int_equal(lookup(SIZE_2M + 0x1000, &flags), SIZE_2M + 0x1000);
	assert_int_equal(lookup(SIZE_1G - 0x1000, &flags), SIZE_1G - 0x1000);
	assert_int_equal(paging_map(root, SIZE_2M, SIZE_2M, SIZE_2M, FLAGS, 3), 0);
	assert_int_equal(page_pool_used(), used);
	assert_int_equal(paging_map(root, 1ULL << 40, 0, 0x1000, FLAGS, 3), -ENOMEM);
	assert_null(paging_entry(root, 1ULL << 40));
	for (n = 0; n < num; n++)
		page_free(pages[n], 1);
	paging_unmap(root, 1ULL << 40, 0x1000);
}

static void model_set(u64 virt, u64 size, u64 phys, u64 flags)
{
	u64 page;

	for (page = 0; page < size / PAGE_SIZE; page++)
		model[(virt - MODEL_BASE) / PAGE_SIZE + page] = flags ? (phys + page * PAGE_SIZE) |
										flags
								      : 0;
}

static void model_compare(u64 page)
{
	u64 flags, phys = lookup(MODEL_BASE + page * PAGE_SIZE, &flags);

	assert_int_equal(phys | flags, model[page]);
}

static u64 random_aligned(u64 below)
{
	static const u64 alignments[] = { PAGE_SIZE, PAGE_SIZE, SIZE_2M, SIZE_1G };
	u64 value = ((u64)random() << 31 | random()) % below;

	return value & ~(alignments[random() % ARRAY_SIZE(alignments)] - 1);
}

static void random_step(void)
{
	static const u64 flags[] = { 0, FLAGS, FLAGS, FLAGS_RO };
	u64 total = MODEL_PAGES * PAGE_SIZE, offset = random_aligned(total);
	u64 size = random_aligned(total - offset), phys = offset, kind;

	kind = flags[random() % ARRAY_SIZE(flags)];
	/* Small pages over gigabytes need more tables than there are. */
	if (random() % 4 == 0 && size <= 8 * SIZE_2M)
		phys = random_aligned(total);
	if (!kind)
		assert_int_equal(paging_unmap(root, MODEL_BASE + offset, size), 0);
	else
		assert_int_equal(
			paging_map(root, MODEL_BASE + offset, phys, size, kind, 2 + random() % 2),
			0);
	model_set(MODEL_BASE + offset, size, phys, kind);
}

static void random_updates_match_the_model(void **state)
{
	unsigned int step, n;

	(void)state;
	srandom(1);
	for (step = 0; step < 400; step++) {
		random_step();
		for (n = 0; n < 500; n++)
			model_compare(random() % MODEL_PAGES);
	}
	for (n = 0; n < MODEL_PAGES; n++)
		model_compare(n);
	assert_int_equal(paging_unmap(root, MODEL_BASE, MODEL_PAGES * PAGE_SIZE), 0);
	assert_int_equal(page_pool_used(), pool_base_use + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(empty_tables_map_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(largest_possible_pages_are_used, set_up, tear_down),
		cmocka_unit_test_setup_teardown(offset_mappings_use_small_pages, set_up, tear_down),
		cmocka_unit_test_setup_teardown(split_and_merge_restore_pool_use, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(different_flags_do_not_merge, set_up, tear_down),
		cmocka_unit_test_setup_teardown(unmap_frees_tables, set_up, tear_down),
		cmocka_unit_test_setup_teardown(processor_set_bits_do_not_hinder_merging, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(exhaustion_is_an_error_and_harmless, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(random_updates_match_the_model, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
