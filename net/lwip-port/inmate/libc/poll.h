/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <poll.h> in an inmate: lwIP's, which tells POLLIN, POLLOUT, POLLERR and POLLNVAL.
 */
#ifndef LWIP_PORT_LIBC_POLL_H
#define LWIP_PORT_LIBC_POLL_H

#include "lwip/sockets.h"

#endif /* LWIP_PORT_LIBC_POLL_H */
