/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * An Ethernet link over an ivshmem channel as a network interface of lwIP, 2.1 or later.
 *
 * The driver is polled: whoever owns lwIP's core calls ivshm_netif_poll(), again and again, or when
 * an interrupt came. So it goes in a main loop without threads (NO_SYS=1), and in a thread that
 * takes the core lock around each call. A loop that wants to sleep:
 *
 *     for (;;) {
 *             while (ivshm_netif_poll(net, 64))
 *                     ;
 *             sys_check_timeouts();
 *             disable interrupts
 *             ms = ivshm_netif_idle(net);
 *             if (ms > sys_timeouts_sleeptime())
 *                     ms = sys_timeouts_sleeptime();
 *             if (ms)
 *                     enable interrupts, and wait for one or for ms milliseconds to pass
 *             enable interrupts
 *     }
 *
 * All functions but ivshm_netif_interrupt() belong to lwIP's core context. Frames are copied once
 * each way: from the ring into a pbuf, from a chain of pbufs into the ring. Nothing but these pbufs
 * is allocated while the link is in use.
 *
 * The interface's flags follow the link (netif_set_link_up, netif_set_link_down, with lwIP's
 * callbacks); the link runs only while the interface is up (netif_set_up).
 */
#ifndef LWIP_PORT_IVSHM_NETIF_H
#define LWIP_PORT_IVSHM_NETIF_H

#include <ivshm-ring.h>

#include "lwip/netif.h"

/* ---------------------------------------------------------------------------- the device */

struct ivshm_netif_device;

/* How the registers of an ivshmem device are reached; lwIP's core context. */
struct ivshm_netif_device_ops {
	/*
	 * The peer's state, any number if the peer wants. What the peer wrote before it changed its
	 * state must be seen after it (acquire).
	 */
	u32_t (*peer_state)(struct ivshm_netif_device *device);

	/* Writes our own state register; what was written to memory before is seen by the peer. */
	void (*set_state)(struct ivshm_netif_device *device, u32_t state);

	/* Rings one of the peer's vectors: IVSHM_NETIF_VECTOR_*, the same one if it has only one. */
	void (*ring)(struct ivshm_netif_device *device, unsigned int vector);
};

#define IVSHM_NETIF_VECTOR_STATE  0
#define IVSHM_NETIF_VECTOR_FRAMES 1

/* Filled in by whoever has found the device; has to outlive the interface. */
struct ivshm_netif_device {
	const struct ivshm_netif_device_ops *ops;

	/* By ivshm_config_revision2() or ivshm_config_classic(); the other fields stay zero. */
	struct ivshm_config sections;

	u32_t address;        /* PCI domain, bus, device and function: 16, 8, 5 and 3 bits */
	u8_t id;              /* own peer ID, 0 or 1 */
	bool classic;         /* each write of the state register rings, not only a change */
	bool state_in_memory; /* peer_state costs no more than a memory access */
};

/* ------------------------------------------------------------------------------ counters */

struct ivshm_netif_tx_counters {
	u64_t packets, bytes;
	u64_t offloaded;            /* of the packets: with a checksum that nobody computed */
	u64_t doorbells;            /* rung for frames sent */
	u64_t doorbells_suppressed; /* batches for which the peer did not want one */
	u64_t ring_full;            /* frames that found no room */
	u64_t dropped;              /* no link, or a frame that never fits */
	u64_t too_long;             /* frames longer than what the peer accepts */
	u64_t ring_errors;          /* what the peer returned made no sense */
	u64_t timeouts;             /* the peer took nothing from a full ring for long */
};

struct ivshm_netif_rx_counters {
	u64_t packets, bytes;
	u64_t offloaded;            /* of the packets: the peer vouched for the checksum */
	u64_t multicast;            /* of the packets: to more than one */
	u64_t doorbells;            /* rung for frames returned */
	u64_t doorbells_suppressed; /* batches for which the peer did not want one */
	u64_t polls;                /* that found frames */
	u64_t dropped;              /* no memory */
	u64_t too_long;             /* frames longer than what a pbuf holds */
	u64_t ring_errors;          /* what the peer sent made no sense */
};

struct ivshm_netif_link_counters {
	u64_t ups;
	u64_t resets; /* for whatever reason, after a successful handshake */
};

/* ----------------------------------------------------------------------------- interface */

#define IVSHM_NETIF_MTU_DEFAULT 16384

/* All zero is what one usually wants. */
struct ivshm_netif_options {
	u16_t mtu; /* 0: IVSHM_NETIF_MTU_DEFAULT, or less where the section is small */
	u8_t mac[NETIF_MAX_HWADDR_LEN]; /* all zero: derived from the device's address and ID */
	bool base;                      /* speak the base protocol only */
	bool no_offload;                /* compute and check all checksums */
};

/* State of the link; for the driver's own files. */
struct ivshm_netif_link {
	u8_t state;   /* enum ivshm_state: our own */
	u32_t peer;   /* what was seen last */
	bool up;      /* the interface is */
	bool running; /* frames may flow */
	bool rung;    /* an interrupt came since the last step */
	bool pending; /* a step is due at the time */
	u32_t when;   /* in sys_now(), and not before */
	bool held;    /* no step before */
	u32_t held_until;
	const char *failure; /* how the peer broke the protocol, or NULL */
	u32_t messages;      /* printed and not, since */
	u32_t message_time;
};

/* State of transmission; likewise. */
struct ivshm_netif_tx {
	u32_t pending;      /* bytes committed and not published */
	bool batching;      /* publish at the end of the poll */
	bool lazy;          /* or when asked to: ivshm_netif_set_lazy() */
	bool blocked;       /* a frame found no room */
	u32_t blocked_len;  /* its bytes */
	u32_t blocked_time; /* sys_now() when the peer last took something */
	u8_t stalls;        /* times that it did not in the time allowed */
	bool armed;         /* the peer was asked for a doorbell since */
};

struct ivshm_netif {
	struct netif netif;
	struct ivshm_netif_device *device;
	struct ivshm_geometry geometry;
	struct ivshm_ring ring;
	u32_t batch_bytes; /* publish after so many */
	u16_t mtu;         /* as configured; netif.mtu is less where the peer takes less */
	u16_t largest_mtu; /* that a link has had: there may be segments made for it */
	bool short_paths;  /* there are some behind the link that take less than that */
	bool offload;

	struct ivshm_netif_link link;
	struct ivshm_netif_tx tx;
	bool interrupted; /* atomic */

	/* To be read at any time in the core context; never reset. */
	struct ivshm_netif_tx_counters tx_counters;
	struct ivshm_netif_rx_counters rx_counters;
	struct ivshm_netif_link_counters link_counters;
	u64_t interrupts; /* atomic */
};

/*
 * Adds an interface "ivN" for @device to lwIP, without an address and down. @options may be NULL.
 * ERR_OK; ERR_VAL if the sections make no ring, or the MTU is not possible in them; ERR_MEM.
 */
err_t ivshm_netif_add(struct ivshm_netif *net, struct ivshm_netif_device *device,
		      const struct ivshm_netif_options *options);

/*
 * Resets the link and removes the interface from lwIP. Not from a callback of lwIP. Interrupts must
 * not come any more.
 */
void ivshm_netif_remove(struct ivshm_netif *net);

/*
 * Looks after the link, passes at most @budget received frames to lwIP, publishes what was sent
 * meanwhile. Returns the number of frames: if it is the budget, call again.
 */
unsigned int ivshm_netif_poll(struct ivshm_netif *net, unsigned int budget);

/* Result of ivshm_netif_idle(): no need to poll but for an interrupt. */
#define IVSHM_NETIF_FOREVER 0xffffffff

/*
 * To be called before sleeping, with interrupts disabled: asks the peer for a doorbell. Returns
 * after how many milliseconds to poll even if no interrupt comes; 0: now.
 */
u32_t ivshm_netif_idle(struct ivshm_netif *net);

/*
 * Whether frames that lwIP sends outside of ivshm_netif_poll() wait for the next poll, idle or
 * flush, so that all of a bout of work go with one doorbell. At first they do not.
 */
void ivshm_netif_set_lazy(struct ivshm_netif *net, bool lazy);

/* Lets frames go that have waited. */
void ivshm_netif_flush(struct ivshm_netif *net);

/* Whether the peer has taken all that was sent; true if there is no link. */
bool ivshm_netif_sent_all(struct ivshm_netif *net);

/*
 * Whether what happened outside of a poll needs one: the ring is full, and the peer is not yet asked
 * for a doorbell. For a poller that sleeps while others send.
 */
bool ivshm_netif_needs_poll(const struct ivshm_netif *net);

/* An interrupt of the device came. Any context, any CPU. */
void ivshm_netif_interrupt(struct ivshm_netif *net);

/*
 * Changes the MTU; in use at once. ERR_VAL if it is below IVSHM_MTU_MIN or more than
 * ivshm_netif_max_mtu(). The peer's limit is observed beside it.
 */
err_t ivshm_netif_set_mtu(struct ivshm_netif *net, u16_t mtu);

/* The largest MTU that section and pbufs allow. */
u16_t ivshm_netif_max_mtu(const struct ivshm_netif *net);

#endif /* LWIP_PORT_IVSHM_NETIF_H */
