/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Access of the hypervisor to device registers and to memory that cells share with it: mappings in
 * the remap pool.
 */
#ifndef HYPERVISOR_DEVICE_MAP_H
#define HYPERVISOR_DEVICE_MAP_H

#include "mmio.h"

/*
 * Maps @size bytes from the physical address @phys on, both of any alignment, uncached and
 * writable. Returns the address of the first byte, or NULL if the remap pool is exhausted.
 */
volatile void *device_map(u64 phys, u64 size);

/* Undoes device_map or memory_map; @start may be NULL. */
void device_unmap(volatile void *start, u64 size);

/*
 * Access to what device_map returned, one instruction each; @size 1, 2, 4 or 8 bytes, the upper
 * bytes of what is read are 0. The unit tests put simulated hardware here.
 */
u64 register_read(const volatile void *reg, unsigned int size);
void register_write(volatile void *reg, unsigned int size, u64 value);

/* Carries out the access of a cell on a register. */
static inline void register_access(volatile void *reg, struct mmio_access *access)
{
	if (access->is_write)
		register_write(reg, access->size, access->value);
	else
		access->value = register_read(reg, access->size);
}

/* The same as device_map for memory: cached. */
void *memory_map(u64 phys, u64 size);

#endif /* HYPERVISOR_DEVICE_MAP_H */
