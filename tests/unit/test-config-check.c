/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The configuration checker: valid configurations with each field broken in turn. Each must be
 * refused, and the message must name the field.
 *
 * suite: hypervisor
 * sources: common/config-check.c common/config-check-cell.c common/config-check-memory.c
 * sources: common/config-check-pci.c common/config-check-channel.c
 * sources: common/format.c
 */
#include "unit.h"

#include "config-run.h"

/* A field, what it is set to, and what the checker has to say then. */
struct fault {
	const char *field;
	size_t offset;
	size_t size;
	u64 value;
	int error;
	const char *words;
};

#define FAULT(type, member, value, error, words)                                                  \
	{                                                                                         \
#member " = " #value, offsetof(type, member), sizeof(((type *)0)->member), value, \
			error, words                                                              \
	}

static void break_field(void *config, const struct fault *fault)
{
	size_t size = fault->size < sizeof(fault->value) ? fault->size : sizeof(fault->value);

	/* Little-endian, as the format is. */
	memcpy((char *)config + fault->offset, &fault->value, size);
}

#define SYSTEM(member, value, words) FAULT(struct sample_system, member, value, -EINVAL, words)
#define PLATFORM(member, value, words) \
	SYSTEM(header.platform_info.member, value, "platform_info." words)
#define ROOT(member, value, words) SYSTEM(header.root_cell.member, value, words)

static const struct fault system_faults[] = {
	SYSTEM(header.signature[0], 'X', "signature is not \"JHSYS\""),
	SYSTEM(header.signature[4], 'T', "signature"),
	SYSTEM(header.architecture, JAILHOUSE_ARM64, "architecture 0x2"),
	SYSTEM(header.revision, 13, "revision 0xd is not 0xe"),
	SYSTEM(header.revision, 15, "revision 0xf"),
	SYSTEM(header.flags, 0x3, "flags 0x3 has unknown bits 0x2"),
	SYSTEM(header.hypervisor_memory.phys_start, 0, "hypervisor_memory.phys_start 0x0"),
	SYSTEM(header.hypervisor_memory.phys_start, 0x40000800,
	       "hypervisor_memory.phys_start 0x40000800"),
	SYSTEM(header.hypervisor_memory.size, 0, "hypervisor_memory.size 0x0"),
	SYSTEM(header.hypervisor_memory.size, 0x1800, "hypervisor_memory.size 0x1800"),
	SYSTEM(header.hypervisor_memory.size, 0xfffffffffffff000, "hypervisor_memory.size 0xfff"),
	SYSTEM(header.hypervisor_memory.phys_start, 0xfffffffffffff000, "exceeds 0x10000000000000"),
	SYSTEM(header.hypervisor_memory.phys_start, 0x3f800000,
	       "mem_regions[0].phys_start 0x0 (size 0x40000000) overlaps hypervisor memory "
	       "0x3f800000-0x40200000"),
	SYSTEM(header.hypervisor_memory.phys_start, 0xb8000000, "overlaps hypervisor memory"),
	SYSTEM(header.hypervisor_memory.phys_start, SAMPLE_IOMMU_BASE,
	       "iommu_units[0].base 0xfeb80000 overlaps hypervisor memory"),
	SYSTEM(header.debug_console.type, JAILHOUSE_CON_TYPE_PL011, "debug_console.type 0x3"),
	SYSTEM(header.debug_console.type, 0xffff, "debug_console.type 0xffff"),
	SYSTEM(header.debug_console.flags, 0x4, "debug_console.flags 0x4"),
	SYSTEM(header.debug_console.flags, 0x100, "debug_console.flags 0x100"),
	SYSTEM(header.debug_console.address, 0, "debug_console.address 0x0"),
	SYSTEM(header.debug_console.address, 0xfff9, "debug_console.address 0xfff9"),
	/* MMIO without a size */
	SYSTEM(header.debug_console.flags, JAILHOUSE_CON_ACCESS_MMIO,
	       "debug_console.address 0x3f8"),
	PLATFORM(pci_mmconfig_base, 0xb0001000, "pci_mmconfig_base 0xb0001000"),
	PLATFORM(pci_mmconfig_base, 0xffffffffff000000, "pci_mmconfig_base"),
	PLATFORM(pci_mmconfig_base, 0x38000000, "pci_mmconfig_base"),
	SYSTEM(header.platform_info.iommu_units[0].type, JAILHOUSE_IOMMU_INTEL,
	       "iommu_units[0].type 0x2 is Intel's"),
	SYSTEM(header.platform_info.iommu_units[0].type, 0, "iommu_units[0].type 0x0"),
	SYSTEM(header.platform_info.iommu_units[0].base, 0x800, "iommu_units[0].base 0x800"),
	SYSTEM(header.platform_info.iommu_units[0].size, 0, "iommu_units[0].size 0x0"),
	SYSTEM(header.platform_info.iommu_units[0].size, 0x100, "iommu_units[0].size 0x100"),
	PLATFORM(x86.pm_timer_address, 0, "x86.pm_timer_address 0x0"),
	PLATFORM(x86.pm_timer_address, 0xfffd, "x86.pm_timer_address 0xfffd"),
	PLATFORM(x86.apic_mode, 3, "x86.apic_mode 0x3"),

	ROOT(name[0], 0, "name"),
	ROOT(name[1], 0x80, "name"),
	ROOT(name[2], '\n', "name"),
	ROOT(flags, 4, "flags 0x4 has unknown bits 0x4"),
	ROOT(cpu_set_size, 9, "cpu_set_size 0x9"),
	ROOT(cpu_set_size, 0, "cpu"),
	ROOT(console.type, 9, "console.type 0x9"),
	ROOT(cpu_reset_address, 0x100000000, "cpu_reset_address 0x100000000"),
	SYSTEM(cpus[0], 0xfe, "cpus: CPU 0 is missing"),
	SYSTEM(cpus[0], 0, "cpus: the set of 0x8 bytes names no CPU"),

	SYSTEM(mem_regions[1].flags, 0x200, "mem_regions[1].flags 0x200 has unknown bits 0x200"),
	SYSTEM(mem_regions[1].flags, 0x100000007, "mem_regions[1].flags 0x100000007"),
	SYSTEM(mem_regions[1].phys_start, 0x40b00000, "mem_regions[1].virt_start 0x40a00000"),
	SYSTEM(mem_regions[1].virt_start, 0x40b00000, "mem_regions[1].virt_start 0x40b00000"),
	SYSTEM(mem_regions[1].size, 0xffffffffc0000000, "mem_regions[1].size 0xffffffffc0000000"),
	SYSTEM(mem_regions[1].size, 0x20000000, "mem_regions[2].virt_start 0x5f000000 overlaps"),
	SYSTEM(mem_regions[0].size, 0x40001000, "overlaps hypervisor memory 0x40000000-0x40a00000"),
	SYSTEM(mem_regions[7].size, 0x201000,
	       "mem_regions[7].phys_start 0xfe000000 (size 0x201000) overlaps "
	       "pci_devices[0].msix_address"),
	SYSTEM(mem_regions[7].size, 0xe01000,
	       "mem_regions[7].phys_start 0xfe000000 (size 0xe01000) overlaps the local APIC "
	       "0xfee00000-0xfee01000"),
	SYSTEM(mem_regions[7].size, 0xe01000, "overlaps an irqchip 0xfec01000-0xfec02000"),
	SYSTEM(mem_regions[7].flags, JAILHOUSE_MEM_COMM_REGION, "mem_regions[7].flags 0x20"),

	SYSTEM(cache_regions[0].type, 0, "cache_regions[0].type 0x0"),
	SYSTEM(cache_regions[0].type, 4, "cache_regions[0].type 0x4"),
	SYSTEM(cache_regions[0].flags, 2, "cache_regions[0].flags 0x2"),
	SYSTEM(irqchips[0].address, 0, "irqchips[0].address 0x0"),
	SYSTEM(irqchips[0].address, 0xfec00010, "irqchips[0].address 0xfec00010"),
	SYSTEM(pio_regions[1].length, 0xf001, "pio_regions[1].length 0xf001"),

	SYSTEM(pci_devices[0].type, 0, "pci_devices[0].type 0x0"),
	SYSTEM(pci_devices[0].type, 4, "pci_devices[0].type 0x4"),
	SYSTEM(pci_devices[1].bdf, 0x10, "pci_devices[1].bdf 0x10 (00:02.0)"),
	SYSTEM(pci_devices[3].bdf, 0x70, "pci_devices[3].bdf 0x70 (00:0e.0)"),
	SYSTEM(pci_devices[0].caps_start, 2, "pci_devices[0].num_caps 0x1 from caps_start 0x2"),
	SYSTEM(pci_devices[0].num_caps, 3, "pci_devices[0].num_caps 0x3"),
	SYSTEM(pci_devices[0].num_caps, 0xffff, "pci_devices[0].num_caps 0xffff"),
	SYSTEM(pci_devices[0].num_msi_vectors, 3, "pci_devices[0].num_msi_vectors 0x3"),
	SYSTEM(pci_devices[0].num_msi_vectors, 64, "pci_devices[0].num_msi_vectors 0x40"),
	SYSTEM(pci_devices[0].num_msix_vectors, 2049, "pci_devices[0].num_msix_vectors 0x801"),
	SYSTEM(pci_devices[0].num_msix_vectors, 257, "pci_devices[0].msix_region_size 0x1000"),
	SYSTEM(pci_devices[0].msix_region_size, 0, "pci_devices[0].msix_region_size 0x0"),
	SYSTEM(pci_devices[0].msix_region_size, 0x1010, "pci_devices[0].msix_region_size 0x1010"),
	SYSTEM(pci_devices[0].msix_address, 0xfe200010, "pci_devices[0].msix_address 0xfe200010"),
	SYSTEM(pci_devices[0].msix_address, 0xfffffffffffff000, "pci_devices[0].msix_address"),
	SYSTEM(pci_devices[0].msix_address, 0x1000,
	       "mem_regions[0].phys_start 0x0 (size 0x40000000) overlaps pci_devices[0].msix"),
	SYSTEM(pci_caps[0].start, 0x3f, "pci_caps[0].start 0x3f"),
	SYSTEM(pci_caps[0].start, 0x100, "pci_caps[0].start 0x100"),
	SYSTEM(pci_caps[0].len, 0, "pci_caps[0].len 0x0"),
	SYSTEM(pci_caps[0].len, 0x81, "pci_caps[0].len 0x81"),
	SYSTEM(pci_caps[0].flags, 2, "pci_caps[0].flags 0x2"),
	SYSTEM(pci_caps[1].start, 0xfc, "pci_caps[1].start 0xfc"),
	SYSTEM(pci_caps[1].start, 0x1000, "pci_caps[1].start 0x1000"),
	SYSTEM(pci_caps[1].len, 0xf01, "pci_caps[1].len 0xf01"),

	/* Virtual devices are where the machine's configuration space is */
	SYSTEM(pci_devices[2].domain, 1, "pci_devices[2].domain 0x1 is not platform_info.pci_"),
	SYSTEM(pci_devices[3].domain, 0xffff, "pci_devices[3].domain 0xffff"),
	SYSTEM(header.platform_info.pci_domain, 1,
	       "pci_devices[2].domain 0x0 is not platform_info.pci_domain 0x1"),

	/* The classic device */
	SYSTEM(pci_devices[2].shmem_region, 8, "pci_devices[2].shmem_region 0x8"),
	SYSTEM(pci_devices[2].shmem_region, 0xffffffff, "pci_devices[2].shmem_region 0xffffffff"),
	SYSTEM(pci_devices[2].shmem_region, 4, "mem_regions[4].size 0x0"),
	SYSTEM(pci_devices[2].num_msix_vectors, 2, "pci_devices[2].num_msix_vectors 0x2"),
	SYSTEM(pci_devices[2].shmem_peers, 1, "pci_devices[2].shmem_peers 0x1"),
	SYSTEM(pci_devices[2].shmem_peers, 17, "pci_devices[2].shmem_peers 0x11"),
	SYSTEM(pci_devices[2].bar_mask[0], 0, "pci_devices[2].bar_mask[0] 0x0"),
	SYSTEM(pci_devices[2].bar_mask[0], 0xffffff80, "pci_devices[2].bar_mask[0] 0xffffff80"),
	SYSTEM(pci_devices[2].bar_mask[0], 0xfff0, "pci_devices[2].bar_mask[0] 0xfff0"),
	SYSTEM(pci_devices[2].bar_mask[1], 0xfffff000, "pci_devices[2].bar_mask[1] 0xfffff000"),
	SYSTEM(pci_devices[2].bar_mask[2], 0xfffff000, "pci_devices[2].bar_mask[2] 0xfffff000"),
	SYSTEM(pci_devices[2].bar_mask[4], 0, "pci_devices[2].bar_mask[4] 0x0"),
	SYSTEM(pci_devices[2].bar_mask[4], 0xfffffff0, "pci_devices[2].bar_mask[4] 0xfffffff0"),
	SYSTEM(pci_devices[2].bar_mask[5], 0x1, "pci_devices[2].bar_mask[5] 0x1"),
	SYSTEM(pci_devices[2].num_caps, 3, "pci_devices[2].num_caps 0x3"),
	SYSTEM(mem_regions[2].flags, JAILHOUSE_MEM_READ, "mem_regions[2].flags 0x1"),
	SYSTEM(mem_regions[2].flags, JAILHOUSE_MEM_WRITE, "mem_regions[2].flags 0x2"),
	SYSTEM(mem_regions[2].size, 0xff800, "mem_regions[2].size 0xff800"),

	/* The device of revision 2 */
	SYSTEM(pci_devices[3].shmem_regions_start, 5, "pci_devices[3].shmem_regions_start 0x5"),
	SYSTEM(pci_devices[3].shmem_regions_start, 0xfffffffd, "shmem_regions_start 0xfffffffd"),
	SYSTEM(pci_devices[3].shmem_peers, 16, "pci_devices[3].shmem_regions_start 0x3"),
	SYSTEM(pci_devices[3].shmem_dev_id, 2, "pci_devices[3].shmem_dev_id 0x2"),
	SYSTEM(pci_devices[3].shmem_dev_id, 1, "mem_regions[5].flags 0x83: output section 0 must"),
	SYSTEM(pci_devices[3].num_msix_vectors, 0, "pci_devices[3].num_msix_vectors 0x0"),
	SYSTEM(pci_devices[3].num_msix_vectors, 17, "pci_devices[3].num_msix_vectors 0x11"),
	SYSTEM(pci_devices[3].bar_mask[0], 0xffffffff, "pci_devices[3].bar_mask[0] 0xffffffff"),
	SYSTEM(pci_devices[3].bar_mask[1], 0, "pci_devices[3].bar_mask[1] 0x0"),
	SYSTEM(pci_devices[3].bar_mask[1], 0xffffff00, "pci_devices[3].bar_mask[1] 0xffffff00"),
	SYSTEM(pci_devices[3].bar_mask[2], 0xfffff000, "pci_devices[3].bar_mask[2] 0xfffff000"),
	SYSTEM(mem_regions[3].size, 0, "mem_regions[3].size 0x0 is no state table"),
	SYSTEM(mem_regions[3].size, 0x800, "mem_regions[3].size 0x800"),
	SYSTEM(mem_regions[3].flags, 3, "mem_regions[3].flags 0x3: the state table"),
	SYSTEM(mem_regions[3].flags, 0, "mem_regions[3].flags 0x0"),
	SYSTEM(mem_regions[4].size, 0x1000, "mem_regions[4].phys_start 0x0 is not consecutive"),
	SYSTEM(mem_regions[5].size, 0x80000, "output section 0 has 0x80000"),
	SYSTEM(mem_regions[6].size, 0, "mem_regions[6].size 0x0, output section 0 has 0x7f000"),
	SYSTEM(mem_regions[6].flags, 3, "mem_regions[6].flags 0x3: output section 1 must not be"),
	SYSTEM(mem_regions[5].flags, 1, "mem_regions[5].flags 0x1: output section 0 must be"),
	SYSTEM(mem_regions[5].phys_start, 0x5f102000, "mem_regions[5].phys_start 0x5f102000"),
	SYSTEM(mem_regions[6].virt_start, 0x5f181000, "mem_regions[6].virt_start 0x5f181000"),
};

static void broken_system_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(system_faults); i++) {
		const struct fault *fault = &system_faults[i];
		struct sample_system system = sample_system;

		break_field(&system, fault);
		expect(fault->field, check_system(&system), fault->error, fault->words);
	}
}

#define CELL_ERROR(member, value, error, words) \
	FAULT(struct sample_cell, member, value, error, words)
#define CELL(member, value, words) CELL_ERROR(member, value, -EINVAL, words)

static const struct fault cell_faults[] = {
	CELL(cell.signature[1], 'h', "signature is not \"JHCLL\""),
	CELL(cell.architecture, JAILHOUSE_ARM, "architecture 0x1"),
	CELL(cell.revision, 0, "revision 0x0"),
	CELL(cell.name[0], 0, "name"),
	CELL(cell.name[0], 0x7f, "name"),
	CELL(cell.flags, 0x20000000, "flags 0x20000000 has unknown bits 0x20000000"),
	CELL(cell.cpu_set_size, 4, "cpu_set_size 0x4"),
	CELL(cell.cpu_reset_address, 0xffffffff00000000, "cpu_reset_address"),
	CELL(cell.console.type, 4, "console.type 0x4"),
	CELL(cell.console.flags, 8, "console.flags 0x8"),
	CELL(cell.console.address, 0x10000, "console.address 0x10000"),
	CELL(cpus[0], 0, "cpus: the set of 0x8 bytes names no CPU"),
	CELL(cpus[0], 0x3, "cpus: CPU 0 always stays with root"),
	CELL_ERROR(cpus[1], 0x1, -EBUSY, "cpus: CPU 8 is not root's"),
	CELL_ERROR(cpus[7], 0x80, -EBUSY, "cpus: CPU 63 is not root's"),

	CELL(mem_regions[0].flags, 0x400, "mem_regions[0].flags 0x400"),
	CELL(mem_regions[8].flags, 0x400, "mem_regions[8].flags 0x400"),
	CELL(mem_regions[0].size, 0xfffff, "mem_regions[0].size 0xfffff: a loadable region"),
	CELL(mem_regions[0].size, 0x101000, "mem_regions[1].virt_start 0x100000 overlaps"),
	CELL(mem_regions[0].virt_start, 0x101000, "overlaps the test device at 0x101000"),
	CELL(mem_regions[0].virt_start, 0xffffffffff000000,
	     "mem_regions[0].size 0x100000 from virt"),
	CELL(mem_regions[0].virt_start, 0xb0000000,
	     "mem_regions[0].virt_start 0xb0000000 (size 0x100000) overlaps MMCONFIG"),
	CELL(mem_regions[0].virt_start, 0xfee00000, "overlaps the local APIC"),
	CELL(mem_regions[0].virt_start, 0xfebf8000, "overlaps an irqchip 0xfec00000-0xfec01000"),
	CELL(mem_regions[0].phys_start, 0x41000800, "mem_regions[0].phys_start 0x41000800"),
	CELL(mem_regions[0].phys_start, 0x40001000,
	     "mem_regions[0].phys_start 0x40001000 (size 0x100000) overlaps hypervisor memory "
	     "0x40000000-0x40a00000"),
	CELL(mem_regions[0].phys_start, 0xb0000000, "overlaps MMCONFIG 0xb0000000-0xc0000000"),
	CELL(mem_regions[0].phys_start, SAMPLE_IOMMU_BASE, "overlaps an IOMMU unit"),
	CELL(mem_regions[0].phys_start, 0xfee00000, "overlaps the local APIC"),
	CELL(mem_regions[0].phys_start, 0x60000000, "root has nothing at 0x60000000"),
	CELL(mem_regions[0].phys_start, 0x50980000, "root has nothing at 0x50a00000"),
	CELL(mem_regions[0].phys_start, 0xfffffffffff00000,
	     "mem_regions[0].size 0x100000 from phys"),
	CELL_ERROR(mem_regions[0].phys_start, 0x5f000000, -EBUSY,
		   "mem_regions[0].phys_start 0x5f000000 takes memory of root's channel 00:0e.0"),
	CELL(mem_regions[1].size, 0x2000, "mem_regions[1].size 0x2000: a communication region"),
	CELL(mem_regions[1].virt_start, 0x100800, "mem_regions[1].virt_start 0x100800"),
	CELL(mem_regions[1].flags, 0x3, "flags 0x40000002: the test device needs"),
	CELL(mem_regions[1].flags, JAILHOUSE_MEM_COMM_REGION | JAILHOUSE_MEM_LOADABLE | 0x3,
	     "mem_regions[1].flags 0x63: a communication region is not loadable"),
	CELL(mem_regions[0].flags, JAILHOUSE_MEM_COMM_REGION,
	     "mem_regions[1].flags 0x23: mem_regions[0] is the communication region"),
	CELL(mem_regions[7].phys_start, 0xfe200ff8,
	     "mem_regions[7].phys_start 0xfe200ff8 (size 0x10) overlaps pci_devices[0].msix"),

	CELL(irqchips[0].address, 0xfec02000, "irqchips[0].pin_bitmap: root has no pin of bit 4"),
	CELL(irqchips[0].pin_bitmap[0], 0x01000000, "irqchips[0].pin_bitmap: root has no pin"),
	CELL(irqchips[0].pin_base, 0xffffffff, "irqchips[0].pin_bitmap: root has no pin"),
	CELL(pio_regions[0].base, 0xfffa, "pio_regions[0].length 0x8 from base 0xfffa"),

	CELL(pci_devices[0].bdf, 0x18, "pci_devices[0].bdf 0x18 (00:03.0): root has no such"),
	CELL(pci_devices[0].bdf, 0x78, "pci_devices[2].bdf 0x78 (00:0f.0) is that of"),
	CELL(pci_devices[0].domain, 1, "pci_devices[0].bdf 0x10 (00:02.0): root has no such"),
	CELL(pci_devices[0].caps_start, 1, "pci_devices[0].num_caps"),
	CELL(pci_devices[0].msix_address, 0xfe300000, "pci_devices[0].msix_address 0xfe300000"),
	CELL(pci_devices[0].msix_region_size, 0x2000, "pci_devices[0].msix_region_size 0x2000"),

	CELL(pci_devices[1].domain, 1, "pci_devices[1].domain 0x1 is not platform_info.pci_domain"),
	CELL(pci_devices[2].domain, 0x100, "pci_devices[2].domain 0x100"),

	/* Channels to root */
	CELL(pci_devices[1].shmem_protocol, 1,
	     "pci_devices[1].shmem_protocol 0x1 of channel 00:0e.0 is 0x100 in cell \"root\""),
	CELL(pci_devices[1].num_msix_vectors, 0, "pci_devices[1].num_msix_vectors 0x0 of channel"),
	CELL(mem_regions[2].phys_start, 0x5e000000, "mem_regions[2].phys_start 0x5e000000"),
	CELL(mem_regions[2].phys_start, 0x50000000,
	     "mem_regions[2].phys_start 0x50000000 of channel 00:0e.0 is 0x5f000000"),
	CELL(mem_regions[2].size, 0x80000,
	     "mem_regions[2].size 0x80000 of channel 00:0e.0 is 0x100000"),
	CELL(mem_regions[2].flags, 0x3, "mem_regions[2].flags 0x3 lack ROOTSHARED"),
	CELL(mem_regions[2].flags, 0x3 | JAILHOUSE_MEM_ROOTSHARED | JAILHOUSE_MEM_LOADABLE,
	     "mem_regions[2].flags 0xc3 do not fit shared memory of pci_devices[1]"),
	CELL(pci_devices[2].shmem_protocol, 0, "pci_devices[2].shmem_protocol 0x0"),
	CELL(pci_devices[2].num_msix_vectors, 3, "pci_devices[2].num_msix_vectors 0x3"),
	CELL(pci_devices[2].shmem_peers, 3, "mem_regions[7].size 0x10, output section 0 has"),
	CELL(mem_regions[3].flags, 0x1, "mem_regions[3].flags 0x1 lack ROOTSHARED"),
	CELL(mem_regions[6].flags, 0x3, "mem_regions[6].flags 0x3 lack ROOTSHARED"),
};

static void broken_cell_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cell_faults); i++) {
		const struct fault *fault = &cell_faults[i];
		struct sample_cell cell = sample_one;

		break_field(&cell, fault);
		expect(fault->field, check_cell(&cell), fault->error, fault->words);
	}
}

/* Cell "three" beside "two". */
static const struct fault beside_faults[] = {
	CELL_ERROR(cell.name, 0x6f7774, -EEXIST, "name is that of an existing cell"),
	CELL_ERROR(cpus[0], 0x0c, -EBUSY, "cpus: CPU 2 belongs to cell \"two\""),
	CELL_ERROR(mem_regions[0].phys_start, 0x420ff000, -EBUSY,
		   "mem_regions[0].phys_start 0x420ff000 overlaps mem_regions[0] "
		   "0x42000000-0x42100000 of cell \"two\""),
	CELL_ERROR(mem_regions[0].phys_start, 0x44000000, -EBUSY, "overlaps mem_regions[2]"),
	CELL_ERROR(mem_regions[0].phys_start, 0x45000000, -EBUSY, "overlaps mem_regions[3]"),
	CELL_ERROR(irqchips[0].pin_bitmap[1], 0x4, -EBUSY,
		   "irqchips[0].pin_bitmap: pin of bit 34 at 0xfec01000 belongs to cell \"two\""),
	/* 3 + 31 is the pin that "two" counts as 2 + 32. */
	CELL_ERROR(irqchips[0].pin_base, 0xffffffff, 0, ""),
	CELL(pci_devices[0].shmem_protocol, 7,
	     "pci_devices[0].shmem_protocol 0x7 of channel 00:10.0 is 0x100 in cell \"two\""),
	CELL(pci_devices[0].num_msix_vectors, 0, "pci_devices[0].num_msix_vectors 0x0"),
	CELL(pci_devices[0].bdf, 0x88, "pci_devices[0].shmem_peers 0x0 of channel 00:11.0 is 0x2"),
	CELL(mem_regions[2].phys_start, 0x46000000, "mem_regions[2].phys_start 0x46000000"),
	CELL(mem_regions[2].size, 0x1000, "mem_regions[2].size 0x1000 of channel 00:10.0"),
	CELL(pci_devices[1].shmem_peers, 4, "pci_devices[1].shmem_peers 0x4"),
	CELL(pci_devices[1].shmem_protocol, 7, "pci_devices[1].shmem_protocol 0x7"),
	CELL(pci_devices[1].num_msix_vectors, 1, "pci_devices[1].num_msix_vectors 0x1"),
	CELL_ERROR(pci_devices[1].shmem_dev_id, 0, -EBUSY,
		   "pci_devices[1].shmem_dev_id 0x0 of channel 00:11.0 is taken by cell \"two\""),
	CELL(mem_regions[3].phys_start, 0x46000000, "mem_regions[3].phys_start 0x46000000"),
	CELL(mem_regions[4].size, 0, "mem_regions[4].size 0x0 of channel 00:11.0 is 0x1000"),
	CELL(mem_regions[6].size, 0x1000, "mem_regions[6].size 0x1000"),
};

static void conflict_between_cells_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(beside_faults); i++) {
		const struct fault *fault = &beside_faults[i];
		struct sample_cell cell = sample_three;

		break_field(&cell, fault);
		expect(fault->field, check_beside(&cell, &sample_two, NULL), fault->error,
		       fault->words);
		expect(fault->field, check_beside(&cell, &sample_one, &sample_two), fault->error,
		       fault->words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(broken_system_is_refused),
		cmocka_unit_test(broken_cell_is_refused),
		cmocka_unit_test(conflict_between_cells_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
