/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <arpa/inet.h> in an inmate: lwIP's.
 */
#ifndef LWIP_PORT_LIBC_ARPA_INET_H
#define LWIP_PORT_LIBC_ARPA_INET_H

#include <netinet/in.h>

#endif /* LWIP_PORT_LIBC_ARPA_INET_H */
