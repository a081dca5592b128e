/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AMD-V: entering and leaving guest mode, and the state in which a CPU's guest starts. AMD APM vol. 2,
 * chapter 15. What happens at exits is in vmexit.h.
 */
#ifndef HYPERVISOR_ARCH_X86_SVM_H
#define HYPERVISOR_ARCH_X86_SVM_H

#include "percpu.h"

/* Features that make exits cheaper; QEMU has none of them. */
extern bool svm_has_next_rip;
extern bool svm_has_decode_assists;

/*
 * Once, on the first CPU, after apic_init: checks the processor and makes the tables that all CPUs share. Returns 0,
 * -EIO (no nested paging) or -ENOMEM.
 */
int svm_init(void);

/* Notes in the VMCB what Linux has in its registers; before the hypervisor changes any of them. */
void svm_save_linux(struct per_cpu *cpu);

/* Makes the running CPU ready for vmrun_loop, with Linux as its guest. Cannot fail. */
void svm_init_cpu(struct per_cpu *cpu);

/* entry.S: runs the guest of the running CPU for good. */
void __attribute__((noreturn)) vmrun_loop(void);

/*
 * Gives the running CPU back to its guest, which then runs natively, behind the hypercall that it
 * made. Returns only if the stack of the guest cannot be written.
 */
void svm_leave(struct per_cpu *cpu);

/* Makes the running CPU belong to the guest of per_cpu.cell. */
void svm_assign_cell(struct per_cpu *cpu);

/* The running CPU waits, for a start-up IPI if @wait_for_sipi is set, else for events only. */
void svm_park_cpu(struct per_cpu *cpu, bool wait_for_sipi);

/* The running CPU starts at the reset address of its cell, from reset state. */
void svm_start_cpu(struct per_cpu *cpu);

/* The running CPU, which waits for it, starts at page @vector. */
void svm_startup_ipi(struct per_cpu *cpu, u8 vector);

/* Injects an NMI that waits, as soon as the guest can take it. At the end of each exit. */
void svm_inject_pending_nmi(struct per_cpu *cpu);

/* The guest is about to return from its NMI handler, by the IRET at RIP. */
void svm_nmi_returns(struct per_cpu *cpu);

/* The guest has enabled interrupts, which was waited for. */
void svm_interrupt_window(struct per_cpu *cpu);

/* Forgets the guest's translations before it runs again. */
void svm_flush_tlb(struct per_cpu *cpu);

/* Raises an exception in the guest; @error_code only where the vector has one. */
void svm_inject_exception(struct per_cpu *cpu, unsigned int vector, u32 error_code);

#endif /* HYPERVISOR_ARCH_X86_SVM_H */
