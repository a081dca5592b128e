/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Transmit: frames into the ring, the queue's stop and wake, and the watchdog over it.
 */
#ifndef IVSHMEM_NET_TX_H
#define IVSHMEM_NET_TX_H

#include <linux/netdevice.h>
#include <linux/timer.h>

#include "stats.h"

struct ivshmem_net;

/* All under the transmit queue's lock. */
struct ivshmem_tx {
	struct ivshmem_counters counters;
	u32 needed;  /* bytes of the frame that the stopped queue waits with, or 0 */
	u32 pending; /* frames committed and not published */

	struct timer_list watchdog;
	u32 reclaimed;               /* frames, free-running */
	u32 watched;                 /* the same when the watchdog last looked, or began to; and */
	unsigned long watched_since; /* when that was, in jiffies */
	u32 stalls;                  /* how often it has seen no progress */
};

/* ndo_start_xmit */
netdev_tx_t ivshmem_tx_start(struct sk_buff *skb, struct net_device *dev);

/* The peer may have returned what a stopped queue waits for. NAPI context. */
void ivshmem_tx_poll(struct ivshmem_net *net, int budget);

void ivshmem_tx_init(struct ivshmem_net *net);

/* The ring has been set up: forget what was in it. */
void ivshmem_tx_reset(struct ivshmem_net *net);

/* Start and stop the queue; when the latter returns, nothing here touches the ring. */
void ivshmem_tx_enable(struct ivshmem_net *net);
void ivshmem_tx_disable(struct ivshmem_net *net);

#endif /* IVSHMEM_NET_TX_H */
