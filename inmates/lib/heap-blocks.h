/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The heap as a data structure: first fit, with boundary tags by which neighbours are joined when a
 * block is freed. No locks and no dependencies, so that it is tested on the host.
 */
#ifndef INMATE_LIB_HEAP_BLOCKS_H
#define INMATE_LIB_HEAP_BLOCKS_H

#include <inmate/heap.h>

#define HEAP_MAX_REGIONS 4

struct heap_block;

struct heap {
	/* Free blocks, the one freed last first */
	struct heap_block *free;
	struct heap_block *regions[HEAP_MAX_REGIONS];
	unsigned int num_regions;
};

enum heap_result {
	HEAP_OK,
	/* No block starts there, or it is free already. */
	HEAP_NOT_ALLOCATED,
	/* The end of the block, or what is around it, has been overwritten. */
	HEAP_CORRUPTED,
};

/*
 * Gives memory to the heap. Regions that are too small for a block are left out, and so are those
 * after the first HEAP_MAX_REGIONS. @heap is zeroed before its first region.
 */
void heap_add(struct heap *heap, void *start, size_t size);

/* @alignment is a power of 2. Returns NULL if there is no such block. */
void *heap_alloc(struct heap *heap, size_t size, size_t alignment);

enum heap_result heap_free(struct heap *heap, void *memory);

/* The usable size of a block, at least what it was allocated with; 0 if it is not allocated. */
size_t heap_block_size(const void *memory);

/* Checks all blocks and sums them up. */
enum heap_result heap_check(const struct heap *heap, struct heap_info *info);

#endif /* INMATE_LIB_HEAP_BLOCKS_H */
