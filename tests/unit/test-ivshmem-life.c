/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ivshmem device: peers that come, reset and go.
 *
 * suite: ivshmem
 * sources: tests/unit/ivshmem-cells.c hypervisor/ivshmem.c hypervisor/ivshmem-channel.c hypervisor/mmio.c
 * sources: hypervisor/pci.c hypervisor/pci-physical.c hypervisor/pci-msi.c hypervisor/pci-msix.c
 * sources: hypervisor/pci-virtual.c hypervisor/pci-msix-virtual.c
 */
#include "unit.h"

#include "ivshmem-cells.h"

#define PEERS   3
#define VECTORS 2

/* All cells have both channels, but for the last: that is on none of the first three's. */
static int set_up(void **state)
{
	unsigned int cell;

	(void)state;
	ivshmem_cells_reset();
	for (cell = 0; cell < PEERS; cell++)
		ivshmem_cell_add(cell, CHANNEL, PEERS, VECTORS);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	ivshmem_cells_finish();
	return 0;
}

static void create(unsigned int cell)
{
	assert_int_equal(ivshmem_cell_create(cell), 0);
	ivshmem_cell_reset(cell);
	set_up_device(cell, CHANNEL);
}

static void ring(unsigned int cell, unsigned int target)
{
	set(cell, CHANNEL, 0, IVSHMEM_DOORBELL, IVSHMEM_DOORBELL_VALUE(target, 1));
}

static void the_first_peer_clears_the_table(void **state)
{
	(void)state;
	create(0);
	check_shared_memory(0);
	set(0, CHANNEL, 0, IVSHMEM_STATE, 4);
	create(1);
	set(1, CHANNEL, 0, IVSHMEM_STATE, 5);
	assert_int_equal(state_in_memory(0), 4);
	ivshmem_cell_destroy(0);
	assert_int_equal(state_in_memory(0), 0);
	assert_int_equal(state_in_memory(1), 5);
	create(2);
	assert_int_equal(state_in_memory(1), 5);
	ivshmem_cell_destroy(1);
	ivshmem_cell_destroy(2);
	check_shared_memory(0);
	memset(shared_memory, 0xff, TABLE_SIZE);
	create(2);
	check_shared_memory(0);
}

static void a_peer_that_resets_is_reported(void **state)
{
	(void)state;
	create(0);
	create(1);
	create(2);
	set(1, CHANNEL, 0, IVSHMEM_STATE, 9);
	take_all_interrupts(0);
	take_all_interrupts(2);
	ivshmem_cell_reset(1);
	assert_int_equal(state_in_memory(1), 0);
	assert_int_equal(take_interrupts(0, CHANNEL, 0), 1);
	assert_int_equal(take_interrupts(2, CHANNEL, 0), 1);
	ivshmem_cell_reset(1);
	ivshmem_cell_destroy(1);
	assert_int_equal(take_all_interrupts(0) + take_all_interrupts(2), 0);
	create(1);
	set(1, CHANNEL, 0, IVSHMEM_STATE, 9);
	ivshmem_cell_destroy(1);
	assert_int_equal(state_in_memory(1), 0);
	assert_int_equal(take_all_interrupts(0), 2);
}

static void nobody_is_rung_after_the_end(void **state)
{
	(void)state;
	create(0);
	create(1);
	ivshmem_cell_reset(1);
	ring(0, 1);
	ivshmem_cell_destroy(1);
	ring(0, 1);
	ring(0, 2);
	create(1);
	assert_int_equal(take_all_interrupts(1), 0);
	ring(0, 1);
	assert_int_equal(take_interrupts(1, CHANNEL, 1), 1);
}

static void what_was_pending_goes_with_the_peer(void **state)
{
	(void)state;
	create(0);
	create(1);
	set(1, CHANNEL, TABLE_BAR, 16 + 12, 1);
	ring(0, 1);
	ivshmem_cell_destroy(1);
	create(1);
	assert_int_equal(take_all_interrupts(1), 0);
}

static void classic_ids_are_the_lowest_free(void **state)
{
	unsigned int cell;

	(void)state;
	for (cell = 0; cell < 3; cell++) {
		ivshmem_cell_init(cell);
		ivshmem_cell_add(cell, CLASSIC, 0, 1);
	}
	assert_int_equal(ivshmem_cell_create(2), 0);
	assert_int_equal(ivshmem_cell_create(1), 0);
	set_up_device(2, CLASSIC);
	set_up_device(1, CLASSIC);
	assert_int_equal(get(2, CLASSIC, 0, IVSHMEM_CLASSIC_IVPOSITION), 0);
	assert_int_equal(get(1, CLASSIC, 0, IVSHMEM_CLASSIC_IVPOSITION), 1);
	assert_int_equal(ivshmem_cell_create(0), -EBUSY);
	set(2, CLASSIC, 0, IVSHMEM_CLASSIC_LSTATE, 3);
	take_all_interrupts(1);
	ivshmem_cell_destroy(2);
	assert_int_equal(get(1, CLASSIC, 0, IVSHMEM_CLASSIC_RSTATE), 0);
	assert_int_equal(take_all_interrupts(1), 1);
	assert_int_equal(ivshmem_cell_create(0), 0);
	set_up_device(0, CLASSIC);
	assert_int_equal(get(0, CLASSIC, 0, IVSHMEM_CLASSIC_IVPOSITION), 0);
	set(0, CLASSIC, 0, IVSHMEM_CLASSIC_DOORBELL, 0);
	assert_int_equal(take_all_interrupts(1), 1);
}

static void taken_places_are_refused(void **state)
{
	(void)state;
	create(0);
	create(1);
	cells[2].config.devices[0].shmem_dev_id = 1;
	set(1, CHANNEL, 0, IVSHMEM_STATE, 9);
	take_all_interrupts(0);
	assert_int_equal(ivshmem_cell_create(2), -EBUSY);
	assert_int_equal(state_in_memory(1), 9);
	ring(0, 1);
	assert_int_equal(take_interrupts(1, CHANNEL, 1), 1);
}

/* Wherever it ends, a cell that cannot be created changes nothing for the others. */
static void failed_creation_leaves_nothing(void **state)
{
	size_t before, limit;

	(void)state;
	ivshmem_cell_add(1, CLASSIC, 0, 1);
	create(0);
	set(0, CHANNEL, 0, IVSHMEM_STATE, 6);
	before = stub_pages_used;
	for (limit = before;; limit++) {
		stub_pages_limit = limit;
		if (ivshmem_cell_create(1) == 0)
			break;
		assert_int_equal(stub_pages_used, before);
	}
	assert_true(limit > before + 2);
	stub_pages_limit = SIZE_MAX;
	assert_int_equal(state_in_memory(0), 6);
	assert_int_equal(take_all_interrupts(0), 0);
}

/* The second device finds its place taken, by the first. */
static void failed_creation_leaves_its_place(void **state)
{
	(void)state;
	create(0);
	cells[1].config.devices[1] = cells[1].config.devices[0];
	cells[1].config.desc.num_pci_devices = 2;
	assert_int_equal(ivshmem_cell_create(1), -EBUSY);
	cells[1].config.desc.num_pci_devices = 1;
	create(1);
	ring(0, 1);
	assert_int_equal(take_all_interrupts(1), 1);
}

static void sixteen_peers_and_vectors(void **state)
{
	unsigned int cell;

	(void)state;
	for (cell = 0; cell < NUM_CELLS; cell++) {
		ivshmem_cell_init(cell);
		ivshmem_cell_add(cell, CHANNEL, IVSHMEM_PEERS_LIMIT, IVSHMEM_VECTORS_LIMIT);
		cells[cell].config.devices[0].shmem_dev_id = cell * 5;
		create(cell);
	}
	assert_int_equal(get(3, CHANNEL, 0, IVSHMEM_ID), 15);
	set(3, CHANNEL, 0, IVSHMEM_STATE, 1);
	assert_int_equal(state_in_memory(15), 1);
	set(0, CHANNEL, 0, IVSHMEM_DOORBELL, IVSHMEM_DOORBELL_VALUE(15, 15));
	assert_int_equal(take_interrupts(3, CHANNEL, 15), 1);
	check_shared_memory(IVSHMEM_PEERS_LIMIT);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_peer_clears_the_table), TEST(a_peer_that_resets_is_reported),
		TEST(nobody_is_rung_after_the_end),    TEST(what_was_pending_goes_with_the_peer),
		TEST(classic_ids_are_the_lowest_free), TEST(taken_places_are_refused),
		TEST(failed_creation_leaves_nothing),  TEST(failed_creation_leaves_its_place),
		TEST(sixteen_peers_and_vectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
