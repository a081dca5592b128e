/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which memory is whose: nested page tables of cells, and what root gives away and gets back. All of
 * it for management operations, with the CPUs of the cells concerned suspended or not yet started;
 * who resumes root's CPUs lets them flush their TLBs first.
 */
#ifndef HYPERVISOR_CELL_MEMORY_H
#define HYPERVISOR_CELL_MEMORY_H

#include "cell.h"

/* Maps all regions of a cell, the communication page and the test device. 0 or -ENOMEM. */
int cell_memory_map(struct cell *cell);

/*
 * Takes the regions that are not shared with root away from it. Returns 0 or -ENOMEM; then root has
 * all of it again. What it does not have anyway is no error.
 */
int root_memory_revoke(const struct cell *cell);

/*
 * Gives them back, but for what other cells use, too. Returns 0 or -ENOMEM; then root may have a
 * part.
 */
int root_memory_return(const struct cell *cell);

/* Gives root the loadable regions of a cell. Returns 0 or -ENOMEM; then root may have a part. */
int root_memory_map_loadable(const struct cell *cell);

#endif /* HYPERVISOR_CELL_MEMORY_H */
