/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One link: a network device on an ivshmem device. Parts of the driver share this structure; each
 * has a header with its verbs.
 *
 * Who runs when:
 *
 *     transmit   ndo_start_xmit, the NAPI poll and the watchdog, under the transmit queue's lock
 *     receive    the NAPI poll
 *     link       under the RTNL: a work item, and what users ask for
 *
 * The link starts transmit and receive when both ends are in RUN, and stops them before it touches
 * the ring. A part that finds the peer in breach of the protocol says so (ivshmem_link_fail()) and
 * leaves the ring alone from then on; the link resets itself.
 */
#ifndef IVSHMEM_NET_H
#define IVSHMEM_NET_H

#include <linux/netdevice.h>

#include <ivshm-ring.h>

#include "device.h"
#include "interrupts.h"
#include "link.h"
#include "rx.h"
#include "stats.h"
#include "tx.h"

#define IVSHMEM_NET_VERSION "0.1"

struct ivshmem_net {
	struct net_device *dev;
	struct napi_struct napi;
	struct ivshmem_device device;
	struct ivshm_geometry geometry;
	void *shadow; /* private memory of the ring */
	bool base;    /* speak the base protocol only */
	u32 msg_enable;

	struct ivshm_ring ring;
	struct ivshmem_tx tx;
	struct ivshmem_rx rx;
	struct ivshmem_link link;
	struct ivshmem_interrupts interrupts;
};

/* The only transmit queue. */
static inline struct netdev_queue *ivshmem_net_queue(const struct ivshmem_net *net)
{
	return netdev_get_tx_queue(net->dev, 0);
}

/* Bytes for frames in each section. */
static inline u32 ivshmem_net_data_size(const struct ivshmem_net *net)
{
	return min_t(size_t, net->geometry.size - net->geometry.header, U32_MAX);
}

#endif /* IVSHMEM_NET_H */
