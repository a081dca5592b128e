// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The configuration checker: ivshmem devices, each alone and both ends of every channel. A channel
 * consists of the devices that have the same bdf in different cells.
 *
 * Of a classic device (shmem_peers 0) both sides name one region. A device of revision 2 has a run
 * of regions: state table, common section, and an output section for each peer.
 */
#include "config-check-internal.h"

#include <jailhouse/ivshmem.h>

/* The size of the state table is a 32-bit register. */
#define STATE_TABLE_MAX 0xffffffffULL

#define NUM_BARS 6

/*
 * What masks of base address registers have to be: windows of at least so many bytes, or one of
 * these. BAR0 has the registers; BAR1, or BAR4 of classic devices, table and PBA of MSI-X.
 */
#define BAR_ABSENT     0
#define BAR_UPPER_HALF 0xffffffff

static const u32 classic_bars[NUM_BARS] = {
	0x100, BAR_UPPER_HALF, BAR_ABSENT, BAR_ABSENT, 0x20, BAR_UPPER_HALF,
};
static const u32 revision2_bars[NUM_BARS] = { 0x100, 0x200 };

/* The last two, one window of 64 bits; a device without vectors may do without it. */
#define CLASSIC_TABLE_BAR 4

/* One ivshmem device and where it stands. */
struct end {
	const struct jailhouse_cell_desc *cell;
	u32 index;
	const struct jailhouse_pci_device *device;
	/* Its first region. */
	const struct jailhouse_memory *mem;
};

static struct end get_end(const struct jailhouse_cell_desc *cell, u32 index)
{
	const struct jailhouse_pci_device *device = jailhouse_cell_pci_devices(cell) + index;

	return (struct end){ cell, index, device,
			     jailhouse_cell_mem_regions(cell) + device->shmem_regions_start };
}

/* Begins the check of a region of the device. */
static const struct jailhouse_memory *at_region(struct check *check, const struct end *end,
						unsigned int place)
{
	check_at(check, "mem_regions[%u].", end->device->shmem_regions_start + place);
	return &end->mem[place];
}

/* How many memory regions an ivshmem device uses. */
static unsigned int num_regions(const struct jailhouse_pci_device *device)
{
	return device->shmem_peers ? 2u + device->shmem_peers : 1u;
}

/* Whether memory region @index belongs to @device, a device of any type. */
static bool uses_region(const struct jailhouse_pci_device *device, u32 index)
{
	return is_virtual(device) && index >= device->shmem_regions_start &&
	       index - device->shmem_regions_start < num_regions(device);
}

static void check_bars(struct check *check, const struct end *end, const u32 *bars, u32 num_bars)
{
	for (u32 bar = 0; bar < num_bars; bar++) {
		u32 mask = end->device->bar_mask[bar], size = -mask;

		check_at(check, "pci_devices[%u].bar_mask[%u]", end->index, bar);
		if (bars[bar] == BAR_ABSENT || bars[bar] == BAR_UPPER_HALF)
			check_value(check, mask == bars[bar], "", mask, " is not 0x%x", bars[bar]);
		else
			check_value(check, size >= bars[bar] && !(size & (size - 1)), "", mask,
				    " is no window of at least 0x%x bytes", bars[bar]);
	}
}

static void check_section(struct check *check, const struct end *end,
			  const struct jailhouse_memory *mem)
{
	check_value(check, is_page_aligned(mem->phys_start) && !JAILHOUSE_MEMORY_IS_SUBPAGE(mem),
		    "size", mem->size, " at 0x%llx, of pci_devices[%u]: not whole pages",
		    mem->phys_start, end->index);
	check_value(check,
		    mem->flags & JAILHOUSE_MEM_READ &&
			    !(mem->flags & (JAILHOUSE_MEM_COMM_REGION | JAILHOUSE_MEM_LOADABLE)),
		    "flags", mem->flags, " do not fit shared memory of pci_devices[%u]",
		    end->index);
}

static void check_classic(struct check *check, const struct end *end)
{
	const struct jailhouse_memory *mem = at_region(check, end, 0);
	const struct jailhouse_pci_device *device = end->device;
	u32 vectors = device->num_msix_vectors;
	bool has_table = vectors || device->bar_mask[CLASSIC_TABLE_BAR] ||
			 device->bar_mask[CLASSIC_TABLE_BAR + 1];

	check_value(check, mem->size, "size", 0, ", but pci_devices[%u].shmem_region names it",
		    end->index);
	check_section(check, end, mem);
	check_value(check, mem->flags & JAILHOUSE_MEM_WRITE, "flags", mem->flags,
		    ": classic shared memory is read and written");
	check_at(check, "pci_devices[%u].", end->index);
	check_limits(check, "num_msix_vectors", vectors, 0, 1);
	check_bars(check, end, classic_bars, has_table ? NUM_BARS : CLASSIC_TABLE_BAR);
}

static void check_state_table(struct check *check, const struct end *end,
			      const struct jailhouse_memory *mem)
{
	check_value(check, mem->size && mem->size <= STATE_TABLE_MAX, "size", mem->size,
		    " is no state table for pci_devices[%u]", end->index);
	check_value(check, !(mem->flags & JAILHOUSE_MEM_WRITE), "flags", mem->flags,
		    ": the state table of pci_devices[%u] is read-only", end->index);
}

static void check_output(struct check *check, const struct end *end, unsigned int id,
			 const struct jailhouse_memory *mem)
{
	bool own = id == end->device->shmem_dev_id;
	u64 size = end->mem[IVSHMEM_REGION_OUTPUT(0)].size;

	check_value(check, mem->size == size, "size", mem->size, ", output section 0 has 0x%llx",
		    size);
	check_value(check, !mem->size || !(mem->flags & JAILHOUSE_MEM_WRITE) == !own, "flags",
		    mem->flags, ": output section %u must %sbe writable for shmem_dev_id 0x%x", id,
		    own ? "" : "not ", end->device->shmem_dev_id);
}

/* Each section that exists follows the one before, both in the machine and for the cell. */
static void check_sections(struct check *check, const struct end *end)
{
	u64 phys_end = end->mem[IVSHMEM_REGION_STATE].phys_start;
	u64 virt_end = end->mem[IVSHMEM_REGION_STATE].virt_start;

	for (unsigned int place = 0; place < num_regions(end->device); place++) {
		const struct jailhouse_memory *mem = at_region(check, end, place);

		if (place == IVSHMEM_REGION_STATE)
			check_state_table(check, end, mem);
		if (place >= IVSHMEM_REGION_OUTPUT(0))
			check_output(check, end, place - IVSHMEM_REGION_OUTPUT(0), mem);
		if (!mem->size)
			continue;
		check_section(check, end, mem);
		check_value(check, mem->phys_start == phys_end, "phys_start", mem->phys_start,
			    " is not consecutive, the region before ends at 0x%llx", phys_end);
		check_value(check, mem->virt_start == virt_end, "virt_start", mem->virt_start,
			    " is not consecutive, the region before ends at 0x%llx", virt_end);
		phys_end = mem->phys_start + mem->size;
		virt_end = mem->virt_start + mem->size;
	}
}

/*
 * Region @index of the cell is writable: it must not be a way around the rights of a section. In root
 * such a region is refused already, as one that overlaps another with different rights.
 */
static void check_alias(struct check *check, const struct end *end, u32 index)
{
	const struct jailhouse_memory *mem = jailhouse_cell_mem_regions(end->cell) + index;

	check_at(check, "mem_regions[%u].", index);
	for (unsigned int place = 0; place < num_regions(end->device); place++) {
		const struct jailhouse_memory *section = &end->mem[place];

		check_value(check,
			    section->flags & JAILHOUSE_MEM_WRITE ||
				    !config_regions_overlap(mem, section),
			    "phys_start", mem->phys_start,
			    " (size 0x%llx) makes mem_regions[%u] of pci_devices[%u] writable",
			    mem->size, end->device->shmem_regions_start + place, end->index);
	}
}

static void check_aliases(struct check *check, const struct end *end)
{
	const struct jailhouse_memory *mem = jailhouse_cell_mem_regions(end->cell);

	for (u32 i = 0; i < end->cell->num_memory_regions; i++) {
		if (mem[i].flags & JAILHOUSE_MEM_WRITE && !uses_region(end->device, i))
			check_alias(check, end, i);
	}
}

static void check_revision2(struct check *check, const struct end *end)
{
	const struct jailhouse_pci_device *device = end->device;

	check_limits(check, "shmem_dev_id", device->shmem_dev_id, 0, device->shmem_peers - 1);
	check_limits(check, "num_msix_vectors", device->num_msix_vectors, 1, IVSHMEM_VECTORS_LIMIT);
	check_bars(check, end, revision2_bars, NUM_BARS);
	check_sections(check, end);
	if (!check->is_root)
		check_aliases(check, end);
}

void config_check_ivshmem(struct check *check, u32 index)
{
	const struct jailhouse_pci_device *device = jailhouse_cell_pci_devices(check->cell) + index;
	u32 start = device->shmem_regions_start, available = check->cell->num_memory_regions;
	u8 peers = device->shmem_peers;
	struct end end;

	if (check->system)
		check_value(check, device->domain == check->system->platform_info.pci_domain,
			    "domain", device->domain, " is not platform_info.pci_domain 0x%x",
			    check->system->platform_info.pci_domain);
	check_value(check, peers != 1 && peers <= IVSHMEM_PEERS_LIMIT, "shmem_peers", peers,
		    " is not 0 (classic) or 2 to 0x%x", IVSHMEM_PEERS_LIMIT);
	if (range_exceeds(start, num_regions(device), available)) {
		check_value(check, false, peers ? "shmem_regions_start" : "shmem_region", start,
			    ": needs 0x%x regions, num_memory_regions is 0x%x", num_regions(device),
			    available);
		return;
	}
	end = get_end(check->cell, index);
	if (peers)
		check_revision2(check, &end);
	else
		check_classic(check, &end);
}

const struct jailhouse_pci_device *config_region_channel(const struct jailhouse_cell_desc *cell,
							 u32 region)
{
	const struct jailhouse_pci_device *device = jailhouse_cell_pci_devices(cell);

	for (u32 i = 0; i < cell->num_pci_devices; i++) {
		if (uses_region(&device[i], region))
			return &device[i];
	}
	return NULL;
}

/* One value that both ends must have alike. */
static void check_equal(struct check *check, const struct end *end, const struct end *peer,
			const char *field, u64 value, u64 peer_value)
{
	check_value(check, value == peer_value, field, value,
		    " of channel " BDF_FORMAT " is 0x%llx in cell \"%s\"",
		    BDF_ARGS(end->device->bdf), peer_value, peer->cell->name);
}

/* Without ROOTSHARED, root would lose the memory when the cell is created. */
static void check_region_ends(struct check *check, const struct end *end, const struct end *peer,
			      unsigned int place)
{
	const struct jailhouse_memory *mem = at_region(check, end, place);
	const struct jailhouse_memory *peer_mem = &peer->mem[place];

	check_equal(check, end, peer, "size", mem->size, peer_mem->size);
	if (!mem->size)
		return;
	check_equal(check, end, peer, "phys_start", mem->phys_start, peer_mem->phys_start);
	check_value(check, !is_root(check, peer->cell) || mem->flags & JAILHOUSE_MEM_ROOTSHARED,
		    "flags", mem->flags, " lack ROOTSHARED; root is a peer of channel " BDF_FORMAT,
		    BDF_ARGS(end->device->bdf));
}

static void check_ends(struct check *check, const struct end *end, const struct end *peer)
{
	const struct jailhouse_pci_device *a = end->device;
	const struct jailhouse_pci_device *b = peer->device;

	check_at(check, "pci_devices[%u].", end->index);
	check_equal(check, end, peer, "shmem_peers", a->shmem_peers, b->shmem_peers);
	if (a->shmem_peers != b->shmem_peers)
		return;
	check_equal(check, end, peer, "shmem_protocol", a->shmem_protocol, b->shmem_protocol);
	check_equal(check, end, peer, "num_msix_vectors", a->num_msix_vectors, b->num_msix_vectors);
	if (a->shmem_peers && a->shmem_dev_id == b->shmem_dev_id)
		check_finding(check, -EBUSY,
			      "shmem_dev_id 0x%x of channel " BDF_FORMAT " is taken by cell \"%s\"",
			      a->shmem_dev_id, BDF_ARGS(a->bdf), peer->cell->name);
	for (unsigned int place = 0; place < num_regions(a); place++)
		check_region_ends(check, end, peer, place);
}

static bool uses_memory(const struct end *end, const struct jailhouse_memory *mem)
{
	for (unsigned int place = 0; place < num_regions(end->device); place++) {
		if (config_regions_overlap(&end->mem[place], mem))
			return true;
	}
	return false;
}

/* The hypervisor writes to a state table on behalf of one channel; no other may have it. */
static void check_tables_apart(struct check *check, const struct end *a, const struct end *b)
{
	bool apart = !(a->device->shmem_peers && uses_memory(b, &a->mem[IVSHMEM_REGION_STATE])) &&
		     !(b->device->shmem_peers && uses_memory(a, &b->mem[IVSHMEM_REGION_STATE]));

	if (apart)
		return;
	check_at(check, "pci_devices[%u].shmem_regions_start 0x%x", a->index,
		 a->device->shmem_regions_start);
	check_finding(check, -EBUSY,
		      ": channel " BDF_FORMAT " has a state table where channel " BDF_FORMAT
		      " of cell \"%s\" has memory",
		      BDF_ARGS(a->device->bdf), BDF_ARGS(b->device->bdf), b->cell->name);
}

void config_check_channels_beside(struct check *check, const struct jailhouse_cell_desc *other)
{
	const struct jailhouse_pci_device *device = jailhouse_cell_pci_devices(check->cell);
	const struct jailhouse_pci_device *theirs = jailhouse_cell_pci_devices(other);

	for (u32 i = 0; i < check->cell->num_pci_devices; i++) {
		for (u32 j = 0; j < other->num_pci_devices; j++) {
			struct end end, peer;

			if (!is_virtual(&device[i]) || !is_virtual(&theirs[j]))
				continue;
			end = get_end(check->cell, i);
			peer = get_end(other, j);
			if (device[i].bdf != theirs[j].bdf)
				check_tables_apart(check, &end, &peer);
			else if (other != check->cell)
				check_ends(check, &end, &peer);
		}
	}
}

void config_check_classic_peers(struct check *check,
				const struct jailhouse_cell_desc *const others[],
				unsigned int num_others)
{
	const struct jailhouse_pci_device *device = jailhouse_cell_pci_devices(check->cell);

	for (u32 i = 0; i < check->cell->num_pci_devices; i++, device++) {
		unsigned int peers = config_find_device(&check->system->root_cell, device) ? 1 : 0;

		for (unsigned int o = 0; o < num_others; o++)
			peers += config_find_device(others[o], device) ? 1 : 0;
		check_at(check, "pci_devices[%u].bdf 0x%x (" BDF_FORMAT ")", i, device->bdf,
			 BDF_ARGS(device->bdf));
		if (is_virtual(device) && !device->shmem_peers && peers >= IVSHMEM_CLASSIC_PEERS)
			check_finding(check, -EBUSY,
				      ": this classic channel has both its ends already");
	}
}
