/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * How the driver and the hypervisor image work together: layout of the hypervisor's memory, the
 * header at its start, entry and console.
 *
 * Hypervisor memory, from the physical address that the system configuration names on:
 *
 *	core_size		image with its zeroed data (starts with struct jailhouse_header)
 *	max_cpus * percpu_size	one block per CPU number, zeroed by the driver
 *	system configuration	copy made by the driver, page aligned
 *	rest			page pool of the hypervisor
 *
 * The driver builds a bootstrap page table that maps all of it, readable, writable and executable,
 * at JAILHOUSE_BASE, and the page of the trampoline at its Linux address. It then calls the
 * trampoline on every online CPU at the same time.
 */
#ifndef JAILHOUSE_HEADER_H
#define JAILHOUSE_HEADER_H

/*
 * Virtual address of the hypervisor in its own page tables, in the hole that Linux leaves for
 * hypervisors (Documentation/x86/x86_64/mm.rst of Linux), so that no stale translation of Linux
 * can be in the way.
 */
#define JAILHOUSE_BASE 0xffff800000000000

#define JAILHOUSE_IMAGE_SIGNATURE "JHIMG01"

/* Name of the image below the firmware directory. */
#define JAILHOUSE_FW_NAME_AMD "jailhouse-amd.bin"

#ifndef __ASSEMBLY__

#include <jailhouse/types.h>

struct jailhouse_header {
	char signature[8];

	/* Set at build time; sizes are in bytes, whole pages. */
	__u64 core_size;
	__u64 percpu_size;
	/* Offset of the entry point from JAILHOUSE_BASE. */
	__u64 entry;
	/* Offset of struct jailhouse_virt_console, page aligned. */
	__u64 console_page;

	/* Set by the driver. Highest number of a possible CPU plus 1. */
	__u32 max_cpus;
	/* How many CPUs will enter. */
	__u32 online_cpus;
	/* Linux address of the trampoline's page and its physical address. */
	__u64 trampoline_virt;
	__u64 trampoline_phys;
	/* Linux address of the exit stub, inside that page. */
	__u64 trampoline_exit;
};

/*
 * Log of the hypervisor and of the cells that may print to it. Root maps it read-only if
 * JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE is set.
 */
#define JAILHOUSE_CONSOLE_CONTENT_SIZE 16384 /* a power of 2 */

struct jailhouse_virt_console {
	/* Bytes written since start; wraps around. The newest is content[(tail - 1) % size]. */
	volatile __u32 tail;
	__u8 padding[4096 - sizeof(__u32)];
	char content[JAILHOUSE_CONSOLE_CONTENT_SIZE];
};

#endif /* !__ASSEMBLY__ */

#endif /* JAILHOUSE_HEADER_H */
