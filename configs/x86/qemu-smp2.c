/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The virtual machine of tests/vm with two CPUs (SMP=2): one for root, one to give away.
 */
#define QEMU_CPUS 0x3

#include "qemu.c"
