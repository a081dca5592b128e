/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sequences of accesses to ivshmem devices, by four cells on both kinds of channel, beside a model
 * that is written from the specification and knows nothing of the implementation. After each step
 * the two must agree on all interrupts, states and on whatever was read; if not, it aborts.
 */
#ifndef TESTS_UNIT_IVSHMEM_ORACLE_H
#define TESTS_UNIT_IVSHMEM_ORACLE_H

#include <stddef.h>
#include <jailhouse/types.h>

struct step {
	u8 operation;
	/* Bits 0-1 cell, bit 2 classic device, bit 3 write, bits 4-5 logarithm of the size */
	u8 where;
	u16 offset;
	u32 value;
};

/* Runs steps from the start on, without cells, and destroys all cells at the end. */
void oracle_run(const struct step *steps, size_t num);

#endif /* TESTS_UNIT_IVSHMEM_ORACLE_H */
