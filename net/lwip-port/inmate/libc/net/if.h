/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <net/if.h> in an inmate: lwIP's.
 */
#ifndef LWIP_PORT_LIBC_NET_IF_H
#define LWIP_PORT_LIBC_NET_IF_H

#include "lwip/if_api.h"

#endif /* LWIP_PORT_LIBC_NET_IF_H */
