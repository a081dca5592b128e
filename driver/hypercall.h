/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hypercalls of the root cell. Only for use while the hypervisor runs: without one, VMMCALL raises
 * #UD (AMD APM vol. 3, "VMMCALL").
 */
#ifndef JAILHOUSE_DRIVER_HYPERCALL_H
#define JAILHOUSE_DRIVER_HYPERCALL_H

#include <jailhouse/hypercall.h>

/* Returns the hypercall's result: 0 or a positive value, or a negative errno value. */
static inline int hypercall(unsigned int number, unsigned long arg1, unsigned long arg2)
{
	int result;

	asm volatile("vmmcall" : "=a"(result) : "a"(number), "D"(arg1), "S"(arg2) : "memory");
	return result;
}

#endif /* JAILHOUSE_DRIVER_HYPERCALL_H */
