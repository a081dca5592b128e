/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Descriptor tables of the hypervisor, and what it does with exceptions of its own.
 */
#ifndef HYPERVISOR_ARCH_X86_DESCRIPTORS_H
#define HYPERVISOR_ARCH_X86_DESCRIPTORS_H

/* Fills the tables in, once. */
void descriptors_init(void);

/* Loads them on the running CPU, with all segment registers but FS, GS, LDTR and TR. */
void descriptors_load(void);

/* Lets interrupts that are pending on the running CPU come, and discards them. */
void descriptors_take_interrupts(void);

#endif /* HYPERVISOR_ARCH_X86_DESCRIPTORS_H */
