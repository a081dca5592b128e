/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <strings.h> in an inmate.
 */
#ifndef LWIP_PORT_LIBC_STRINGS_H
#define LWIP_PORT_LIBC_STRINGS_H

#include <stddef.h>

int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t size);

#endif /* LWIP_PORT_LIBC_STRINGS_H */
