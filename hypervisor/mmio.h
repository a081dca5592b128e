/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MMIO dispatch: which handler emulates which range of a cell's guest-physical addresses. Plain C
 * without an operating system, so that the unit tests run the same source.
 */
#ifndef HYPERVISOR_MMIO_H
#define HYPERVISOR_MMIO_H

#include <jailhouse/types.h>

#include "spinlock.h"

struct mmio_access {
	/* Offset from the start of the region, once dispatched; guest-physical before. */
	u64 address;
	/* 1, 2, 4 or 8 bytes */
	unsigned int size;
	bool is_write;
	/* To be written, or filled in by the handler of a read; upper bytes are 0. */
	u64 value;
};

/* The bits of a value of @size bytes, 1 to 8. */
static inline u64 size_mask(unsigned int size)
{
	return ~0ULL >> (64 - 8 * size);
}

enum mmio_result {
	/* No region covers the access. */
	MMIO_UNHANDLED,
	MMIO_HANDLED,
	/* The cell broke a rule; the handler has printed which. */
	MMIO_ERROR,
};

/* Runs on the CPU that made the access, without locks held. */
typedef enum mmio_result (*mmio_handler)(void *arg, struct mmio_access *access);

struct mmio_region {
	u64 start;
	u64 size;
	mmio_handler handler;
	void *arg;
};

/* Regions of one cell, sorted by start, without overlap. */
struct mmio_map {
	/* Taken by changes; dispatching takes none. */
	spinlock_t lock;
	/* Odd while a change is going on */
	unsigned int sequence;
	unsigned int num_regions;
	unsigned int max_regions;
	struct mmio_region *regions;
};

/* Takes over @storage for up to @max_regions regions; it must outlive the map. */
void mmio_map_init(struct mmio_map *map, struct mmio_region *storage, unsigned int max_regions);

/* Returns 0, -EINVAL (empty or wraps around), -EEXIST (overlap), -ENOMEM (map is full). */
int mmio_register(struct mmio_map *map, u64 start, u64 size, mmio_handler handler, void *arg);

/* Removes the region that starts at @start; no effect if there is none. */
void mmio_unregister(struct mmio_map *map, u64 start);

/*
 * Finds the region that covers all bytes of the access and calls its handler. An access that is
 * only in part inside a region is MMIO_UNHANDLED. May be called on several CPUs at once and
 * together with mmio_register and mmio_unregister; a handler may still be called for an access
 * that began before its removal.
 */
enum mmio_result mmio_dispatch(struct mmio_map *map, struct mmio_access *access);

#endif /* HYPERVISOR_MMIO_H */
