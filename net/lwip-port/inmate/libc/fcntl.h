/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <fcntl.h> in an inmate: lwIP's F_GETFL, F_SETFL and O_NONBLOCK.
 */
#ifndef LWIP_PORT_LIBC_FCNTL_H
#define LWIP_PORT_LIBC_FCNTL_H

#include "lwip/sockets.h"

#endif /* LWIP_PORT_LIBC_FCNTL_H */
