/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What lwIP wants to know of compiler and system: gcc or clang, with a C library (host programs) or
 * without (inmates).
 */
#ifndef LWIP_PORT_ARCH_CC_H
#define LWIP_PORT_ARCH_CC_H

#include "lwip-port.h"

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BYTE_ORDER LITTLE_ENDIAN
#else
#define BYTE_ORDER BIG_ENDIAN
#endif

/* Formats, without the quotes of <inttypes.h>. */
#define LWIP_NO_INTTYPES_H 1
#define X8_F               "02x"
#define U16_F              "u"
#define S16_F              "d"
#define X16_F              "x"
#define U32_F              "u"
#define S32_F              "d"
#define X32_F              "x"
#define SZT_F              "zu"

#define LWIP_NO_CTYPE_H 1

#if !__STDC_HOSTED__
#define LWIP_NO_UNISTD_H 1
#define SSIZE_MAX        __PTRDIFF_MAX__
typedef __PTRDIFF_TYPE__ ssize_t;
#endif

#define LWIP_PLATFORM_DIAG(message)   lwip_port_print message
#define LWIP_PLATFORM_ASSERT(message) lwip_port_panic(message, __FILE__, __LINE__)
#define LWIP_RAND()                   lwip_port_random()
#define LWIP_CHKSUM                   lwip_port_checksum

#endif /* LWIP_PORT_ARCH_CC_H */
