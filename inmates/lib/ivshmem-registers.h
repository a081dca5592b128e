/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Accesses to the registers of an ivshmem device; their offsets are in jailhouse/ivshmem.h.
 */
#ifndef INMATES_LIB_IVSHMEM_REGISTERS_H
#define INMATES_LIB_IVSHMEM_REGISTERS_H

#include <inmate/cpu.h>
#include <inmate/ivshmem.h>

static inline u32 ivshmem_read(const struct ivshmem *device, unsigned int offset)
{
	return mmio_read32((const u8 *)device->registers + offset);
}

static inline void ivshmem_write(const struct ivshmem *device, unsigned int offset, u32 value)
{
	mmio_write32((u8 *)device->registers + offset, value);
}

#endif /* INMATES_LIB_IVSHMEM_REGISTERS_H */
