/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * net-demo in the virtual machine: two cells with links to root and to each other. This is the
 * first, on CPU 1 with the second UART; net-demo2.c makes the second, on CPU 2 with the fourth. The
 * links of each are net0, net1, ... in this order:
 *
 *	00:0e.0		revision 2, root and the first cell
 *	00:0f.0		revision 2, root and the second cell
 *	00:10.0		classic, root and the first cell
 *	00:15.0		revision 2, these cells without root
 */
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>
#include <jailhouse/ivshmem-config.h>

#ifndef DEMO
#define DEMO             1
#define DEMO_NAME        "net-demo"
#define DEMO_UART        0x2f8
#define DEMO_RAM         0x48000000
#define ROOT_LINK        0x0070
#define ROOT_LINK_MEMORY 0x5f000000
#define WITH_CLASSIC     1 /* has the classic link to root */
#endif

#define CLASSIC_LINK   0x0080
#define PAIR_LINK      0x00a8
#define ROOT_REGION    0
#define PAIR_REGION    (ROOT_REGION + 4)
#define CLASSIC_REGION (PAIR_REGION + 4)

#define MEM_RAM \
	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA)

/* One megabyte more or less: the communication region lies between the two parts. */
#define LOW_SIZE   0x00100000
#define HIGH_START 0x00200000
#define RAM_SIZE   0x04000000

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[11 + WITH_CLASSIC];
	struct jailhouse_pio pio_regions[1];
	struct jailhouse_pci_device pci_devices[2 + WITH_CLASSIC];
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
		/* links */
		JAILHOUSE_SHMEM_NET_REGIONS(ROOT_LINK_MEMORY, 1),
		JAILHOUSE_IVSHMEM_REGIONS(2, 0x5fa00000, 0x1000, 0, 0x7f000, DEMO - 1, 0),
#if WITH_CLASSIC
		JAILHOUSE_IVSHMEM_CLASSIC_REGION(0x5f200000, 0x100000, JAILHOUSE_MEM_ROOTSHARED),
#endif
		/* RAM, below and above the communication region */
		{
			.phys_start = DEMO_RAM,
			.virt_start = 0,
			.size = LOW_SIZE,
			.flags = MEM_RAM | JAILHOUSE_MEM_LOADABLE,
		},
		{
			.phys_start = DEMO_RAM + HIGH_START,
			.virt_start = HIGH_START,
			.size = RAM_SIZE - HIGH_START,
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

	.pio_regions = {
		PIO_RANGE(DEMO_UART, 8),
	},

	.pci_devices = {
		JAILHOUSE_IVSHMEM_DEVICE(ROOT_LINK, ROOT_REGION, 1, 2, JAILHOUSE_SHMEM_PROTO_VETH,
					 2),
		JAILHOUSE_IVSHMEM_DEVICE(PAIR_LINK, PAIR_REGION, DEMO - 1, 2,
					 JAILHOUSE_SHMEM_PROTO_VETH, 2),
#if WITH_CLASSIC
		JAILHOUSE_IVSHMEM_CLASSIC_DEVICE(CLASSIC_LINK, CLASSIC_REGION,
						 JAILHOUSE_SHMEM_PROTO_VETH),
#endif
	},
};
