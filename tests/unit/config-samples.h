/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Valid configurations that have something of everything, for tests that break them.
 *
 *	system	root cell "root", CPUs 0 to 7
 *	one	CPU 1: the physical device, a classic channel and a revision 2 channel to root
 *	two	CPU 2: a classic and a revision 2 channel to cell "three"
 *	three	CPU 3
 */
#ifndef TESTS_UNIT_CONFIG_SAMPLES_H
#define TESTS_UNIT_CONFIG_SAMPLES_H

#include <jailhouse/cell-config.h>

#define SAMPLE_RAM \
	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA)
#define SAMPLE_SHARED (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_ROOTSHARED)

#define SAMPLE_MSIX_ADDRESS 0xfe200000
#define SAMPLE_IOMMU_BASE   0xfeb80000

struct sample_system {
	struct jailhouse_system header;
	__u8 cpus[8];
	struct jailhouse_memory mem_regions[8];
	struct jailhouse_cache cache_regions[1];
	struct jailhouse_irqchip irqchips[2];
	struct jailhouse_pio pio_regions[2];
	struct jailhouse_pci_device pci_devices[4];
	struct jailhouse_pci_capability pci_caps[2];
	__u32 stream_ids[1];
} __attribute__((packed));

struct sample_cell {
	struct jailhouse_cell_desc cell;
	__u8 cpus[8];
	struct jailhouse_memory mem_regions[9];
	struct jailhouse_cache cache_regions[1];
	struct jailhouse_irqchip irqchips[1];
	struct jailhouse_pio pio_regions[1];
	struct jailhouse_pci_device pci_devices[3];
	struct jailhouse_pci_capability pci_caps[1];
} __attribute__((packed));

#define SAMPLE_COUNTS(type)                                          \
	.cpu_set_size = sizeof(((type *)0)->cpus),                   \
	.num_memory_regions = ARRAY_SIZE(((type *)0)->mem_regions),  \
	.num_cache_regions = ARRAY_SIZE(((type *)0)->cache_regions), \
	.num_irqchips = ARRAY_SIZE(((type *)0)->irqchips),           \
	.num_pio_regions = ARRAY_SIZE(((type *)0)->pio_regions),     \
	.num_pci_devices = ARRAY_SIZE(((type *)0)->pci_devices),     \
	.num_pci_caps = ARRAY_SIZE(((type *)0)->pci_caps)

#define SAMPLE_CLASSIC(bus_address, region)                                            \
	{                                                                              \
		.type = JAILHOUSE_PCI_TYPE_IVSHMEM, .bdf = (bus_address),              \
		.bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_CLASSIC, .num_msix_vectors = 1, \
		.shmem_region = (region), .shmem_protocol = 0x0100,                    \
	}

#define SAMPLE_REVISION2(bus_address, region, peer_id)                                        \
	{                                                                                     \
		.type = JAILHOUSE_PCI_TYPE_IVSHMEM, .bdf = (bus_address),                     \
		.bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_MSIX, .num_msix_vectors = 2,           \
		.shmem_regions_start = (region), .shmem_dev_id = (peer_id), .shmem_peers = 2, \
		.shmem_protocol = JAILHOUSE_SHMEM_PROTO_VETH,                                 \
	}

#define SAMPLE_REGION(phys, virt, bytes, mem_flags)                                                \
	{                                                                                          \
		.phys_start = (phys), .virt_start = (virt), .size = (bytes), .flags = (mem_flags), \
	}

#define SAMPLE_DEVICE                                                                         \
	{                                                                                     \
		.type = JAILHOUSE_PCI_TYPE_DEVICE, .bdf = 0x10,                               \
		.bar_mask = { 0xfffe0000, 0xffffffe0, 0xffffc000, 0xffffffff, 0, 0 },         \
		.num_caps = 1, .num_msi_vectors = 4, .msi_64bits = 1, .num_msix_vectors = 16, \
		.msix_region_size = 0x1000, .msix_address = SAMPLE_MSIX_ADDRESS,              \
	}

static const struct sample_system sample_system = {
	.header = {
		.signature = JAILHOUSE_SYSTEM_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.flags = JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE,
		.hypervisor_memory = { .phys_start = 0x40000000, .size = 0xa00000 },
		.debug_console = { .address = 0x3f8, .type = JAILHOUSE_CON_TYPE_8250 },
		.platform_info = {
			.pci_mmconfig_base = 0xb0000000,
			.pci_mmconfig_end_bus = 0xff,
			.iommu_units = { { .type = JAILHOUSE_IOMMU_AMD,
					   .base = SAMPLE_IOMMU_BASE,
					   .size = 0x80000 } },
			.x86 = { .pm_timer_address = 0x608 },
		},
		.root_cell = { .name = "root", SAMPLE_COUNTS(struct sample_system),
			       .num_stream_ids = 1 },
	},
	.cpus = { 0xff },
	.mem_regions = {
		SAMPLE_REGION(0, 0, 0x40000000, SAMPLE_RAM),
		SAMPLE_REGION(0x40a00000, 0x40a00000, 0x10000000, SAMPLE_RAM),
		SAMPLE_REGION(0x5f000000, 0x5f000000, 0x100000, SAMPLE_SHARED),
		JAILHOUSE_SHMEM_NET_REGIONS(0x5f100000, 0),
		/* Two regions that touch: devices, and the registers of the IOMMU behind them */
		SAMPLE_REGION(0xfe000000, 0xfe000000, 0x200000, JAILHOUSE_MEM_READ),
	},
	.cache_regions = { { .size = 2, .type = JAILHOUSE_CACHE_L3 } },
	.irqchips = {
		{ .address = 0xfec00000, .pin_bitmap = { 0x00ffffff } },
		{ .address = 0xfec01000, .id = 5, .pin_base = 32, .pin_bitmap = { 0xff, 0, 0, 1 } },
	},
	.pio_regions = { PIO_RANGE(0, 0x3f8), PIO_RANGE(0x1000, 0xf000) },
	.pci_devices = {
		SAMPLE_DEVICE,
		{ .type = JAILHOUSE_PCI_TYPE_BRIDGE, .bdf = 0xf8, .caps_start = 1, .num_caps = 1 },
		SAMPLE_CLASSIC(0x70, 2),
		SAMPLE_REVISION2(0x78, 3, 0),
	},
	.pci_caps = {
		{ .id = PCI_CAP_ID_MSIX, .start = 0x80, .len = 12,
		  .flags = JAILHOUSE_PCICAPS_WRITE },
		{ .id = PCI_EXT_CAP_ID_ERR, .start = 0x100, .len = 0x40 },
	},
};

static const struct sample_cell sample_one = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = "one",
		.flags = JAILHOUSE_CELL_TEST_DEVICE | JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED,
		SAMPLE_COUNTS(struct sample_cell),
		.console = { .address = 0x2f8, .type = JAILHOUSE_CON_TYPE_8250 },
	},
	.cpus = { 0x02 },
	.mem_regions = {
		SAMPLE_REGION(0x41000000, 0, 0x100000, SAMPLE_RAM | JAILHOUSE_MEM_LOADABLE),
		SAMPLE_REGION(0, 0x100000, 0x1000,
			      JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_COMM_REGION),
		SAMPLE_REGION(0x5f000000, 0x5f000000, 0x100000, SAMPLE_SHARED),
		JAILHOUSE_SHMEM_NET_REGIONS(0x5f100000, 1),
		/* Registers that are less than a page; nothing */
		SAMPLE_REGION(0xfe000010, 0xfe000010, 0x10,
			      JAILHOUSE_MEM_READ | JAILHOUSE_MEM_IO_32),
		{ 0 },
	},
	.cache_regions = { { .size = 2, .type = JAILHOUSE_CACHE_L3 } },
	.irqchips = { { .address = 0xfec00000, .id = 7, .pin_bitmap = { 0x10 } } },
	.pio_regions = { PIO_RANGE(0x2f8, 8) },
	.pci_devices = {
		SAMPLE_DEVICE,
		SAMPLE_CLASSIC(0x70, 2),
		SAMPLE_REVISION2(0x78, 3, 1),
	},
	.pci_caps = { { .id = PCI_CAP_ID_MSIX, .start = 0x80, .len = 12 } },
};

#define SAMPLE_LOADABLE (SAMPLE_RAM | JAILHOUSE_MEM_LOADABLE)
#define SAMPLE_WRITABLE (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE)

/* An output section, writable for its owner. */
#define SAMPLE_OUTPUT(number, own_id, phys, virt) \
	SAMPLE_REGION(phys, virt, 0x2000,         \
		      (number) == (own_id) ? SAMPLE_WRITABLE : JAILHOUSE_MEM_READ)

/* clang-format mixes two alignments of the backslashes here. */
/* clang-format off */
#define SAMPLE_PEER(cell_name, cpu, ram, own_id)                                             \
	{                                                                                    \
		.cell = { .signature = JAILHOUSE_CELL_DESC_SIGNATURE,                        \
			  .revision = JAILHOUSE_CONFIG_REVISION,                             \
			  .name = cell_name,                                                 \
			  SAMPLE_COUNTS(struct sample_cell) },                               \
		.cpus = { 1 << (cpu) },                                                      \
		.mem_regions = {                                                             \
			SAMPLE_REGION(ram, 0, 0x100000, SAMPLE_LOADABLE),                    \
			SAMPLE_REGION(0, 0x100000, 0x1000, JAILHOUSE_MEM_COMM_REGION),       \
			SAMPLE_REGION(0x44000000, 0x30000000, 0x100000, SAMPLE_WRITABLE),    \
			SAMPLE_REGION(0x45000000, 0x31000000, 0x1000, JAILHOUSE_MEM_READ),   \
			SAMPLE_REGION(0x45001000, 0x31001000, 0x1000, SAMPLE_WRITABLE),      \
			SAMPLE_OUTPUT(0, own_id, 0x45002000, 0x31002000),                    \
			SAMPLE_OUTPUT(1, own_id, 0x45004000, 0x31004000),                    \
		},                                                                           \
		.cache_regions = { { .size = 2, .type = JAILHOUSE_CACHE_L3 } },              \
		.irqchips = { { .address = 0xfec01000, .pin_bitmap = { 0, 1 << (cpu) } } },  \
		.pio_regions = { PIO_RANGE(0x2f8, 8) },                                      \
		.pci_devices = { SAMPLE_CLASSIC(0x80, 2), SAMPLE_REVISION2(0x88, 3, own_id), \
				 SAMPLE_CLASSIC(0x90 + 8 * (own_id), 2) },                   \
		.pci_caps = { { .id = PCI_CAP_ID_MSI, .start = 0x80, .len = 14 } },          \
	}
/* clang-format on */

static const struct sample_cell sample_two = SAMPLE_PEER("two", 2, 0x42000000, 0);
static const struct sample_cell sample_three = SAMPLE_PEER("three", 3, 0x43000000, 1);

#endif /* TESTS_UNIT_CONFIG_SAMPLES_H */
