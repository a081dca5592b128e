/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MSI and MSI-X of physical devices: the hardware gets what is permitted.
 *
 * suite: hypervisor
 * sources: tests/unit/pci-machine.c hypervisor/mmio.c hypervisor/pci.c hypervisor/pci-physical.c hypervisor/pci-msi.c hypervisor/pci-msix.c hypervisor/pci-virtual.c hypervisor/arch/x86/pci-ports.c
 */
#include "unit.h"

#include "pci-test.h"

static void msi_reaches_the_hardware_if_permitted(void **state)
{
	(void)state;
	create_cell(NIC);
	config_write(&machine.cell, NIC, NIC_MSI + 4, 4, CELL_MESSAGE);
	config_write(&machine.cell, NIC, NIC_MSI + 8, 4, 0);
	config_write(&machine.cell, NIC, NIC_MSI + 12, 2, 0x41);
	assert_int_equal(hardware_read(NIC, NIC_MSI + 4, 4), 0);
	config_write(&machine.cell, NIC, NIC_MSI + 2, 2, 0x0001);
	assert_int_equal(hardware_read(NIC, NIC_MSI + 2, 2), 0x0185);
	assert_int_equal(hardware_read(NIC, NIC_MSI + 4, 4), CELL_MESSAGE);
	assert_int_equal(hardware_read(NIC, NIC_MSI + 12, 2), 0x41);
	/* A new vector while enabled takes effect at once, one of another cell disables. */
	config_write(&machine.cell, NIC, NIC_MSI + 12, 2, 0x52);
	assert_int_equal(hardware_read(NIC, NIC_MSI + 12, 2), 0x52);
	config_write(&machine.cell, NIC, NIC_MSI + 4, 4, OTHER_MESSAGE);
	assert_int_equal(hardware_read(NIC, NIC_MSI + 2, 2) & 1, 0);
	assert_int_equal(config_read(&machine.cell, NIC, NIC_MSI + 2, 2), 0x0185);
	assert_int_equal(config_read(&machine.cell, NIC, NIC_MSI + 4, 4), OTHER_MESSAGE);
	assert_non_null(strstr(stub_printk_text, "cell \"cell\", device 00:02.0"));
	config_write(&machine.cell, NIC, NIC_MSI + 4, 4, CELL_MESSAGE);
	assert_int_equal(hardware_read(NIC, NIC_MSI + 2, 2) & 1, 1);
	/* Mask bits are the hardware's. */
	config_write(&machine.cell, NIC, NIC_MSI + 16, 4, 0xf);
	assert_int_equal(hardware_read(NIC, NIC_MSI + 16, 4), 0xf);
	pci_cell_reset(&machine.cell.pci);
	assert_int_equal(hardware_read(NIC, NIC_MSI + 2, 2), 0x0184);
	assert_int_equal(hardware_read(NIC, NIC_MSI + 16, 4), 0);
	assert_int_equal(config_read(&machine.cell, NIC, NIC_MSI + 4, 4), 0);
}

static void msi_may_only_be_an_interrupt_message(void **state)
{
	static const u32 messages[][3] = {
		{ 0x00001000, 0, 0x41 },          /* memory */
		{ CELL_MESSAGE, 1, 0x41 },        /* memory above 4 GiB */
		{ CELL_MESSAGE | 0x10, 0, 0x41 }, /* reserved bit */
		{ CELL_MESSAGE | 0x4, 0, 0x41 },  /* logical */
		{ CELL_MESSAGE, 0, 0x441 },       /* NMI */
		{ CELL_MESSAGE, 0, 0x841 },       /* reserved bit */
		{ CELL_MESSAGE, 0, 0x0f },        /* vector */
	};
	unsigned int i;

	(void)state;
	create_cell(NIC);
	config_write(&machine.cell, NIC, NIC_MSI + 2, 2, 0x0001);
	for (i = 0; i < ARRAY_SIZE(messages); i++) {
		config_write(&machine.cell, NIC, NIC_MSI + 4, 4, messages[i][0]);
		config_write(&machine.cell, NIC, NIC_MSI + 8, 4, messages[i][1]);
		config_write(&machine.cell, NIC, NIC_MSI + 12, 4, messages[i][2]);
		assert_int_equal(hardware_read(NIC, NIC_MSI + 2, 2) & 1, 0);
	}
}

static void several_msi_vectors_are_checked_together(void **state)
{
	(void)state;
	create_cell(NIC);
	config_write(&machine.cell, NIC, NIC_MSI + 4, 4, CELL_MESSAGE);
	config_write(&machine.cell, NIC, NIC_MSI + 12, 2, 0x13);
	/* 4 vectors, from 10h on */
	config_write(&machine.cell, NIC, NIC_MSI + 2, 2, 0x0021);
	assert_int_equal(hardware_read(NIC, NIC_MSI + 2, 2), 0x01a5);
	/* 8 are more than the device has. */
	config_write(&machine.cell, NIC, NIC_MSI + 2, 2, 0x0031);
	assert_int_equal(hardware_read(NIC, NIC_MSI + 2, 2) & 1, 0);
	config_write(&machine.cell, NIC, NIC_MSI + 2, 2, 0x0071);
	assert_int_equal(hardware_read(NIC, NIC_MSI + 2, 2) & 1, 0);
}

static void msi_of_32_bits_works(void **state)
{
	(void)state;
	create_cell(DISK);
	config_write(&machine.cell, DISK, DISK_MSI + 4, 4, CELL_MESSAGE);
	config_write(&machine.cell, DISK, DISK_MSI + 8, 4, 0xffff0030);
	config_write(&machine.cell, DISK, DISK_MSI, 4, 0x00010000);
	assert_int_equal(hardware_read(DISK, DISK_MSI + 2, 2), 1);
	assert_int_equal(hardware_read(DISK, DISK_MSI + 4, 4), CELL_MESSAGE);
	/* The capability ends in the middle of this dword. */
	assert_int_equal(hardware_read(DISK, DISK_MSI + 8, 4), 0x30);
	config_write(&machine.cell, DISK, DISK_MSI + 2, 1, 0);
	assert_int_equal(hardware_read(DISK, DISK_MSI + 2, 2), 0);
}

static void msi_needs_write_permission(void **state)
{
	struct jailhouse_pci_capability *caps;

	(void)state;
	config_add(&machine.cell, DISK);
	caps = (void *)jailhouse_cell_pci_caps(&machine.cell.config);
	caps[0].flags = 0;
	assert_int_equal(machine_create(&machine.cell), 0);
	config_write(&machine.cell, DISK, DISK_MSI + 4, 4, CELL_MESSAGE);
	config_write(&machine.cell, DISK, DISK_MSI, 4, 0x00010000);
	assert_int_equal(config_read(&machine.cell, DISK, DISK_MSI + 4, 4), 0);
	assert_int_equal(hardware_read(DISK, DISK_MSI + 2, 2), 0);
}

static void msix_entries_are_checked_at_unmasking(void **state)
{
	(void)state;
	create_cell(NIC);
	pci_cell_reset(&machine.cell.pci);
	config_write(&machine.cell, NIC, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	write_message(&machine.cell, 1, OTHER_MESSAGE, 0x41);
	memory_write(&machine.cell, TABLE(1, 3), 4, 0);
	assert_int_equal(table_hardware(1, 3), 1);
	assert_int_equal(memory_read(&machine.cell, TABLE(1, 3), 4), 0);
	assert_int_equal(memory_read(&machine.cell, TABLE(1, 0), 4), OTHER_MESSAGE);
	memory_write(&machine.cell, TABLE(1, 0), 4, CELL_MESSAGE);
	assert_int_equal(table_hardware(1, 3), 0);
	assert_int_equal(table_hardware(1, 0), CELL_MESSAGE);
	assert_int_equal(table_hardware(1, 2), 0x41);
	memory_write(&machine.cell, TABLE(1, 3), 4, 0xffffffff);
	assert_int_equal(table_hardware(1, 3), 1);
	assert_int_equal(memory_read(&machine.cell, TABLE(1, 3), 4), 1);
}

static void msix_tables_take_dwords(void **state)
{
	(void)state;
	create_cell(NIC);
	config_write(&machine.cell, NIC, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	write_message(&machine.cell, 2, CELL_MESSAGE, 0x61);
	memory_write(&machine.cell, TABLE(2, 3), 4, 0);
	assert_int_equal(table_hardware(2, 3), 0);
	assert_int_equal(table_hardware(2, 2), 0x61);
	assert_int_equal(memory_read(&machine.cell, TABLE(2, 2), 4), 0x61);
	memory_write(&machine.cell, TABLE(2, 2), 1, 0x33);
	memory_write(&machine.cell, TABLE(2, 2), 2, 0x33);
	memory_write(&machine.cell, TABLE(2, 2) + 2, 4, 0x33);
	memory_write(&machine.cell, TABLE(2, 1), 8, 0x33);
	assert_int_equal(memory_read(&machine.cell, TABLE(2, 2), 1), 0);
	assert_int_equal(memory_read(&machine.cell, TABLE(2, 0), 8), 0);
	assert_int_equal(memory_read(&machine.cell, TABLE(2, 2), 4), 0x61);
	assert_int_equal(table_hardware(2, 2), 0x61);
}

static void rest_of_msix_pages_is_the_hardware(void **state)
{
	struct sim_function *nic = find_function(NIC);

	(void)state;
	create_cell(NIC);
	config_write(&machine.cell, NIC, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	memory_write(&machine.cell, NIC_WINDOW + 0x1234, 1, 0xab);
	assert_int_equal(nic->window[0x1234], 0xab);
	memory_write(&machine.cell, NIC_WINDOW + NIC_TABLE + 16 * NIC_VECTORS, 8,
		     0x1122334455667788);
	assert_int_equal(memory_read(&machine.cell, NIC_WINDOW + NIC_TABLE + 16 * NIC_VECTORS, 8),
			 0x1122334455667788);
	assert_int_equal(nic->window[NIC_TABLE + 16 * NIC_VECTORS], 0x88);
	nic->window[NIC_PBA] = 0x5;
	assert_int_equal(memory_read(&machine.cell, NIC_WINDOW + NIC_PBA, 4) & 0xff, 0x5);
	/* Half in the table */
	memory_write(&machine.cell, NIC_WINDOW + NIC_TABLE - 2, 4, 0);
	assert_int_equal(nic->window[NIC_TABLE - 2], (NIC_TABLE - 2) & 0xff);
}

static void msix_written_without_decoding_comes_later(void **state)
{
	(void)state;
	create_cell(NIC);
	pci_cell_reset(&machine.cell.pci);
	write_message(&machine.cell, 0, CELL_MESSAGE, 0x41);
	memory_write(&machine.cell, TABLE(0, 3), 4, 0);
	assert_int_equal(table_hardware(0, 3), 1);
	config_write(&machine.cell, NIC, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	assert_int_equal(table_hardware(0, 3), 0);
	assert_int_equal(table_hardware(0, 0), CELL_MESSAGE);
}

static void msix_control_is_the_hardware(void **state)
{
	(void)state;
	create_cell(NIC);
	config_write(&machine.cell, NIC, NIC_MSIX + 2, 2, 0xc000);
	assert_int_equal(hardware_read(NIC, NIC_MSIX + 2, 2), 0xc000 | (NIC_VECTORS - 1));
	assert_int_equal(config_read(&machine.cell, NIC, NIC_MSIX + 2, 2),
			 0xc000 | (NIC_VECTORS - 1));
	pci_cell_reset(&machine.cell.pci);
	assert_int_equal(hardware_read(NIC, NIC_MSIX + 2, 2), NIC_VECTORS - 1);
}

static void msix_without_its_pages_stays_off(void **state)
{
	(void)state;
	config_add(&machine.cell, NIC);
	config_device(&machine.cell, 0)->msix_address = 0;
	assert_int_equal(machine_create(&machine.cell), 0);
	config_write(&machine.cell, NIC, NIC_MSIX + 2, 2, 0x8000);
	assert_int_equal(hardware_read(NIC, NIC_MSIX + 2, 2), NIC_VECTORS - 1);
}

static void disable_restores_what_root_wrote(void **state)
{
	(void)state;
	write_message(&machine.root, 0, ROOT_MESSAGE, 0x31);
	memory_write(&machine.root, TABLE(0, 3), 4, 0);
	/* Masked in the table: the hardware has not got it yet. */
	write_message(&machine.root, 2, ROOT_MESSAGE, 0x77);
	assert_int_not_equal(table_hardware(2, 2), 0x77);
	/* Disabled */
	config_write(&machine.root, DISK, DISK_MSI + 4, 4, ROOT_MESSAGE);
	config_write(&machine.root, DISK, DISK_MSI + 8, 4, 0x78);
	pci_restore_all();
	assert_int_equal(table_hardware(2, 2), 0x77);
	assert_int_equal(table_hardware(2, 3), 1);
	assert_int_equal(table_hardware(0, 3), 0);
	assert_int_equal(hardware_read(DISK, DISK_MSI + 4, 4), ROOT_MESSAGE);
	assert_int_equal(hardware_read(DISK, DISK_MSI + 8, 2), 0x78);
	assert_int_equal(hardware_read(DISK, DISK_MSI + 2, 2), 0);
}

static void messages_follow_the_cpu_set(void **state)
{
	(void)state;
	create_cell(NIC);
	config_write(&machine.cell, NIC, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	write_message(&machine.cell, 0, CELL_MESSAGE, 0x41);
	memory_write(&machine.cell, TABLE(0, 3), 4, 0);
	config_write(&machine.cell, NIC, NIC_MSI + 4, 4, CELL_MESSAGE);
	config_write(&machine.cell, NIC, NIC_MSI + 12, 4, 0x42);
	config_write(&machine.cell, NIC, NIC_MSI + 2, 2, 1);
	find_function(NIC)->owner = NULL;
	find_function(NIC)->previous = &machine.cell;
	machine.cell.cpu = 3;
	/* Checks of the simulated hardware are for the state after it. */
	find_function(NIC)->msi = 0;
	find_function(NIC)->msix = 0;
	pci_cell_update_irqs(&machine.cell.pci);
	assert_int_equal(table_hardware(0, 3), 1);
	assert_int_equal(hardware_read(NIC, NIC_MSI + 2, 2) & 1, 0);
	machine.cell.cpu = 1;
	pci_cell_update_irqs(&machine.cell.pci);
	assert_int_equal(table_hardware(0, 3), 0);
	assert_int_equal(hardware_read(NIC, NIC_MSI + 2, 2) & 1, 1);
}

static void reports_are_limited(void **state)
{
	const char *text = stub_printk_text;
	unsigned int i, reports = 0;

	(void)state;
	create_cell(NIC);
	config_write(&machine.cell, NIC, NIC_MSI + 2, 2, 1);
	for (i = 0; i < 1000; i++)
		config_write(&machine.cell, NIC, NIC_MSI + 4, 4, i);
	while ((text = strstr(text, "withheld"))) {
		text++;
		reports++;
	}
	assert_in_range(reports, 1, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(msi_reaches_the_hardware_if_permitted),
		TEST(msi_may_only_be_an_interrupt_message),
		TEST(several_msi_vectors_are_checked_together),
		TEST(msi_of_32_bits_works),
		TEST(msi_needs_write_permission),
		TEST(msix_entries_are_checked_at_unmasking),
		TEST(msix_tables_take_dwords),
		TEST(rest_of_msix_pages_is_the_hardware),
		TEST(msix_written_without_decoding_comes_later),
		TEST(msix_control_is_the_hardware),
		TEST(msix_without_its_pages_stays_off),
		TEST(disable_restores_what_root_wrote),
		TEST(messages_follow_the_cpu_set),
		TEST(reports_are_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
