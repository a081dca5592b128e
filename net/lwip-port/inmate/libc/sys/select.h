/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <sys/select.h> in an inmate: lwIP's.
 */
#ifndef LWIP_PORT_LIBC_SYS_SELECT_H
#define LWIP_PORT_LIBC_SYS_SELECT_H

#include <sys/time.h>

#include "lwip/sockets.h"

#endif /* LWIP_PORT_LIBC_SYS_SELECT_H */
