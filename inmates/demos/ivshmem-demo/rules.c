/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What a peer must not do. The library maps such memory read-only: that is undone first.
 */
#include "rules.h"

static volatile u32 *target(const struct channel *channel, const char *name, unsigned int peer)
{
	const struct ivshmem *device = &channel->device;

	if (strcmp(name, "output") == 0)
		return ivshmem_output(device, peer);
	if (strcmp(name, "table") == 0 && device->states && peer < device->max_peers)
		return (u32 *)&device->states[peer];
	return NULL;
}

void rule_break(struct channel *channel, const char *name, unsigned int peer)
{
	volatile u32 *word = target(channel, name, peer);

	if (!word) {
		printf("ivshmem-demo: there is no rule %s for %s\n", name, channel->name);
		return;
	}
	printf("ivshmem-demo: %s rule %s: writing to 0x%llx\n", channel->name, name, (u64)word);
	map_range((u64)word & PAGE_MASK, PAGE_SIZE, MAP_CACHED);
	*word = ~*word;
	printf("ivshmem-demo: %s rule %s: survived, it is 0x%x now\n", channel->name, name, *word);
}
