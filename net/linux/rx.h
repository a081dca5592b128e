/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Receive: frames out of the ring into the network stack, and when to ask for a doorbell.
 */
#ifndef IVSHMEM_NET_RX_H
#define IVSHMEM_NET_RX_H

#include <linux/hrtimer.h>
#include <linux/types.h>

#include "stats.h"

struct ivshmem_net;

struct ivshmem_rx {
	struct ivshmem_counters counters; /* NAPI context */
	u32 batch_bytes;                  /* that are given back to the peer at once */

	/* Coalescing: after a frame, no doorbell for so long, or so many frames. */
	struct hrtimer timer;
	u32 usecs;
	u32 frames;
};

void ivshmem_rx_init(struct ivshmem_net *net);

/*
 * Receives up to @budget frames and returns how many. NAPI context.
 */
int ivshmem_rx_poll(struct ivshmem_net *net, int budget);

/*
 * After a round with @done frames: asks the peer for a doorbell, or sets the timer. False if there
 * are frames already. NAPI context.
 */
bool ivshmem_rx_idle(struct ivshmem_net *net, int done);

/* NAPI is disabled: ends what would schedule it. May sleep. */
void ivshmem_rx_stop(struct ivshmem_net *net);

#endif /* IVSHMEM_NET_RX_H */
