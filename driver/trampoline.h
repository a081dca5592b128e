/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The page of code through which CPUs enter and leave the hypervisor (trampoline.S).
 */
#ifndef JAILHOUSE_DRIVER_TRAMPOLINE_H
#define JAILHOUSE_DRIVER_TRAMPOLINE_H

#include <linux/linkage.h>

/* Page-aligned start of the trampoline; all of it lies in this page. */
extern char jailhouse_trampoline_start[];
/* Where the hypervisor jumps to when it gives a CPU back. */
extern char jailhouse_trampoline_exit[];

/*
 * Hands this CPU over. All CPUs must enter at the same time, with interrupts off and EFER.SVME
 * set; the hypervisor waits for all of them. @entry: virtual address in the page table whose
 * physical address is @cr3.
 *
 * Returns 0 as a guest of the hypervisor, or the same negative errno value on all CPUs.
 */
asmlinkage int jailhouse_enter(unsigned int cpu, unsigned long entry, unsigned long cr3);

#endif /* JAILHOUSE_DRIVER_TRAMPOLINE_H */
