// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The configuration checker: memory regions of a cell, root's included, among themselves and
 * against what the hypervisor keeps for itself.
 */
#include "config-check-internal.h"

/* Guest-physical addresses: four levels of tables translate 48 bits (AMD APM vol. 2, 5.3). */
#define VIRT_LIMIT (1ULL << 48)
/* AMD APM vol. 2, 16.3.1: registers of the local APIC. */
#define LAPIC_BASE 0xfee00000ULL

/* Rights that a mapping of root grants. */
#define MEM_RIGHTS (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE)

static void check_comm_region(struct check *check, const struct jailhouse_memory *mem)
{
	check_value(check, !check->is_root, "flags", mem->flags,
		    ": root has no communication region");
	check_value(check, mem->size == JAILHOUSE_MEMORY_PAGE_SIZE, "size", mem->size,
		    ": a communication region has 0x%x bytes", JAILHOUSE_MEMORY_PAGE_SIZE);
	check_value(check, is_page_aligned(mem->virt_start), "virt_start", mem->virt_start,
		    " is not page aligned");
	check_value(check, !(mem->flags & JAILHOUSE_MEM_LOADABLE), "flags", mem->flags,
		    ": a communication region is not loadable");
}

static void check_region(struct check *check, const struct jailhouse_memory *mem)
{
	bool subpage = JAILHOUSE_MEMORY_IS_SUBPAGE(mem);

	check_bits(check, "flags", mem->flags, JAILHOUSE_MEM_FLAGS_VALID);
	if (!mem->size)
		return;
	check_range(check, "size", mem->size, "virt_start", mem->virt_start, VIRT_LIMIT);
	check_value(check, !check->is_root || mem->phys_start == mem->virt_start, "virt_start",
		    mem->virt_start, " differs from phys_start 0x%llx; root's memory does not move",
		    mem->phys_start);
	if (mem->flags & JAILHOUSE_MEM_COMM_REGION) {
		check_comm_region(check, mem);
		return;
	}
	check_range(check, "size", mem->size, "phys_start", mem->phys_start, PHYS_ADDRESS_LIMIT);
	check_value(check, !subpage || !(mem->flags & JAILHOUSE_MEM_LOADABLE), "size", mem->size,
		    ": a loadable region needs whole pages");
	check_value(check, subpage || is_page_aligned(mem->phys_start), "phys_start",
		    mem->phys_start, " is not page aligned, but virt_start 0x%llx is",
		    mem->virt_start);
}

/* Root's memory does not move, so that overlaps of equal rights say the same thing twice. */
static bool overlap_is_harmless(const struct check *check, const struct jailhouse_memory *a,
				const struct jailhouse_memory *b)
{
	return check->is_root && (a->flags & MEM_RIGHTS) == (b->flags & MEM_RIGHTS) &&
	       JAILHOUSE_MEMORY_IS_SUBPAGE(a) == JAILHOUSE_MEMORY_IS_SUBPAGE(b);
}

/* Region @i against those before it */
static void check_guest_overlaps(struct check *check, const struct jailhouse_memory *mem, u32 i)
{
	for (u32 j = 0; j < i; j++) {
		bool overlap = ranges_overlap(mem[i].virt_start, mem[i].size, mem[j].virt_start,
					      mem[j].size);

		check_value(check, !overlap || overlap_is_harmless(check, &mem[i], &mem[j]),
			    "virt_start", mem[i].virt_start,
			    " overlaps mem_regions[%u] 0x%llx-0x%llx", j, mem[j].virt_start,
			    mem[j].virt_start + mem[j].size);
	}
}

/* The test device occupies the page behind the communication region, if there is one. */
static void check_test_device(struct check *check, const struct jailhouse_memory *comm)
{
	const struct jailhouse_memory *mem = jailhouse_cell_mem_regions(check->cell);
	u64 size = JAILHOUSE_MEMORY_PAGE_SIZE, start = comm ? comm->virt_start + size : 0;

	check_at(check, "cell ");
	check_value(check, comm, "flags", check->cell->flags,
		    ": the test device needs a communication region");
	for (u32 i = 0; comm && i < check->cell->num_memory_regions; i++) {
		check_at(check, "mem_regions[%u].", i);
		check_value(check, !ranges_overlap(mem[i].virt_start, mem[i].size, start, size),
			    "virt_start", mem[i].virt_start, " overlaps the test device at 0x%llx",
			    start);
	}
}

/*
 * An address range that the hypervisor keeps out of the cells' mappings. If guest-physical accesses
 * to it are emulated, nothing may be mapped there either.
 */
static void check_window(struct check *check, const struct jailhouse_memory *mem, const char *name,
			 u64 start, u64 size, bool emulated)
{
	bool by_phys = config_region_has_memory(mem) &&
		       ranges_overlap(mem->phys_start, mem->size, start, size);
	bool by_virt = emulated && ranges_overlap(mem->virt_start, mem->size, start, size);

	check_value(check, !by_phys && !by_virt, by_phys ? "phys_start" : "virt_start",
		    by_phys ? mem->phys_start : mem->virt_start,
		    " (size 0x%llx) overlaps %s 0x%llx-0x%llx", mem->size, name, start,
		    start + size);
}

static void check_windows(struct check *check, const struct jailhouse_memory *mem)
{
	const struct jailhouse_system *system = check->system;
	const struct jailhouse_memory *hypervisor = &system->hypervisor_memory;
	const struct jailhouse_irqchip *chip = jailhouse_cell_irqchips(&system->root_cell);
	const struct jailhouse_iommu *unit = system->platform_info.iommu_units;

	check_window(check, mem, "hypervisor memory", hypervisor->phys_start, hypervisor->size,
		     false);
	check_window(check, mem, "MMCONFIG", system->platform_info.pci_mmconfig_base,
		     config_mmconfig_size(system), true);
	check_window(check, mem, "the local APIC", LAPIC_BASE, JAILHOUSE_MEMORY_PAGE_SIZE, true);
	for (u32 i = 0; i < system->root_cell.num_irqchips; i++)
		check_window(check, mem, "an irqchip", chip[i].address, JAILHOUSE_MEMORY_PAGE_SIZE,
			     true);
	/* Existing system configurations list the registers of the unit as root's. */
	for (u32 i = 0; !check->is_root && i < JAILHOUSE_MAX_IOMMU_UNITS && unit[i].base; i++)
		check_window(check, mem, "an IOMMU unit", unit[i].base, unit[i].size, false);
}

/* Returns the end of a region of root that holds @address; @address if there is none. */
static u64 end_in_root(const struct jailhouse_cell_desc *root, u64 address)
{
	const struct jailhouse_memory *mem = jailhouse_cell_mem_regions(root);

	for (u32 i = 0; i < root->num_memory_regions; i++) {
		if (ranges_overlap(mem[i].phys_start, mem[i].size, address, 1))
			return mem[i].phys_start + mem[i].size;
	}
	return address;
}

/* A cell is made of what root has; regions of root that touch each other count as one. */
static void check_region_is_roots(struct check *check, const struct jailhouse_memory *mem)
{
	u64 address = mem->phys_start, end = mem->phys_start + mem->size, next = address;

	do {
		address = next;
		next = end_in_root(&check->system->root_cell, address);
	} while (next != address && next < end);
	check_value(check, next >= end, "phys_start", mem->phys_start,
		    " (size 0x%llx): root has nothing at 0x%llx", mem->size, next);
}

void config_check_memory(struct check *check)
{
	const struct jailhouse_memory *mem = jailhouse_cell_mem_regions(check->cell), *comm = NULL;

	for (u32 i = 0; i < check->cell->num_memory_regions; i++) {
		unsigned int before = check->num_findings;

		check_at(check, "mem_regions[%u].", i);
		check_region(check, &mem[i]);
		check_guest_overlaps(check, mem, i);
		if (mem[i].size && mem[i].flags & JAILHOUSE_MEM_COMM_REGION) {
			check_value(check, !comm, "flags", mem[i].flags,
				    ": mem_regions[%u] is the communication region",
				    comm ? (u32)(comm - mem) : 0);
			comm = &mem[i];
		}
		if (check->system)
			check_windows(check, &mem[i]);
		if (check->system && !check->is_root && before == check->num_findings &&
		    config_region_has_memory(&mem[i]))
			check_region_is_roots(check, &mem[i]);
	}
	if (check->cell->flags & JAILHOUSE_CELL_TEST_DEVICE)
		check_test_device(check, comm);
}

/*
 * Two cells may have the same memory if both say so, or if it is that of a channel between them.
 * All others take memory from root, but not that of its channels.
 */
static void check_region_beside(struct check *check, u32 i, const struct jailhouse_cell_desc *other,
				u32 j)
{
	const struct jailhouse_memory *mem = jailhouse_cell_mem_regions(check->cell) + i;
	const struct jailhouse_memory *theirs = jailhouse_cell_mem_regions(other) + j;
	const struct jailhouse_pci_device *device, *peer;

	if (!config_regions_overlap(mem, theirs))
		return;

	device = config_region_channel(check->cell, i);
	peer = config_region_channel(other, j);
	if (device && peer && device->bdf == peer->bdf)
		return;
	check_at(check, "mem_regions[%u].phys_start 0x%llx", i, mem->phys_start);
	if (is_root(check, other)) {
		if (peer && !(mem->flags & JAILHOUSE_MEM_ROOTSHARED))
			check_finding(check, -EBUSY, " takes memory of root's channel " BDF_FORMAT,
				      BDF_ARGS(peer->bdf));
	} else if (!(mem->flags & theirs->flags & JAILHOUSE_MEM_ROOTSHARED)) {
		check_finding(check, -EBUSY,
			      " overlaps mem_regions[%u] 0x%llx-0x%llx of cell \"%s\"", j,
			      theirs->phys_start, theirs->phys_start + theirs->size, other->name);
	}
}

void config_check_memory_beside(struct check *check, const struct jailhouse_cell_desc *other)
{
	for (u32 i = 0; i < check->cell->num_memory_regions; i++) {
		for (u32 j = 0; j < other->num_memory_regions; j++)
			check_region_beside(check, i, other, j);
	}
}
