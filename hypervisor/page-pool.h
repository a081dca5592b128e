/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocation of hypervisor memory in pages of 4 KiB.
 */
#ifndef HYPERVISOR_PAGE_POOL_H
#define HYPERVISOR_PAGE_POOL_H

#include <jailhouse/types.h>

#define PAGE_SIZE    4096UL
#define PAGE_SHIFT   12
#define PAGE_MASK    (~(PAGE_SIZE - 1))
#define PAGES(bytes) (((bytes) + PAGE_SIZE - 1) >> PAGE_SHIFT)

/*
 * Takes over @num pages from @start on, which lies at the physical address @phys. The pool's own
 * bitmap is in its first pages.
 */
void page_pool_init(void *start, unsigned int num, u64 phys);

/* Returns @num zeroed, consecutive pages, or NULL. Any CPU; takes the pool's lock. */
void *page_alloc(unsigned int num);

/* Gives pages back; @pages may be NULL. They are zeroed when allocated again. */
void page_free(void *pages, unsigned int num);

/* Pages in the pool, and how many of them are in use, the bitmap among them. */
unsigned int page_pool_size(void);
unsigned int page_pool_used(void);

/* Physical address of hypervisor memory, and back. */
u64 page_to_phys(const void *page);
void *phys_to_page(u64 phys);

#endif /* HYPERVISOR_PAGE_POOL_H */
