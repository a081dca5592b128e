/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ivshmem device: every byte of configuration space, every register, every access width.
 *
 * suite: ivshmem
 * sources: tests/unit/ivshmem-cells.c hypervisor/ivshmem.c hypervisor/ivshmem-channel.c hypervisor/mmio.c
 * sources: hypervisor/pci.c hypervisor/pci-physical.c hypervisor/pci-msi.c hypervisor/pci-msix.c
 * sources: hypervisor/pci-virtual.c hypervisor/pci-msix-virtual.c
 */
#include "unit.h"

#include "ivshmem-cells.h"

#define PEERS   3
#define VECTORS 5

/* A register of configuration space that is not 0 and always so, and its writable bits */
struct expected {
	u16 address;
	u32 value;
	u32 writable;
};

static const struct expected classic[] = {
	{ 0x00, 0x11101af4, 0 },  { 0x04, 0x00100000, 0x6 },
	{ 0x08, 0xff402300, 0 },  { 0x10, 4, 0xfffff000 },
	{ 0x14, 0, 0xffffffff },  { 0x20, 4, 0xfffff000 },
	{ 0x24, 0, 0xffffffff },  { 0x2c, 0x11101af4, 0 },
	{ 0x34, 0x50, 0 },        { 0x40, CLASSIC_MEM, 0 },
	{ 0x44, 1, 0 },           { 0x48, CLASSIC_SIZE, 0 },
	{ 0x50, 0x11, 3U << 30 }, { 0x54, 4, 0 },
	{ 0x58, 0x14, 0 },
};
static const struct expected without[] = {
	{ 0x00, 0x11101af4, 0 }, { 0x04, 0, 0x406 },        { 0x08, 0xff402300, 0 },
	{ 0x10, 4, 0xfffff000 }, { 0x14, 0, 0xffffffff },   { 0x20, 4, 0xfffff000 },
	{ 0x24, 0, 0xffffffff }, { 0x2c, 0x11101af4, 0 },   { 0x40, CLASSIC_MEM, 0 },
	{ 0x44, 1, 0 },          { 0x48, CLASSIC_SIZE, 0 },
};
static const struct expected revision2[] = {
	{ 0x00, 0x4106110a, 0 },
	{ 0x04, 0x00100000, 0x6 },
	{ 0x08, 0xff000100, 0 },
	{ 0x10, 0, 0xfffff000 },
	{ 0x14, 0, 0xfffff000 },
	{ 0x34, 0x40, 0 },
	{ 0x40, 0x00206009, 1 << 24 },
	{ 0x44, TABLE_SIZE, 0 },
	{ 0x48, COMMON_SIZE, 0 },
	{ 0x50, OUTPUT_SIZE, 0 },
	{ 0x58, SHMEM, 0 },
	{ 0x5c, 1, 0 },
	{ 0x60, (VECTORS - 1) << 16 | 0x11, 3U << 30 },
	{ 0x64, 1, 0 },
	{ 0x68, 0x101, 0 },
};

static int set_up(void **state)
{
	(void)state;
	ivshmem_cells_reset();
	ivshmem_cell_add(0, CHANNEL, PEERS, VECTORS);
	ivshmem_cell_add(1, CHANNEL, PEERS, VECTORS);
	ivshmem_cell_add(1, CLASSIC, 0, 1);
	ivshmem_cell_add(1, WITHOUT, 0, 0);
	assert_int_equal(ivshmem_cell_create(0), 0);
	assert_int_equal(ivshmem_cell_create(1), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	check_shared_memory(PEERS);
	ivshmem_cells_finish();
	return 0;
}

static struct expected find(const struct expected *list, unsigned int num, u16 address)
{
	unsigned int i;

	for (i = 0; i < num; i++)
		if (list[i].address == address)
			return list[i];
	return (struct expected){ address, 0, 0 };
}

static void check_reads(u16 bdf, u16 address, u32 value)
{
	unsigned int offset;

	assert_int_equal(config_get(1, bdf, address, 4), value);
	for (offset = 0; offset < 4; offset += 2)
		assert_int_equal(config_get(1, bdf, address + offset, 2),
				 (value >> 8 * offset) & 0xffff);
	for (offset = 0; offset < 4; offset++)
		assert_int_equal(config_get(1, bdf, address + offset, 1),
				 (value >> 8 * offset) & 0xff);
}

static void check_writes(u16 bdf, const struct expected *reg)
{
	unsigned int size, offset;

	for (size = 1; size <= 4; size *= 2)
		for (offset = 0; offset < 4; offset += size) {
			u32 lanes = (size == 4 ? ~0U : (1U << 8 * size) - 1) << 8 * offset;

			config_set(1, bdf, reg->address + offset, size, 0xffffffff);
			check_reads(bdf, reg->address, reg->value | (reg->writable & lanes));
			config_set(1, bdf, reg->address + offset, size, 0);
			check_reads(bdf, reg->address, reg->value);
		}
}

static void check_configuration(u16 bdf, const struct expected *list, unsigned int num)
{
	struct expected reg;
	u16 address;

	for (address = 0; address < PCI_CONFIG_SIZE; address += 4) {
		reg = find(list, num, address);
		check_reads(bdf, address, reg.value);
		check_writes(bdf, &reg);
	}
}

static void configuration_space(void **state)
{
	(void)state;
	check_configuration(CHANNEL, revision2, ARRAY_SIZE(revision2));
	check_configuration(CLASSIC, classic, ARRAY_SIZE(classic));
	check_configuration(WITHOUT, without, ARRAY_SIZE(without));
}

static void windows_tell_their_size(void **state)
{
	(void)state;
	config_set(1, CHANNEL, PCI_BAR, 4, 0xffffffff);
	config_set(1, CHANNEL, PCI_BAR + 4, 4, 0xffffffff);
	config_set(1, CHANNEL, PCI_BAR + 8, 4, 0xffffffff);
	assert_int_equal(config_get(1, CHANNEL, PCI_BAR, 4), 0xfffff000);
	assert_int_equal(config_get(1, CHANNEL, PCI_BAR + 4, 4), 0xfffff000);
	assert_int_equal(config_get(1, CHANNEL, PCI_BAR + 8, 4), 0);
	config_set(1, CLASSIC, PCI_BAR, 4, 0xffffffff);
	config_set(1, CLASSIC, PCI_BAR + 4, 4, 0xffffffff);
	config_set(1, CLASSIC, PCI_BAR + 8, 4, 0xffffffff);
	assert_int_equal(config_get(1, CLASSIC, PCI_BAR, 4), 0xfffff004);
	assert_int_equal(config_get(1, CLASSIC, PCI_BAR + 4, 4), 0xffffffff);
	assert_int_equal(config_get(1, CLASSIC, PCI_BAR + 8, 4), 0);
}

/* Every offset of a window in every width; what is no register reads 0 and ignores writes. */
static void check_window(u16 bdf, unsigned int bar, bool (*is_register)(u64 offset))
{
	unsigned int size;
	u64 offset, value;

	for (offset = 0; offset < 0x1000; offset++)
		for (size = 1; size <= 8 && offset + size <= 0x1000; size *= 2) {
			if (size == 4 && is_register(offset))
				continue;
			value = ~0ULL >> (64 - 8 * size);
			assert_int_equal(
				memory_access(1, window(bdf, bar) + offset, true, size, &value), 1);
			assert_int_equal(
				memory_access(1, window(bdf, bar) + offset, false, size, &value),
				1);
			assert_int_equal(value, 0);
		}
}

static bool is_classic_register(u64 offset)
{
	return offset == IVSHMEM_CLASSIC_IVPOSITION || offset == IVSHMEM_CLASSIC_LSTATE;
}

static bool is_register_without_vectors(u64 offset)
{
	return is_classic_register(offset) || offset == IVSHMEM_CLASSIC_INTX_CTRL;
}

static bool is_revision2_register(u64 offset)
{
	return offset == IVSHMEM_ID || offset == IVSHMEM_MAX_PEERS ||
	       offset == IVSHMEM_INT_CONTROL || offset == IVSHMEM_STATE;
}

static bool is_revision2_table(u64 offset)
{
	return offset < 16 * VECTORS && offset % 4 == 0;
}

static bool is_classic_table(u64 offset)
{
	return offset < 16 && offset % 4 == 0;
}

static bool is_nothing(u64 offset)
{
	(void)offset;
	return false;
}

static void other_accesses_do_nothing(void **state)
{
	(void)state;
	set_up_device(0, CHANNEL);
	set_up_device(1, CHANNEL);
	set_up_device(1, CLASSIC);
	set_up_device(1, WITHOUT);
	set(1, CHANNEL, 0, IVSHMEM_STATE, 0x12345678);
	take_all_interrupts(0);
	check_window(CHANNEL, 0, is_revision2_register);
	check_window(CHANNEL, TABLE_BAR, is_revision2_table);
	check_window(CLASSIC, 0, is_classic_register);
	check_window(CLASSIC, CLASSIC_TABLE_BAR, is_classic_table);
	check_window(WITHOUT, 0, is_register_without_vectors);
	check_window(WITHOUT, CLASSIC_TABLE_BAR, is_nothing);
	assert_int_equal(get(1, CHANNEL, 0, IVSHMEM_STATE), 0x12345678);
	assert_int_equal(take_all_interrupts(0) + take_all_interrupts(1), 0);
}

static void read_only_registers(void **state)
{
	(void)state;
	set_up_device(0, CHANNEL);
	set_up_device(1, CHANNEL);
	set_up_device(1, CLASSIC);
	set(1, CHANNEL, 0, IVSHMEM_ID, 7);
	set(1, CHANNEL, 0, IVSHMEM_MAX_PEERS, 7);
	set(1, CLASSIC, 0, IVSHMEM_CLASSIC_IVPOSITION, 7);
	set(1, CLASSIC, 0, IVSHMEM_CLASSIC_RSTATE, 7);
	assert_int_equal(get(0, CHANNEL, 0, IVSHMEM_ID), 0);
	assert_int_equal(get(1, CHANNEL, 0, IVSHMEM_ID), 1);
	assert_int_equal(get(1, CHANNEL, 0, IVSHMEM_MAX_PEERS), PEERS);
	assert_int_equal(get(1, CLASSIC, 0, IVSHMEM_CLASSIC_IVPOSITION), 0);
	assert_int_equal(get(1, CLASSIC, 0, IVSHMEM_CLASSIC_RSTATE), 0);
}

static void interrupt_control_has_one_bit(void **state)
{
	(void)state;
	set_up_device(1, CHANNEL);
	set_up_device(1, CLASSIC);
	set_up_device(1, WITHOUT);
	set(1, CHANNEL, 0, IVSHMEM_INT_CONTROL, 0xffffffff);
	assert_int_equal(get(1, CHANNEL, 0, IVSHMEM_INT_CONTROL), 1);
	set(1, CHANNEL, 0, IVSHMEM_INT_CONTROL, 0xfffffffe);
	assert_int_equal(get(1, CHANNEL, 0, IVSHMEM_INT_CONTROL), 0);
	set(1, WITHOUT, 0, IVSHMEM_CLASSIC_INTX_CTRL, 0xffffffff);
	assert_int_equal(get(1, WITHOUT, 0, IVSHMEM_CLASSIC_INTX_CTRL), 1);
	set(1, WITHOUT, 0, IVSHMEM_CLASSIC_INTX_CTRL, 2);
	assert_int_equal(get(1, WITHOUT, 0, IVSHMEM_CLASSIC_INTX_CTRL), 0);
	set(1, CLASSIC, 0, IVSHMEM_CLASSIC_INTX_CTRL, 1);
	assert_int_equal(get(1, CLASSIC, 0, IVSHMEM_CLASSIC_INTX_CTRL), 0);
}

static void reset_registers(void **state)
{
	u8 msix = find_capability(1, CHANNEL, PCI_CAP_ID_MSIX);

	(void)state;
	set_up_device(1, CHANNEL);
	config_set(1, CHANNEL, 0x40 + IVSHMEM_VNDR_PRIVILEGED, 1, IVSHMEM_PRIVILEGED_ONESHOT);
	config_set(1, CHANNEL, msix + MSIX_CONTROL, 2, MSIX_CONTROL_ENABLE | MSIX_CONTROL_MASKALL);
	set(1, CHANNEL, 0, IVSHMEM_STATE, 3);
	ivshmem_cell_reset(1);
	check_configuration(CHANNEL, revision2, ARRAY_SIZE(revision2));
	config_set(1, CHANNEL, PCI_BAR, 4, window(CHANNEL, 0));
	config_set(1, CHANNEL, PCI_BAR + 4, 4, window(CHANNEL, TABLE_BAR));
	config_set(1, CHANNEL, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	assert_int_equal(get(1, CHANNEL, 0, IVSHMEM_INT_CONTROL), 0);
	assert_int_equal(get(1, CHANNEL, 0, IVSHMEM_STATE), 0);
	assert_int_equal(get(1, CHANNEL, TABLE_BAR, 0), 0);
	assert_int_equal(get(1, CHANNEL, TABLE_BAR, 12), 1);
}

static bool answers(unsigned int cell, u64 address)
{
	u64 value = 0;

	return memory_access(cell, address, false, 4, &value) == MMIO_HANDLED;
}

static void windows_move(void **state)
{
	u64 there = window(CHANNEL, 0) + 0x100000;
	u64 value = 0x77;

	(void)state;
	assert_false(answers(1, 0));
	set_up_device(1, CHANNEL);
	config_set(1, CHANNEL, PCI_BAR, 4, there);
	assert_false(answers(1, window(CHANNEL, 0)));
	assert_int_equal(memory_access(1, there + IVSHMEM_STATE, true, 4, &value), MMIO_HANDLED);
	assert_int_equal(state_in_memory(1), 0x77);
	assert_int_equal(get(1, CHANNEL, TABLE_BAR, 8), INTERRUPT(CHANNEL, 0));
	config_set(1, CHANNEL, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	assert_false(answers(1, there));
	assert_false(answers(1, window(CHANNEL, TABLE_BAR)));
	config_set(1, CHANNEL, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	assert_true(answers(1, there));
	set_up_device(1, CLASSIC);
	config_set(1, CLASSIC, PCI_BAR + 4, 4, 0x123);
	assert_false(answers(1, window(CLASSIC, 0)));
	assert_true(answers(1, (window(CLASSIC, 0) & 0xffffffff) | 0x12300000000));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(configuration_space),
		TEST(windows_tell_their_size),
		TEST(other_accesses_do_nothing),
		TEST(read_only_registers),
		TEST(interrupt_control_has_one_bit),
		TEST(reset_registers),
		TEST(windows_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
