/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters: 64 bits each, in groups with one writer at a time, never reset.
 */
#ifndef IVSHMEM_NET_STATS_H
#define IVSHMEM_NET_STATS_H

#include <linux/types.h>
#include <linux/u64_stats_sync.h>

struct ivshmem_net;
struct rtnl_link_stats64;

enum ivshmem_tx_counter {
	TX_PACKETS,
	TX_BYTES,
	TX_OFFLOADED,            /* of the packets: with a network header */
	TX_DOORBELLS,            /* rung for frames sent */
	TX_DOORBELLS_SUPPRESSED, /* batches for which the peer did not want one */
	TX_RING_FULL,            /* the queue had to stop for want of room */
	TX_QUEUE_STOPPED,        /* likewise, or by the byte queue limit */
	TX_DROPPED,              /* no link, or a frame that does not fit */
	TX_TOO_LONG,             /* frames longer than what the peer accepts */
	TX_RING_ERRORS,          /* what the peer returned made no sense */
	TX_TIMEOUTS,             /* a stopped queue that did not move for long */
	TX_COUNTERS,
};

enum ivshmem_rx_counter {
	RX_PACKETS,
	RX_BYTES,
	RX_OFFLOADED,            /* of the packets: with a network header */
	RX_MULTICAST,            /* of the packets */
	RX_DOORBELLS,            /* rung for frames returned */
	RX_DOORBELLS_SUPPRESSED, /* batches for which the peer did not want one */
	RX_POLLS,                /* rounds of receiving */
	RX_DROPPED,              /* no memory */
	RX_FRAME_ERRORS,         /* frames whose network header is wrong */
	RX_RING_ERRORS,          /* what the peer sent made no sense */
	RX_COUNTERS,
};

enum ivshmem_link_counter {
	LINK_UPS,
	LINK_RESETS, /* for whatever reason, after a successful handshake */
	LINK_COUNTERS,
};

enum ivshmem_vector_counter {
	VECTOR_INTERRUPTS,
	VECTOR_PAUSES, /* the peer rang too often */
	VECTOR_COUNTERS,
};

#define IVSHMEM_COUNTERS_MAX 12

struct ivshmem_counters {
	struct u64_stats_sync sync;
	u64_stats_t value[IVSHMEM_COUNTERS_MAX];
};

/* Adds @number to one counter of a group. One writer per group at a time. */
static inline void ivshmem_count(struct ivshmem_counters *counters, unsigned int counter,
				 unsigned int number)
{
	u64_stats_update_begin(&counters->sync);
	u64_stats_add(&counters->value[counter], number);
	u64_stats_update_end(&counters->sync);
}

/* Counts one packet of @bytes bytes, in the first two counters of the group. */
static inline void ivshmem_count_packet(struct ivshmem_counters *counters, unsigned int bytes)
{
	u64_stats_update_begin(&counters->sync);
	u64_stats_inc(&counters->value[0]);
	u64_stats_add(&counters->value[1], bytes);
	u64_stats_update_end(&counters->sync);
}

/* Any context. */
u64 ivshmem_counter(const struct ivshmem_counters *counters, unsigned int counter);

/* All counters in the order of their names, for ethtool. */
unsigned int ivshmem_stats_number(void);
void ivshmem_stats_names(u8 *names);
void ivshmem_stats_values(struct ivshmem_net *net, u64 *values);

/* What "ip -s link" shows. */
void ivshmem_stats_link(struct ivshmem_net *net, struct rtnl_link_stats64 *stats);

void ivshmem_stats_init(struct ivshmem_net *net);

#endif /* IVSHMEM_NET_STATS_H */
