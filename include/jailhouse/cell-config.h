/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Format of system and cell configurations, revision 14. A configuration is one packed structure:
 * a descriptor followed, without padding, by the CPU set, memory regions, cache regions, irqchips,
 * PIO regions, PCI devices, PCI capabilities and stream IDs. All values are little-endian.
 *
 * Every field and flag is explained in Documentation/configuration.md.
 */
#ifndef JAILHOUSE_CELL_CONFIG_H
#define JAILHOUSE_CELL_CONFIG_H

#include <jailhouse/console.h>
#include <jailhouse/pci-defs.h>
#include <jailhouse/types.h>

#define JAILHOUSE_X86   0
#define JAILHOUSE_ARM   1
#define JAILHOUSE_ARM64 2

#define JAILHOUSE_CONFIG_REVISION 14

#define JAILHOUSE_SYSTEM_SIGNATURE    "JHSYS"
#define JAILHOUSE_CELL_DESC_SIGNATURE "JHCLL"
#define JAILHOUSE_SIGNATURE_LEN       5

#define JAILHOUSE_CELL_NAME_MAXLEN 31

/* System flags */
#define JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE 0x00000001
#define JAILHOUSE_SYS_FLAGS_VALID           JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE

/* Cell flags */
#define JAILHOUSE_CELL_PASSIVE_COMMREG           0x00000001
#define JAILHOUSE_CELL_TEST_DEVICE               0x00000002
#define JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED 0x40000000
#define JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE    0x80000000
#define JAILHOUSE_CELL_FLAGS_VALID                                     \
	(JAILHOUSE_CELL_PASSIVE_COMMREG | JAILHOUSE_CELL_TEST_DEVICE | \
	 JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED | JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE)

/* Whether a cell may use the console hypercall; ACTIVE implies PERMITTED. */
#define CELL_FLAGS_VIRTUAL_CONSOLE_PERMITTED(flags) \
	(!!((flags) &                               \
	    (JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED | JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE)))
#define CELL_FLAGS_VIRTUAL_CONSOLE_ACTIVE(flags) (!!((flags)&JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE))

struct jailhouse_cell_desc {
	char signature[JAILHOUSE_SIGNATURE_LEN];
	__u8 architecture;
	__u16 revision;

	char name[JAILHOUSE_CELL_NAME_MAXLEN + 1];
	/* Set by the driver. */
	__u32 id;
	__u32 flags;

	/* Bytes of the CPU set, a multiple of 8. */
	__u32 cpu_set_size;
	__u32 num_memory_regions;
	__u32 num_cache_regions;
	__u32 num_irqchips;
	__u32 num_pio_regions;
	__u32 num_pci_devices;
	__u32 num_pci_caps;
	__u32 num_stream_ids;

	__u32 vpci_irq_base;

	/* Guest-physical address at which all CPUs of the cell start. */
	__u64 cpu_reset_address;
	/* Milliseconds to wait for a reply, 0: the default of the hypervisor. */
	__u64 msg_reply_timeout;

	struct jailhouse_console console;
} __attribute__((packed));

/* Memory region flags */
#define JAILHOUSE_MEM_READ           0x0001
#define JAILHOUSE_MEM_WRITE          0x0002
#define JAILHOUSE_MEM_EXECUTE        0x0004
#define JAILHOUSE_MEM_DMA            0x0008
#define JAILHOUSE_MEM_IO             0x0010
#define JAILHOUSE_MEM_COMM_REGION    0x0020
#define JAILHOUSE_MEM_LOADABLE       0x0040
#define JAILHOUSE_MEM_ROOTSHARED     0x0080
#define JAILHOUSE_MEM_NO_HUGEPAGES   0x0100
#define JAILHOUSE_MEM_IO_UNALIGNED   0x8000
#define JAILHOUSE_MEM_IO_WIDTH_SHIFT 16 /* uses bits 16..19 */
#define JAILHOUSE_MEM_IO_8           (1 << JAILHOUSE_MEM_IO_WIDTH_SHIFT)
#define JAILHOUSE_MEM_IO_16          (2 << JAILHOUSE_MEM_IO_WIDTH_SHIFT)
#define JAILHOUSE_MEM_IO_32          (4 << JAILHOUSE_MEM_IO_WIDTH_SHIFT)
#define JAILHOUSE_MEM_IO_64          (8 << JAILHOUSE_MEM_IO_WIDTH_SHIFT)
#define JAILHOUSE_MEM_FLAGS_VALID    0x000f81ff

struct jailhouse_memory {
	__u64 phys_start;
	__u64 virt_start;
	__u64 size;
	__u64 flags;
} __attribute__((packed));

#define JAILHOUSE_MEMORY_PAGE_SIZE 0x1000

/*
 * Regions that do not start and end on a page boundary are never mapped; every access to them
 * traps and is checked against the IO_* flags.
 */
#define JAILHOUSE_MEMORY_IS_SUBPAGE(mem) \
	((((mem)->virt_start | (mem)->size) & (JAILHOUSE_MEMORY_PAGE_SIZE - 1)) != 0)

#define JAILHOUSE_CACHE_L3_CODE 0x01
#define JAILHOUSE_CACHE_L3_DATA 0x02
#define JAILHOUSE_CACHE_L3      (JAILHOUSE_CACHE_L3_CODE | JAILHOUSE_CACHE_L3_DATA)

#define JAILHOUSE_CACHE_ROOTSHARED 0x0001

struct jailhouse_cache {
	__u32 start;
	__u32 size;
	__u8 type;
	__u8 padding;
	__u16 flags;
} __attribute__((packed));

struct jailhouse_irqchip {
	__u64 address;
	__u32 id;
	__u32 pin_base;
	__u32 pin_bitmap[4];
} __attribute__((packed));

struct jailhouse_pio {
	__u16 base;
	__u16 length;
} __attribute__((packed));

#define PIO_RANGE(__base, __length)                    \
	{                                              \
		.base = (__base), .length = (__length) \
	}

#define JAILHOUSE_PCI_TYPE_DEVICE  1
#define JAILHOUSE_PCI_TYPE_BRIDGE  2
#define JAILHOUSE_PCI_TYPE_IVSHMEM 3

#define JAILHOUSE_SHMEM_PROTO_UNDEFINED    0x0000
#define JAILHOUSE_SHMEM_PROTO_VETH         0x0001
#define JAILHOUSE_SHMEM_PROTO_CUSTOM       0x4000 /* 0x4000..0x7fff */
#define JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT 0x8000 /* 0x8000..0xbfff */
#define JAILHOUSE_SHMEM_PROTO_VIRTIO_BACK  0xc000 /* 0xc000..0xffff */

#define VIRTIO_DEV_NET     1
#define VIRTIO_DEV_BLOCK   2
#define VIRTIO_DEV_CONSOLE 3

struct jailhouse_pci_device {
	/* JAILHOUSE_PCI_TYPE_* */
	__u8 type;
	/* Index into iommu_units of the system. */
	__u8 iommu;
	__u16 domain;
	__u16 bdf;
	/* Writable bits of each base address register. */
	__u32 bar_mask[6];
	/* Index of the first capability in this configuration's array. */
	__u16 caps_start;
	__u16 num_caps;
	__u8 num_msi_vectors;
	__u8 msi_64bits : 1;
	__u8 msi_maskable : 1;
	__u16 num_msix_vectors;
	/* Bytes of MSI-X table and PBA, whole pages. */
	__u16 msix_region_size;
	__u64 msix_address;
	union {
		/* Index of the first memory region of a revision 2 channel. */
		__u32 shmem_regions_start;
		/* Index of the memory region of a classic channel. */
		__u32 shmem_region;
	};
	/* ID of this peer (revision 2 only). */
	__u8 shmem_dev_id;
	/* Peers of the channel; 0: classic device. */
	__u8 shmem_peers;
	/* JAILHOUSE_SHMEM_PROTO_* */
	__u16 shmem_protocol;
} __attribute__((packed));

/* Masks of the base address registers of revision 2 devices. */
#define JAILHOUSE_IVSHMEM_BAR_MASK_INTX                                                 \
	{                                                                               \
		0xfffff000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, \
	}
#define JAILHOUSE_IVSHMEM_BAR_MASK_MSIX                                                 \
	{                                                                               \
		0xfffff000, 0xfffff000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, \
	}
#define JAILHOUSE_IVSHMEM_BAR_MASK_INTX_64K                                             \
	{                                                                               \
		0xffff0000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, \
	}
#define JAILHOUSE_IVSHMEM_BAR_MASK_MSIX_64K                                             \
	{                                                                               \
		0xffff0000, 0xffff0000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, \
	}
/* Mask of classic devices: 64-bit BAR0 and BAR4 of a page each. */
#define JAILHOUSE_IVSHMEM_BAR_MASK_CLASSIC                                              \
	{                                                                               \
		0xfffff000, 0xffffffff, 0x00000000, 0x00000000, 0xfffff000, 0xffffffff, \
	}

#define JAILHOUSE_PCICAPS_WRITE 0x0001

struct jailhouse_pci_capability {
	/* PCI_CAP_ID_* or PCI_EXT_CAP_ID_* */
	__u16 id;
	/* Offset in configuration space and length in bytes. */
	__u16 start;
	__u16 len;
	__u16 flags;
} __attribute__((packed));

#define JAILHOUSE_IOMMU_AMD   1
#define JAILHOUSE_IOMMU_INTEL 2

#define JAILHOUSE_MAX_IOMMU_UNITS 8

struct jailhouse_iommu {
	__u32 type;
	__u64 base;
	__u32 size;
	union {
		struct {
			__u16 bdf;
			__u8 base_cap;
			__u8 msi_cap;
			__u32 features;
		} __attribute__((packed)) amd;
		struct {
			__u64 tlb_base;
			__u32 tlb_size;
		} __attribute__((packed)) tipvu;
	};
} __attribute__((packed));

#define JAILHOUSE_APIC_MODE_AUTO   0
#define JAILHOUSE_APIC_MODE_XAPIC  1
#define JAILHOUSE_APIC_MODE_X2APIC 2

struct jailhouse_system {
	char signature[JAILHOUSE_SIGNATURE_LEN];
	__u8 architecture;
	__u16 revision;
	__u32 flags;

	/* Memory set aside for the hypervisor itself. */
	struct jailhouse_memory hypervisor_memory;
	struct jailhouse_console debug_console;
	struct {
		__u64 pci_mmconfig_base;
		__u8 pci_mmconfig_end_bus;
		__u8 pci_is_virtual;
		__u16 pci_domain;
		/* The list ends at the first base 0. */
		struct jailhouse_iommu iommu_units[JAILHOUSE_MAX_IOMMU_UNITS];
		union {
			struct {
				__u16 pm_timer_address;
				/* JAILHOUSE_APIC_MODE_* */
				__u8 apic_mode;
				__u8 padding;
				__u32 vtd_interrupt_limit;
				/* 0: filled in by the driver */
				__u32 tsc_khz;
				__u32 apic_khz;
			} __attribute__((packed)) x86;
			struct {
				__u8 maintenance_irq;
				__u8 gic_version;
				__u8 padding[2];
				__u64 gicd_base;
				__u64 gicc_base;
				__u64 gich_base;
				__u64 gicv_base;
				__u64 gicr_base;
			} __attribute__((packed)) arm;
		};
	} __attribute__((packed)) platform_info;
	struct jailhouse_cell_desc root_cell;
} __attribute__((packed));

/* Four regions of a revision 2 network link in 1 MiB, for shmem_dev_id 0 or 1. */
#define JAILHOUSE_SHMEM_NET_REGIONS(start, dev_id)                                                 \
	{                                                                                          \
		.phys_start = (start),                                                             \
		.virt_start = (start),                                                             \
		.size = 0x1000,                                                                    \
		.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_ROOTSHARED,                            \
	},                                                                                         \
		{ 0 },                                                                             \
		{                                                                                  \
			.phys_start = (start) + 0x1000,                                            \
			.virt_start = (start) + 0x1000,                                            \
			.size = 0x7f000,                                                           \
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_ROOTSHARED |                   \
				 ((dev_id) == 0 ? JAILHOUSE_MEM_WRITE : 0),                        \
		},                                                                                 \
	{                                                                                          \
		.phys_start = (start) + 0x80000, .virt_start = (start) + 0x80000, .size = 0x7f000, \
		.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_ROOTSHARED |                           \
			 ((dev_id) == 1 ? JAILHOUSE_MEM_WRITE : 0),                                \
	}

/* Bytes of a cell's configuration, descriptor included; computed in 64 bits. */
static inline __u64 jailhouse_cell_config_size(const struct jailhouse_cell_desc *cell)
{
	return sizeof(*cell) + (__u64)cell->cpu_set_size +
	       (__u64)cell->num_memory_regions * sizeof(struct jailhouse_memory) +
	       (__u64)cell->num_cache_regions * sizeof(struct jailhouse_cache) +
	       (__u64)cell->num_irqchips * sizeof(struct jailhouse_irqchip) +
	       (__u64)cell->num_pio_regions * sizeof(struct jailhouse_pio) +
	       (__u64)cell->num_pci_devices * sizeof(struct jailhouse_pci_device) +
	       (__u64)cell->num_pci_caps * sizeof(struct jailhouse_pci_capability) +
	       (__u64)cell->num_stream_ids * sizeof(__u32);
}

/* Bytes of a system configuration with the root cell's arrays. */
static inline __u64 jailhouse_system_config_size(const struct jailhouse_system *system)
{
	return sizeof(*system) - sizeof(system->root_cell) +
	       jailhouse_cell_config_size(&system->root_cell);
}

static inline const __u64 *jailhouse_cell_cpu_set(const struct jailhouse_cell_desc *cell)
{
	return (const __u64 *)(cell + 1);
}

static inline const struct jailhouse_memory *jailhouse_cell_mem_regions(
	const struct jailhouse_cell_desc *cell)
{
	return (const struct jailhouse_memory *)((const __u8 *)jailhouse_cell_cpu_set(cell) +
						 cell->cpu_set_size);
}

static inline const struct jailhouse_cache *jailhouse_cell_cache_regions(
	const struct jailhouse_cell_desc *cell)
{
	return (const struct jailhouse_cache *)(jailhouse_cell_mem_regions(cell) +
						cell->num_memory_regions);
}

static inline const struct jailhouse_irqchip *jailhouse_cell_irqchips(
	const struct jailhouse_cell_desc *cell)
{
	return (const struct jailhouse_irqchip *)(jailhouse_cell_cache_regions(cell) +
						  cell->num_cache_regions);
}

static inline const struct jailhouse_pio *jailhouse_cell_pio(const struct jailhouse_cell_desc *cell)
{
	return (const struct jailhouse_pio *)(jailhouse_cell_irqchips(cell) + cell->num_irqchips);
}

static inline const struct jailhouse_pci_device *jailhouse_cell_pci_devices(
	const struct jailhouse_cell_desc *cell)
{
	return (const struct jailhouse_pci_device *)(jailhouse_cell_pio(cell) +
						     cell->num_pio_regions);
}

static inline const struct jailhouse_pci_capability *jailhouse_cell_pci_caps(
	const struct jailhouse_cell_desc *cell)
{
	return (const struct jailhouse_pci_capability *)(jailhouse_cell_pci_devices(cell) +
							 cell->num_pci_devices);
}

static inline const __u32 *jailhouse_cell_stream_ids(const struct jailhouse_cell_desc *cell)
{
	return (const __u32 *)(jailhouse_cell_pci_caps(cell) + cell->num_pci_caps);
}

#define JAILHOUSE_ASSERT_SIZE(type, size) _Static_assert(sizeof(type) == (size), "layout of " #type)

JAILHOUSE_ASSERT_SIZE(struct jailhouse_console, 32);
JAILHOUSE_ASSERT_SIZE(struct jailhouse_memory, 32);
JAILHOUSE_ASSERT_SIZE(struct jailhouse_cache, 12);
JAILHOUSE_ASSERT_SIZE(struct jailhouse_irqchip, 32);
JAILHOUSE_ASSERT_SIZE(struct jailhouse_pio, 4);
JAILHOUSE_ASSERT_SIZE(struct jailhouse_pci_device, 56);
JAILHOUSE_ASSERT_SIZE(struct jailhouse_pci_capability, 8);
JAILHOUSE_ASSERT_SIZE(struct jailhouse_iommu, 28);
JAILHOUSE_ASSERT_SIZE(struct jailhouse_cell_desc, 132);
JAILHOUSE_ASSERT_SIZE(struct jailhouse_system, 488);
_Static_assert(offsetof(struct jailhouse_cell_desc, cpu_reset_address) == 84, "cell_desc");
_Static_assert(offsetof(struct jailhouse_cell_desc, console) == 100, "cell_desc");
_Static_assert(offsetof(struct jailhouse_system, platform_info) == 76, "system");
_Static_assert(offsetof(struct jailhouse_system, platform_info.x86) == 312, "system");
_Static_assert(offsetof(struct jailhouse_system, root_cell) == 356, "system");

#endif /* JAILHOUSE_CELL_CONFIG_H */
