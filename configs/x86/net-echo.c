/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * net-echo on CPU 1 of the virtual machine, with the other ends of root's three network links.
 */
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>
#include <jailhouse/ivshmem-config.h>

#define NET_LINK         0x0070 /* 00:0e.0, revision 2 */
#define SECOND_NET_LINK  0x0078 /* 00:0f.0, revision 2 */
#define CLASSIC_NET_LINK 0x0080 /* 00:10.0 */

#define NET_REGION         0
#define SECOND_NET_REGION  (NET_REGION + 4)
#define CLASSIC_NET_REGION (SECOND_NET_REGION + 4)

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[11];
	struct jailhouse_pio pio_regions[1];
	struct jailhouse_pci_device pci_devices[3];
} __attribute__((packed)) config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.architecture = JAILHOUSE_X86,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = "net-echo",
		.flags = JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED,

		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		.num_pio_regions = ARRAY_SIZE(config.pio_regions),
		.num_pci_devices = ARRAY_SIZE(config.pci_devices),

		.console = {
			.address = 0x2f8,
			.type = JAILHOUSE_CON_TYPE_8250,
			.flags = JAILHOUSE_CON_ACCESS_PIO,
			.divider = 1,
		},
	},

	.cpus = { 0x2 },

	.mem_regions = {
		/* links */
		JAILHOUSE_SHMEM_NET_REGIONS(0x5f000000, 1),
		JAILHOUSE_SHMEM_NET_REGIONS(0x5f100000, 1),
		JAILHOUSE_IVSHMEM_CLASSIC_REGION(0x5f200000, 0x100000, JAILHOUSE_MEM_ROOTSHARED),
		/* RAM */
		{
			.phys_start = 0x46000000,
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
		PIO_RANGE(0x2f8, 8),
	},

	.pci_devices = {
		JAILHOUSE_IVSHMEM_DEVICE(NET_LINK, NET_REGION, 1, 2, JAILHOUSE_SHMEM_PROTO_VETH, 2),
		JAILHOUSE_IVSHMEM_DEVICE(SECOND_NET_LINK, SECOND_NET_REGION, 1, 2,
					 JAILHOUSE_SHMEM_PROTO_VETH, 2),
		JAILHOUSE_IVSHMEM_CLASSIC_DEVICE(CLASSIC_NET_LINK, CLASSIC_NET_REGION,
						 JAILHOUSE_SHMEM_PROTO_VETH),
	},
};
