// SPDX-License-Identifier: GPL-2.0-only
/*
 * Access to device registers in memory. By MOV from and to the accumulator only: for PCI
 * configuration space, AMD family 10h knows no other form (BKDG 31116, 2.11).
 */
#include "device-map.h"

u64 register_read(const volatile void *reg, unsigned int size)
{
	u64 value = 0;

	if (size == 1)
		asm volatile("movb (%1), %b0" : "+a"(value) : "r"(reg) : "memory");
	else if (size == 2)
		asm volatile("movw (%1), %w0" : "+a"(value) : "r"(reg) : "memory");
	else if (size == 4)
		asm volatile("movl (%1), %k0" : "+a"(value) : "r"(reg) : "memory");
	else
		asm volatile("movq (%1), %q0" : "+a"(value) : "r"(reg) : "memory");
	return value;
}

void register_write(volatile void *reg, unsigned int size, u64 value)
{
	if (size == 1)
		asm volatile("movb %b0, (%1)" : : "a"(value), "r"(reg) : "memory");
	else if (size == 2)
		asm volatile("movw %w0, (%1)" : : "a"(value), "r"(reg) : "memory");
	else if (size == 4)
		asm volatile("movl %k0, (%1)" : : "a"(value), "r"(reg) : "memory");
	else
		asm volatile("movq %q0, (%1)" : : "a"(value), "r"(reg) : "memory");
}
