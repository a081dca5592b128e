/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The port of net/ring in which every access to shared memory is a call, so that a test can decide
 * what the other side did in between and when a store becomes visible.
 */
#ifndef TESTS_UNIT_RING_MODEL_PORT_H
#define TESTS_UNIT_RING_MODEL_PORT_H

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

uint64_t model_load(const void *place, size_t size);
void model_store(void *place, uint64_t value, size_t size, bool release);
void model_barrier(void);

#define ivshm_read_once(pointer) \
	((__typeof__(*(pointer) + 0))model_load((pointer), sizeof(*(pointer))))
#define ivshm_load_acquire(pointer)      ivshm_read_once(pointer)
#define ivshm_write_once(pointer, value) model_store((pointer), (value), sizeof(*(pointer)), false)
#define ivshm_store_release(pointer, value) \
	model_store((pointer), (value), sizeof(*(pointer)), true)
#define ivshm_full_barrier() model_barrier()

#define ivshm_zero(pointer, size) memset((pointer), 0, (size))

#endif /* TESTS_UNIT_RING_MODEL_PORT_H */
