/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the makefile tells a socket program about itself.
 */
#ifndef LWIP_PORT_LIBC_PROGRAM_H
#define LWIP_PORT_LIBC_PROGRAM_H

extern const char program_name[];

#endif /* LWIP_PORT_LIBC_PROGRAM_H */
