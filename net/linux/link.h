/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The link's state machine: handshake with the peer, carrier, start and stop of both directions.
 */
#ifndef IVSHMEM_NET_LINK_H
#define IVSHMEM_NET_LINK_H

#include <linux/ratelimit.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "stats.h"

struct ivshmem_net;

struct ivshmem_link {
	struct delayed_work work;
	struct ivshmem_counters counters; /* under the RTNL */
	struct ratelimit_state messages;

	/* Under the RTNL. */
	u8 state;                 /* ours */
	bool up;                  /* the interface is */
	unsigned long hold_until; /* jiffies: no handshake before */

	/* Written under the RTNL. */
	bool started; /* the work may be queued */
	bool running; /* frames flow */

	unsigned long flags;
	const char *failure; /* why, if the link has failed */
};

/* The peer sees RESET; nothing else happens yet. */
void ivshmem_link_init(struct ivshmem_net *net);

/* The network device is registered: shake hands. */
void ivshmem_link_start(struct ivshmem_net *net);

/* Ends it: the peer sees RESET, and nothing is queued any more. Interrupts are freed by then. */
void ivshmem_link_exit(struct ivshmem_net *net);

/* The interface goes up or down. Under the RTNL. */
void ivshmem_link_open(struct ivshmem_net *net);
void ivshmem_link_close(struct ivshmem_net *net);

/* Resets the link, and begins anew with a ring initialised anew. Under the RTNL. */
void ivshmem_link_restart(struct ivshmem_net *net);

/*
 * An interrupt may mean a change of state; if it is @shared, it may mean frames as well. Any
 * context.
 */
void ivshmem_link_interrupt(struct ivshmem_net *net, bool shared);

/* Queues a reset of the link; @reason is a few words that stay valid. Any context. */
void ivshmem_link_fail(struct ivshmem_net *net, const char *reason);

/* Whether the ring must be left alone. */
bool ivshmem_link_failed(const struct ivshmem_net *net);

#endif /* IVSHMEM_NET_LINK_H */
