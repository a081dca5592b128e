/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <netinet/tcp.h> in an inmate: lwIP's, and what socket-options.h adds.
 */
#ifndef LWIP_PORT_LIBC_NETINET_TCP_H
#define LWIP_PORT_LIBC_NETINET_TCP_H

#include "lwip/sockets.h"

#define TCP_MAXSEG 0x10

#endif /* LWIP_PORT_LIBC_NETINET_TCP_H */
