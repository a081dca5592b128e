/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <netdb.h> in an inmate: lwIP's, and the way back from an address to text.
 */
#ifndef LWIP_PORT_LIBC_NETDB_H
#define LWIP_PORT_LIBC_NETDB_H

#include "lwip/netdb.h"
#include "lwip/sockets.h"

#define NI_MAXHOST 64
#define NI_MAXSERV 8

/* There are no names of hosts or services: results are numbers, with these flags or without. */
#define NI_NUMERICHOST 0x01
#define NI_NUMERICSERV 0x02
#define NI_DGRAM       0x04
#define NI_NAMEREQD    0x08 /* always fails */

/* Beside lwIP's codes: @host or @service is too small. */
#define EAI_OVERFLOW 205

int getnameinfo(const struct sockaddr *address, socklen_t address_size, char *host,
		socklen_t host_size, char *service, socklen_t service_size, int flags);

const char *gai_strerror(int code);

#endif /* LWIP_PORT_LIBC_NETDB_H */
