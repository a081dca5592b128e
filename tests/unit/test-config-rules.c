/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The configuration checker: rules that take more than one field to break, sizes of files, and what
 * has to pass because existing configurations do it.
 *
 * suite: hypervisor
 * sources: common/config-check.c common/config-check-cell.c common/config-check-memory.c
 * sources: common/config-check-pci.c common/config-check-channel.c
 * sources: common/format.c
 */
#include "unit.h"

#include "config-run.h"

#define MAX_SIZE 4096

static void samples_pass(void **state)
{
	(void)state;
	expect("system", check_system(&sample_system), 0, "");
	expect("one", check_cell(&sample_one), 0, "");
	expect("two", check_cell(&sample_two), 0, "");
	expect("three", check_cell(&sample_three), 0, "");
	expect("two beside one", check_beside(&sample_two, &sample_one, NULL), 0, "");
	expect("all", check_beside(&sample_three, &sample_one, &sample_two), 0, "");
	expect("other order", check_beside(&sample_one, &sample_three, &sample_two), 0, "");
}

static void truncated_file_is_refused(void **state)
{
	(void)state;
	for (size_t size = 0; size < sizeof(struct sample_system); size++)
		assert_int_equal(check_system_size(&sample_system, size), -EINVAL);
	for (size_t size = 0; size < sizeof(struct sample_cell); size++)
		assert_int_equal(check_cell_size(&sample_system, &sample_one, size), -EINVAL);
	expect("last byte", check_cell_size(&sample_system, &sample_one, sizeof(sample_one) - 1),
	       -EINVAL, "num_pci_caps 0x1: needs");
}

static void longer_file_passes(void **state)
{
	char file[MAX_SIZE] = "";

	(void)state;
	memcpy(file, &sample_one, sizeof(sample_one));
	forget();
	assert_int_equal(
		config_check_cell(&sample_system.header, (void *)file, sizeof(file), &report), 0);
}

/* Offsets of the counts in a descriptor, with the names that messages use. */
static const struct {
	const char *name;
	size_t offset;
} counts[] = {
#define COUNT(member)                                                       \
	{                                                                   \
#member " 0x", offsetof(struct jailhouse_cell_desc, member) \
	}
	COUNT(cpu_set_size), COUNT(num_memory_regions), COUNT(num_cache_regions),
	COUNT(num_irqchips), COUNT(num_pio_regions),    COUNT(num_pci_devices),
	COUNT(num_pci_caps), COUNT(num_stream_ids),
};

static void set_count(struct jailhouse_cell_desc *cell, size_t index, u32 value)
{
	memcpy((char *)cell + counts[index].offset, &value, sizeof(value));
}

static void count_past_the_end_is_refused(void **state)
{
	/* Too much for the file; for the limits; for 32 bits */
	static const u32 values[] = { 2048, 0x100000, 0x10000000, 0xfffffff8 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		for (size_t v = 0; v < ARRAY_SIZE(values); v++) {
			struct sample_system system = sample_system;
			struct sample_cell cell = sample_one;
			bool too_big;

			set_count(&system.header.root_cell, i, values[v]);
			too_big = jailhouse_system_config_size(&system.header) >
				  CONFIG_CHECK_MAX_SYSTEM_SIZE;
			expect("system", check_system(&system), too_big ? -E2BIG : -EINVAL,
			       counts[i].name);

			set_count(&cell.cell, i, values[v]);
			too_big = jailhouse_cell_config_size(&cell.cell) >
				  CONFIG_CHECK_MAX_CELL_SIZE;
			expect("cell", check_cell(&cell), too_big ? -E2BIG : -EINVAL,
			       counts[i].name);
		}
	}
}

/* All counts together do not wrap around either. */
static void all_counts_at_their_maximum_are_refused(void **state)
{
	struct sample_cell cell = sample_one;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		set_count(&cell.cell, i, 0xfffffff8);
	expect("all", check_cell(&cell), -E2BIG, "cpu_set_size 0xfffffff8");
}

static void limit_of_the_hypercall_is_exact(void **state)
{
	size_t size = CONFIG_CHECK_MAX_CELL_SIZE;
	struct sample_cell *cell = calloc(1, size + 4);
	u32 rest = (size - sizeof(*cell)) / sizeof(u32);

	(void)state;
	memcpy(cell, &sample_one, sizeof(*cell));
	cell->cell.num_stream_ids = rest;
	assert_int_equal((size - sizeof(*cell)) % sizeof(u32), 0);
	forget();
	assert_int_equal(config_check_cell(NULL, &cell->cell, size + 4, &report), 0);
	cell->cell.num_stream_ids = rest + 1;
	assert_int_equal(config_check_cell(NULL, &cell->cell, size + 4, &report), -E2BIG);
	free(cell);
}

static void unterminated_name_is_refused(void **state)
{
	struct sample_cell cell = sample_one;

	(void)state;
	memset(cell.cell.name, 'x', sizeof(cell.cell.name));
	expect("name", check_cell(&cell), -EINVAL, "cell configuration: name is empty");
	cell.cell.name[JAILHOUSE_CELL_NAME_MAXLEN] = '\0';
	expect("31 characters", check_cell(&cell), 0, "");
}

static void name_of_root_is_taken(void **state)
{
	struct sample_cell cell = sample_one;

	(void)state;
	strcpy(cell.cell.name, "root");
	expect("name", check_cell(&cell), -EEXIST, "name is that of the root cell");
}

static void findings_are_limited(void **state)
{
	struct sample_cell cell = sample_one;

	(void)state;
	memset(cell.cpus, 0xff, sizeof(cell.cpus));
	/* CPU 0, CPUs 8 to 63 */
	expect("cpus", check_cell(&cell), -EINVAL, "cell \"one\": 41 more findings");
	assert_int_equal(num_lines, CONFIG_CHECK_MAX_FINDINGS + 1);
}

/* The third end of a classic channel, between cells and with root. */
static void third_classic_peer_is_refused(void **state)
{
	struct sample_cell third = sample_one;

	(void)state;
	strcpy(third.cell.name, "third");
	third.cpus[0] = 0x10;
	third.mem_regions[0].phys_start = 0x48000000;
	third.pci_devices[0].bdf = 0xf8;
	third.pci_devices[0].msix_address = 0;
	third.irqchips[0].pin_bitmap[0] = 0x20;
	third.pci_devices[2].bdf = 0x7f;
	memset(&third.mem_regions[3], 0, 4 * sizeof(third.mem_regions[0]));
	third.pci_devices[2] = (struct jailhouse_pci_device)SAMPLE_CLASSIC(0xa0, 2);
	expect("alone", check_cell(&third), 0, "");
	expect("with root", check_beside(&third, &sample_one, NULL), -EBUSY,
	       "pci_devices[1].bdf 0x70 (00:0e.0): this classic channel has both its ends");

	third.mem_regions[2] = sample_two.mem_regions[2];
	third.pci_devices[1].bdf = 0x80;
	expect("beside one", check_beside(&third, &sample_two, NULL), 0, "");
	expect("beside two", check_beside(&third, &sample_two, &sample_three), -EBUSY,
	       "pci_devices[1].bdf 0x80 (00:10.0)");
}

/* Root's end is classic, the cell's of revision 2, and the other way round. */
static void channel_of_two_kinds_is_refused(void **state)
{
	struct sample_cell cell = sample_one;

	(void)state;
	cell.pci_devices[1].bdf = 0x78;
	cell.pci_devices[2].bdf = 0x70;
	expect("kinds", check_cell(&cell), -EINVAL,
	       "pci_devices[1].shmem_peers 0x0 of channel 00:0f.0 is 0x2 in cell \"root\"");
	expect("kinds", check_cell(&cell), -EINVAL,
	       "pci_devices[2].shmem_peers 0x2 of channel 00:0e.0 is 0x0 in cell \"root\"");
}

/* Two channels of one cell, of a cell and root, and of two cells */
static void state_table_of_two_channels_is_refused(void **state)
{
	struct sample_system system = sample_system;
	struct sample_cell cell = sample_one, other = sample_three;

	(void)state;
	system.pci_devices[2] = system.pci_devices[3];
	system.pci_devices[2].bdf = 0x70;
	expect("root", check_system(&system), -EBUSY,
	       "pci_devices[2].shmem_regions_start 0x3: channel 00:0e.0 has a state table where "
	       "channel 00:0f.0 of cell \"root\" has memory");
	cell.pci_devices[2].bdf = 0xa0;
	expect("cell", check_cell(&cell), -EBUSY,
	       "channel 00:14.0 has a state table where channel 00:0f.0 of cell \"root\"");
	other.pci_devices[1].bdf = 0xa0;
	expect("alone", check_cell(&other), 0, "");
	expect("beside", check_beside(&other, &sample_two, NULL), -EBUSY,
	       "pci_devices[1].shmem_regions_start 0x3: channel 00:14.0 has a state table where "
	       "channel 00:11.0 of cell \"two\"");
	other.pci_devices[1].bdf = 0x88;
	other.pci_devices[2].bdf = 0xa0;
	other.pci_devices[2].shmem_region = 7;
	other.mem_regions[7] = (struct jailhouse_memory)SAMPLE_REGION(0x45000000, 0x70000000,
								      0x1000, SAMPLE_WRITABLE);
	expect("classic", check_beside(&other, &sample_two, NULL), -EBUSY,
	       "pci_devices[2].shmem_regions_start 0x7: channel 00:14.0 has a state table where");
}

static void taken_device_is_refused(void **state)
{
	struct sample_cell cell = sample_three;

	(void)state;
	cell.pci_devices[2] = sample_one.pci_devices[0];
	expect("device", check_beside(&cell, &sample_one, NULL), -EBUSY,
	       "pci_devices[2].bdf 0x10 (00:02.0) belongs to cell \"one\"");
}

static void memory_shared_by_both_passes(void **state)
{
	struct sample_cell a = sample_two, b = sample_three;

	(void)state;
	a.mem_regions[8] = (struct jailhouse_memory)SAMPLE_REGION(0x46000000, 0x46000000, 0x1000,
								  SAMPLE_SHARED);
	b.mem_regions[8] = (struct jailhouse_memory)SAMPLE_REGION(0x46000000, 0x47000000, 0x2000,
								  SAMPLE_SHARED);
	expect("a", check_cell(&a), 0, "");
	expect("both", check_beside(&b, &a, NULL), 0, "");
	b.mem_regions[8].flags &= ~(u64)JAILHOUSE_MEM_ROOTSHARED;
	expect("one only", check_beside(&b, &a, NULL), -EBUSY,
	       "mem_regions[8].phys_start 0x46000000");
}

/* Root's memory may be described twice, but not in two ways. */
static void overlap_in_root_needs_equal_rights(void **state)
{
	struct sample_system system = sample_system;

	(void)state;
	system.mem_regions[7] = (struct jailhouse_memory)SAMPLE_REGION(0x1000, 0x1000, 0x1000,
								       SAMPLE_RAM);
	expect("equal", check_system(&system), 0, "");
	system.mem_regions[7].flags = JAILHOUSE_MEM_READ;
	expect("different", check_system(&system), -EINVAL,
	       "mem_regions[7].virt_start 0x1000 overlaps mem_regions[0] 0x0-0x40000000");
}

static void region_may_span_regions_of_root(void **state)
{
	struct sample_system system = sample_system;
	struct sample_cell cell = sample_one;

	(void)state;
	system.mem_regions[7] = (struct jailhouse_memory)SAMPLE_REGION(0x50a00000, 0x50a00000,
								       0x100000, SAMPLE_RAM);
	cell.mem_regions[7].size = 0;
	cell.mem_regions[0].phys_start = 0x50980000;
	assert_int_equal(check_system(&system), 0);
	expect("span", check_cell_size(&system, &cell, sizeof(cell)), 0, "");
}

/* One of each thing that existing configurations do. */
static void odd_but_valid_cell_passes(void **state)
{
	struct sample_cell cell = sample_one;

	(void)state;
	/* Descriptors without console; ports that root does not have; BARs of 16-bit ports */
	memset(&cell.cell.console, 0, sizeof(cell.cell.console));
	cell.pio_regions[0] = (struct jailhouse_pio)PIO_RANGE(0x3f8, 8);
	cell.pci_devices[0].bar_mask[1] = 0xffe0;
	/* No MSI-X for the cell */
	cell.pci_devices[0].num_msix_vectors = 0;
	cell.pci_devices[0].msix_address = 0;
	cell.pci_devices[0].msix_region_size = 0;
	/* A region of no size may lie anywhere */
	cell.mem_regions[8] = (struct jailhouse_memory)SAMPLE_REGION(0x40000000, 0xfee00000, 0, 7);
	/* Masks of older sources */
	cell.pci_devices[1].bar_mask[0] = 0xffffff00;
	cell.pci_devices[1].bar_mask[4] = 0xffffffe0;
	cell.pci_devices[2].bar_mask[0] = 0xffff0000;
	cell.pci_devices[2].bar_mask[1] = 0xfffffe00;
	cell.cell.cpu_reset_address = 0xfffffff0;
	cell.cell.id = 1234;
	expect("cell", check_cell(&cell), 0, "");
}

static void odd_but_valid_system_passes(void **state)
{
	struct sample_system system = sample_system;

	(void)state;
	system.header.debug_console = (struct jailhouse_console){ .type = JAILHOUSE_CON_TYPE_EFIFB,
								  .address = 0xc0000000,
								  .flags = 0x101 };
	system.header.platform_info.pci_mmconfig_base = 0;
	/* The list ends at the first base 0; what is behind does not count. */
	system.header.platform_info.iommu_units[0].base = 0;
	system.header.platform_info.iommu_units[1].type = 77;
	system.header.platform_info.iommu_units[1].base = 0x123;
	system.pci_devices[0].iommu = 1;
	/* Existing configurations give root the registers of the unit. */
	system.mem_regions[7] = (struct jailhouse_memory)SAMPLE_REGION(
		SAMPLE_IOMMU_BASE, SAMPLE_IOMMU_BASE, 0x80000, JAILHOUSE_MEM_READ);
	expect("without", check_system(&system), 0, "");
	system.header.platform_info.iommu_units[0].base = SAMPLE_IOMMU_BASE;
	system.pci_devices[0].iommu = 0;
	system.header.platform_info.iommu_units[1].base = 0;
	expect("with", check_system(&system), 0, "");
}

/* A machine may have its configuration space in another domain. */
static void virtual_devices_of_another_domain_pass(void **state)
{
	struct sample_system system = sample_system;
	struct sample_cell cell = sample_one;

	(void)state;
	system.header.platform_info.pci_domain = 7;
	system.pci_devices[2].domain = system.pci_devices[3].domain = 7;
	cell.pci_devices[1].domain = cell.pci_devices[2].domain = 7;
	expect("system", check_system(&system), 0, "");
	expect("cell", check_cell_size(&system, &cell, sizeof(cell)), 0, "");
	expect("elsewhere", check_cell(&cell), -EINVAL, "pci_devices[1].domain 0x7");
	forget();
	assert_int_equal(config_check_cell(NULL, &cell.cell, sizeof(cell), &report), 0);
}

/* Without vectors the window of the MSI-X table is all there or not at all. */
static void classic_device_without_vectors(void **state)
{
	static const struct {
		u32 masks[2];
		const char *words; /* of the finding; NULL: there is none */
	} windows[] = {
		{ { 0, 0 }, NULL },
		{ { 0xffffffe0, 0xffffffff }, NULL },
		{ { 0xfffff000, 0xffffffff }, NULL },
		{ { 0xffffffe0, 0 }, "pci_devices[0].bar_mask[5] 0x0 is not 0xffffffff" },
		{ { 0, 0xffffffff }, "pci_devices[0].bar_mask[4] 0x0 is no window" },
		{ { 0xfffffff0, 0xffffffff }, "pci_devices[0].bar_mask[4] 0xfffffff0" },
		{ { 0xffffffe0, 1 }, "pci_devices[0].bar_mask[5] 0x1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(windows); i++) {
		struct sample_cell cell = sample_two;
		const char *words = windows[i].words;

		cell.pci_devices[0].num_msix_vectors = 0;
		cell.pci_devices[0].bar_mask[4] = windows[i].masks[0];
		cell.pci_devices[0].bar_mask[5] = windows[i].masks[1];
		expect("masks", check_cell(&cell), words ? -EINVAL : 0, words ? words : "");
	}
}

/* Regions 3 and 6 of "two" are its state table and its peer's output; it may not write there. */
static void writable_alias_of_a_section_is_refused(void **state)
{
	static const struct jailhouse_memory table = SAMPLE_REGION(0x45000000, 0x70000000, 0x1000,
								   SAMPLE_WRITABLE);
	static const struct jailhouse_memory end_of_peers_output = SAMPLE_REGION(
		0x45005000, 0x70000000, 0x2000, SAMPLE_RAM);
	static const struct jailhouse_memory own_sections = SAMPLE_REGION(0x45001000, 0x70000000,
									  0x3000, SAMPLE_WRITABLE);
	struct sample_cell cell = sample_two;

	(void)state;
	cell.mem_regions[7] = own_sections;
	expect("own", check_cell(&cell), 0, "");
	cell.mem_regions[7] = table;
	expect("table", check_cell(&cell), -EINVAL,
	       "mem_regions[7].phys_start 0x45000000 (size 0x1000) makes mem_regions[3] of "
	       "pci_devices[1] writable");
	cell.mem_regions[7].flags &= ~(u64)JAILHOUSE_MEM_WRITE;
	expect("to read", check_cell(&cell), 0, "");
	cell.mem_regions[7] = end_of_peers_output;
	expect("output", check_cell(&cell), -EINVAL,
	       "mem_regions[7].phys_start 0x45005000 (size 0x2000) makes mem_regions[6] of "
	       "pci_devices[1] writable");
	cell.mem_regions[7].phys_start += 0x1000;
	expect("behind", check_cell(&cell), 0, "");
	/* Before the sections as well, and less than a page */
	cell.mem_regions[8] = cell.mem_regions[0];
	cell.mem_regions[0] = (struct jailhouse_memory)SAMPLE_REGION(0x45004008, 0x70004008, 8,
								     SAMPLE_WRITABLE);
	cell.mem_regions[7].size = 0;
	expect("registers", check_cell(&cell), -EINVAL,
	       "mem_regions[0].phys_start 0x45004008 (size 0x8) makes mem_regions[6]");
}

/* Another channel's memory is no better. */
static void writable_channel_over_a_section_is_refused(void **state)
{
	struct sample_cell cell = sample_two;

	(void)state;
	cell.mem_regions[2].phys_start = 0x45004000;
	cell.mem_regions[2].size = 0x1000;
	expect("classic", check_cell(&cell), -EINVAL,
	       "mem_regions[2].phys_start 0x45004000 (size 0x1000) makes mem_regions[6]");
}

/* A revision 2 channel may have neither a common section nor outputs. */
static void sections_may_be_absent(void **state)
{
	struct sample_cell a = sample_two, b = sample_three;

	(void)state;
	memset(&a.mem_regions[4], 0, 3 * sizeof(a.mem_regions[0]));
	memset(&b.mem_regions[4], 0, 3 * sizeof(b.mem_regions[0]));
	expect("a", check_cell(&a), 0, "");
	expect("b", check_cell(&b), 0, "");
	expect("both", check_beside(&b, &a, NULL), 0, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_pass),
		cmocka_unit_test(truncated_file_is_refused),
		cmocka_unit_test(longer_file_passes),
		cmocka_unit_test(count_past_the_end_is_refused),
		cmocka_unit_test(all_counts_at_their_maximum_are_refused),
		cmocka_unit_test(limit_of_the_hypercall_is_exact),
		cmocka_unit_test(unterminated_name_is_refused),
		cmocka_unit_test(name_of_root_is_taken),
		cmocka_unit_test(findings_are_limited),
		cmocka_unit_test(third_classic_peer_is_refused),
		cmocka_unit_test(channel_of_two_kinds_is_refused),
		cmocka_unit_test(state_table_of_two_channels_is_refused),
		cmocka_unit_test(taken_device_is_refused),
		cmocka_unit_test(memory_shared_by_both_passes),
		cmocka_unit_test(overlap_in_root_needs_equal_rights),
		cmocka_unit_test(region_may_span_regions_of_root),
		cmocka_unit_test(odd_but_valid_cell_passes),
		cmocka_unit_test(odd_but_valid_system_passes),
		cmocka_unit_test(virtual_devices_of_another_domain_pass),
		cmocka_unit_test(classic_device_without_vectors),
		cmocka_unit_test(writable_alias_of_a_section_is_refused),
		cmocka_unit_test(writable_channel_over_a_section_is_refused),
		cmocka_unit_test(sections_may_be_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
