/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of PCI have in common: each starts with a root cell and ends without a leak.
 */
#ifndef TESTS_UNIT_PCI_TEST_H
#define TESTS_UNIT_PCI_TEST_H

#include "hypervisor/pci-device.h"
#include "pci-machine.h"

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

static size_t pages_before;

static int set_up(void **state)
{
	stub_reset(state);
	pages_before = stub_pages_used;
	machine_init_root();
	return 0;
}

/* Everything that was allocated and mapped comes back. */
static int tear_down(void **state)
{
	(void)state;
	machine_destroy(&machine.cell);
	machine_destroy(&machine.root);
	assert_int_equal(machine.mapped, 0);
	assert_int_equal(stub_pages_used, pages_before);
	assert_int_equal(machine.root.map.num_regions, 0);
	assert_int_equal(machine.cell.map.num_regions, 0);
	return 0;
}

static inline void create_cell(u16 bdf)
{
	config_add(&machine.cell, bdf);
	assert_int_equal(machine_create(&machine.cell), 0);
}

#endif /* TESTS_UNIT_PCI_TEST_H */
