/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sub-page regions and the test device, on simulated registers and the real dispatch.
 *
 * suite: hypervisor
 * sources: hypervisor/subpage.c hypervisor/mmio.c
 */
#include "unit.h"

#include "hypervisor/device-map.h"
#include "hypervisor/subpage.h"

#define MAX_REGIONS 4
/* A page of device registers, and where the cells see it; the lowest bits of both may differ. */
#define DEVICE_PHYS 0xfed00000ULL
#define DEVICE_VIRT 0x40000000ULL
#define COMM_VIRT   0x50000000ULL
/* The test device lies behind the communication page. */
#define TEST_DEVICE_VIRT  (COMM_VIRT + PAGE_SIZE)
#define TEST_DEVICE_FIRST 0xff8

#define READ_WRITE (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE)
#define ALL_WIDTHS \
	(JAILHOUSE_MEM_IO_8 | JAILHOUSE_MEM_IO_16 | JAILHOUSE_MEM_IO_32 | JAILHOUSE_MEM_IO_64)

#define VALUE 0x1122334455667788ULL

/* A cell with its configuration and storage */
struct owner {
	struct cell cell;
	struct mmio_region regions[MAX_REGIONS + 1];
	struct {
		struct jailhouse_cell_desc desc;
		struct jailhouse_memory mem[MAX_REGIONS];
	} __attribute__((packed)) config;
};

struct cell *root_cell;

static struct owner root, owner, other;
static u8 comm_page[PAGE_SIZE] __attribute__((aligned(8)));
static u8 device[PAGE_SIZE] __attribute__((aligned(8)));
/* device_map() fails when this many mappings exist. */
static unsigned int maps_limit;
static unsigned int maps_used;
static u64 bytes_mapped;
static unsigned int accesses;

volatile void *device_map(u64 phys, u64 size)
{
	assert_in_range(phys, DEVICE_PHYS, DEVICE_PHYS + PAGE_SIZE - size);
	if (maps_used == maps_limit)
		return NULL;
	maps_used++;
	bytes_mapped += size;
	return device + (phys - DEVICE_PHYS);
}

void device_unmap(volatile void *start, u64 size)
{
	if (!start)
		return;
	maps_used--;
	bytes_mapped -= size;
}

u64 register_read(const volatile void *reg, unsigned int size)
{
	u64 value = 0;

	accesses++;
	memcpy(&value, (const void *)reg, size);
	return value;
}

void register_write(volatile void *reg, unsigned int size, u64 value)
{
	accesses++;
	memcpy((void *)reg, &value, size);
}

static void new_cell(struct owner *new, const char *name)
{
	memset(new, 0, sizeof(*new));
	strcpy(new->config.desc.name, name);
	new->cell.config = &new->config.desc;
	new->cell.comm_page = (void *)comm_page;
	mmio_map_init(&new->cell.mmio, new->regions, ARRAY_SIZE(new->regions));
}

static int set_up(void **state)
{
	unsigned int i;

	stub_reset(state);
	maps_limit = ~0U;
	maps_used = 0;
	bytes_mapped = 0;
	accesses = 0;
	for (i = 0; i < PAGE_SIZE; i++) {
		device[i] = i * 7 + 1;
		comm_page[i] = i * 5 + 2;
	}
	new_cell(&root, "root");
	new_cell(&owner, "owner");
	new_cell(&other, "other");
	root_cell = &root.cell;
	return 0;
}

static void add_region(struct owner *to, u64 phys, u64 virt, u64 size, u64 flags)
{
	assert_in_range(to->config.desc.num_memory_regions, 0, MAX_REGIONS - 1);
	to->config.mem[to->config.desc.num_memory_regions++] =
		(struct jailhouse_memory){ phys, virt, size, flags };
}

/* The device's registers from @offset on, at the same offset for the cell. */
static void add_registers(struct owner *to, u64 offset, u64 size, u64 flags)
{
	add_region(to, DEVICE_PHYS + offset, DEVICE_VIRT + offset, size, flags);
}

static void add_test_device(struct owner *to)
{
	to->config.desc.flags |= JAILHOUSE_CELL_TEST_DEVICE;
	add_region(to, 0, COMM_VIRT, PAGE_SIZE, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_COMM_REGION);
}

static void start(struct owner *started)
{
	assert_int_equal(subpage_init(&started->cell), 0);
	assert_int_equal(started->cell.mmio.num_regions,
			 subpage_num_regions(&started->config.desc));
}

/* Nothing is left of any cell. */
static void end(struct owner *ended)
{
	subpage_exit(&ended->cell);
	assert_int_equal(maps_used, 0);
	assert_int_equal(bytes_mapped, 0);
	assert_int_equal(stub_pages_used, 0);
}

static enum mmio_result access_at(struct owner *by, u64 virt, unsigned int size, bool is_write)
{
	struct mmio_access access = {
		.address = virt, .size = size, .is_write = is_write, .value = is_write ? VALUE : 0
	};

	return mmio_dispatch(&by->cell.mmio, &access);
}

static enum mmio_result read_register(struct owner *by, u64 offset, unsigned int size)
{
	return access_at(by, DEVICE_VIRT + offset, size, false);
}

static enum mmio_result write_register(struct owner *by, u64 offset, unsigned int size)
{
	return access_at(by, DEVICE_VIRT + offset, size, true);
}

static void only_small_or_unaligned_regions_are_counted(void **state)
{
	(void)state;
	add_region(&owner, DEVICE_PHYS, DEVICE_VIRT, PAGE_SIZE, READ_WRITE);
	assert_int_equal(subpage_num_regions(&owner.config.desc), 0);
	/* An empty entry, as a channel without a state table has */
	add_region(&owner, 0, 0x10, 0, READ_WRITE);
	assert_int_equal(subpage_num_regions(&owner.config.desc), 0);
	add_registers(&owner, 0x10, 8, READ_WRITE);
	assert_int_equal(subpage_num_regions(&owner.config.desc), 1);
	add_test_device(&owner);
	assert_int_equal(subpage_num_regions(&owner.config.desc), 2);
	start(&owner);
	assert_int_equal(maps_used, 1);
	assert_int_equal(bytes_mapped, 8);
	end(&owner);
}

static void accesses_reach_the_right_bytes(void **state)
{
	struct mmio_access access = { .size = 4 };
	u8 expected[PAGE_SIZE];
	u32 value;

	(void)state;
	/* Physical and guest-physical addresses differ in their place within the page. */
	add_region(&owner, DEVICE_PHYS + 0x128, DEVICE_VIRT + 0x40, 0x10, READ_WRITE | ALL_WIDTHS);
	start(&owner);
	access.address = DEVICE_VIRT + 0x48;
	assert_int_equal(mmio_dispatch(&owner.cell.mmio, &access), MMIO_HANDLED);
	memcpy(&value, device + 0x130, sizeof(value));
	assert_int_equal(access.value, value);
	memcpy(expected, device, PAGE_SIZE);
	memcpy(expected + 0x136, &(u16){ (u16)VALUE }, sizeof(u16));
	assert_int_equal(write_register(&owner, 0x4e, 2), MMIO_HANDLED);
	assert_memory_equal(device, expected, PAGE_SIZE);
	assert_int_equal(accesses, 2);
	assert_int_equal(read_register(&owner, 0x3f, 1), MMIO_UNHANDLED);
	assert_int_equal(read_register(&owner, 0x4e, 4), MMIO_UNHANDLED);
	assert_int_equal(read_register(&owner, 0x50, 1), MMIO_UNHANDLED);
	assert_int_equal(accesses, 2);
	end(&owner);
}

static void each_width_needs_its_flag(void **state)
{
	unsigned int allowed, size;

	for (allowed = 0; allowed < 16; allowed++) {
		set_up(state);
		add_registers(&owner, 0x10, 8,
			      READ_WRITE | (u64)allowed << JAILHOUSE_MEM_IO_WIDTH_SHIFT);
		start(&owner);
		for (size = 1; size <= 8; size *= 2) {
			enum mmio_result expected = allowed & size ? MMIO_HANDLED : MMIO_ERROR;

			assert_int_equal(read_register(&owner, 0x10, size), expected);
			assert_int_equal(write_register(&owner, 0x10, size), expected);
		}
		assert_int_equal(accesses, 2 * __builtin_popcount(allowed));
		end(&owner);
	}
}

static void each_direction_needs_its_flag(void **state)
{
	static const u64 flags[] = { 0, JAILHOUSE_MEM_READ, JAILHOUSE_MEM_WRITE, READ_WRITE };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		set_up(state);
		add_registers(&owner, 0x10, 8, flags[i] | ALL_WIDTHS);
		start(&owner);
		assert_int_equal(read_register(&owner, 0x10, 4),
				 flags[i] & JAILHOUSE_MEM_READ ? MMIO_HANDLED : MMIO_ERROR);
		assert_int_equal(write_register(&owner, 0x10, 4),
				 flags[i] & JAILHOUSE_MEM_WRITE ? MMIO_HANDLED : MMIO_ERROR);
		end(&owner);
	}
}

/* Tries all sizes and places. What must be aligned is the physical address. */
static void check_alignment(void **state, u64 phys_offset, u64 flags)
{
	bool unaligned = flags & JAILHOUSE_MEM_IO_UNALIGNED;
	unsigned int size, offset;

	set_up(state);
	add_region(&owner, DEVICE_PHYS + phys_offset, DEVICE_VIRT, 16, READ_WRITE | flags);
	start(&owner);
	for (size = 1; size <= 8; size *= 2) {
		for (offset = 0; offset + size <= 16; offset++) {
			bool aligned = (phys_offset + offset) % size == 0;

			assert_int_equal(read_register(&owner, offset, size),
					 aligned || unaligned ? MMIO_HANDLED : MMIO_ERROR);
			assert_int_equal(write_register(&owner, offset, size),
					 aligned || unaligned ? MMIO_HANDLED : MMIO_ERROR);
		}
	}
	end(&owner);
}

static void unaligned_accesses_need_a_flag(void **state)
{
	check_alignment(state, 0x20, ALL_WIDTHS);
	check_alignment(state, 0x23, ALL_WIDTHS);
	check_alignment(state, 0x20, ALL_WIDTHS | JAILHOUSE_MEM_IO_UNALIGNED);
	check_alignment(state, 0x23, ALL_WIDTHS | JAILHOUSE_MEM_IO_UNALIGNED);
}

static void cells_are_told_what_they_did(void **state)
{
	(void)state;
	add_registers(&owner, 0x10, 8, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_IO_32);
	start(&owner);
	assert_int_equal(read_register(&owner, 0x10, 4), MMIO_HANDLED);
	assert_string_equal(stub_printk_text, "");
	assert_int_equal(write_register(&owner, 0x14, 4), MMIO_ERROR);
	assert_string_equal(stub_printk_text, "Cell \"owner\": write of 4 bytes at 40000014, "
					      "which the flags of the region forbid\n");
	stub_reset(state);
	assert_int_equal(read_register(&owner, 0x12, 2), MMIO_ERROR);
	assert_non_null(strstr(stub_printk_text, "read of 2 bytes at 40000012"));
	assert_int_equal(accesses, 1);
	end(&owner);
}

static void root_finds_nothing_where_it_may_not_go(void **state)
{
	(void)state;
	add_registers(&root, 0x10, 8, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_IO_32);
	start(&root);
	assert_int_equal(read_register(&root, 0x10, 4), MMIO_HANDLED);
	assert_int_equal(write_register(&root, 0x10, 4), MMIO_UNHANDLED);
	assert_int_equal(read_register(&root, 0x10, 2), MMIO_UNHANDLED);
	assert_int_equal(read_register(&root, 0x12, 4), MMIO_UNHANDLED);
	assert_int_equal(accesses, 1);
	assert_string_equal(stub_printk_text, "");
	end(&root);
}

static void check_root(bool first_present, bool second_present)
{
	subpage_update_root();
	assert_int_equal(read_register(&root, 0x10, 4),
			 first_present ? MMIO_HANDLED : MMIO_UNHANDLED);
	assert_int_equal(write_register(&root, 0x1c, 4),
			 first_present ? MMIO_HANDLED : MMIO_UNHANDLED);
	assert_int_equal(read_register(&root, 0x20, 4),
			 second_present ? MMIO_HANDLED : MMIO_UNHANDLED);
	assert_string_equal(stub_printk_text, "");
}

static void start_root_with_two_regions(void)
{
	add_registers(&root, 0x10, 0x10, READ_WRITE | ALL_WIDTHS);
	add_registers(&root, 0x20, 4, READ_WRITE | ALL_WIDTHS);
	start(&root);
}

static void root_lacks_what_another_cell_has(void **state)
{
	(void)state;
	start_root_with_two_regions();
	check_root(true, true);
	/* One byte in common is enough. */
	add_registers(&owner, 0x1f, 1, READ_WRITE | ALL_WIDTHS);
	root.cell.next = &owner.cell;
	check_root(false, true);
	add_registers(&other, 0x20, 8, READ_WRITE | ALL_WIDTHS);
	owner.cell.next = &other.cell;
	check_root(false, false);
	root.cell.next = &other.cell;
	check_root(true, false);
	root.cell.next = NULL;
	check_root(true, true);
	end(&root);
}

static void root_keeps_what_it_shares(void **state)
{
	(void)state;
	start_root_with_two_regions();
	root.cell.next = &owner.cell;
	add_registers(&owner, 0x10, 0x10, READ_WRITE | ALL_WIDTHS | JAILHOUSE_MEM_ROOTSHARED);
	check_root(true, true);
	/* Whatever the address of the communication region, it is no memory of root's. */
	add_region(&owner, DEVICE_PHYS, COMM_VIRT, PAGE_SIZE, JAILHOUSE_MEM_COMM_REGION);
	check_root(true, true);
	/* A whole page that is mapped for the cell takes the registers in it along. */
	add_region(&owner, DEVICE_PHYS, DEVICE_VIRT, PAGE_SIZE, READ_WRITE);
	check_root(false, false);
	end(&root);
}

static void test_device_aliases_the_end_of_the_communication_page(void **state)
{
	unsigned int offset, size;
	u64 expected;

	(void)state;
	add_test_device(&owner);
	start(&owner);
	for (size = 1; size <= 8; size *= 2) {
		for (offset = TEST_DEVICE_FIRST - 16; offset + size <= PAGE_SIZE; offset++) {
			struct mmio_access access = { TEST_DEVICE_VIRT + offset, size, false, 0 };
			bool there = offset >= TEST_DEVICE_FIRST;

			assert_int_equal(mmio_dispatch(&owner.cell.mmio, &access),
					 there ? MMIO_HANDLED : MMIO_UNHANDLED);
			expected = 0;
			memcpy(&expected, comm_page + offset, there ? size : 0);
			assert_int_equal(access.value, expected);
		}
		assert_int_equal(
			access_at(&owner, TEST_DEVICE_VIRT + PAGE_SIZE - size + 1, size, false),
			MMIO_UNHANDLED);
	}
	assert_int_equal(access_at(&owner, TEST_DEVICE_VIRT, 8, true), MMIO_UNHANDLED);
	assert_int_equal(access_at(&owner, COMM_VIRT + TEST_DEVICE_FIRST, 8, true), MMIO_UNHANDLED);
	end(&owner);
}

static void writes_to_the_test_device_stay_in_it(void **state)
{
	u8 expected[PAGE_SIZE];
	u64 value = VALUE;

	(void)state;
	add_test_device(&owner);
	start(&owner);
	memcpy(expected, comm_page, PAGE_SIZE);
	assert_int_equal(access_at(&owner, TEST_DEVICE_VIRT + TEST_DEVICE_FIRST - 1, 8, true),
			 MMIO_UNHANDLED);
	assert_memory_equal(comm_page, expected, PAGE_SIZE);
	memcpy(expected + TEST_DEVICE_FIRST + 3, &value, 4);
	assert_int_equal(access_at(&owner, TEST_DEVICE_VIRT + TEST_DEVICE_FIRST + 3, 4, true),
			 MMIO_HANDLED);
	assert_memory_equal(comm_page, expected, PAGE_SIZE);
	end(&owner);
}

static void test_device_needs_a_communication_region(void **state)
{
	(void)state;
	owner.config.desc.flags = JAILHOUSE_CELL_TEST_DEVICE;
	add_registers(&owner, 0x10, 8, READ_WRITE);
	assert_int_equal(subpage_init(&owner.cell), -EINVAL);
	end(&owner);
}

static void failed_creation_leaves_nothing(void **state)
{
	unsigned int maps;

	/* No page for the table */
	add_registers(&owner, 0x10, 8, READ_WRITE);
	stub_pages_limit = 0;
	assert_int_equal(subpage_init(&owner.cell), -ENOMEM);
	end(&owner);
	for (maps = 0; maps < 3; maps++) {
		set_up(state);
		maps_limit = maps;
		add_registers(&owner, 0x10, 8, READ_WRITE);
		add_registers(&owner, 0x20, 4, READ_WRITE);
		add_registers(&owner, 0x30, 2, READ_WRITE);
		assert_int_equal(subpage_init(&owner.cell), -ENOMEM);
		assert_int_equal(maps_used, maps);
		end(&owner);
	}
	/* A region on top of another */
	set_up(state);
	add_registers(&owner, 0x10, 8, READ_WRITE);
	add_registers(&owner, 0x14, 8, READ_WRITE);
	assert_int_equal(subpage_init(&owner.cell), -EEXIST);
	end(&owner);
	/* None at all */
	set_up(state);
	start(&owner);
	end(&owner);
}

#define test(function) cmocka_unit_test_setup(function, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(only_small_or_unaligned_regions_are_counted),
		test(accesses_reach_the_right_bytes),
		test(each_width_needs_its_flag),
		test(each_direction_needs_its_flag),
		test(unaligned_accesses_need_a_flag),
		test(cells_are_told_what_they_did),
		test(root_finds_nothing_where_it_may_not_go),
		test(root_lacks_what_another_cell_has),
		test(root_keeps_what_it_shares),
		test(test_device_aliases_the_end_of_the_communication_page),
		test(writes_to_the_test_device_stay_in_it),
		test(test_device_needs_a_communication_region),
		test(failed_creation_leaves_nothing),
	};

	return cmocka_run_group_tests_name("subpage", tests, NULL, NULL);
}
