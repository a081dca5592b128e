/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hypervisor as a whole: what it was loaded with and its address space.
 */
#ifndef HYPERVISOR_HYPERVISOR_H
#define HYPERVISOR_HYPERVISOR_H

#include <jailhouse/cell-config.h>
#include <jailhouse/header.h>

struct config_report;
struct per_cpu;

extern struct jailhouse_header hypervisor_header;
extern struct jailhouse_virt_console virt_console;

/* Boundaries of the image, hypervisor.lds.S */
extern u8 __text_start[], __rodata_start[], __data_start[], __bss_start[], __core_end[];

/* The system configuration, in hypervisor memory. */
extern const struct jailhouse_system *system_config;

/* Findings of the configuration checker go to the console. */
extern const struct config_report config_report_console;

/* Maps 4 MiB for device registers, and a window for each CPU to look at guest memory. */
#define REMAP_BASE        (JAILHOUSE_BASE + 0x1000000000)
#define REMAP_POOL_PAGES  1024
#define GUEST_WINDOW_BASE (JAILHOUSE_BASE + 0x2000000000)

/* Page table of the hypervisor itself. */
extern u64 *hypervisor_pages;

/* Builds the page table. Returns 0, -ENOMEM or -EINVAL. Once, on the first CPU. */
int address_space_init(void);

/* Switches the running CPU to that page table and gives it its window. Returns 0 or -ENOMEM. */
int address_space_init_cpu(void);

/*
 * Forgets translations of device mappings that are gone. To be called on each CPU before it uses
 * mappings that another CPU may have made: after each exit, and after waiting for a lock.
 */
void address_space_sync(struct per_cpu *cpu);

/* Pages of the remap pool in use. */
unsigned int remap_pool_used(void);

/* Largest pages the processor has, PAGING_LEVEL_*. */
extern unsigned int paging_max_level;

#endif /* HYPERVISOR_HYPERVISOR_H */
