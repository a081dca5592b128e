/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Channels between cells: who is connected, states, doorbells. What the ends look like to their
 * cells is in ivshmem.c.
 *
 * A channel has a place for each of its peers and lives as long as one is connected. Places, once
 * there, stay: a doorbell to one that is empty, or that is being left or taken, needs no lock of the
 * channel. All that a doorbell takes is the lock of the target's interrupts, for a bounded time.
 *
 * Connecting and disconnecting are management operations; the rest may run on any CPU.
 */
#ifndef HYPERVISOR_IVSHMEM_CHANNEL_H
#define HYPERVISOR_IVSHMEM_CHANNEL_H

#include <jailhouse/cell-config.h>
#include <jailhouse/ivshmem.h>

#include "pci-device.h"

struct ivshmem_channel;

/* A place in a channel */
struct ivshmem_peer {
	struct ivshmem_channel *channel;
	unsigned int id;
	/* Only for management operations */
	bool connected;
	struct pci_msix_virtual msix;
};

struct ivshmem_channel {
	struct ivshmem_channel *next;
	u16 bdf;
	/* By ID; those of empty places are 0. Revision 2: the state table that the cells see. */
	u32 *states;
	u32 own_states[IVSHMEM_CLASSIC_PEERS];
	unsigned int num_peers;
	/* Only for management operations */
	unsigned int num_connected;
	struct ivshmem_peer peers[IVSHMEM_PEERS_LIMIT];
};

/*
 * Takes the place in the channel that @info, of the cell's configuration, describes; revision 2:
 * with @table, the region of the state table, which the first to come clears. Peers fit each other,
 * see common/config-check-channel.c. Interrupts are nobody's. Returns 0, -ENOMEM, or -EBUSY if the place
 * is taken.
 */
int ivshmem_connect(const struct jailhouse_pci_device *info, const struct jailhouse_memory *table,
		    struct ivshmem_peer **peer);

/* Leaves the place; its state is 0, and on return no interrupt is on its way to the cell. */
void ivshmem_disconnect(struct ivshmem_peer *peer);

/* State of the peer with an ID that may be any number; 0 if nobody is there. */
u32 ivshmem_state(const struct ivshmem_channel *channel, unsigned int id);

/* Stores the state of a peer, before anything that follows. Returns whether it is a new value. */
bool ivshmem_set_state(struct ivshmem_peer *peer, u32 state);

/* Raises vector 0 at all other peers. */
void ivshmem_notify_others(struct ivshmem_peer *peer);

/* Raises a vector of one peer, also the caller's own; target and vector may be any numbers. */
void ivshmem_ring(struct ivshmem_channel *channel, unsigned int target, unsigned int vector);

#endif /* HYPERVISOR_IVSHMEM_CHANNEL_H */
