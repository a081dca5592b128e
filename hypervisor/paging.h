/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Four-level page tables in the format of AMD APM vol. 2, 5.3, used for the hypervisor itself and,
 * as nested page tables (15.25), for the cells. Plain C; the unit tests run the same source.
 *
 * The caller serialises changes of one set of tables and flushes TLBs.
 */
#ifndef HYPERVISOR_PAGING_H
#define HYPERVISOR_PAGING_H

#include <jailhouse/types.h>

#define PTE_PRESENT       (1ULL << 0)
#define PTE_WRITE         (1ULL << 1)
#define PTE_USER          (1ULL << 2)
#define PTE_WRITE_THROUGH (1ULL << 3)
#define PTE_CACHE_DISABLE (1ULL << 4)
#define PTE_ACCESSED      (1ULL << 5)
#define PTE_DIRTY         (1ULL << 6)
#define PTE_HUGE          (1ULL << 7)
#define PTE_NO_EXECUTE    (1ULL << 63)
#define PTE_ADDRESS       0x000ffffffffff000ULL

/* Levels that can hold leaves: pages of 4 KiB, 2 MiB and 1 GiB. */
#define PAGING_LEVEL_4K 1
#define PAGING_LEVEL_2M 2
#define PAGING_LEVEL_1G 3
#define PAGING_LEVELS   4

/* Bytes that an entry of the given level covers. */
static inline u64 paging_level_size(unsigned int level)
{
	return 1ULL << (12 + 9 * (level - 1));
}

/*
 * @root, here and below, is a top-level table: an empty one is a zeroed page. Frees all tables, not what
 * they map; @root may be NULL.
 */
void paging_destroy(u64 *root);

/*
 * Maps @size bytes at @virt to @phys, replacing what was mapped there. All three are multiples of
 * 4 KiB. @flags are the bits of the leaf entries. Leaves lie at @max_level or below; where a table
 * becomes uniform, it is merged into one larger page.
 *
 * Returns 0, or -ENOMEM; then a part may be mapped.
 */
int paging_map(u64 *root, u64 virt, u64 phys, u64 size, u64 flags, unsigned int max_level);

/*
 * Unmaps @size bytes at @virt; tables that become empty are freed. Returns 0, or -ENOMEM if a large
 * page could not be split; then a part may be unmapped.
 */
int paging_unmap(u64 *root, u64 virt, u64 size);

/*
 * Finds the leaf entry for @virt. Returns the entry and stores its level, or returns 0 if nothing
 * is mapped there.
 */
u64 paging_lookup(const u64 *root, u64 virt, unsigned int *level);

/* Physical address for @virt, given its leaf entry and level. */
u64 paging_leaf_address(u64 entry, unsigned int level, u64 virt);

/*
 * Returns the place of the 4 KiB entry for @virt, with all tables on the way to it, or NULL if the
 * pool is exhausted. For mappings that change often; there must be no large page.
 */
u64 *paging_entry(u64 *root, u64 virt);

#endif /* HYPERVISOR_PAGING_H */
