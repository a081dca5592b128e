/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The small services of RFC 862 to 864, each by TCP and by UDP, and what they count.
 */
#ifndef NET_DEMO_SERVICE_H
#define NET_DEMO_SERVICE_H

#include "counters.h"
#include "lwip/tcp.h"
#include "lwip/udp.h"

struct service {
	const char *name;
	u16_t port;

	/* For each new connection, whose argument is the service. */
	err_t (*accept)(struct service *service, struct tcp_pcb *pcb);

	/* For each datagram, which it frees. */
	void (*receive)(struct service *service, struct udp_pcb *pcb, struct pbuf *data,
			const ip_addr_t *from, u16_t port);

	u64_t connections; /* so far */
	u32_t active;      /* of them */
	u64_t datagrams;   /* received */
	u64_t bytes_in, bytes_out;
};

extern struct service echo_service, discard_service, chargen_service;

/* All of them. */
extern struct service *const services[];
extern const unsigned int num_services;

/* Makes the service reachable by TCP and by UDP. ERR_OK, ERR_MEM or ERR_USE. */
err_t service_start(struct service *service);

/* A connection has ended, in whatever way. */
void service_disconnected(struct service *service);

/*
 * Closes a connection, if need be by a reset; no callback comes any more. The result is for the
 * callback that calls it to return.
 */
err_t service_close(struct service *service, struct tcp_pcb *pcb);

/* Sends a datagram and counts it. */
void service_send(struct service *service, struct udp_pcb *pcb, struct pbuf *data,
		  const ip_addr_t *to, u16_t port);

/* All that it counts, one after the other. */
void service_counters(const struct service *service, counter_visitor visit, void *arg);

#endif /* NET_DEMO_SERVICE_H */
