/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Layout of the hypervisor image. Parts with different access rights start on pages of their own;
 * the end is aligned so that the per-CPU blocks behind it are aligned to their size.
 */
#include <jailhouse/header.h>

#include "arch/x86/percpu-layout.h"

OUTPUT_ARCH(i386:x86-64)
ENTRY(hypervisor_header)

SECTIONS
{
	. = JAILHOUSE_BASE;

	.header		: { *(.header) }

	. = ALIGN(4096);
	__text_start = .;
	.text		: { *(.text .text.*) }

	. = ALIGN(4096);
	__rodata_start = .;
	.rodata		: { *(.rodata .rodata.*) }

	. = ALIGN(4096);
	__data_start = .;
	.data		: { *(.data .data.*) }

	. = ALIGN(4096);
	__bss_start = .;
	.bss		: { *(.bss .bss.* COMMON) }

	. = ALIGN(PER_CPU_SIZE);
	__core_end = .;

	/DISCARD/	: { *(.comment) *(.note*) *(.eh_frame*) }
}
