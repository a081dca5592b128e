/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <netinet/in.h> in an inmate: lwIP's.
 */
#ifndef LWIP_PORT_LIBC_NETINET_IN_H
#define LWIP_PORT_LIBC_NETINET_IN_H

#include "lwip/inet.h"
#include "lwip/sockets.h"

extern const struct in6_addr in6addr_loopback;

#define IN6_IS_ADDR_UNSPECIFIED(address)                                                       \
	(!((address)->un.u32_addr[0] | (address)->un.u32_addr[1] | (address)->un.u32_addr[2] | \
	   (address)->un.u32_addr[3]))
#define IN6_IS_ADDR_LOOPBACK(address)                                                            \
	(!((address)->un.u32_addr[0] | (address)->un.u32_addr[1] | (address)->un.u32_addr[2]) && \
	 (address)->un.u32_addr[3] == PP_HTONL(1))
#define IN6_IS_ADDR_MULTICAST(address) ((address)->s6_addr[0] == 0xff)
#define IN6_IS_ADDR_LINKLOCAL(address) \
	((address)->s6_addr[0] == 0xfe && ((address)->s6_addr[1] & 0xc0) == 0x80)
#define IN6_IS_ADDR_V4MAPPED(address)                                \
	(!((address)->un.u32_addr[0] | (address)->un.u32_addr[1]) && \
	 (address)->un.u32_addr[2] == PP_HTONL(0xffff))

#endif /* LWIP_PORT_LIBC_NETINET_IN_H */
