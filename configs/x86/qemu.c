/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * System configuration of the virtual machine that tests/vm boots: QEMU's q35 with 2 GiB of
 * memory, four CPUs, no devices but those of the board, and perhaps a network adapter. Linux has to
 * leave memory alone: memmap=512M$0x40000000.
 *
 *	0x40000000	hypervisor, 10 MiB
 *	0x40a00000	memory for cells
 *	0x5f000000	memory for channels between cells, 16 MiB: those of root below 0x5f500000,
 *			those of others from 0x5f800000 on
 *	0x60000000	end of what is reserved
 *
 * A machine with another number of CPUs defines QEMU_CPUS and includes this file.
 */
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>
#include <jailhouse/ivshmem-config.h>

#ifndef QEMU_CPUS
#define QEMU_CPUS 0xf
#endif

#define MEM_RAM \
	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA)
#define MEM_DEVICE (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE)
#define MEM_ROM    (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_EXECUTE)

/* Channels between root and other cells; their regions are the first of root's, in this order. */
#define NET_LINK           0x0070 /* 00:0e.0, network, revision 2 */
#define SECOND_NET_LINK    0x0078 /* 00:0f.0 */
#define CLASSIC_NET_LINK   0x0080 /* 00:10.0 */
#define DEMO_CHANNEL       0x0088 /* 00:11.0, no protocol, three peers */
#define CLASSIC_CHANNEL    0x0090 /* 00:12.0, no protocol */
#define NET_REGION         0
#define SECOND_NET_REGION  (NET_REGION + 4)
#define CLASSIC_NET_REGION (SECOND_NET_REGION + 4)
#define DEMO_REGION        (CLASSIC_NET_REGION + 1)
#define CLASSIC_REGION     (DEMO_REGION + 5)

/* The memory of root is where it was before. */
#define ROOT_MEMORY(start, end, mem_flags)                                                    \
	{                                                                                     \
		.phys_start = (start), .virt_start = (start), .size = (end) - (start) + 1ULL, \
		.flags = (mem_flags),                                                         \
	}

struct {
	struct jailhouse_system header;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[26];
	struct jailhouse_irqchip irqchips[1];
	struct jailhouse_pio pio_regions[3];
	struct jailhouse_pci_device pci_devices[10];
	struct jailhouse_pci_capability pci_caps[2];
} __attribute__((packed)) config = {
	.header = {
		.signature = JAILHOUSE_SYSTEM_SIGNATURE,
		.architecture = JAILHOUSE_X86,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.flags = JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE,
		.hypervisor_memory = {
			.phys_start = 0x40000000,
			.size = 0x00a00000,
		},
		.debug_console = {
			.address = 0x3f8,
			.type = JAILHOUSE_CON_TYPE_8250,
			.flags = JAILHOUSE_CON_ACCESS_PIO,
			.divider = 1,
		},
		.platform_info = {
			.pci_mmconfig_base = 0xb0000000,
			.pci_mmconfig_end_bus = 0xff,
			.x86 = {
				.pm_timer_address = 0x608,
			},
		},
		.root_cell = {
			.name = "QEMU",
			.cpu_set_size = sizeof(config.cpus),
			.num_memory_regions = ARRAY_SIZE(config.mem_regions),
			.num_irqchips = ARRAY_SIZE(config.irqchips),
			.num_pio_regions = ARRAY_SIZE(config.pio_regions),
			.num_pci_devices = ARRAY_SIZE(config.pci_devices),
			.num_pci_caps = ARRAY_SIZE(config.pci_caps),
		},
	},

	.cpus = { QEMU_CPUS },

	/*
	 * Left out, as the hypervisor keeps them to itself or emulates them: its own memory, PCI
	 * configuration space (0xb0000000), IOAPIC (0xfec00000) and local APIC (0xfee00000). Also
	 * left out are 0x80000000 and 0x100000000, where Linux places BARs of virtual devices.
	 */
	.mem_regions = {
		JAILHOUSE_SHMEM_NET_REGIONS(0x5f000000, 0),
		JAILHOUSE_SHMEM_NET_REGIONS(0x5f100000, 0),
		JAILHOUSE_IVSHMEM_CLASSIC_REGION(0x5f200000, 0x100000, 0),
		JAILHOUSE_IVSHMEM_REGIONS(3, 0x5f300000, 0x1000, 0xf000, 0x10000, 0, 0),
		JAILHOUSE_IVSHMEM_CLASSIC_REGION(0x5f400000, 0x100000, 0),

		/* Low memory, window of the graphics adapter, ROMs */
		ROOT_MEMORY(0x00000000, 0x0009ffff, MEM_RAM),
		ROOT_MEMORY(0x000a0000, 0x000bffff, MEM_DEVICE),
		ROOT_MEMORY(0x000c0000, 0x000fffff, MEM_RAM),
		/* RAM below the reserved range */
		ROOT_MEMORY(0x00100000, 0x3fffffff, MEM_RAM),
		/* Memory for cells, and for channels between them; root's channels lie between */
		ROOT_MEMORY(0x40a00000, 0x5effffff, MEM_RAM),
		ROOT_MEMORY(0x5f500000, 0x5fffffff, MEM_RAM),
		/* RAM above it; the last 128 KiB hold ACPI tables */
		ROOT_MEMORY(0x60000000, 0x7fffffff, MEM_RAM),
		/* BARs of the board's devices as the firmware placed them, below the IOAPIC */
		ROOT_MEMORY(0xfe000000, 0xfebfffff, MEM_DEVICE),
		/* HPET; registers of the chipset; firmware */
		ROOT_MEMORY(0xfed00000, 0xfed00fff, MEM_DEVICE),
		ROOT_MEMORY(0xfed1c000, 0xfed1ffff, MEM_DEVICE),
		ROOT_MEMORY(0xfffc0000, 0xffffffff, MEM_ROM),
	},

	.irqchips = {
		/* IOAPIC, 24 pins */
		{
			.address = 0xfec00000,
			.id = 0,
			.pin_bitmap = { 0x00ffffff },
		},
	},

	/* All but the hypervisor's UART and the PCI configuration ports. */
	.pio_regions = {
		PIO_RANGE(0x0000, 0x03f8),
		PIO_RANGE(0x0400, 0x08f8),
		PIO_RANGE(0x0d00, 0xf300),
	},

	.pci_devices = {
		/* 00:00.0: host bridge */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0x0000,
		},
		/* 00:1f.0: ISA bridge */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0x00f8,
		},
		/* 00:1f.2: SATA controller */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0x00fa,
			.bar_mask = { 0, 0, 0, 0, 0xffffffe0, 0xfffff000 },
			.caps_start = 0,
			.num_caps = 2,
			.num_msi_vectors = 1,
			.msi_64bits = 1,
		},
		/* 00:1f.3: SMBus controller */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0x00fb,
			.bar_mask = { 0, 0, 0, 0, 0xffffffc0, 0 },
		},

		/* 00:02.0: network adapter (e1000) of "make demo-web"; other machines have none */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0x0010,
			.bar_mask = { 0xfffe0000, 0xffffffc0, 0, 0, 0, 0 },
		},

		JAILHOUSE_IVSHMEM_DEVICE(NET_LINK, NET_REGION, 0, 2,
					 JAILHOUSE_SHMEM_PROTO_VETH, 2),
		JAILHOUSE_IVSHMEM_DEVICE(SECOND_NET_LINK, SECOND_NET_REGION, 0, 2,
					 JAILHOUSE_SHMEM_PROTO_VETH, 2),
		JAILHOUSE_IVSHMEM_CLASSIC_DEVICE(CLASSIC_NET_LINK, CLASSIC_NET_REGION,
						 JAILHOUSE_SHMEM_PROTO_VETH),
		JAILHOUSE_IVSHMEM_DEVICE(DEMO_CHANNEL, DEMO_REGION, 0, 3,
					 JAILHOUSE_SHMEM_PROTO_UNDEFINED, 4),
		JAILHOUSE_IVSHMEM_CLASSIC_DEVICE(CLASSIC_CHANNEL, CLASSIC_REGION,
						 JAILHOUSE_SHMEM_PROTO_UNDEFINED),
	},

	.pci_caps = {
		/* 00:1f.2 */
		{
			.id = PCI_CAP_ID_MSI,
			.start = 0x80,
			.len = 14,
			.flags = JAILHOUSE_PCICAPS_WRITE,
		},
		{
			.id = PCI_CAP_ID_SATA,
			.start = 0xa8,
			.len = 8,
		},
	},
};
