/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * ivshmem-demo in the virtual machine: two cells that talk to each other and to root. This is the
 * first, on CPU 1 with the second UART; ivshmem-demo2.c makes the second, on CPU 2 with the fourth.
 *
 *	00:11.0		revision 2, three peers: root 0, these cells 1 and 2
 *	00:12.0		classic, root and the first cell
 *	00:13.0		revision 2, these cells 0 and 1, without root
 *	00:14.0		classic, these cells, without root
 */
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>
#include <jailhouse/ivshmem-config.h>

#ifndef DEMO
#define DEMO           1
#define DEMO_NAME      "ivshmem-demo"
#define DEMO_UART      0x2f8
#define DEMO_WITH_ROOT 1 /* has the classic channel to root */
#endif

#define DEMO_RAM (0x44000000 + (DEMO - 1) * 0x01000000)

#define ROOTS_CHANNEL        0x0088
#define ROOTS_CLASSIC        0x0090
#define PAIR_CHANNEL         0x0098
#define PAIR_CLASSIC         0x00a0
#define ROOTS_REGION         0
#define PAIR_REGION          (ROOTS_REGION + 5)
#define CLASSIC_REGION       (PAIR_REGION + 4)
#define ROOTS_CLASSIC_REGION (CLASSIC_REGION + 1)

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[12 + DEMO_WITH_ROOT];
	struct jailhouse_pio pio_regions[1];
	struct jailhouse_pci_device pci_devices[3 + DEMO_WITH_ROOT];
} __attribute__((packed)) config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.architecture = JAILHOUSE_X86,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = DEMO_NAME,
		.flags = JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED,

		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		.num_pio_regions = ARRAY_SIZE(config.pio_regions),
		.num_pci_devices = ARRAY_SIZE(config.pci_devices),

		.console = {
			.address = DEMO_UART,
			.type = JAILHOUSE_CON_TYPE_8250,
			.flags = JAILHOUSE_CON_ACCESS_PIO,
			.divider = 1,
		},
	},

	.cpus = { 1 << DEMO },

	.mem_regions = {
		/* channels */
		JAILHOUSE_IVSHMEM_REGIONS(3, 0x5f300000, 0x1000, 0xf000, 0x10000, DEMO,
					  JAILHOUSE_MEM_ROOTSHARED),
		JAILHOUSE_IVSHMEM_REGIONS(2, 0x5f800000, 0x1000, 0xf000, 0x10000, DEMO - 1, 0),
		JAILHOUSE_IVSHMEM_CLASSIC_REGION(0x5f900000, 0x100000, 0),
#if DEMO_WITH_ROOT
		JAILHOUSE_IVSHMEM_CLASSIC_REGION(0x5f400000, 0x100000, JAILHOUSE_MEM_ROOTSHARED),
#endif
		/* RAM */
		{
			.phys_start = DEMO_RAM,
			.virt_start = 0,
			.size = 0x00100000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
				 JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA |
				 JAILHOUSE_MEM_LOADABLE,
		},
		/* communication region */
		{
			.virt_start = 0x00100000,
			.size = 0x00001000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
				 JAILHOUSE_MEM_COMM_REGION,
		},
	},

	.pio_regions = {
		PIO_RANGE(DEMO_UART, 8),
	},

	.pci_devices = {
		JAILHOUSE_IVSHMEM_DEVICE(ROOTS_CHANNEL, ROOTS_REGION, DEMO, 3,
					 JAILHOUSE_SHMEM_PROTO_UNDEFINED, 4),
		JAILHOUSE_IVSHMEM_DEVICE(PAIR_CHANNEL, PAIR_REGION, DEMO - 1, 2,
					 JAILHOUSE_SHMEM_PROTO_UNDEFINED, 4),
		JAILHOUSE_IVSHMEM_CLASSIC_DEVICE(PAIR_CLASSIC, CLASSIC_REGION,
						 JAILHOUSE_SHMEM_PROTO_UNDEFINED),
#if DEMO_WITH_ROOT
		JAILHOUSE_IVSHMEM_CLASSIC_DEVICE(ROOTS_CLASSIC, ROOTS_CLASSIC_REGION,
						 JAILHOUSE_SHMEM_PROTO_UNDEFINED),
#endif
	},
};
