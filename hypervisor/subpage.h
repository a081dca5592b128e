/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory regions that are smaller than a page or not aligned to one: each access traps and is
 * checked against the region's flags. Also the test device, which aliases a few bytes of the
 * communication page.
 */
#ifndef HYPERVISOR_SUBPAGE_H
#define HYPERVISOR_SUBPAGE_H

#include "cell.h"

/* How many regions a cell with @config needs in its MMIO map. */
unsigned int subpage_num_regions(const struct jailhouse_cell_desc *config);

/* Registers them in the cell's map. Returns 0, -ENOMEM, -EEXIST or -EINVAL. */
int subpage_init(struct cell *cell);

/* Computes anew which of root's sub-page regions other cells have for themselves. */
void subpage_update_root(void);

/* Frees what subpage_init has allocated, also if that failed; the map is not used any more. */
void subpage_exit(struct cell *cell);

#endif /* HYPERVISOR_SUBPAGE_H */
