/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Hypercalls, by the instruction that the processor's maker has for them.
 */
#include <inmate/cpu.h>
#include <inmate/hypercall.h>

#include "init.h"

/* "Auth", "enti", "cAMD", AMD APM vol. 3, appendix E.3.1 */
#define VENDOR_AMD_EBX 0x68747541
#define VENDOR_AMD_EDX 0x69746e65
#define VENDOR_AMD_ECX 0x444d4163

static bool use_vmmcall;

void hypercall_init(void)
{
	struct cpuid vendor = cpuid(0, 0);

	use_vmmcall = vendor.ebx == VENDOR_AMD_EBX && vendor.ecx == VENDOR_AMD_ECX &&
		      vendor.edx == VENDOR_AMD_EDX;
}

int hypercall(u32 number, u64 arg1, u64 arg2)
{
	int result;

	if (use_vmmcall)
		asm volatile("vmmcall"
			     : "=a"(result)
			     : "a"(number), "D"(arg1), "S"(arg2)
			     : "memory");
	else
		asm volatile("vmcall"
			     : "=a"(result)
			     : "a"(number), "D"(arg1), "S"(arg2)
			     : "memory");
	return result;
}
