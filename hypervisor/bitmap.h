/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bitmap of pages in use, and how many they are; searched first fit. The caller locks.
 */
#ifndef HYPERVISOR_BITMAP_H
#define HYPERVISOR_BITMAP_H

#include <jailhouse/types.h>

struct bitmap {
	u8 *bits;
	unsigned int size;
	unsigned int used;
};

/* Marks a run of entries. */
static inline void bitmap_mark(struct bitmap *map, unsigned int first, unsigned int num, bool used)
{
	unsigned int n;

	for (n = first; n < first + num; n++) {
		if (used)
			map->bits[n / 8] |= 1 << n % 8;
		else
			map->bits[n / 8] &= ~(1 << n % 8);
	}
	map->used += used ? num : -num;
}

/* Finds @num free entries in a row and marks them. Returns the first one, or map->size. */
static inline unsigned int bitmap_take(struct bitmap *map, unsigned int num)
{
	unsigned int n, run = 0;

	for (n = 0; num && n < map->size; n++) {
		run = map->bits[n / 8] & (1 << n % 8) ? 0 : run + 1;
		if (run == num) {
			bitmap_mark(map, n + 1 - num, num, true);
			return n + 1 - num;
		}
	}
	return map->size;
}

#endif /* HYPERVISOR_BITMAP_H */
