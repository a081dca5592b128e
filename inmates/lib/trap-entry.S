/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Entries of exceptions and interrupts: save the general registers as struct trap_frame of
 * inmate/exception.h and call trap_dispatch.
 */
#include "trap.h"

	.text
	.code64

	/* One entry every TRAP_ENTRY_SIZE bytes; those without an error code push a 0. */
	.balign	TRAP_ENTRY_SIZE
	.globl trap_entries
trap_entries:
	vector = 0
	.rept	256
	.balign	TRAP_ENTRY_SIZE
	.if	(vector > 31) || !((TRAPS_WITH_ERROR_CODE >> (vector & 31)) & 1)
	push	$0
	.endif
	push	$vector
	jmp	trap_common
	vector = vector + 1
	.endr

trap_common:
	push	%rax
	push	%rbx
	push	%rcx
	push	%rdx
	push	%rsi
	push	%rdi
	push	%rbp
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	cld
	mov	%rsp, %rdi
	call	trap_dispatch
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rbp
	pop	%rdi
	pop	%rsi
	pop	%rdx
	pop	%rcx
	pop	%rbx
	pop	%rax
	add	$16, %rsp		/* vector, error code */
	iretq

	.section .note.GNU-stack, "", @progbits
