/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <assert.h> in an inmate.
 */
#ifndef LWIP_PORT_LIBC_ASSERT_H
#define LWIP_PORT_LIBC_ASSERT_H

void __attribute__((noreturn)) lwip_port_assert(const char *condition, const char *file, int line);

#ifdef NDEBUG
#define assert(condition) ((void)0)
#else
#define assert(condition) ((condition) ? (void)0 : lwip_port_assert(#condition, __FILE__, __LINE__))
#endif

#define static_assert _Static_assert

#endif /* LWIP_PORT_LIBC_ASSERT_H */
