/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The switch between two threads. It looks like a function call to both, so only the registers that
 * a function has to preserve are saved.
 */
	.text
	.code64

	/* void thread_switch_stacks(void **save_to, void *load_from) */
	.globl thread_switch_stacks
thread_switch_stacks:
	push	%rbp
	push	%rbx
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, (%rdi)
	mov	%rsi, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbx
	pop	%rbp
	ret

	.section .note.GNU-stack, "", @progbits
