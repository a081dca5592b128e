/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * From the first instruction in real mode to C code in 64-bit mode.
 *
 * All CPUs of the cell begin at address 0 at the same time. The first one that draws a number goes
 * on; the others note their APIC ID and halt until the first sends them INIT and SIPI, which brings
 * them to ap_entry16.
 */
#include "layout.h"

/* The communication page is within reach of segment FFFFh: FFFF:0010 is 1 MiB. */
#define HIGH_SEGMENT   0xffff
#define HIGH_OFFSET(x) ((x) - 0xffff0)

	.section .entry, "ax"
	.code16
	.globl inmate_entry
inmate_entry:
	jmp	first_entry16

	.section .boot, "ax"
	/* At 2000h = START_VECTOR << 12 */
ap_entry16:
	cli
	ljmp	$0, $1f
1:	mov	$1, %ebp		/* not the first CPU */
	jmp	enter_long_mode

first_entry16:
	cli
	mov	$HIGH_SEGMENT, %ax
	mov	%ax, %ds
	mov	$1, %ebx
	lock xaddl %ebx, HIGH_OFFSET(START_COUNTERS + CPUS_STARTED)
	xor	%ebp, %ebp		/* the first CPU */
	test	%ebx, %ebx
	jz	enter_long_mode

	cmp	$MAX_CPUS, %ebx
	jae	2f
	mov	$MSR_X2APIC_ID, %ecx
	rdmsr
	xor	%cx, %cx
	mov	%cx, %ds
	mov	%eax, boot_apic_ids(, %ebx, 4)
	mov	$HIGH_SEGMENT, %ax
	mov	%ax, %ds
	lock incl HIGH_OFFSET(START_COUNTERS + CPUS_WAITING)
2:	hlt
	jmp	2b

	/* Memory is uncached until the MTRRs are enabled, APM vol. 2, 7.7.2. */
enter_long_mode:
	xor	%ax, %ax
	mov	%ax, %ds
	mov	$MSR_MTRR_DEFAULT, %ecx
	rdmsr
	bts	$MTRR_ENABLE_BIT, %eax
	wrmsr

	/* Straight from real to 64-bit mode, APM vol. 2, 14.6.1. */
	lgdtl	boot_gdt_pointer
	mov	$(CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT), %eax
	mov	%eax, %cr4
	mov	$boot_pml4, %eax
	mov	%eax, %cr3
	mov	$MSR_EFER, %ecx
	rdmsr
	or	$(EFER_LME | EFER_NXE), %eax
	wrmsr
	mov	$(CR0_PG | CR0_WP | CR0_NE | CR0_ET | CR0_MP | CR0_PE), %eax
	mov	%eax, %cr0
	ljmpl	$CODE_SEGMENT, $start64

	.code64
start64:
	mov	$DATA_SEGMENT, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	xor	%eax, %eax
	mov	%eax, %fs
	mov	%eax, %gs
	cld
	test	%ebp, %ebp
	jnz	start_ap

	mov	$__data_load, %esi
	mov	$__data_start, %edi
	mov	$__data_end, %ecx
	sub	%edi, %ecx
	rep movsb
	mov	$__bss_start, %edi
	mov	$__bss_end, %ecx
	sub	%edi, %ecx
	rep stosb
	mov	$(boot_stack + STACK_GUARD + STACK_SIZE), %esp
	xor	%ebp, %ebp
	call	inmate_start
	ud2

start_ap:
	/* The CPU's block and stack may be outside of what the boot page table maps. */
	mov	paging_root, %rax
	mov	%rax, %cr3
	mov	smp_starting_cpu, %rdi
	mov	CPU_STACK_TOP(%rdi), %rsp
	xor	%ebp, %ebp
	call	smp_cpu_started
	ud2

	.balign	8
boot_gdt:
	.quad	0
	.quad	0x00af9a000000ffff	/* 64-bit code */
	.quad	0x00cf92000000ffff	/* data */
boot_gdt_end:
boot_gdt_pointer:
	.word	boot_gdt_end - boot_gdt - 1
	.long	boot_gdt

	/* Maps the first 2 MiB, until paging_init has made something finer. */
	.section .boot.data, "aw"
	.balign	4096
boot_pml4:
	.quad	boot_pdpt + 0x003	/* present, writable */
	.fill	511, 8, 0
boot_pdpt:
	.quad	boot_pd + 0x003
	.fill	511, 8, 0
boot_pd:
	.quad	0x083			/* present, writable, 2 MiB */
	.fill	511, 8, 0

	.globl boot_apic_ids
boot_apic_ids:
	.fill	MAX_CPUS, 4, 0

	.section .bss.stack, "aw", @nobits
	.globl boot_stack
	.balign	4096
boot_stack:
	.skip	STACK_GUARD + STACK_SIZE

	.section .note.GNU-stack, "", @progbits
