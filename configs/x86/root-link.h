/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * A cell with one network link, to root: for programs that need no more. The files that include this
 * define
 *
 *	CELL_NAME
 *	CELL_CPU		its number
 *	CELL_UART		its first port, 0x2f8 or 0x2e8; if not, the cell's console is that
 *				of the hypervisor
 *	CELL_RAM, CELL_RAM_SIZE
 *	ROOT_LINK		bdf of the device; configs/x86/qemu.c has root's end
 *	ROOT_LINK_MEMORY
 *	ROOT_LINK_CLASSIC	1: the device is a classic one
 */
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>
#include <jailhouse/ivshmem-config.h>

#define MEM_RAM \
	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA)

/* One megabyte more or less: the communication region lies between the two parts. */
#define LOW_SIZE   0x00100000
#define HIGH_START 0x00200000

#if ROOT_LINK_CLASSIC
#define LINK_REGIONS 1
#else
#define LINK_REGIONS 4
#endif

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[LINK_REGIONS + 3];
#ifdef CELL_UART
	struct jailhouse_pio pio_regions[1];
#endif
	struct jailhouse_pci_device pci_devices[1];
} __attribute__((packed)) config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.architecture = JAILHOUSE_X86,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = CELL_NAME,
#ifdef CELL_UART
		.flags = JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED,
#else
		.flags = JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE,
#endif

		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		.num_pci_devices = ARRAY_SIZE(config.pci_devices),

#ifdef CELL_UART
		.num_pio_regions = ARRAY_SIZE(config.pio_regions),
		.console = {
			.address = CELL_UART,
			.type = JAILHOUSE_CON_TYPE_8250,
			.flags = JAILHOUSE_CON_ACCESS_PIO,
			.divider = 1,
		},
#endif
	},

	.cpus = { 1 << CELL_CPU },

	.mem_regions = {
/* link */
#if ROOT_LINK_CLASSIC
		JAILHOUSE_IVSHMEM_CLASSIC_REGION(ROOT_LINK_MEMORY, 0x100000,
						 JAILHOUSE_MEM_ROOTSHARED),
#else
		JAILHOUSE_SHMEM_NET_REGIONS(ROOT_LINK_MEMORY, 1),
#endif
		/* RAM, below and above the communication region */
		{
			.phys_start = CELL_RAM,
			.virt_start = 0,
			.size = LOW_SIZE,
			.flags = MEM_RAM | JAILHOUSE_MEM_LOADABLE,
		},
		{
			.phys_start = CELL_RAM + HIGH_START,
			.virt_start = HIGH_START,
			.size = CELL_RAM_SIZE - HIGH_START,
			.flags = MEM_RAM | JAILHOUSE_MEM_LOADABLE,
		},
		/* communication region */
		{
			.virt_start = 0x00100000,
			.size = 0x00001000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
				 JAILHOUSE_MEM_COMM_REGION,
		},
	},

#ifdef CELL_UART
	.pio_regions = {
		PIO_RANGE(CELL_UART, 8),
	},
#endif

	.pci_devices = {
#if ROOT_LINK_CLASSIC
		JAILHOUSE_IVSHMEM_CLASSIC_DEVICE(ROOT_LINK, 0, JAILHOUSE_SHMEM_PROTO_VETH),
#else
		JAILHOUSE_IVSHMEM_DEVICE(ROOT_LINK, 0, 1, 2, JAILHOUSE_SHMEM_PROTO_VETH, 2),
#endif
	},
};
