/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Sockets as the program wants them, by names and options.
 */
#ifndef IPERF3_SOCKETS_H
#define IPERF3_SOCKETS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "params.h"

/* An IPv6 address in text */
#define ADDRESS_SIZE 48

struct endpoint {
	char address[ADDRESS_SIZE];
	unsigned int port;
};

/* Where to listen or connect to */
struct place {
	/* NULL: any address */
	const char *host;
	const char *port;
	bool only_ipv4;
	bool only_ipv6;
	bool datagrams;
};

/* All of them return descriptors that do not block, or -1 with errno. */

/* Any address means IPv6 and IPv4, if there is IPv6. */
int socket_listen(const struct place *place);

/* From address @bind, if that is not NULL. Waits, up to @timeout_ms. */
int socket_connect(const struct place *place, const char *bind, uint64_t timeout_ms);

int socket_accept(int listener);

/* Window, segment size, type of service; before data flows. Returns 0, or -1 with errno. */
int socket_apply(int fd, const struct params *params);

/* Finds out that the other side is gone, when nothing is sent. */
void socket_keep_alive(int fd);

void socket_no_delay(int fd);

/* A close throws away what was not sent. */
void socket_abort_at_close(int fd);

/* Waits until @fd can be read. Returns false if that takes longer. */
bool socket_wait_readable(int fd, uint64_t timeout_ms);

void socket_local(int fd, struct endpoint *endpoint);
void socket_remote(int fd, struct endpoint *endpoint);
void socket_describe(const struct sockaddr_storage *address, struct endpoint *endpoint);

/* Bytes of the buffers, 0 if the system does not tell */
unsigned int socket_send_buffer(int fd);
unsigned int socket_receive_buffer(int fd);

/* The largest segment that a TCP connection sends, 0 if the system does not tell */
unsigned int socket_mss(int fd);

#endif /* IPERF3_SOCKETS_H */
