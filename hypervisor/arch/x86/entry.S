/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Image header, entry from and exit to Linux, the loop around VMRUN, and exception entry of the
 * hypervisor itself.
 */
#define __ASSEMBLY__
#include <jailhouse/header.h>

#include "percpu-layout.h"

	.section .header, "a"
	.globl hypervisor_header
hypervisor_header:
	.ascii	JAILHOUSE_IMAGE_SIGNATURE
	.byte	0
	.quad	__core_end - JAILHOUSE_BASE
	.quad	PER_CPU_SIZE
	.quad	hypervisor_entry - JAILHOUSE_BASE
	.quad	virt_console - JAILHOUSE_BASE
	.zero	4 + 4 + 8 + 8 + 8

	.text

/*
 * Entered by the trampoline on every CPU, on the bootstrap page table, interrupts and GIF off:
 *
 *	edi	CPU number
 *	rax	Linux CR3
 *	rcx	frame on the Linux stack, see driver/trampoline.S
 *	r8	where Linux shall go on as a guest
 *
 * Goes on as a guest with the frame on its stack, or leaves through the exit stub with an error.
 */
	.globl hypervisor_entry
hypervisor_entry:
	cld
	movl	%edi, %ebx
	imulq	$PER_CPU_SIZE, %rbx
	leaq	__core_end(%rip), %rdx
	addq	%rdx, %rbx
	leaq	PER_CPU_STACK_END(%rbx), %rsp
	movq	%rax, PER_CPU_LINUX_CR3(%rbx)
	movq	%rcx, PER_CPU_LINUX_FRAME(%rbx)

	movl	%edi, %edi
	movq	%r8, %rsi
	call	hypervisor_init

	/* Only on errors. */
	movslq	%eax, %rdx
	movq	PER_CPU_LINUX_CR3(%rbx), %rdi
	movq	PER_CPU_LINUX_FRAME(%rbx), %rsi
	/* Falls through. */

/*
 * void leave_to_linux(u64 cr3, u64 frame, s64 result): jumps to the exit stub of the trampoline,
 * which takes these in rax, rcx and rdx.
 */
	.globl leave_to_linux
leave_to_linux:
	movq	%rdi, %rax
	movq	%rsi, %rcx
	leaq	hypervisor_header(%rip), %rdi
	jmp	*64(%rdi)

	.macro load reg, offset
	movq	\offset(%rsp), %\reg
	.endm
	.macro store reg, offset
	movq	%\reg, \offset(%rsp)
	.endm
	/* All but RAX and RSP, which are in the VMCB */
	.macro guest_registers operation
	\operation rcx, 0x08
	\operation rdx, 0x10
	\operation rbx, 0x18
	\operation rbp, 0x28
	\operation rsi, 0x30
	\operation rdi, 0x38
	\operation r8, 0x40
	\operation r9, 0x48
	\operation r10, 0x50
	\operation r11, 0x58
	\operation r12, 0x60
	\operation r13, 0x68
	\operation r14, 0x70
	\operation r15, 0x78
	.endm

	.macro push_all registers:vararg
	.irp	reg, \registers
	pushq	%\reg
	.endr
	.endm
	.macro pop_all registers:vararg
	.irp	reg, \registers
	popq	%\reg
	.endr
	.endm

/*
 * void vmrun_loop(void): runs the guest of this CPU for good. AMD APM vol. 2, 15.5. RAX and RSP of
 * the guest are in the VMCB.
 */
	.globl vmrun_loop
vmrun_loop:
	andq	$~(PER_CPU_SIZE - 1), %rsp
	addq	$PER_CPU_GUEST_REGS, %rsp

1:	guest_registers load
	movq	GUEST_REGS_VMCB(%rsp), %rax
	vmrun	%rax
	guest_registers store
	cld
	/* The guest's values must not steer what the hypervisor speculates on. */
	.irp	reg, ebx, ebp, r12d, r13d, r14d, r15d
	xorl	%\reg, %\reg
	.endr
	movq	%rsp, %rdi
	call	vmexit_handle
	jmp	1b

/* void consume_nmi(void): takes an NMI that is pending while GIF is 0. */
	.globl consume_nmi
consume_nmi:
	stgi
	nop
	clgi
	ret

/* void take_interrupts(void): lets pending interrupts reach interrupt_discard. */
	.globl take_interrupts
take_interrupts:
	stgi
	sti
	nop
	nop
	cli
	clgi
	ret

	/* Only notes that an NMI has come. */
	.globl nmi_entry
nmi_entry:
	pushq	%rax
	movq	%rsp, %rax
	andq	$~(PER_CPU_SIZE - 1), %rax
	movb	$1, PER_CPU_NMI_TAKEN(%rax)
	popq	%rax
	iretq

	/*
	 * Entry for interrupts: acknowledge and forget. One at a time: who goes on after this one has
	 * interrupts off.
	 */
	.globl interrupt_entry
interrupt_entry:
	andl	$~0x200, 16(%rsp)
	push_all rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11
	cld
	call	apic_discard_interrupt
	pop_all r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax
	iretq

	/* Exceptions of the hypervisor: number and error code to exception_fatal. */
	.altmacro
	.macro exception number, has_code
	.balign 16
	.if \has_code == 0
	pushq	$0
	.endif
	pushq	$\number
	jmp	exception_common
	.endm

	.balign 16
	.globl exception_entries
exception_entries:
	.set	i, 0
	.rept	32
	.if i == 8 || (i >= 10 && i <= 14) || i == 17 || i == 21 || i == 29 || i == 30
	exception %i, 1
	.else
	exception %i, 0
	.endif
	.set	i, i + 1
	.endr

	.balign 16
exception_common:
	push_all rax, rcx, rdx, rbx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15
	cld
	movq	%rsp, %rdi
	movq	%rsp, %rbx
	andq	$~15, %rsp
	call	exception_handle
	movq	%rbx, %rsp
	pop_all r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, rdx, rcx, rax
	addq	$16, %rsp
	iretq

/* int read_msr_checked(u32 msr, u64 *value), int write_msr_checked(u32 msr, u64 value) */
	.globl read_msr_checked, checked_rdmsr
read_msr_checked:
	movl	%edi, %ecx
checked_rdmsr:
	rdmsr
	shlq	$32, %rdx
	orq	%rdx, %rax
	movq	%rax, (%rsi)
	xorl	%eax, %eax
	ret

	.globl write_msr_checked, checked_wrmsr
write_msr_checked:
	movl	%edi, %ecx
	movl	%esi, %eax
	movq	%rsi, %rdx
	shrq	$32, %rdx
checked_wrmsr:
	wrmsr
	xorl	%eax, %eax
	ret

	.globl checked_msr_fault
checked_msr_fault:
	movl	$-1, %eax
	ret
