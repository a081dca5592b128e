/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ivshmem device: what raises which vector of whom, and when it is delivered, kept or dropped.
 *
 * suite: ivshmem
 * sources: tests/unit/ivshmem-cells.c hypervisor/ivshmem.c hypervisor/ivshmem-channel.c hypervisor/mmio.c
 * sources: hypervisor/pci.c hypervisor/pci-physical.c hypervisor/pci-msi.c hypervisor/pci-msix.c
 * sources: hypervisor/pci-virtual.c hypervisor/pci-msix-virtual.c
 */
#include "unit.h"

#include "ivshmem-cells.h"

#define PEERS   3
#define VECTORS 4

static u8 msix;

/* Three cells on the revision 2 channel, of which two have the classic one as well. */
static int set_up(void **state)
{
	unsigned int cell;

	(void)state;
	ivshmem_cells_reset();
	for (cell = 0; cell < PEERS; cell++) {
		ivshmem_cell_add(cell, CHANNEL, PEERS, VECTORS);
		if (cell < 2)
			ivshmem_cell_add(cell, CLASSIC, 0, 1);
		assert_int_equal(ivshmem_cell_create(cell), 0);
		set_up_device(cell, CHANNEL);
		if (cell < 2)
			set_up_device(cell, CLASSIC);
	}
	msix = find_capability(0, CHANNEL, PCI_CAP_ID_MSIX);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	check_shared_memory(PEERS);
	ivshmem_cells_finish();
	return 0;
}

static void ring(unsigned int cell, unsigned int target, unsigned int vector)
{
	set(cell, CHANNEL, 0, IVSHMEM_DOORBELL, IVSHMEM_DOORBELL_VALUE(target, vector));
}

static void assert_quiet(void)
{
	unsigned int cell;

	for (cell = 0; cell < PEERS; cell++)
		assert_int_equal(take_all_interrupts(cell), 0);
}

static void doorbells_reach_their_target(void **state)
{
	unsigned int from, to, vector;

	(void)state;
	for (from = 0; from < PEERS; from++)
		for (to = 0; to < PEERS; to++)
			for (vector = 0; vector < VECTORS; vector++) {
				ring(from, to, vector);
				assert_int_equal(take_interrupts(to, CHANNEL, vector), 1);
				assert_quiet();
			}
}

static void wrong_doorbells_have_no_effect(void **state)
{
	static const u16 wrong[] = { 0x8000, 0xff, 0x100, 0x7fff, 0xffff, 16, 17, 31, 32, 33, 64 };
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		ring(0, 1, wrong[i]);
		ring(0, wrong[i], 1);
		ring(0, wrong[i], wrong[i]);
	}
	ring(0, PEERS, 0);
	ring(0, 1, VECTORS);
	assert_quiet();
}

static void classic_doorbells_take_any_value(void **state)
{
	static const u32 values[] = { 0, 1, 0x10000, 0x10001, 0xffffffff, 0x12345678 };
	unsigned int i, cell;

	(void)state;
	for (cell = 0; cell < 2; cell++)
		for (i = 0; i < ARRAY_SIZE(values); i++) {
			set(cell, CLASSIC, 0, IVSHMEM_CLASSIC_DOORBELL, values[i]);
			assert_int_equal(take_interrupts(!cell, CLASSIC, 0), 1);
			assert_int_equal(get(cell, CLASSIC, 0, IVSHMEM_CLASSIC_DOORBELL), 0);
			assert_quiet();
		}
}

static void new_states_are_stored_and_told(void **state)
{
	(void)state;
	set(1, CHANNEL, 0, IVSHMEM_STATE, 0x80000001);
	assert_int_equal(state_in_memory(1), 0x80000001);
	assert_int_equal(get(1, CHANNEL, 0, IVSHMEM_STATE), 0x80000001);
	assert_int_equal(get(0, CHANNEL, 0, IVSHMEM_STATE), 0);
	assert_int_equal(take_interrupts(0, CHANNEL, 0), 1);
	assert_int_equal(take_interrupts(2, CHANNEL, 0), 1);
	assert_quiet();
	set(1, CHANNEL, 0, IVSHMEM_STATE, 0x80000001);
	assert_quiet();
	set(2, CHANNEL, 0, IVSHMEM_STATE, 5);
	assert_int_equal(state_in_memory(1), 0x80000001);
	assert_int_equal(state_in_memory(2), 5);
	take_all_interrupts(0);
	take_all_interrupts(1);
	set(1, CHANNEL, 0, IVSHMEM_STATE, 0);
	assert_int_equal(state_in_memory(1), 0);
	assert_int_equal(take_all_interrupts(0) + take_all_interrupts(2), 2);
}

static void classic_states_always_ring(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		set(0, CLASSIC, 0, IVSHMEM_CLASSIC_LSTATE, 7);
		assert_int_equal(get(0, CLASSIC, 0, IVSHMEM_CLASSIC_LSTATE), 7);
		assert_int_equal(get(0, CLASSIC, 0, IVSHMEM_CLASSIC_RSTATE), 0);
		assert_int_equal(get(1, CLASSIC, 0, IVSHMEM_CLASSIC_LSTATE), 0);
		assert_int_equal(get(1, CLASSIC, 0, IVSHMEM_CLASSIC_RSTATE), 7);
		assert_int_equal(take_interrupts(1, CLASSIC, 0), 1);
	}
	assert_quiet();
}

/*
 * All that delivery needs. The first three drop what comes while they are off, the next two keep
 * it. With memory decoding off, writes to CONTROL and VECTOR do not reach the device.
 */
enum {
	MASTER,
	ENABLE,
	CONTROL,
	FUNCTION,
	VECTOR,
	MEMORY,
	NUM_SWITCHES
};

#define DROPPING (1 << MASTER | 1 << ENABLE | 1 << CONTROL)
#define NEEDED   (DROPPING | 1 << FUNCTION | 1 << VECTOR)

/* A vector of cell 1's device, and which switches are on, as the device should see them */
struct switches {
	u16 bdf;
	unsigned int vector;
	unsigned int on;
};

static void ring_vector(const struct switches *switches)
{
	if (is_classic(switches->bdf))
		set(0, switches->bdf, 0, IVSHMEM_CLASSIC_DOORBELL, 1);
	else
		ring(0, 1, switches->vector);
}

static void write_configuration(const struct switches *switches)
{
	unsigned int on = switches->on;
	u8 capability = find_capability(1, switches->bdf, PCI_CAP_ID_MSIX);

	config_set(1, switches->bdf, PCI_COMMAND, 2,
		   (on & 1 << MEMORY ? PCI_COMMAND_MEMORY : 0) |
			   (on & 1 << MASTER ? PCI_COMMAND_MASTER : 0));
	config_set(1, switches->bdf, capability + MSIX_CONTROL, 2,
		   (on & 1 << ENABLE ? MSIX_CONTROL_ENABLE : 0) |
			   (on & 1 << FUNCTION ? 0 : MSIX_CONTROL_MASKALL));
}

static void write_window(const struct switches *switches, unsigned int bar, u64 offset, u64 value)
{
	enum mmio_result result = memory_access(1, window(switches->bdf, bar) + offset, true, 4,
						&value);

	assert_int_equal(result == MMIO_HANDLED, !!(switches->on & 1 << MEMORY));
}

static void turn(struct switches *switches, unsigned int which, bool on)
{
	unsigned int bit = 1 << which, table = TABLE_BAR;

	if (is_classic(switches->bdf)) {
		table = CLASSIC_TABLE_BAR;
		/* There is no such register. */
		if (which == CONTROL)
			return;
	}
	if (which == CONTROL)
		write_window(switches, 0, IVSHMEM_INT_CONTROL, on);
	if (which == VECTOR)
		write_window(switches, table, switches->vector * 16 + 12, !on);
	if ((which == CONTROL || which == VECTOR) && !(switches->on & 1 << MEMORY))
		return;
	switches->on = on ? switches->on | bit : switches->on & ~bit;
	write_configuration(switches);
}

/* Switches all on in an order, with a doorbell before each and one at the end. */
static void try_order(struct switches *switches, const unsigned int *order)
{
	bool kept = false, works = false;
	unsigned int i;

	for (i = 0; i < NUM_SWITCHES; i++)
		turn(switches, i, false);
	for (i = 0; i < NUM_SWITCHES; i++) {
		ring_vector(switches);
		kept |= (switches->on & DROPPING) == DROPPING;
		assert_int_equal(take_interrupts(1, switches->bdf, switches->vector), works);
		kept &= !works;
		turn(switches, order[i], true);
		if (!works && (switches->on & NEEDED) == NEEDED) {
			works = true;
			assert_int_equal(take_interrupts(1, switches->bdf, switches->vector), kept);
		}
		assert_quiet();
	}
	ring_vector(switches);
	assert_int_equal(take_interrupts(1, switches->bdf, switches->vector), works);
	assert_quiet();
	/* Nothing kept is left for the next order. */
	turn(switches, CONTROL, true);
	turn(switches, VECTOR, true);
	take_all_interrupts(1);
}

static void try_orders(struct switches *switches, unsigned int *order, unsigned int used,
		       unsigned int length)
{
	unsigned int i;

	if (length == NUM_SWITCHES) {
		try_order(switches, order);
		return;
	}
	for (i = 0; i < NUM_SWITCHES; i++) {
		if (used >> i & 1)
			continue;
		order[length] = i;
		try_orders(switches, order, used | 1 << i, length + 1);
	}
}

static void every_order_of_switching_on(void **state)
{
	struct switches revision2 = { CHANNEL, 2, (1 << NUM_SWITCHES) - 1 };
	struct switches classic = { CLASSIC, 0, (1 << NUM_SWITCHES) - 1 };
	unsigned int order[NUM_SWITCHES];

	(void)state;
	try_orders(&revision2, order, 0, 0);
	try_orders(&classic, order, 0, 0);
}

/* Memory decoding is about access to registers only. */
static void delivery_does_not_need_memory_enable(void **state)
{
	(void)state;
	config_set(1, CHANNEL, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	ring(0, 1, 3);
	assert_int_equal(take_interrupts(1, CHANNEL, 3), 1);
}

/* As Linux does when it moves an interrupt to another CPU */
static void moving_a_vector_loses_nothing(void **state)
{
	(void)state;
	set(1, CHANNEL, TABLE_BAR, 12, 1);
	ring(0, 1, 0);
	ring(2, 1, 0);
	ring(0, 1, 1);
	assert_int_equal(take_interrupts(1, CHANNEL, 1), 1);
	set(1, CHANNEL, TABLE_BAR, 8, INTERRUPT(CHANNEL, 9));
	assert_quiet();
	set(1, CHANNEL, TABLE_BAR, 12, 0);
	assert_int_equal(take_interrupts(1, CHANNEL, 9), 1);
	assert_quiet();
	assert_int_equal(get(1, CHANNEL, TABLE_BAR, 0x100), 0);
	set(0, CLASSIC, CLASSIC_TABLE_BAR, 12, 1);
	set(1, CLASSIC, 0, IVSHMEM_CLASSIC_DOORBELL, 1);
	assert_int_equal(get(0, CLASSIC, CLASSIC_TABLE_BAR, 0x10), 0);
	assert_quiet();
	set(0, CLASSIC, CLASSIC_TABLE_BAR, 12, 0);
	assert_int_equal(take_interrupts(0, CLASSIC, 0), 1);
}

static void one_shot(void **state)
{
	(void)state;
	config_set(1, CHANNEL, 0x40 + IVSHMEM_VNDR_PRIVILEGED, 1, IVSHMEM_PRIVILEGED_ONESHOT);
	ring(0, 1, 1);
	assert_int_equal(get(1, CHANNEL, 0, IVSHMEM_INT_CONTROL), 0);
	assert_int_equal(take_interrupts(1, CHANNEL, 1), 1);
	ring(0, 1, 1);
	set(0, CHANNEL, 0, IVSHMEM_STATE, 1);
	assert_int_equal(take_interrupts(2, CHANNEL, 0), 1);
	assert_quiet();
	set(1, CHANNEL, 0, IVSHMEM_INT_CONTROL, 1);
	assert_quiet();
	/* One that waits for its vector to be unmasked has not been delivered. */
	set(1, CHANNEL, TABLE_BAR, 16 + 12, 1);
	ring(0, 1, 1);
	assert_int_equal(get(1, CHANNEL, 0, IVSHMEM_INT_CONTROL), 1);
	set(1, CHANNEL, TABLE_BAR, 16 + 12, 0);
	assert_int_equal(get(1, CHANNEL, 0, IVSHMEM_INT_CONTROL), 0);
	assert_int_equal(take_interrupts(1, CHANNEL, 1), 1);
	config_set(1, CHANNEL, 0x40 + IVSHMEM_VNDR_PRIVILEGED, 1, 0);
	set(1, CHANNEL, 0, IVSHMEM_INT_CONTROL, 1);
	ring(0, 1, 1);
	assert_int_equal(get(1, CHANNEL, 0, IVSHMEM_INT_CONTROL), 1);
}

/* What a table entry says is checked when it is used. */
static void wrong_messages_are_dropped(void **state)
{
	static const u32 wrong[][3] = {
		{ 0x12345000, 0, 0x40 },   { 0xfee11000, 1, 0x40 },    { 0xfee11001, 0, 0x40 },
		{ 0xfee11000, 0, 0x2040 }, { 0xfee11000, 0, 0x10040 },
	};
	unsigned int i, reg;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		for (reg = 0; reg < 3; reg++)
			set(1, CHANNEL, TABLE_BAR, 4 * reg, wrong[i][reg]);
		ring(0, 1, 0);
	}
	assert_quiet();
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(doorbells_reach_their_target),
		TEST(wrong_doorbells_have_no_effect),
		TEST(classic_doorbells_take_any_value),
		TEST(new_states_are_stored_and_told),
		TEST(classic_states_always_ring),
		TEST(every_order_of_switching_on),
		TEST(delivery_does_not_need_memory_enable),
		TEST(moving_a_vector_loses_nothing),
		TEST(one_shot),
		TEST(wrong_messages_are_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
