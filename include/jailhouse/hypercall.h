/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The interface between a cell and the hypervisor: hypercalls and the communication region,
 * revision 2.
 */
#ifndef JAILHOUSE_HYPERCALL_H
#define JAILHOUSE_HYPERCALL_H

#include <jailhouse/console.h>
#include <jailhouse/types.h>

/* Hypercall numbers. Results are 0 or positive values, or negative errno values. */
#define JAILHOUSE_HC_DISABLE             0
#define JAILHOUSE_HC_CELL_CREATE         1
#define JAILHOUSE_HC_CELL_START          2
#define JAILHOUSE_HC_CELL_SET_LOADABLE   3
#define JAILHOUSE_HC_CELL_DESTROY        4
#define JAILHOUSE_HC_HYPERVISOR_GET_INFO 5
#define JAILHOUSE_HC_CELL_GET_STATE      6
#define JAILHOUSE_HC_CPU_GET_INFO        7
#define JAILHOUSE_HC_DEBUG_CONSOLE_PUTC  8

/* Arguments of JAILHOUSE_HC_HYPERVISOR_GET_INFO; pools are counted in 4 KiB pages. */
#define JAILHOUSE_INFO_MEM_POOL_SIZE   0
#define JAILHOUSE_INFO_MEM_POOL_USED   1
#define JAILHOUSE_INFO_REMAP_POOL_SIZE 2
#define JAILHOUSE_INFO_REMAP_POOL_USED 3
#define JAILHOUSE_INFO_NUM_CELLS       4

/* Second argument of JAILHOUSE_HC_CPU_GET_INFO. */
#define JAILHOUSE_CPU_INFO_STATE     0
#define JAILHOUSE_CPU_INFO_STAT_BASE 1000

/* Results of JAILHOUSE_CPU_INFO_STATE. */
#define JAILHOUSE_CPU_RUNNING 0
#define JAILHOUSE_CPU_FAILED  2

/* Exit counters, to be added to JAILHOUSE_CPU_INFO_STAT_BASE. */
#define JAILHOUSE_CPU_STAT_VMEXITS_TOTAL          0
#define JAILHOUSE_CPU_STAT_VMEXITS_MMIO           1
#define JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT     2
#define JAILHOUSE_CPU_STAT_VMEXITS_HYPERCALL      3
#define JAILHOUSE_CPU_STAT_VMEXITS_PIO            4
#define JAILHOUSE_CPU_STAT_VMEXITS_XAPIC          5
#define JAILHOUSE_CPU_STAT_VMEXITS_CR             6
#define JAILHOUSE_CPU_STAT_VMEXITS_CPUID          7
#define JAILHOUSE_CPU_STAT_VMEXITS_XSETBV         8
#define JAILHOUSE_CPU_STAT_VMEXITS_EXCEPTION      9
#define JAILHOUSE_CPU_STAT_VMEXITS_MSR_OTHER      10
#define JAILHOUSE_CPU_STAT_VMEXITS_MSR_X2APIC_ICR 11
#define JAILHOUSE_NUM_CPU_STATS                   12

/* CPUID leaves, AMD APM vol. 3, appendix E.4.1 (leaves reserved for hypervisors). */
#define JAILHOUSE_CPUID_SIGNATURE 0x40000000
#define JAILHOUSE_CPUID_FEATURES  0x40000001

#define COMM_REGION_ABI_REVISION 2
#define COMM_REGION_MAGIC        "JHCOMM"

/* Messages to a cell */
#define JAILHOUSE_MSG_NONE               0
#define JAILHOUSE_MSG_SHUTDOWN_REQUEST   1
#define JAILHOUSE_MSG_RECONFIG_COMPLETED 2

/* Replies of a cell */
#define JAILHOUSE_MSG_UNKNOWN          1
#define JAILHOUSE_MSG_REQUEST_DENIED   2
#define JAILHOUSE_MSG_REQUEST_APPROVED 3
#define JAILHOUSE_MSG_RECEIVED         4

/* Cell states */
#define JAILHOUSE_CELL_RUNNING         0
#define JAILHOUSE_CELL_RUNNING_LOCKED  1
#define JAILHOUSE_CELL_SHUT_DOWN       2
#define JAILHOUSE_CELL_FAILED          3
#define JAILHOUSE_CELL_FAILED_COMM_REV 4

/* Communication region flags */
#define JAILHOUSE_COMM_FLAG_DBG_PUTC_PERMITTED 0x0001
#define JAILHOUSE_COMM_FLAG_DBG_PUTC_ACTIVE    0x0002

/* Guest-physical address at which inmates expect their communication region. */
#define JAILHOUSE_COMM_REGION_BASE 0x100000

struct jailhouse_comm_region {
	char signature[6];
	__u16 revision;
	/* Written by the cell. */
	volatile __u32 cell_state;
	/* Written by the hypervisor, cleared by the cell before it replies. */
	volatile __u32 msg_to_cell;
	/* Written by the cell, cleared by the hypervisor before it sends. */
	volatile __u32 reply_from_cell;
	__u32 flags;
	struct jailhouse_console console;
	__u64 pci_mmconfig_base;
	/* x86 */
	__u16 pm_timer_address;
	__u16 num_cpus;
	__u32 tsc_khz;
	/* Undivided clock of the local APIC timer. */
	__u32 apic_khz;
} __attribute__((packed));

_Static_assert(sizeof(struct jailhouse_comm_region) == 76, "layout of the communication region");

#endif /* JAILHOUSE_HYPERCALL_H */
