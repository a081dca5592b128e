/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <sys/uio.h> in an inmate: lwIP's.
 */
#ifndef LWIP_PORT_LIBC_SYS_UIO_H
#define LWIP_PORT_LIBC_SYS_UIO_H

#include "lwip/sockets.h"

#endif /* LWIP_PORT_LIBC_SYS_UIO_H */
