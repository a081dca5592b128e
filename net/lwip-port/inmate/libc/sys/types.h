/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <sys/types.h> in an inmate.
 */
#ifndef LWIP_PORT_LIBC_SYS_TYPES_H
#define LWIP_PORT_LIBC_SYS_TYPES_H

#include <stddef.h>
#include <stdint.h>

typedef __PTRDIFF_TYPE__ ssize_t;
typedef long time_t;
typedef long off_t;
typedef long suseconds_t;
typedef unsigned int useconds_t;
typedef int pid_t;

#endif /* LWIP_PORT_LIBC_SYS_TYPES_H */
