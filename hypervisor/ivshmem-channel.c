// SPDX-License-Identifier: GPL-2.0-only
/*
 * Channels between cells: set-up and tear-down, states, doorbells.
 */
#include "ivshmem-channel.h"

#include <jailhouse/errno.h>

#include "device-map.h"
#include "page-pool.h"
#include "string.h"

#define CHANNEL_PAGES PAGES(sizeof(struct ivshmem_channel))

/* Changed and searched by management operations only. */
static struct ivshmem_channel *channels;

static bool has_table(const struct ivshmem_channel *channel)
{
	return channel->states != channel->own_states;
}

static u64 table_size(const struct ivshmem_channel *channel)
{
	return channel->num_peers * sizeof(channel->states[0]);
}

/* Page by page, as the table may be larger than what can be mapped. */
static int clear_table(const struct jailhouse_memory *table)
{
	void *page;
	u64 offset;

	for (offset = 0; offset < table->size; offset += PAGE_SIZE) {
		page = memory_map(table->phys_start + offset, PAGE_SIZE);
		if (!page)
			return -ENOMEM;
		memset(page, 0, PAGE_SIZE);
		device_unmap(page, PAGE_SIZE);
	}
	return 0;
}

static int init_states(struct ivshmem_channel *channel, const struct jailhouse_memory *table)
{
	int err;

	channel->states = channel->own_states;
	if (!table)
		return 0;
	err = clear_table(table);
	if (err)
		return err;
	channel->states = memory_map(table->phys_start, table_size(channel));
	return channel->states ? 0 : -ENOMEM;
}

static struct ivshmem_channel *create_channel(const struct jailhouse_pci_device *info,
					      const struct jailhouse_memory *table)
{
	struct ivshmem_channel *channel = page_alloc(CHANNEL_PAGES);
	unsigned int id;

	if (!channel)
		return NULL;
	channel->bdf = info->bdf;
	channel->num_peers = info->shmem_peers ? info->shmem_peers : IVSHMEM_CLASSIC_PEERS;
	if (init_states(channel, table)) {
		page_free(channel, CHANNEL_PAGES);
		return NULL;
	}
	for (id = 0; id < channel->num_peers; id++) {
		channel->peers[id].channel = channel;
		channel->peers[id].id = id;
		channel->peers[id].msix.num_vectors = info->num_msix_vectors;
	}
	channel->next = channels;
	channels = channel;
	return channel;
}

static void destroy_channel(struct ivshmem_channel *channel)
{
	struct ivshmem_channel **link = &channels;

	while (*link != channel)
		link = &(*link)->next;
	*link = channel->next;
	if (has_table(channel))
		device_unmap(channel->states, table_size(channel));
	page_free(channel, CHANNEL_PAGES);
}

static struct ivshmem_channel *find_channel(u16 bdf)
{
	struct ivshmem_channel *channel = channels;

	while (channel && channel->bdf != bdf)
		channel = channel->next;
	return channel;
}

/* The place of an end: revision 2 by its ID, classic the lowest that is free. NULL: it is taken. */
static struct ivshmem_peer *find_place(struct ivshmem_channel *channel,
				       const struct jailhouse_pci_device *info)
{
	unsigned int id = info->shmem_peers ? info->shmem_dev_id : 0;

	if (!info->shmem_peers && channel->peers[id].connected)
		id++;
	return channel->peers[id].connected ? NULL : &channel->peers[id];
}

int ivshmem_connect(const struct jailhouse_pci_device *info, const struct jailhouse_memory *table,
		    struct ivshmem_peer **peer)
{
	struct ivshmem_channel *channel = find_channel(info->bdf);

	if (!channel)
		channel = create_channel(info, table);
	if (!channel)
		return -ENOMEM;
	*peer = find_place(channel, info);
	if (!*peer)
		return -EBUSY;
	(*peer)->connected = true;
	channel->num_connected++;
	return 0;
}

void ivshmem_disconnect(struct ivshmem_peer *peer)
{
	pci_msix_virtual_assign(&peer->msix, NULL);
	if (ivshmem_set_state(peer, 0))
		ivshmem_notify_others(peer);
	peer->connected = false;
	if (--peer->channel->num_connected == 0)
		destroy_channel(peer->channel);
}

u32 ivshmem_state(const struct ivshmem_channel *channel, unsigned int id)
{
	if (id >= channel->num_peers)
		return 0;
	return __atomic_load_n(&channel->states[id], __ATOMIC_RELAXED);
}

/* One atomic step, as several CPUs of a cell may write: the last value stored is the one that counts. */
bool ivshmem_set_state(struct ivshmem_peer *peer, u32 state)
{
	return __atomic_exchange_n(&peer->channel->states[peer->id], state, __ATOMIC_SEQ_CST) !=
	       state;
}

void ivshmem_notify_others(struct ivshmem_peer *peer)
{
	unsigned int id;

	for (id = 0; id < peer->channel->num_peers; id++)
		if (id != peer->id)
			ivshmem_ring(peer->channel, id, 0);
}

void ivshmem_ring(struct ivshmem_channel *channel, unsigned int target, unsigned int vector)
{
	if (target < channel->num_peers)
		pci_msix_virtual_raise(&channel->peers[target].msix, vector);
}
