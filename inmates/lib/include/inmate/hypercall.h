/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Calls to the hypervisor; numbers are in jailhouse/hypercall.h.
 */
#ifndef INMATE_HYPERCALL_H
#define INMATE_HYPERCALL_H

#include <jailhouse/hypercall.h>

/* Returns a value of zero or more, or a negative errno value. */
int hypercall(u32 number, u64 arg1, u64 arg2);

#endif /* INMATE_HYPERCALL_H */
