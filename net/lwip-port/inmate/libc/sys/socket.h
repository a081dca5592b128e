/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <sys/socket.h> in an inmate: lwIP's.
 */
#ifndef LWIP_PORT_LIBC_SYS_SOCKET_H
#define LWIP_PORT_LIBC_SYS_SOCKET_H

#include <sys/types.h>
#include <sys/uio.h>

#define SOMAXCONN 64

#endif /* LWIP_PORT_LIBC_SYS_SOCKET_H */
