/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The frame of virtual PCI devices and their MSI-X, with a small device model.
 *
 * suite: hypervisor
 * sources: tests/unit/pci-machine.c hypervisor/mmio.c hypervisor/pci.c hypervisor/pci-physical.c hypervisor/pci-msi.c hypervisor/pci-msix.c hypervisor/pci-virtual.c hypervisor/pci-msix-virtual.c hypervisor/arch/x86/pci-ports.c
 */
#include "unit.h"

#include "hypervisor/ivshmem.h"
#include "hypervisor/arch/x86/irq-route.h"
#include "pci-machine.h"

#define BAR0          (PCI_BAR)
#define BAR2          (PCI_BAR + 8)
#define PRIVATE       0x48
#define MESSAGE       0xfee01000
#define NUM_VECTORS   3
#define ENTRY(vector) ((vector)*16)

/* The model: BAR0 is 64-bit, BAR2 and all others are 32-bit; one register has a writable byte. */
static struct {
	int init_result;
	unsigned int devices;
	unsigned int resets;
	unsigned int writes;
	unsigned int bar;
	u64 offset;
} model;

int ivshmem_init(struct pci_device *device)
{
	if (model.init_result)
		return model.init_result;
	model.devices++;
	device->shadows[0] = 0x4106110a;
	device->shadows[PCI_COMMAND / 4] = 0x00100000;
	device->writable[PCI_COMMAND / 4] = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;
	device->shadows[BAR0 / 4] = PCI_BAR_64BIT;
	device->shadows[PRIVATE / 4] = 0x11223300;
	device->writable[PRIVATE / 4] = 0xff;
	return 0;
}

void ivshmem_exit(struct pci_device *device)
{
	(void)device;
	model.devices--;
}

void ivshmem_reset(struct pci_device *device)
{
	assert_int_equal(device->shadows[PCI_COMMAND / 4], 0x00100000);
	model.resets++;
}

void ivshmem_register_written(struct pci_device *device)
{
	(void)device;
	model.writes++;
}

enum mmio_result ivshmem_bar_access(struct pci_device *device, unsigned int bar,
				    struct mmio_access *access)
{
	assert_ptr_equal(device->pci, &machine.cell.pci);
	model.bar = bar;
	model.offset = access->address;
	if (!access->is_write)
		access->value = 0x5a;
	return MMIO_HANDLED;
}

static const u32 masks[6] = { 0xffffff00, 0xffffffff, 0xfffff000 };

static int set_up(void **state)
{
	stub_reset(state);
	memset(&model, 0, sizeof(model));
	machine_init_root();
	config_add_virtual(&machine.cell, VIRTUAL, masks);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	machine_destroy(&machine.cell);
	machine_destroy(&machine.root);
	assert_int_equal(model.devices, 0);
	assert_int_equal(machine.cell.map.num_regions, 0);
	return 0;
}

static void create(void)
{
	assert_int_equal(machine_create(&machine.cell), 0);
}

static u32 get(u16 address, unsigned int size)
{
	return config_read(&machine.cell, VIRTUAL, address, size);
}

static void set(u16 address, unsigned int size, u32 value)
{
	config_write(&machine.cell, VIRTUAL, address, size, value);
}

static void registers_are_those_of_the_model(void **state)
{
	unsigned int address;

	(void)state;
	create();
	assert_int_equal(get(0, 4), 0x4106110a);
	assert_int_equal(get(2, 2), 0x4106);
	assert_int_equal(get(3, 1), 0x41);
	assert_int_equal(get(PCI_COMMAND + 2, 2), 0x0010);
	assert_int_equal(get(0x100, 4), 0);
	assert_int_equal(get(0xffc, 4), 0);
	set(PRIVATE, 4, 0xffffffff);
	assert_int_equal(model.writes, 1);
	assert_int_equal(get(PRIVATE, 4), 0x112233ff);
	set(PRIVATE + 1, 1, 0);
	set(PRIVATE, 1, 0x77);
	assert_int_equal(get(PRIVATE, 4), 0x11223377);
	for (address = 0; address < 0x1000; address += 4)
		if (address != PCI_COMMAND && address != PRIVATE &&
		    (address < BAR0 || address > BAR2)) {
			u32 before = get(address, 4);

			set(address, 4, 0xffffffff);
			assert_int_equal(get(address, 4), before);
		}
	/* Only this cell has it. */
	assert_int_equal(config_read(&machine.root, VIRTUAL, 0, 4), 0xffffffff);
}

static void base_addresses_tell_their_size(void **state)
{
	(void)state;
	create();
	assert_int_equal(get(BAR0, 4), 0x4);
	set(BAR0, 4, 0xffffffff);
	set(BAR0 + 4, 4, 0xffffffff);
	set(BAR2, 4, 0xffffffff);
	assert_int_equal(get(BAR0, 4), 0xffffff04);
	assert_int_equal(get(BAR0 + 4, 4), 0xffffffff);
	assert_int_equal(get(BAR2, 4), 0xfffff000);
	set(BAR2 + 4, 4, 0xffffffff);
	assert_int_equal(get(BAR2 + 4, 4), 0);
	set(BAR2 + 3, 1, 0x12);
	assert_int_equal(get(BAR2, 4), 0x12fff000);
}

static bool answers(u64 address)
{
	u64 value = 0;
	enum mmio_result result = memory_access(&machine.cell, address, false, 4, &value);

	if (result == MMIO_HANDLED)
		assert_int_equal(value, 0x5a);
	return result == MMIO_HANDLED;
}

static void memory_answers_while_decoding(void **state)
{
	(void)state;
	create();
	set(BAR0, 4, 0x80000000);
	set(BAR0 + 4, 4, 0x00000012);
	set(BAR2, 4, 0xff000000);
	assert_false(answers(0x1280000000));
	set(PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	assert_false(answers(0xff000000));
	set(PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	assert_true(answers(0x1280000010));
	assert_int_equal(model.bar, 0);
	assert_int_equal(model.offset, 0x10);
	assert_true(answers(0xff000ffc));
	assert_int_equal(model.bar, 2);
	assert_int_equal(model.offset, 0xffc);
	assert_false(answers(0x1280000100));
	set(PCI_COMMAND, 2, 0);
	assert_false(answers(0xff000000));
	assert_false(answers(0x1280000000));
}

static void memory_can_be_moved_while_decoding(void **state)
{
	(void)state;
	create();
	set(PCI_COMMAND, 1, PCI_COMMAND_MEMORY);
	set(BAR2, 4, 0xff000000);
	assert_true(answers(0xff000000));
	set(BAR2, 4, 0xff001000);
	assert_false(answers(0xff000000));
	assert_true(answers(0xff001000));
	set(BAR0 + 4, 4, 0x1);
	assert_true(answers(0x100000000));
	set(BAR0, 4, 0x10000000);
	assert_false(answers(0x100000000));
	assert_true(answers(0x110000000));
}

/* The first to come keeps the address; the other appears when it moves away. */
static void overlaps_are_survived(void **state)
{
	(void)state;
	create();
	set(BAR0, 4, 0xff000000);
	set(PCI_COMMAND, 1, PCI_COMMAND_MEMORY);
	set(BAR2, 4, 0xff000000);
	assert_true(answers(0xff000000));
	assert_int_equal(model.bar, 0);
	assert_false(answers(0xff000200));
	set(BAR0, 4, 0xff000000 + 0x1000);
	assert_true(answers(0xff000000));
	assert_int_equal(model.bar, 2);
	set(BAR2, 4, (u32)MMCONFIG_BASE);
	assert_true(memory_read(&machine.cell, MMCONFIG_BASE + VIRTUAL * 0x1000, 4) == 0x4106110a);
}

static void reset_clears_what_is_writable(void **state)
{
	(void)state;
	create();
	set(BAR2, 4, 0xff000000);
	set(PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	set(PRIVATE, 1, 0x77);
	pci_cell_reset(&machine.cell.pci);
	assert_int_equal(model.resets, 1);
	assert_false(answers(0xff000000));
	assert_int_equal(get(BAR2, 4), 0);
	assert_int_equal(get(BAR0, 4), 0x4);
	assert_int_equal(get(PRIVATE, 4), 0x11223300);
}

static void failures_leave_nothing(void **state)
{
	size_t pages = stub_pages_used;

	(void)state;
	model.init_result = -EBUSY;
	assert_int_equal(machine_create(&machine.cell), -EBUSY);
	model.init_result = 0;
	config_add(&machine.cell, NIC);
	config_device(&machine.cell, 1)->msix_address = 0x1000;
	assert_int_equal(machine_create(&machine.cell), -EINVAL);
	stub_pages_limit = pages;
	assert_int_equal(machine_create(&machine.cell), -ENOMEM);
	assert_int_equal(model.devices, 0);
	assert_int_equal(stub_pages_used, pages);
}

/* MSI-X */

static struct pci_msix_virtual msix;
static unsigned int sent;
static u8 last_vector;

void irq_message_send(const struct cell *cell, const struct irq_message *message)
{
	assert_ptr_equal(cell, &machine.cell);
	if (message->destination != cell->cpu)
		return;
	sent++;
	last_vector = message->vector;
}

static u32 table_read(u64 offset, unsigned int size)
{
	struct mmio_access access = { .address = offset, .size = size, .value = 0x55 };

	pci_msix_virtual_access(&msix, &access);
	return access.value;
}

static void table_write(u64 offset, unsigned int size, u64 value)
{
	struct mmio_access access = {
		.address = offset, .size = size, .is_write = true, .value = value
	};

	pci_msix_virtual_access(&msix, &access);
}

#define ON     MSIX_CONTROL_ENABLE
#define MASTER PCI_COMMAND_MASTER

static int set_up_msix(void **state)
{
	unsigned int i;

	(void)state;
	machine.cell.cpu = 1;
	sent = 0;
	msix.num_vectors = NUM_VECTORS;
	pci_msix_virtual_assign(&msix, &machine.cell);
	for (i = 0; i < NUM_VECTORS; i++) {
		table_write(ENTRY(i), 4, MESSAGE);
		table_write(ENTRY(i) + 8, 4, 0x40 + i);
		table_write(ENTRY(i) + 12, 4, 0);
	}
	pci_msix_virtual_control(&msix, ON, MASTER, false);
	pci_msix_virtual_set_gate(&msix, true);
	return 0;
}

static void tables_take_dwords(void **state)
{
	(void)state;
	assert_int_equal(table_read(ENTRY(1), 4), MESSAGE);
	assert_int_equal(table_read(ENTRY(1) + 4, 4), 0);
	assert_int_equal(table_read(ENTRY(1) + 8, 4), 0x41);
	assert_int_equal(table_read(ENTRY(1) + 12, 4), 0);
	table_write(ENTRY(1) + 12, 4, 0xffffffff);
	assert_int_equal(table_read(ENTRY(1) + 12, 4), 1);
	table_write(ENTRY(1) + 8, 1, 0x77);
	table_write(ENTRY(1) + 8, 2, 0x77);
	table_write(ENTRY(1) + 8, 8, 0x77);
	table_write(ENTRY(1) + 9, 4, 0x77);
	assert_int_equal(table_read(ENTRY(1) + 8, 4), 0x41);
	assert_int_equal(table_read(ENTRY(1) + 8, 2), 0);
	assert_int_equal(table_read(ENTRY(1) + 8, 8), 0);
	table_write(ENTRY(NUM_VECTORS), 4, 0x77);
	assert_int_equal(table_read(ENTRY(NUM_VECTORS), 4), 0);
	assert_int_equal(table_read(0x100, 4), 0);
	assert_int_equal(table_read(~3ULL, 4), 0);
}

static void vectors_are_masked_after_reset(void **state)
{
	unsigned int i;

	(void)state;
	pci_msix_virtual_raise(&msix, 0);
	assert_int_equal(sent, 1);
	pci_msix_virtual_assign(&msix, &machine.cell);
	for (i = 0; i < NUM_VECTORS; i++) {
		assert_int_equal(table_read(ENTRY(i), 4), 0);
		assert_int_equal(table_read(ENTRY(i) + 12, 4), 1);
	}
	assert_false(msix.gate_open);
	pci_msix_virtual_raise(&msix, 0);
	assert_int_equal(sent, 1);
}

static void vectors_are_delivered(void **state)
{
	(void)state;
	pci_msix_virtual_raise(&msix, 2);
	assert_int_equal(sent, 1);
	assert_int_equal(last_vector, 0x42);
	pci_msix_virtual_raise(&msix, NUM_VECTORS);
	pci_msix_virtual_raise(&msix, ~0U);
	assert_int_equal(sent, 1);
}

static void masked_vectors_are_remembered_once(void **state)
{
	(void)state;
	table_write(ENTRY(1) + 12, 4, 1);
	pci_msix_virtual_raise(&msix, 1);
	pci_msix_virtual_raise(&msix, 1);
	pci_msix_virtual_raise(&msix, 0);
	assert_int_equal(sent, 1);
	/* To another vector, as Linux does */
	table_write(ENTRY(1) + 8, 4, 0x99);
	assert_int_equal(sent, 1);
	table_write(ENTRY(1) + 12, 4, 0);
	assert_int_equal(sent, 2);
	assert_int_equal(last_vector, 0x99);
	table_write(ENTRY(1) + 12, 4, 1);
	table_write(ENTRY(1) + 12, 4, 0);
	assert_int_equal(sent, 2);
}

static void masked_functions_remember_all(void **state)
{
	(void)state;
	pci_msix_virtual_control(&msix, ON | MSIX_CONTROL_MASKALL, MASTER, false);
	table_write(ENTRY(1) + 12, 4, 1);
	pci_msix_virtual_raise(&msix, 0);
	pci_msix_virtual_raise(&msix, 1);
	pci_msix_virtual_raise(&msix, 2);
	assert_int_equal(sent, 0);
	pci_msix_virtual_control(&msix, ON, MASTER, false);
	assert_int_equal(sent, 2);
	table_write(ENTRY(1) + 12, 4, 0);
	assert_int_equal(sent, 3);
}

static void events_while_off_are_dropped(void **state)
{
	(void)state;
	pci_msix_virtual_control(&msix, 0, MASTER, false);
	pci_msix_virtual_raise(&msix, 0);
	pci_msix_virtual_control(&msix, ON, 0, false);
	pci_msix_virtual_raise(&msix, 0);
	pci_msix_virtual_control(&msix, ON, MASTER, false);
	pci_msix_virtual_set_gate(&msix, false);
	pci_msix_virtual_raise(&msix, 0);
	pci_msix_virtual_set_gate(&msix, true);
	assert_int_equal(sent, 0);
	/* Off and masked: dropped as well */
	table_write(ENTRY(0) + 12, 4, 1);
	pci_msix_virtual_control(&msix, ON, 0, false);
	pci_msix_virtual_raise(&msix, 0);
	pci_msix_virtual_control(&msix, ON, MASTER, false);
	table_write(ENTRY(0) + 12, 4, 0);
	assert_int_equal(sent, 0);
}

static void unmasking_while_off_drops(void **state)
{
	(void)state;
	table_write(ENTRY(0) + 12, 4, 1);
	pci_msix_virtual_raise(&msix, 0);
	pci_msix_virtual_control(&msix, ON, 0, false);
	table_write(ENTRY(0) + 12, 4, 0);
	pci_msix_virtual_control(&msix, ON, MASTER, false);
	assert_int_equal(sent, 0);
	table_write(ENTRY(0) + 12, 4, 1);
	pci_msix_virtual_raise(&msix, 0);
	pci_msix_virtual_control(&msix, 0, MASTER, false);
	pci_msix_virtual_control(&msix, ON, MASTER, false);
	table_write(ENTRY(0) + 12, 4, 0);
	assert_int_equal(sent, 0);
	pci_msix_virtual_raise(&msix, 0);
	assert_int_equal(sent, 1);
}

static void one_shot_closes_the_gate(void **state)
{
	(void)state;
	pci_msix_virtual_control(&msix, ON, MASTER, true);
	pci_msix_virtual_raise(&msix, 0);
	assert_int_equal(sent, 1);
	assert_false(msix.gate_open);
	pci_msix_virtual_raise(&msix, 1);
	assert_int_equal(sent, 1);
	pci_msix_virtual_set_gate(&msix, true);
	table_write(ENTRY(0) + 12, 4, 1);
	pci_msix_virtual_raise(&msix, 0);
	assert_true(msix.gate_open);
	table_write(ENTRY(0) + 12, 4, 0);
	assert_int_equal(sent, 2);
	assert_false(msix.gate_open);
}

static void foreign_messages_are_dropped(void **state)
{
	(void)state;
	table_write(ENTRY(0), 4, 0xfee02000);
	pci_msix_virtual_raise(&msix, 0);
	table_write(ENTRY(0), 4, 0x1000);
	pci_msix_virtual_raise(&msix, 0);
	table_write(ENTRY(0), 4, MESSAGE);
	table_write(ENTRY(0) + 4, 4, 1);
	pci_msix_virtual_raise(&msix, 0);
	table_write(ENTRY(0) + 4, 4, 0);
	table_write(ENTRY(0) + 8, 4, 0x10041);
	pci_msix_virtual_raise(&msix, 0);
	assert_int_equal(sent, 0);
}

#define TEST(function)      cmocka_unit_test_setup_teardown(function, set_up, tear_down)
#define TEST_MSIX(function) cmocka_unit_test_setup(function, set_up_msix)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(registers_are_those_of_the_model),
		TEST(base_addresses_tell_their_size),
		TEST(memory_answers_while_decoding),
		TEST(memory_can_be_moved_while_decoding),
		TEST(overlaps_are_survived),
		TEST(reset_clears_what_is_writable),
		TEST(failures_leave_nothing),
		TEST_MSIX(tables_take_dwords),
		TEST_MSIX(vectors_are_masked_after_reset),
		TEST_MSIX(vectors_are_delivered),
		TEST_MSIX(masked_vectors_are_remembered_once),
		TEST_MSIX(masked_functions_remember_all),
		TEST_MSIX(events_while_off_are_dropped),
		TEST_MSIX(unmasking_while_off_drops),
		TEST_MSIX(one_shot_closes_the_gate),
		TEST_MSIX(foreign_messages_are_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
