/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <sys/ioctl.h> in an inmate: lwIP's FIONBIO and FIONREAD.
 */
#ifndef LWIP_PORT_LIBC_SYS_IOCTL_H
#define LWIP_PORT_LIBC_SYS_IOCTL_H

#include "lwip/sockets.h"

#endif /* LWIP_PORT_LIBC_SYS_IOCTL_H */
