/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Blocks of the heap. Each begins with a header that has its size and that of the block before it
 * in memory; a header with no usable bytes ends a region.
 */
#include "heap-blocks.h"

#include <stdint.h>

/* Tags of headers, so that what is no block is noticed */
#define TAG_USED 0xa110
#define TAG_FREE 0xf4ee
#define TAG_END  0xe4d0
/* of a header inside of a joined block */
#define TAG_NONE 0

struct heap_block {
	/* Bytes with the header, a multiple of HEAP_ALIGNMENT */
	u64 size : 48;
	u64 tag : 16;
	/* Size of the block before, 0 at the start of a region */
	u64 size_before : 48;
	u64 reserved : 16;
	/* Only while it is free; the user's bytes begin here. */
	struct heap_block *next;
	struct heap_block *previous;
};

#define HEADER_SIZE    offsetof(struct heap_block, next)
#define MIN_BLOCK_SIZE sizeof(struct heap_block)

_Static_assert(HEADER_SIZE == HEAP_ALIGNMENT, "blocks stay aligned");
_Static_assert(MIN_BLOCK_SIZE % HEAP_ALIGNMENT == 0, "blocks stay aligned");

static struct heap_block *at(const void *base, s64 offset)
{
	return (struct heap_block *)((char *)base + offset);
}

static struct heap_block *block_after(const struct heap_block *block)
{
	return at(block, block->size);
}

static struct heap_block *block_before(const struct heap_block *block)
{
	return at(block, -(s64)block->size_before);
}

static u64 align_up(u64 value, u64 alignment)
{
	return (value + alignment - 1) & ~(alignment - 1);
}

static void list_insert(struct heap *heap, struct heap_block *block)
{
	block->tag = TAG_FREE;
	block->previous = NULL;
	block->next = heap->free;
	if (block->next)
		block->next->previous = block;
	heap->free = block;
}

static void list_remove(struct heap *heap, struct heap_block *block)
{
	if (block->next)
		block->next->previous = block->previous;
	if (block->previous)
		block->previous->next = block->next;
	else
		heap->free = block->next;
}

static void set_size(struct heap_block *block, u64 size)
{
	block->size = size;
	block_after(block)->size_before = size;
}

/* Cuts @block after @size bytes; returns the second part, without a tag. */
static struct heap_block *split(struct heap_block *block, u64 size)
{
	struct heap_block *rest = at(block, size);

	rest->tag = TAG_NONE;
	rest->reserved = 0;
	rest->size = block->size - size;
	block_after(rest)->size_before = rest->size;
	set_size(block, size);
	return rest;
}

void heap_add(struct heap *heap, void *start, size_t size)
{
	u64 first = align_up((u64)start, HEAP_ALIGNMENT);
	u64 end = ((u64)start + size) & ~(u64)(HEAP_ALIGNMENT - 1);
	struct heap_block *block = (struct heap_block *)first;

	if (end < first + MIN_BLOCK_SIZE + HEADER_SIZE || heap->num_regions == HEAP_MAX_REGIONS)
		return;
	heap->regions[heap->num_regions++] = block;
	block->reserved = 0;
	block->size_before = 0;
	set_size(block, end - HEADER_SIZE - first);
	block_after(block)->tag = TAG_END;
	block_after(block)->reserved = 0;
	block_after(block)->size = 0;
	list_insert(heap, block);
}

/*
 * How many bytes to leave free at the start of @block, so that what follows can begin with a header
 * and go on aligned. The part in front must be large enough for a block.
 */
static u64 front_gap(const struct heap_block *block, u64 alignment)
{
	u64 user = (u64)block + HEADER_SIZE;
	u64 aligned = align_up(user, alignment);

	while (aligned != user && aligned - user < MIN_BLOCK_SIZE)
		aligned += alignment;
	return aligned - user;
}

static struct heap_block *take(struct heap *heap, struct heap_block *block, u64 gap, u64 size)
{
	list_remove(heap, block);
	if (gap) {
		struct heap_block *front = block;

		block = split(front, gap);
		list_insert(heap, front);
	}
	if (block->size - size >= MIN_BLOCK_SIZE)
		list_insert(heap, split(block, size));
	block->tag = TAG_USED;
	return block;
}

void *heap_alloc(struct heap *heap, size_t size, size_t alignment)
{
	struct heap_block *block;
	u64 need, gap;

	if (size > PTRDIFF_MAX || alignment > PTRDIFF_MAX)
		return NULL;
	need = align_up(HEADER_SIZE + size, HEAP_ALIGNMENT);
	if (need < MIN_BLOCK_SIZE)
		need = MIN_BLOCK_SIZE;
	if (alignment < HEAP_ALIGNMENT)
		alignment = HEAP_ALIGNMENT;

	for (block = heap->free; block; block = block->next) {
		if (block->size < need)
			continue;
		gap = front_gap(block, alignment);
		if (gap <= block->size - need)
			return at(take(heap, block, gap, need), HEADER_SIZE);
	}
	return NULL;
}

static enum heap_result check_block(const struct heap_block *block)
{
	const struct heap_block *after = block_after(block);

	if (after->size_before != block->size || after->reserved || block->reserved)
		return HEAP_CORRUPTED;
	if (after->tag != TAG_USED && after->tag != TAG_FREE && after->tag != TAG_END)
		return HEAP_CORRUPTED;
	if (block->size_before && block_before(block)->size != block->size_before)
		return HEAP_CORRUPTED;
	return HEAP_OK;
}

enum heap_result heap_free(struct heap *heap, void *memory)
{
	struct heap_block *block = at(memory, -(s64)HEADER_SIZE);
	struct heap_block *after, *before;

	if ((u64)memory % HEAP_ALIGNMENT || block->tag != TAG_USED)
		return HEAP_NOT_ALLOCATED;
	if (check_block(block) != HEAP_OK)
		return HEAP_CORRUPTED;

	after = block_after(block);
	if (after->tag == TAG_FREE) {
		list_remove(heap, after);
		after->tag = TAG_NONE;
		set_size(block, block->size + after->size);
	}
	before = block->size_before ? block_before(block) : NULL;
	if (before && before->tag == TAG_FREE) {
		list_remove(heap, before);
		block->tag = TAG_NONE;
		set_size(before, before->size + block->size);
		block = before;
	}
	list_insert(heap, block);
	return HEAP_OK;
}

size_t heap_block_size(const void *memory)
{
	const struct heap_block *block = at(memory, -(s64)HEADER_SIZE);

	return block->tag == TAG_USED ? block->size - HEADER_SIZE : 0;
}

static enum heap_result check_region(const struct heap_block *block, struct heap_info *info)
{
	for (; block->tag != TAG_END; block = block_after(block)) {
		u64 usable = block->size - HEADER_SIZE;

		if ((block->tag != TAG_USED && block->tag != TAG_FREE) ||
		    check_block(block) != HEAP_OK)
			return HEAP_CORRUPTED;
		info->size += block->size;
		if (block->tag == TAG_USED) {
			info->blocks++;
			continue;
		}
		info->free += usable;
		if (usable > info->largest)
			info->largest = usable;
	}
	return HEAP_OK;
}

enum heap_result heap_check(const struct heap *heap, struct heap_info *info)
{
	unsigned int n;

	*info = (struct heap_info){ 0 };
	for (n = 0; n < heap->num_regions; n++)
		if (check_region(heap->regions[n], info) != HEAP_OK)
			return HEAP_CORRUPTED;
	return HEAP_OK;
}
