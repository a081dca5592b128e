/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <sys/poll.h> in an inmate.
 */
#ifndef LWIP_PORT_LIBC_SYS_POLL_H
#define LWIP_PORT_LIBC_SYS_POLL_H

#include <poll.h>

#endif /* LWIP_PORT_LIBC_SYS_POLL_H */
