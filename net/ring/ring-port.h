/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What net/ring needs from its surroundings: access to shared memory, barriers, byte order, and
 * two functions on memory. The Linux kernel brings its own; an inmate, or a program on a host, gets
 * them from the compiler (gcc or clang), freestanding. Another system can name a header of its own
 * in IVSHM_RING_PORT, as the unit tests do to watch every single access.
 */
#ifndef IVSHM_RING_PORT_H
#define IVSHM_RING_PORT_H

#if defined(IVSHM_RING_PORT)

#include IVSHM_RING_PORT

#elif defined(__KERNEL__)

#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/barrier.h>
#include <asm/byteorder.h>

/* Names of <stdint.h> that the kernel spells otherwise. */
#ifndef UINT16_MAX
#define UINT16_MAX U16_MAX
#define UINT32_MAX U32_MAX
#define INT16_MAX  S16_MAX
#endif

typedef __le16 ivshm_le16;
typedef __le32 ivshm_le32;
typedef __le64 ivshm_le64;

#define ivshm_le16_to_cpu(value) le16_to_cpu(value)
#define ivshm_le32_to_cpu(value) le32_to_cpu(value)
#define ivshm_le64_to_cpu(value) le64_to_cpu(value)
#define ivshm_cpu_to_le16(value) cpu_to_le16(value)
#define ivshm_cpu_to_le32(value) cpu_to_le32(value)
#define ivshm_cpu_to_le64(value) cpu_to_le64(value)

#define ivshm_read_once(pointer)            READ_ONCE(*(pointer))
#define ivshm_write_once(pointer, value)    WRITE_ONCE(*(pointer), (value))

/*
 * The virt_ forms, not smp_: the peer runs on another CPU of the machine even where this kernel
 * was built for, or runs on, a single one.
 */
#define ivshm_load_acquire(pointer)         virt_load_acquire(pointer)
#define ivshm_store_release(pointer, value) virt_store_release((pointer), (value))
#define ivshm_full_barrier()                virt_mb()

#define ivshm_zero(pointer, size) memset((pointer), 0, (size))

#else /* an inmate or a host program */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint16_t ivshm_le16;
typedef uint32_t ivshm_le32;
typedef uint64_t ivshm_le64;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ivshm_le16_to_cpu(value) ((uint16_t)(value))
#define ivshm_le32_to_cpu(value) ((uint32_t)(value))
#define ivshm_le64_to_cpu(value) ((uint64_t)(value))
#else
#define ivshm_le16_to_cpu(value) __builtin_bswap16(value)
#define ivshm_le32_to_cpu(value) __builtin_bswap32(value)
#define ivshm_le64_to_cpu(value) __builtin_bswap64(value)
#endif
#define ivshm_cpu_to_le16(value) ivshm_le16_to_cpu(value)
#define ivshm_cpu_to_le32(value) ivshm_le32_to_cpu(value)
#define ivshm_cpu_to_le64(value) ivshm_le64_to_cpu(value)

/*
 * One load or store that the compiler neither repeats, omits nor invents. A 64-bit value on a
 * 32-bit machine takes two, which no caller minds; the atomic form would want a library there.
 */
#if __SIZEOF_POINTER__ == 8
#define ivshm_read_once(pointer)         __atomic_load_n((pointer), __ATOMIC_RELAXED)
#define ivshm_write_once(pointer, value) __atomic_store_n((pointer), (value), __ATOMIC_RELAXED)
#else
#define ivshm_read_once(pointer)         (*(const volatile __typeof__(*(pointer)) *)(pointer))
#define ivshm_write_once(pointer, value) (*(volatile __typeof__(*(pointer)) *)(pointer) = (value))
#endif

#define ivshm_load_acquire(pointer)         __atomic_load_n((pointer), __ATOMIC_ACQUIRE)
#define ivshm_store_release(pointer, value) __atomic_store_n((pointer), (value), __ATOMIC_RELEASE)
#define ivshm_full_barrier()                __atomic_thread_fence(__ATOMIC_SEQ_CST)

/* Without a C library the compiler may still call memset: the inmate library has one. */
#define ivshm_zero(pointer, size)           __builtin_memset((pointer), 0, (size))

#endif

#endif /* IVSHM_RING_PORT_H */
