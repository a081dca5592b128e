/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The heap of inmates: against a model with random sizes, and what it does to those who misuse it.
 *
 * suite: hypervisor
 * sources: inmates/lib/heap-blocks.c
 * flags: -Iinmates/lib/include
 */
#include "unit.h"

#include "inmates/lib/heap-blocks.h"

#define MEMORY_SIZE 65536
#define NUM_SLOTS   64
#define NUM_STEPS   20000

static u8 memory[MEMORY_SIZE] __attribute__((aligned(4096)));
static u8 more_memory[MEMORY_SIZE] __attribute__((aligned(4096)));
static struct heap heap;
static u32 random_state;

static int set_up(void **state)
{
	(void)state;
	heap = (struct heap){ 0 };
	random_state = 12345;
	heap_add(&heap, memory, sizeof(memory));
	return 0;
}

static u32 random_below(u32 limit)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % limit;
}

static struct heap_info check(void)
{
	struct heap_info info;

	assert_int_equal(heap_check(&heap, &info), HEAP_OK);
	return info;
}

static void a_new_heap_is_one_block(void **state)
{
	struct heap_info info = check();

	(void)state;
	assert_int_equal(info.blocks, 0);
	assert_int_equal(info.free, info.largest);
	assert_true(info.largest >= MEMORY_SIZE - 64);
	assert_non_null(heap_alloc(&heap, info.largest, 1));
	assert_null(heap_alloc(&heap, 0, 1));
}

static void blocks_are_aligned_and_apart(void **state)
{
	size_t alignment;
	u8 *block;

	(void)state;
	for (alignment = 1; alignment <= 8192; alignment *= 2) {
		block = heap_alloc(&heap, 24, alignment);
		assert_non_null(block);
		assert_int_equal((u64)block % alignment, 0);
		assert_int_equal((u64)block % HEAP_ALIGNMENT, 0);
		assert_true(heap_block_size(block) >= 24);
		memset(block, 0xff, heap_block_size(block));
		check();
	}
	assert_int_equal(check().blocks, 14);
}

static void too_large_requests_fail(void **state)
{
	(void)state;
	assert_null(heap_alloc(&heap, MEMORY_SIZE, 1));
	assert_null(heap_alloc(&heap, SIZE_MAX, 1));
	assert_null(heap_alloc(&heap, SIZE_MAX - 15, 16));
	assert_null(heap_alloc(&heap, PTRDIFF_MAX, 1));
	assert_null(heap_alloc(&heap, 1, 1ULL << 62));
	assert_int_equal(check().blocks, 0);
}

static void neighbours_are_joined_in_every_order(void **state)
{
	static const unsigned int orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
						  { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
	size_t whole = check().largest;
	unsigned int order, n;
	void *blocks[3];

	(void)state;
	for (order = 0; order < ARRAY_SIZE(orders); order++) {
		for (n = 0; n < 3; n++)
			blocks[n] = heap_alloc(&heap, 100, 16);
		for (n = 0; n < 3; n++)
			assert_int_equal(heap_free(&heap, blocks[orders[order][n]]), HEAP_OK);
		assert_int_equal(check().largest, whole);
	}
}

static void a_second_free_is_noticed(void **state)
{
	u8 *first = heap_alloc(&heap, 40, 16), *second = heap_alloc(&heap, 40, 16);

	(void)state;
	heap_alloc(&heap, 40, 16);
	assert_int_equal(heap_free(&heap, first), HEAP_OK);
	assert_int_equal(heap_free(&heap, first), HEAP_NOT_ALLOCATED);
	assert_int_equal(heap_block_size(first), 0);
	/* Also if the block has become a part of another. */
	assert_int_equal(heap_free(&heap, second), HEAP_OK);
	assert_int_equal(heap_free(&heap, second), HEAP_NOT_ALLOCATED);
	assert_int_equal(check().blocks, 1);
}

static void what_is_no_block_is_not_freed(void **state)
{
	u8 *block = heap_alloc(&heap, 200, 16);

	(void)state;
	memset(block, 0, 200);
	assert_int_equal(heap_free(&heap, block + 16), HEAP_NOT_ALLOCATED);
	assert_int_equal(heap_free(&heap, block + 8), HEAP_NOT_ALLOCATED);
	assert_int_equal(heap_free(&heap, block + 1), HEAP_NOT_ALLOCATED);
	assert_int_equal(heap_free(&heap, block), HEAP_OK);
}

static void an_overrun_is_noticed(void **state)
{
	u8 *block = heap_alloc(&heap, 32, 16);
	struct heap_info info;

	(void)state;
	heap_alloc(&heap, 32, 16);
	memset(block, 'x', heap_block_size(block) + 8);
	assert_int_equal(heap_free(&heap, block), HEAP_CORRUPTED);
	assert_int_equal(heap_check(&heap, &info), HEAP_CORRUPTED);
}

static void several_regions_are_used_and_not_joined(void **state)
{
	size_t one = check().largest;
	void *blocks[2];

	(void)state;
	heap_add(&heap, more_memory + 3, sizeof(more_memory) - 5);
	heap_add(&heap, more_memory, 16);
	assert_int_equal(heap.num_regions, 2);
	blocks[0] = heap_alloc(&heap, one - 4096, 1);
	blocks[1] = heap_alloc(&heap, one - 4096, 1);
	assert_non_null(blocks[0]);
	assert_non_null(blocks[1]);
	assert_int_equal(heap_free(&heap, blocks[0]), HEAP_OK);
	assert_int_equal(heap_free(&heap, blocks[1]), HEAP_OK);
	assert_int_equal(check().largest, one);
	assert_true(check().free > one);
}

struct slot {
	u8 *block;
	size_t size;
	u8 pattern;
};

static void fill_slot(struct slot *slot)
{
	size_t alignment = 1ULL << random_below(10);

	slot->size = random_below(10) ? random_below(600) : random_below(20000);
	slot->pattern = random_below(256);
	slot->block = heap_alloc(&heap, slot->size, alignment);
	if (!slot->block)
		return;
	assert_int_equal((u64)slot->block % alignment, 0);
	assert_true(slot->block >= memory);
	assert_true(slot->block + slot->size <= memory + sizeof(memory));
	memset(slot->block, slot->pattern, slot->size);
}

static void empty_slot(struct slot *slot)
{
	size_t n;

	for (n = 0; n < slot->size; n++)
		assert_int_equal(slot->block[n], slot->pattern);
	assert_int_equal(heap_free(&heap, slot->block), HEAP_OK);
	slot->block = NULL;
}

static void random_use_keeps_contents_and_loses_nothing(void **state)
{
	struct slot slots[NUM_SLOTS] = { 0 }, *slot;
	size_t whole = check().largest;
	unsigned int n, used;

	(void)state;
	for (n = 0; n < NUM_STEPS; n++) {
		slot = &slots[random_below(NUM_SLOTS)];
		if (slot->block)
			empty_slot(slot);
		else
			fill_slot(slot);
		if (n % 100 == 0) {
			for (used = 0, slot = slots; slot < slots + NUM_SLOTS; slot++)
				used += !!slot->block;
			assert_int_equal(check().blocks, used);
		}
	}
	for (slot = slots; slot < slots + NUM_SLOTS; slot++)
		if (slot->block)
			empty_slot(slot);
	assert_int_equal(check().largest, whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_new_heap_is_one_block, set_up),
		cmocka_unit_test_setup(blocks_are_aligned_and_apart, set_up),
		cmocka_unit_test_setup(too_large_requests_fail, set_up),
		cmocka_unit_test_setup(neighbours_are_joined_in_every_order, set_up),
		cmocka_unit_test_setup(a_second_free_is_noticed, set_up),
		cmocka_unit_test_setup(what_is_no_block_is_not_freed, set_up),
		cmocka_unit_test_setup(an_overrun_is_noticed, set_up),
		cmocka_unit_test_setup(several_regions_are_used_and_not_joined, set_up),
		cmocka_unit_test_setup(random_use_keeps_contents_and_loses_nothing, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
