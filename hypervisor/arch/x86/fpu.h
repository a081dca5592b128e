/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * State of the floating point and vector units, which the hypervisor itself does not use.
 */
#ifndef HYPERVISOR_ARCH_X86_FPU_H
#define HYPERVISOR_ARCH_X86_FPU_H

#include <jailhouse/types.h>

/* Features that XCR0 can enable on this processor. */
u64 xcr0_supported(void);

/* Whether XSETBV would accept the value, AMD APM vol. 2, 11.5.2. */
bool xcr0_is_valid(u64 value);

/* Brings all of it to its initial state, XCR0 as well. */
void fpu_reset(void);

#endif /* HYPERVISOR_ARCH_X86_FPU_H */
