/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The sockets at which a server listens, and how UDP streams come about.
 */
#ifndef IPERF3_SERVER_STREAMS_H
#define IPERF3_SERVER_STREAMS_H

#include <stdbool.h>

#include "options.h"
#include "sockets.h"
#include "watch.h"

struct server_sockets {
	const struct options *options;
	/* Control connections and TCP streams */
	int listener;
	/* UDP streams, while a test waits for them; else -1 */
	int datagrams;
};

/* Both return false with errno. */
bool server_sockets_open(struct server_sockets *sockets, const struct options *options);
bool server_sockets_datagrams(struct server_sockets *sockets);

/*
 * The socket of a new UDP stream: @client has sent its first datagram, and gets its answer. -1 if
 * there is none.
 */
int server_sockets_accept(struct server_sockets *sockets, const struct endpoint *client,
			  const struct watch *watch);

/* No more UDP streams */
void server_sockets_end(struct server_sockets *sockets);
void server_sockets_close(struct server_sockets *sockets);

#endif /* IPERF3_SERVER_STREAMS_H */
