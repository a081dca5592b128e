/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Configuration space of physical devices: who sees what, by which way, and what reaches the hardware.
 *
 * suite: hypervisor
 * sources: tests/unit/pci-machine.c hypervisor/mmio.c hypervisor/pci.c hypervisor/pci-physical.c hypervisor/pci-msi.c hypervisor/pci-msix.c hypervisor/pci-virtual.c hypervisor/arch/x86/pci-ports.c
 */
#include "unit.h"

#include "pci-test.h"

static void functions_of_others_read_all_ones(void **state)
{
	unsigned int bdf, accesses = 0;
	u32 i;

	(void)state;
	create_cell(DISK);
	for (i = 0; i < NUM_FUNCTIONS; i++)
		accesses += machine.functions[i].accesses;
	for (bdf = 0; bdf <= 0xffff; bdf++) {
		if (bdf == DISK)
			continue;
		assert_int_equal(config_read(&machine.cell, bdf, 0, 4), 0xffffffff);
		assert_int_equal(config_read(&machine.cell, bdf, 0x0e, 1), 0xff);
		config_write(&machine.cell, bdf, PCI_COMMAND, 2, 0);
	}
	for (i = 0; i < NUM_FUNCTIONS; i++)
		accesses -= machine.functions[i].accesses;
	assert_int_equal(accesses, 0);
	assert_int_equal(config_read(&machine.root, UNLISTED, 0, 4), 0xffffffff);
	assert_int_equal(config_read(&machine.root, MISSING, 0, 2), 0xffff);
	assert_int_equal(config_read(&machine.root, DISK, 0, 4), 0xffffffff);
	assert_int_equal(config_read(&machine.cell, DISK, 0, 4), hardware_read(DISK, 0, 4));
}

static void reads_pass_in_every_width(void **state)
{
	static const unsigned int sizes[] = { 1, 2, 4 };
	unsigned int address, i;

	(void)state;
	for (address = 0; address < 0x1000; address++)
		for (i = 0; i < ARRAY_SIZE(sizes); i++) {
			u32 value = config_read(&machine.root, NIC, address, sizes[i]);

			if ((address & 3) + sizes[i] > 4)
				assert_int_equal(value, size_mask(sizes[i]));
			else if (address >= PCI_ROM && address < PCI_ROM + 4)
				assert_int_equal(value, 0);
			else
				assert_int_equal(value, hardware_read(NIC, address, sizes[i]));
		}
	assert_int_equal(config_read(&machine.root, NIC, 0x1000, 4), 0xffffffff);
	assert_int_equal(config_read(&machine.root, NIC, 0, 3), 0xffffff);
}

static void only_listed_bytes_are_writable(void **state)
{
	static const unsigned int sizes[] = { 1, 2, 4 };
	static u8 before[0x1000];
	struct sim_function *nic = find_function(NIC);
	unsigned int address, i, byte;

	(void)state;
	/* Without the interrupt messages, which have tests of their own */
	for (address = 0; address < 0x1000; address++)
		for (i = 0; i < ARRAY_SIZE(sizes); i++) {
			if (address >= NIC_MSI && address < NIC_EXP)
				continue;
			memcpy(before, nic->config, sizeof(before));
			config_write(&machine.root, NIC, address, sizes[i],
				     ~config_read(&machine.root, NIC, address, sizes[i]));
			for (byte = 0; byte < 0x1000; byte++) {
				bool open = (byte >= 4 && byte < 8) || (byte >= 12 && byte < 16) ||
					    byte == 0x3c ||
					    (byte >= NIC_EXP && byte < NIC_EXP + 10) ||
					    (byte >= NIC_EXT && byte < NIC_EXT + 6);
				bool hit = byte >= address && byte < address + sizes[i] &&
					   (address & 3) + sizes[i] <= 4;
				u8 changed = open && hit ? nic->writable[byte] : 0;

				assert_int_equal(nic->config[byte] ^ before[byte], changed);
			}
		}
}

static void base_addresses_are_shadows(void **state)
{
	u32 initial = hardware_read(DISK, PCI_BAR, 4);

	(void)state;
	create_cell(DISK);
	assert_int_equal(config_read(&machine.cell, DISK, PCI_BAR, 4), initial);
	config_write(&machine.cell, DISK, PCI_BAR, 4, 0xffffffff);
	assert_int_equal(config_read(&machine.cell, DISK, PCI_BAR, 4),
			 0xffffc000 | (initial & 0x3fff));
	config_write(&machine.cell, DISK, PCI_BAR, 4, 0);
	assert_int_equal(config_read(&machine.cell, DISK, PCI_BAR, 4), initial & 0x3fff);
	config_write(&machine.cell, DISK, PCI_BAR + 3, 1, 0xab);
	config_write(&machine.cell, DISK, PCI_BAR, 2, 0x7fff);
	assert_int_equal(config_read(&machine.cell, DISK, PCI_BAR, 4),
			 0xab004000 | (initial & 0x3fff));
	assert_int_equal(config_read(&machine.cell, DISK, PCI_BAR + 3, 1), 0xab);
	/* No mask, no bit */
	config_write(&machine.cell, DISK, PCI_BAR + 4, 4, 0xffffffff);
	assert_int_equal(config_read(&machine.cell, DISK, PCI_BAR + 4, 4),
			 hardware_read(DISK, PCI_BAR + 4, 4));
	assert_int_equal(hardware_read(DISK, PCI_BAR, 4), initial);
	pci_cell_reset(&machine.cell.pci);
	assert_int_equal(config_read(&machine.cell, DISK, PCI_BAR, 4), initial);
}

static void bridges_have_two_base_addresses(void **state)
{
	(void)state;
	config_write(&machine.root, BRIDGE, PCI_BAR, 4, 0);
	assert_int_equal(config_read(&machine.root, BRIDGE, PCI_BAR, 4),
			 hardware_read(BRIDGE, PCI_BAR, 4) & 0x3fff);
	config_write(&machine.root, BRIDGE, PCI_BAR + 8, 4, 0);
	assert_int_equal(config_read(&machine.root, BRIDGE, PCI_BAR + 8, 4),
			 hardware_read(BRIDGE, PCI_BAR + 8, 4));
	assert_int_equal(config_read(&machine.root, BRIDGE, PCI_BRIDGE_ROM, 4), 0);
	assert_int_equal(config_read(&machine.root, BRIDGE, PCI_ROM, 4),
			 hardware_read(BRIDGE, PCI_ROM, 4));
}

static void lost_base_addresses_come_back(void **state)
{
	u32 initial = hardware_read(DISK, PCI_BAR, 4);

	(void)state;
	config_write(&machine.root, DISK, PCI_COMMAND, 2, 0);
	hardware_write(DISK, PCI_BAR, 4, 0);
	config_write(&machine.root, DISK, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	assert_int_equal(hardware_read(DISK, PCI_BAR, 4), initial);
}

static void ports_select_and_access(void **state)
{
	u32 address = 0x80000000 | DISK << 8 | 0x0c;
	u32 value = address;

	(void)state;
	create_cell(DISK);
	assert_true(port_access(&machine.cell, 0xcf8, true, 4, &value));
	value = 0;
	assert_true(port_access(&machine.cell, 0xcf8, false, 4, &value));
	assert_int_equal(value, address);
	assert_true(port_access(&machine.cell, 0xcfc, false, 4, &value));
	assert_int_equal(value, hardware_read(DISK, 0x0c, 4));
	assert_true(port_access(&machine.cell, 0xcfe, false, 1, &value));
	assert_int_equal(value, hardware_read(DISK, 0x0e, 1));
	value = 0x20;
	assert_true(port_access(&machine.cell, 0xcfc, true, 1, &value));
	assert_int_equal(hardware_read(DISK, 0x0c, 1), 0x20);
	/* Across the end of the ports */
	assert_true(port_access(&machine.cell, 0xcfe, false, 4, &value));
	assert_int_equal(value, 0xffffffff);
	/* Each cell has an address of its own. */
	port_access(&machine.root, 0xcf8, false, 4, &value);
	assert_int_equal(value, 0);
}

static void the_enable_bit_is_ignored(void **state)
{
	u32 value = DISK << 8;

	(void)state;
	create_cell(DISK);
	port_access(&machine.cell, 0xcf8, true, 4, &value);
	port_access(&machine.cell, 0xcfc, false, 2, &value);
	assert_int_equal(value, hardware_read(DISK, 0, 2));
	value = 0xffffffff;
	port_access(&machine.cell, 0xcf8, true, 4, &value);
	port_access(&machine.cell, 0xcf8, false, 4, &value);
	assert_int_equal(value, 0x80fffffc);
}

static void other_ports_are_left_to_the_caller(void **state)
{
	u32 value = 6;

	(void)state;
	assert_false(port_access(&machine.root, 0xcf9, true, 1, &value));
	assert_false(port_access(&machine.root, 0xcf8, true, 1, &value));
	assert_false(port_access(&machine.root, 0xcf8, false, 2, &value));
	assert_false(port_access(&machine.root, 0xcfa, false, 2, &value));
	assert_false(port_access(&machine.root, 0xcfb, false, 1, &value));
	assert_false(port_access(&machine.root, 0xd00, false, 4, &value));
}

static void mmconfig_reaches_all_of_configuration_space(void **state)
{
	u64 end = MMCONFIG_BASE + MMCONFIG_SIZE;
	u64 value;

	(void)state;
	create_cell(NIC);
	assert_int_equal(memory_read(&machine.cell, MMCONFIG(NIC, 0), 4), hardware_read(NIC, 0, 4));
	assert_int_equal(memory_read(&machine.cell, MMCONFIG(NIC, 0xffc), 2),
			 hardware_read(NIC, 0xffc, 2));
	memory_write(&machine.cell, MMCONFIG(NIC, NIC_EXT + 4), 4, 0xa5a5a5a5);
	assert_int_equal(hardware_read(NIC, NIC_EXT + 4, 2), 0xa5a5);
	assert_int_not_equal(hardware_read(NIC, NIC_EXT + 6, 2), 0xa5a5);
	assert_int_equal(memory_read(&machine.cell, MMCONFIG(NIC, 2), 4), 0xffffffff);
	assert_int_equal(memory_read(&machine.cell, MMCONFIG(NIC, 0), 8), ~0ULL);
	memory_write(&machine.cell, MMCONFIG(NIC, 0), 8, 0);
	assert_int_equal(memory_read(&machine.cell, end - 4, 4), 0xffffffff);
	assert_int_equal(memory_access(&machine.cell, end, false, 4, &value), MMIO_UNHANDLED);
	assert_int_equal(memory_access(&machine.cell, MMCONFIG_BASE - 4, false, 4, &value),
			 MMIO_UNHANDLED);
}

/* Buses without MMCONFIG, and machines without it: only virtual devices */
static void physical_devices_need_mmconfig(void **state)
{
	u32 mask[6] = { 0xfffff000 };

	(void)state;
	config_add(&machine.cell, BEYOND);
	assert_int_equal(machine_create(&machine.cell), -EINVAL);
	assert_non_null(strstr(stub_printk_text, "device 10:00.0 is out of reach by MMCONFIG"));
	machine_destroy(&machine.root);
	machine_init();
	machine.system.platform_info.pci_mmconfig_base = 0;
	config_init(&machine.root, "root", 0);
	config_add(&machine.root, DISK);
	assert_int_equal(machine_create(&machine.root), -EINVAL);
	config_init(&machine.root, "root", 0);
	config_add_virtual(&machine.root, VIRTUAL, mask);
	assert_int_equal(machine_create(&machine.root), 0);
	assert_int_equal(machine.root.map.num_regions, 0);
}

static void the_map_has_room_for_all_regions(void **state)
{
	u32 mask[6] = { 0xfffff000, 0xfffff000 };

	(void)state;
	config_add(&machine.cell, NIC);
	config_add(&machine.cell, DISK);
	config_add_virtual(&machine.cell, VIRTUAL, mask);
	assert_int_equal(pci_num_mmio_regions(&machine.cell.config), 9);
	assert_int_equal(machine_create(&machine.cell), 0);
	assert_int_equal(config_read(&machine.cell, VIRTUAL, 0, 4), 0);
	assert_int_equal(config_read(&machine.root, VIRTUAL, 0, 4), 0xffffffff);
}

static u32 random_state;

static u32 random_below(u32 limit)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % limit;
}

static void random_step(struct cell *cell)
{
	static const u16 functions[] = { HOST_BRIDGE, NIC, NIC, NIC, DISK, UNLISTED };
	static const u32 values[] = { 0, 1, ~0U, 0x41, 0x8001, 0xc000, 0x10000, 0x7 };
	u16 bdf = functions[random_below(ARRAY_SIZE(functions))];
	u32 value = random_below(2) ? values[random_below(ARRAY_SIZE(values))]
				    : ROOT_MESSAGE + random_below(3) * 0x1000;
	unsigned int size = 1 << random_below(3);
	u16 address = random_below(3) ? random_below(0x100) : random_below(0x1000);

	switch (random_below(6)) {
	case 0:
		config_read(cell, bdf, address, size);
		break;
	case 1:
		memory_write(cell, NIC_WINDOW + NIC_TABLE - 16 + random_below(7 * 16), size, value);
		break;
	case 2:
		memory_read(cell, NIC_WINDOW + random_below(NIC_WINDOW_SIZE - 8), size * 2);
		break;
	case 3:
		memory_write(cell, MMCONFIG(bdf, address & ~7), size * 2, value);
		break;
	default:
		config_write(cell, bdf, address, size, value);
	}
}

static void random_accesses_break_no_rule(void **state)
{
	unsigned int round, step;

	(void)state;
	for (round = 0; round < 200; round++) {
		random_state = round;
		config_init(&machine.cell, "cell", 1);
		config_add(&machine.cell, random_below(2) ? NIC : DISK);
		assert_int_equal(machine_create(&machine.cell), 0);
		pci_cell_reset(&machine.cell.pci);
		for (step = 0; step < 1000; step++) {
			bool has_nic = find_function(NIC)->owner == &machine.cell;

			random_step(random_below(2) && has_nic ? &machine.cell : &machine.root);
		}
		machine_destroy(&machine.cell);
	}
	config_init(&machine.cell, "cell", 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(functions_of_others_read_all_ones),
		TEST(reads_pass_in_every_width),
		TEST(only_listed_bytes_are_writable),
		TEST(base_addresses_are_shadows),
		TEST(bridges_have_two_base_addresses),
		TEST(lost_base_addresses_come_back),
		TEST(ports_select_and_access),
		TEST(the_enable_bit_is_ignored),
		TEST(other_ports_are_left_to_the_caller),
		TEST(mmconfig_reaches_all_of_configuration_space),
		TEST(physical_devices_need_mmconfig),
		TEST(the_map_has_room_for_all_regions),
		TEST(random_accesses_break_no_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
