/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An ivshmem channel between two processes of the host, in a mapping that they share, and lwIP with
 * the driver of net/lwip-port at one end of it: how a cell looks to them.
 *
 * As lwIP has global variables, each end needs a process of its own: channel_run() forks two. An
 * end without lwIP, the test's own peer on the ring, can live in the same process.
 */
#ifndef TESTS_UNIT_LWIP_END_H
#define TESTS_UNIT_LWIP_END_H

#include "unit.h"

#include "ivshm-netif.h"
#include "lwip/ip_addr.h"

/* Of one device; the section beside it is the memory that it owns. */
struct channel_end {
	u32_t state;
	u32_t bell;     /* counts interrupts; who sleeps waits for a change */
	u32_t rings[2]; /* of them, by vector: asked for by the peer */
	u32_t meetings; /* see end_meet() */
};

struct channel {
	struct channel_end *ends; /* two of them; shared, and so is */
	u8_t *memory;             /* two sections, or one region */
	size_t size;              /* of a section, bytes */
	bool classic;
};

/* Memory of @size bytes per section, filled with garbage. */
void channel_open(struct channel *channel, size_t size, bool classic);
void channel_close(struct channel *channel);

/* What the peer of a classic or revision 2 device is told; also for ends without lwIP. */
void channel_set_state(struct channel *channel, unsigned int id, u32_t state);
u32_t channel_state(struct channel *channel, unsigned int id);
void channel_ring(struct channel *channel, unsigned int from, unsigned int vector);
void channel_sections(struct channel *channel, unsigned int id, struct ivshm_config *config);

/*
 * Runs @ends in two processes, with @arg, and fails the test if one of them does not return 0, or
 * gets no frame for a minute. A leak of memory is a failure, too.
 */
typedef int (*channel_main)(struct channel *channel, unsigned int id, void *arg);
void channel_run(struct channel *channel, channel_main ends[2], void *arg);

/* Ends this process with a message if @condition does not hold. */
#define require(condition)                                              \
	do {                                                            \
		if (!(condition))                                       \
			require_failed(__FILE__, __LINE__, #condition); \
	} while (0)
void require_failed(const char *file, int line, const char *condition) __attribute__((noreturn));

/* ------------------------------------------------------------------------------ with lwIP */

struct end {
	struct ivshm_netif_device device;
	struct ivshm_netif net;
	struct channel *channel;
	u32_t heard; /* of the bell */
};

/*
 * Adds an interface with the addresses 10.0.1.(@id + 1)/24 and a link-local one, and sets it up.
 * The first one in a process initialises lwIP.
 */
void end_open(struct end *end, struct channel *channel, unsigned int id,
	      const struct ivshm_netif_options *options);

/* Removes it. */
void end_close(struct end *end);

/* One round: interrupts, frames, timeouts, packets to itself. */
void end_step(struct end *end);

/* Steps and sleeps until @done(@arg) or @ms milliseconds have passed; whether it is done. */
bool end_run(struct end *end, u32_t ms, bool (*done)(void *arg), void *arg);

/* Until the carrier is on. */
bool end_connect(struct end *end, u32_t ms);

/* Goes on until the other process has come here, too. */
void end_meet(struct end *end, u32_t ms);

/* The IPv6 address that the interface at the other end has given itself. */
void end_peer_ip6(struct end *end, ip_addr_t *address);

/*
 * Moves the time of sys_now() on, or lets it go @speed times as fast; for this process. With 0 it
 * stands still but for end_skip_time(), and end_run() skips what it would wait.
 */
void end_skip_time(u32_t ms);
void end_set_speed(u32_t speed);

#endif /* TESTS_UNIT_LWIP_END_H */
