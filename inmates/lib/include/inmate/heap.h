/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Memory allocation. The heap is the memory of the cell that the image leaves: below the
 * communication region at 1 MiB, and from 2 MiB up if the cell has more.
 *
 * How much there is, no interface tells. It is the address at which the cell's memory ends, 1 MiB
 * unless the image is linked with --defsym=inmate_memory=ADDRESS or the parameter mem=ADDRESS says
 * something else (mem=64M: 0 to 1 MiB and 2 MiB to 64 MiB).
 */
#ifndef INMATE_HEAP_H
#define INMATE_HEAP_H

#include <jailhouse/types.h>

/* Results of all functions here are aligned to that. */
#define HEAP_ALIGNMENT 16

/*
 * Any CPU, any context. Returns NULL if there is no such block. @alignment is a power of 2.
 * Zero bytes are a valid size.
 */
void *malloc(size_t size);
void *zalloc(size_t size);
void *calloc(size_t number, size_t size);
void *memalign(size_t alignment, size_t size);

/* As C11 7.22.3.5; on failure the old block stays. */
void *realloc(void *block, size_t size);

/* @block may be NULL. What is no block, or has been freed before, stops the inmate. */
void free(void *block);

struct heap_info {
	size_t size; /* bytes that the heap has in all */
	size_t free;
	size_t largest; /* the largest block that could be had now */
	size_t blocks;  /* that are allocated */
};

/* Walks over the heap; stops the inmate if it finds the heap corrupted. */
struct heap_info heap_info(void);

#endif /* INMATE_HEAP_H */
