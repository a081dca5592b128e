/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The page table on which CPUs enter the hypervisor, before it has tables of its own.
 */
#ifndef JAILHOUSE_DRIVER_BOOTSTRAP_H
#define JAILHOUSE_DRIVER_BOOTSTRAP_H

#include <linux/list.h>
#include <linux/types.h>

struct bootstrap {
	/* Pages of all tables, to be freed. */
	struct list_head pages;
	u64 *root;
};

/*
 * Builds a 4-level page table that maps @size bytes of hypervisor memory from @start on, both
 * page aligned, at JAILHOUSE_BASE, and the trampoline at its Linux address; everything may be
 * read, written and executed. May sleep. Returns 0 or -ENOMEM.
 */
int bootstrap_create(struct bootstrap *bootstrap, phys_addr_t start, u64 size);

/* Value of CR3. */
phys_addr_t bootstrap_cr3(const struct bootstrap *bootstrap);

/* Physical address of the trampoline's page. */
phys_addr_t bootstrap_trampoline(void);

/* No CPU may use the page table any longer. */
void bootstrap_free(struct bootstrap *bootstrap);

#endif /* JAILHOUSE_DRIVER_BOOTSTRAP_H */
