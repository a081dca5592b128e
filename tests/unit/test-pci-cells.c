/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Devices change hands: creation of cells, its failures, reset and destruction.
 *
 * suite: hypervisor
 * sources: tests/unit/pci-machine.c hypervisor/mmio.c hypervisor/pci.c hypervisor/pci-physical.c hypervisor/pci-msi.c hypervisor/pci-msix.c hypervisor/pci-virtual.c hypervisor/arch/x86/pci-ports.c
 */
#include "unit.h"

#include "pci-test.h"

static void configurations_must_fit_the_hardware(void **state)
{
	struct jailhouse_pci_capability *caps;

	(void)state;
	config_add(&machine.cell, NIC);
	caps = (void *)jailhouse_cell_pci_caps(&machine.cell.config);
	config_device(&machine.cell, 0)->msix_address += 0x1000;
	assert_int_equal(machine_create(&machine.cell), -EINVAL);
	config_device(&machine.cell, 0)->msix_address -= 0x1000;
	config_device(&machine.cell, 0)->msix_region_size = 0;
	assert_int_equal(machine_create(&machine.cell), -EINVAL);
	config_device(&machine.cell, 0)->msix_region_size = NIC_WINDOW_SIZE;
	hardware_write(NIC, NIC_MSIX + 4, 4, NIC_TABLE | 7);
	assert_int_equal(machine_create(&machine.cell), -EINVAL);
	hardware_write(NIC, NIC_MSIX + 4, 4, NIC_TABLE | 2);
	caps[1].start += 4;
	assert_int_equal(machine_create(&machine.cell), -EINVAL);
	caps[1].start = NIC_MSI + 1;
	assert_int_equal(machine_create(&machine.cell), -EINVAL);
	caps[1].start = NIC_MSI;
	assert_int_equal(machine_create(&machine.cell), 0);
}

static void devices_of_another_domain_are_ignored(void **state)
{
	(void)state;
	config_add(&machine.cell, DISK);
	config_device(&machine.cell, 0)->domain = 1;
	/* So the address is free. */
	config_add(&machine.cell, DISK);
	assert_int_equal(machine_create(&machine.cell), 0);
	assert_int_equal(config_read(&machine.cell, DISK, 0, 4), hardware_read(DISK, 0, 4));
}

/* Root's view of its functions, and the hardware */
struct snapshot {
	struct sim_function functions[NUM_FUNCTIONS];
	u32 root[NUM_FUNCTIONS][1024];
};

static void take_snapshot(struct snapshot *snapshot)
{
	unsigned int i, address;

	memcpy(snapshot->functions, machine.functions, sizeof(snapshot->functions));
	for (i = 0; i < NUM_FUNCTIONS; i++) {
		snapshot->functions[i].previous = NULL;
		for (address = 0; address < 0x1000; address += 4)
			snapshot->root[i][address / 4] = config_read(
				&machine.root, machine.functions[i].bdf, address, 4);
		snapshot->functions[i].accesses = 0;
	}
}

/* Root has used the NIC, and its driver has gone. */
static void set_up_nic(void)
{
	config_write(&machine.root, NIC, PCI_BAR, 4, 0xe0000000);
	config_write(&machine.root, NIC, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_NO_INTX);
}

static void assert_snapshots_are_equal(const struct snapshot *before)
{
	static struct snapshot now;

	take_snapshot(&now);
	assert_memory_equal(&now, before, sizeof(now));
}

static void a_failed_creation_changes_nothing(void **state)
{
	static struct snapshot before;
	unsigned int mapped;
	size_t pages;
	int err;
	u32 limit;

	(void)state;
	set_up_nic();
	config_add(&machine.cell, DISK);
	config_add(&machine.cell, NIC);
	mapped = machine.mapped;
	pages = stub_pages_used;
	for (limit = 0; limit < 20; limit++) {
		take_snapshot(&before);
		machine.map_limit = limit < 5 ? mapped + limit : ~0U;
		stub_pages_limit = limit >= 5 && limit < 10 ? pages + limit - 5 : SIZE_MAX;
		machine.cell.map.max_regions = limit >= 10 ? limit - 10 : MAX_REGIONS;
		err = machine_create(&machine.cell);
		if (err) {
			assert_int_equal(err, -ENOMEM);
			assert_snapshots_are_equal(&before);
		}
		machine_destroy(&machine.cell);
		assert_int_equal(machine.mapped, mapped);
		assert_int_equal(stub_pages_used, pages);
		assert_int_equal(machine.cell.map.num_regions, 0);
	}
	assert_int_equal(err, 0);
}

static enum mmio_result no_access(void *arg, struct mmio_access *access)
{
	(void)arg;
	(void)access;
	return MMIO_ERROR;
}

static void a_taken_address_range_is_kept(void **state)
{
	static const u64 taken[] = { NIC_WINDOW, MMCONFIG_BASE };
	static struct snapshot before;
	unsigned int i;

	(void)state;
	take_snapshot(&before);
	config_add(&machine.cell, NIC);
	for (i = 0; i < ARRAY_SIZE(taken); i++) {
		assert_int_equal(
			mmio_register(&machine.cell.map, taken[i], 0x1000, no_access, NULL), 0);
		assert_int_equal(machine_create(&machine.cell), -EEXIST);
		assert_int_equal(machine.cell.map.num_regions, 1);
		mmio_unregister(&machine.cell.map, taken[i]);
		assert_snapshots_are_equal(&before);
	}
}

/* Root's driver should have done that before. */
static void a_device_leaves_root_silenced(void **state)
{
	(void)state;
	write_message(&machine.root, 0, ROOT_MESSAGE, 0x31);
	memory_write(&machine.root, TABLE(0, 3), 4, 0);
	config_write(&machine.root, NIC, NIC_MSIX + 2, 2, 0x8000);
	config_write(&machine.root, NIC, NIC_MSI + 4, 4, ROOT_MESSAGE);
	config_write(&machine.root, NIC, NIC_MSI + 12, 4, 0x33);
	config_write(&machine.root, NIC, NIC_MSI + 2, 2, 0x1);
	create_cell(NIC);
	assert_int_equal(hardware_read(NIC, PCI_COMMAND, 2), PCI_COMMAND_NO_INTX);
	assert_int_equal(hardware_read(NIC, NIC_MSI + 2, 2) & 1, 0);
	assert_int_equal(hardware_read(NIC, NIC_MSIX + 2, 2) & 0x8000, 0);
	assert_int_equal(table_hardware(0, 3), 1);
	assert_int_equal(config_read(&machine.root, NIC, 0, 4), 0xffffffff);
	assert_int_equal(memory_read(&machine.root, TABLE(0, 0), 4), 0xffffffff);
	assert_int_equal(memory_read(&machine.root, NIC_WINDOW + 0x1000, 8), ~0ULL);
	memory_write(&machine.root, TABLE(0, 0), 4, 0);
	pci_cell_update_irqs(&machine.root.pci);
	assert_int_equal(table_hardware(0, 3), 1);
	/* The cell sees nothing of what root did. */
	assert_int_equal(config_read(&machine.cell, NIC, NIC_MSI + 4, 4), 0);
	assert_int_equal(memory_read(&machine.cell, TABLE(0, 2), 4), 0);
	assert_int_equal(config_read(&machine.cell, NIC, PCI_BAR, 4),
			 hardware_read(NIC, PCI_BAR, 4));
}

static void a_device_returns_silenced(void **state)
{
	static struct snapshot before;
	u16 command = hardware_read(NIC, PCI_COMMAND, 2);

	(void)state;
	take_snapshot(&before);
	create_cell(NIC);
	pci_cell_reset(&machine.cell.pci);
	config_write(&machine.cell, NIC, PCI_COMMAND, 2, 7);
	write_message(&machine.cell, 0, CELL_MESSAGE, 0x91);
	memory_write(&machine.cell, TABLE(0, 3), 4, 0);
	config_write(&machine.cell, NIC, NIC_MSIX + 2, 2, 0x8000);
	machine_destroy(&machine.cell);
	assert_int_equal(table_hardware(0, 3), 1);
	assert_int_equal(hardware_read(NIC, NIC_MSIX + 2, 2) & 0x8000, 0);
	assert_int_equal(hardware_read(NIC, PCI_COMMAND, 2), command & ~PCI_COMMAND_MASTER);
	/* Root's driver sets it up anew. */
	assert_int_equal(memory_read(&machine.root, TABLE(0, 0), 4), 0);
	config_write(&machine.root, NIC, PCI_COMMAND, 2, command);
	write_message(&machine.root, 0, ROOT_MESSAGE, 0x31);
	memory_write(&machine.root, TABLE(0, 3), 4, 0);
	assert_int_equal(table_hardware(0, 0), ROOT_MESSAGE);
	assert_int_equal(table_hardware(0, 3), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(configurations_must_fit_the_hardware),
		TEST(devices_of_another_domain_are_ignored),
		TEST(a_failed_creation_changes_nothing),
		TEST(a_taken_address_range_is_kept),
		TEST(a_device_leaves_root_silenced),
		TEST(a_device_returns_silenced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
