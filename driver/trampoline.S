/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way from Linux into the hypervisor and back. All of it lies in one page, which both Linux and
 * the hypervisor map at the same virtual address, so that execution goes on when CR3 changes.
 *
 * While the hypervisor works on a CPU, a frame on the Linux stack of that CPU holds what Linux needs
 * to go on. Frame, from its lowest address:
 *
 *	0x00	GDTR		0x10	IDTR		0x20	DS	0x28	ES
 *	0x30	general registers, from r15 down in the order of their encoding, with an unused place
 *		for rsp; rax at 0xa8
 *	0xb0	rip cs rflags rsp ss, as IRETQ takes them
 *
 * For disabling, the hypervisor builds such a frame itself.
 */
#define FRAME_IDTR	0x10
#define FRAME_DS	0x20
#define FRAME_ES	0x28
#define FRAME_GPRS	0x30
#define FRAME_RAX	0xa8
#define FRAME_CS	0xb8
#define FRAME_SS	0xd0

	.section .text.trampoline, "ax"
	.balign 4096
	.globl jailhouse_trampoline_start
jailhouse_trampoline_start:

/*
 * int jailhouse_enter(unsigned int cpu, unsigned long entry, unsigned long cr3)
 *
 * Interrupts are off and EFER.SVME is set. Returns 0 as a guest of the hypervisor, or a negative
 * errno value.
 */
	.globl jailhouse_enter
jailhouse_enter:
	movq	%rsp, %rcx
	movl	%ss, %eax
	pushq	%rax
	pushq	%rcx
	pushfq
	movl	%cs, %eax
	pushq	%rax
	leaq	jailhouse_entered(%rip), %rax
	pushq	%rax
	pushq	$0
	pushq	%rcx
	pushq	%rdx
	pushq	%rbx
	pushq	$0
	pushq	%rbp
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movl	%es, %eax
	pushq	%rax
	movl	%ds, %eax
	pushq	%rax
	subq	$0x20, %rsp
	sgdt	(%rsp)
	sidt	FRAME_IDTR(%rsp)

	leaq	jailhouse_resume(%rip), %r8
	movq	%cr3, %rax
	movq	%rsp, %rcx
	clgi
	movq	%rdx, %cr3
	jmp	*%rsi

/*
 * The hypervisor jumps here, on its own page table, to give the CPU back:
 *
 *	rax	Linux CR3
 *	rcx	frame
 *	rdx	value for RAX
 */
	.globl jailhouse_trampoline_exit
jailhouse_trampoline_exit:
	movq	%rax, %cr3
	movq	%rcx, %rsp
	lgdt	(%rsp)
	lidt	FRAME_IDTR(%rsp)
	movw	FRAME_DS(%rsp), %ds
	movw	FRAME_ES(%rsp), %es
	movq	%rdx, FRAME_RAX(%rsp)
	/* An NMI may come with STGI, and Linux's handler wants to return to segments of Linux. */
	movw	FRAME_SS(%rsp), %ss
	pushq	FRAME_CS(%rsp)
	leaq	.Llinux_segments(%rip), %rax
	pushq	%rax
	lretq
.Llinux_segments:
	stgi

	/* On success Linux resumes here, as a guest, with its own descriptor tables. */
jailhouse_resume:
	addq	$FRAME_GPRS, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rbp
	popq	%rbx
	popq	%rbx
	popq	%rdx
	popq	%rcx
	popq	%rax
	iretq

jailhouse_entered:
	ret
	int3

	.globl jailhouse_trampoline_end
jailhouse_trampoline_end:
	.balign 4096

	.section .note.GNU-stack, "", @progbits
