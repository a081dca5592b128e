/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The heap of the inmate: where its memory is, and the lock around it.
 */
#include <inmate/inmate.h>

#include "heap-blocks.h"
#include "init.h"

/* Start of memory above the communication region */
#define HIGH_MEMORY 0x200000ULL

/* Addresses from inmate.lds; the value of inmate_memory is its address. */
extern char __image_end[], inmate_memory[];

static struct heap heap;
static struct spinlock lock;

static u64 memory_end(void)
{
	return cmdline_parse_int("mem", (s64)inmate_memory);
}

void heap_init_low(void)
{
	u64 end = memory_end(), start = (u64)__image_end;

	if (end > JAILHOUSE_COMM_REGION_BASE)
		end = JAILHOUSE_COMM_REGION_BASE;
	if (end > start)
		heap_add(&heap, __image_end, end - start);
}

void heap_init_high(void)
{
	u64 end = memory_end() & PAGE_MASK;

	if (end <= HIGH_MEMORY)
		return;
	if (!map_range(HIGH_MEMORY, end - HIGH_MEMORY, MAP_CACHED))
		panic("inmate: no memory for page tables up to 0x%llx", end);
	heap_add(&heap, (void *)HIGH_MEMORY, end - HIGH_MEMORY);
}

void *memalign(size_t alignment, size_t size)
{
	bool flags = spin_lock_irqsave(&lock);
	void *block = heap_alloc(&heap, size, alignment);

	spin_unlock_irqrestore(&lock, flags);
	return block;
}

void *malloc(size_t size)
{
	return memalign(HEAP_ALIGNMENT, size);
}

void *zalloc(size_t size)
{
	void *block = malloc(size);

	return block ? memset(block, 0, size) : NULL;
}

void *calloc(size_t number, size_t size)
{
	size_t bytes;

	return __builtin_mul_overflow(number, size, &bytes) ? NULL : zalloc(bytes);
}

void free(void *block)
{
	enum heap_result result;
	bool flags;

	if (!block)
		return;
	flags = spin_lock_irqsave(&lock);
	result = heap_free(&heap, block);
	spin_unlock_irqrestore(&lock, flags);
	if (result == HEAP_NOT_ALLOCATED)
		panic("inmate: free(%p), called from %p: not allocated, or freed before", block,
		      __builtin_return_address(0));
	if (result == HEAP_CORRUPTED)
		panic("inmate: free(%p), called from %p: memory beside it was overwritten", block,
		      __builtin_return_address(0));
}

void *realloc(void *block, size_t size)
{
	size_t old = block ? heap_block_size(block) : 0;
	void *grown;

	if (block && size <= old)
		return block;
	grown = malloc(size);
	if (grown && block) {
		memcpy(grown, block, old);
		free(block);
	}
	return grown;
}

struct heap_info heap_info(void)
{
	bool flags = spin_lock_irqsave(&lock);
	struct heap_info info;
	enum heap_result result = heap_check(&heap, &info);

	spin_unlock_irqrestore(&lock, flags);
	if (result != HEAP_OK)
		panic("inmate: the heap is corrupted");
	return info;
}
