/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MMIO dispatch: keeps a cell's emulated regions sorted, finds the one of an access and calls its
 * handler. Decoding the access and what to do with unhandled ones is left to the caller.
 */
#include "mmio.h"

#include <jailhouse/errno.h>

void mmio_map_init(struct mmio_map *map, struct mmio_region *storage, unsigned int max_regions)
{
	*map = (struct mmio_map){ .regions = storage, .max_regions = max_regions };
}

/*
 * Accesses search without a lock and start again if the map has changed meanwhile. So CPUs of a cell
 * do not wait for each other, above all not for one that a hypervisor below us has preempted.
 */
static void begin_change(struct mmio_map *map)
{
	spin_lock(&map->lock);
	__atomic_store_n(&map->sequence, map->sequence + 1, __ATOMIC_RELAXED);
	/* No store to the map may become visible before the one above. */
	__atomic_thread_fence(__ATOMIC_RELEASE);
}

static void end_change(struct mmio_map *map)
{
	__atomic_store_n(&map->sequence, map->sequence + 1, __ATOMIC_RELEASE);
	spin_unlock(&map->lock);
}

static unsigned int stable_sequence(const struct mmio_map *map)
{
	unsigned int sequence;

	while ((sequence = __atomic_load_n(&map->sequence, __ATOMIC_ACQUIRE)) & 1)
		cpu_relax();
	return sequence;
}

static bool has_changed(const struct mmio_map *map, unsigned int sequence)
{
	/* No load from the map may be delayed beyond the one below. */
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return __atomic_load_n(&map->sequence, __ATOMIC_RELAXED) != sequence;
}

/* Number of regions that start at @address or below it; the last of them may cover it. */
static unsigned int regions_up_to(const struct mmio_map *map, u64 address)
{
	unsigned int low = 0, high = map->num_regions;

	while (low < high) {
		unsigned int middle = low + (high - low) / 2;

		if (map->regions[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The last byte is compared, as a region may end with the address space. */
static bool overlaps_neighbour(const struct mmio_map *map, unsigned int index, u64 start, u64 size)
{
	const struct mmio_region *regions = map->regions;

	if (index > 0 && start - regions[index - 1].start < regions[index - 1].size)
		return true;
	return index < map->num_regions && start + (size - 1) >= regions[index].start;
}

static int insert_region(struct mmio_map *map, const struct mmio_region *region)
{
	unsigned int index = regions_up_to(map, region->start);
	unsigned int i;

	if (overlaps_neighbour(map, index, region->start, region->size))
		return -EEXIST;
	if (map->num_regions == map->max_regions)
		return -ENOMEM;
	for (i = map->num_regions; i > index; i--)
		map->regions[i] = map->regions[i - 1];
	map->regions[index] = *region;
	map->num_regions++;
	return 0;
}

int mmio_register(struct mmio_map *map, u64 start, u64 size, mmio_handler handler, void *arg)
{
	const struct mmio_region region = {
		.start = start,
		.size = size,
		.handler = handler,
		.arg = arg,
	};
	int err;

	if (size == 0 || start + (size - 1) < start)
		return -EINVAL;
	begin_change(map);
	err = insert_region(map, &region);
	end_change(map);
	return err;
}

void mmio_unregister(struct mmio_map *map, u64 start)
{
	unsigned int index;

	begin_change(map);
	index = regions_up_to(map, start);
	if (index > 0 && map->regions[index - 1].start == start) {
		map->num_regions--;
		for (index--; index < map->num_regions; index++)
			map->regions[index] = map->regions[index + 1];
	}
	end_change(map);
}

static bool covers(const struct mmio_region *region, const struct mmio_access *access)
{
	u64 offset = access->address - region->start;

	return offset < region->size && access->size <= region->size - offset;
}

/* Copies the region that covers the access, as a change may move it. */
static bool find_region(const struct mmio_map *map, const struct mmio_access *access,
			struct mmio_region *region)
{
	unsigned int sequence, index;

	do {
		sequence = stable_sequence(map);
		index = regions_up_to(map, access->address);
		if (index > 0)
			*region = map->regions[index - 1];
	} while (has_changed(map, sequence));

	return index > 0 && covers(region, access);
}

enum mmio_result mmio_dispatch(struct mmio_map *map, struct mmio_access *access)
{
	struct mmio_region region;

	if (!find_region(map, access, &region))
		return MMIO_UNHANDLED;
	access->address -= region.start;
	return region.handler(region.arg, access);
}
