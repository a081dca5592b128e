/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Offsets inside a per-CPU block, for C, assembly and the linker script alike.
 */
#ifndef HYPERVISOR_ARCH_X86_PERCPU_LAYOUT_H
#define HYPERVISOR_ARCH_X86_PERCPU_LAYOUT_H

/* A power of 2: the block of the running CPU is found by masking the stack pointer. */
#define PER_CPU_SIZE 0x8000

/* The first page stays unmapped, to catch an overflow of the stack above it. */
#define PER_CPU_GUARD_SIZE 0x1000
#define PER_CPU_STACK_END  0x4000

/*
 * struct guest_registers at the end of the stack, where it lies at each exit: 16 general purpose
 * registers and the physical address of the VMCB, padded to keep the stack aligned.
 */
#define GUEST_REGS_SIZE    0x90
#define GUEST_REGS_VMCB    0x80
#define PER_CPU_GUEST_REGS (PER_CPU_STACK_END - GUEST_REGS_SIZE)

#define PER_CPU_VMCB      0x4000
#define PER_CPU_HOST_SAVE 0x5000
#define PER_CPU_DATA      0x6000
/* First fields of the data: what Linux had at entry. */
#define PER_CPU_LINUX_CR3   (PER_CPU_DATA + 0x0)
#define PER_CPU_LINUX_FRAME (PER_CPU_DATA + 0x8)
#define PER_CPU_NMI_TAKEN   (PER_CPU_DATA + 0x10)

#endif /* HYPERVISOR_ARCH_X86_PERCPU_LAYOUT_H */
