/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Fixed-width integer types and a few helpers, the same for cell configurations, hypervisor,
 * inmates and host programs. In the kernel, Linux's own definitions are used.
 */
#ifndef JAILHOUSE_TYPES_H
#define JAILHOUSE_TYPES_H

#ifdef __KERNEL__

#include <linux/kernel.h>
#include <linux/types.h>

#else /* !__KERNEL__ */

#include <stdbool.h>
#include <stddef.h>

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
__extension__ typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
__extension__ typedef long long __s64;

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif

#endif /* !__KERNEL__ */

#endif /* JAILHOUSE_TYPES_H */
