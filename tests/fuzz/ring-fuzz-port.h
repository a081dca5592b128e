/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The port of net/ring for its fuzz targets: what is read of shared memory is what lies there, or
 * what the fuzzer wants instead, anew at each access. No peer can be worse than that.
 */
#ifndef TESTS_FUZZ_RING_FUZZ_PORT_H
#define TESTS_FUZZ_RING_FUZZ_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint16_t ivshm_le16;
typedef uint32_t ivshm_le32;
typedef uint64_t ivshm_le64;

#define ivshm_le16_to_cpu(value) ((uint16_t)(value))
#define ivshm_le32_to_cpu(value) ((uint32_t)(value))
#define ivshm_le64_to_cpu(value) ((uint64_t)(value))
#define ivshm_cpu_to_le16(value) ((uint16_t)(value))
#define ivshm_cpu_to_le32(value) ((uint32_t)(value))
#define ivshm_cpu_to_le64(value) ((uint64_t)(value))

uint64_t fuzz_load(const void *place, size_t size);

#define ivshm_read_once(pointer) \
	((__typeof__(*(pointer) + 0))fuzz_load((pointer), sizeof(*(pointer))))
#define ivshm_load_acquire(pointer)         ivshm_read_once(pointer)
#define ivshm_write_once(pointer, value)    ((void)(*(pointer) = (value)))
#define ivshm_store_release(pointer, value) ((void)(*(pointer) = (value)))
#define ivshm_full_barrier()                ((void)0)

#define ivshm_zero(pointer, size) memset((pointer), 0, (size))

#endif /* TESTS_FUZZ_RING_FUZZ_PORT_H */
