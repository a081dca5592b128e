/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The inmate's own page table: virtual and guest-physical addresses are the same. At the start its
 * memory and the communication region are mapped, the former without its first page, so that NULL
 * pointers fault. Code and constants are read-only, all else cannot be executed.
 */
#ifndef INMATE_PAGING_H
#define INMATE_PAGING_H

#include <jailhouse/types.h>

#define PAGE_SIZE  0x1000UL
#define PAGE_SHIFT 12
#define PAGE_MASK  (~(PAGE_SIZE - 1))

enum map_flags {
	MAP_CACHED = 0,
	MAP_UNCACHED = 1,
	MAP_READ_ONLY = 2,
	MAP_EXECUTE = 4,
};

/*
 * Makes @size bytes from @phys accessible at that address, rounded to whole pages; changes the
 * attributes of pages that are mapped already. Any addresses below 2^47. Takes memory from the heap
 * for page tables. Other CPUs see changed attributes only later: change none while they use the
 * range. Not from interrupt handlers.
 *
 * Returns the address as a pointer, or NULL if the range is invalid or memory ran out.
 */
void *map_range(u64 phys, u64 size, unsigned int flags);

/* Makes accesses to the range fault, as above. Returns 0, -EINVAL or -ENOMEM. */
int unmap_range(u64 start, u64 size);

#endif /* INMATE_PAGING_H */
