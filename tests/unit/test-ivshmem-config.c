/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The macros for channels in jailhouse/ivshmem-config.h: what they expand to has the layout that the
 * device's specification asks for, passes the checker, and the ends fit each other; for every number
 * of peers.
 *
 * suite: ivshmem
 * sources: common/config-check.c common/config-check-cell.c common/config-check-memory.c
 * sources: common/config-check-pci.c common/config-check-channel.c
 * sources: common/format.c
 */
#include "unit.h"

#include <jailhouse/ivshmem-config.h>

#include "config-run.h"

#define MAX_PEERS   16
#define START       0x44000000
#define STATE_SIZE  0x1000
#define COMMON_SIZE 0x3000
#define OUTPUT_SIZE 0x2000
#define VECTORS     16
#define CHANNEL     0x80

/* The classic channel's, those of the other; what is not used is of size 0. */
#define NUM_REGIONS (1 + 2 + MAX_PEERS)
#define NUM_DEVICES 2
#define CPU_BYTES   8

#define CLASSIC_START   0x45000000
#define CLASSIC_SIZE    0x100000
#define CLASSIC_CHANNEL 0x88

struct channel_cell {
	struct jailhouse_cell_desc cell;
	__u8 cpus[CPU_BYTES];
	struct jailhouse_memory mem_regions[NUM_REGIONS];
	struct jailhouse_pci_device pci_devices[NUM_DEVICES];
} __attribute__((packed));

#define CELL(peers, id, common, output) \
	((struct channel_cell){ \
		.cell = { \
			.signature = JAILHOUSE_CELL_DESC_SIGNATURE, \
			.revision = JAILHOUSE_CONFIG_REVISION, \
			.name = "peer", \
			.cpu_set_size = CPU_BYTES, \
			.num_memory_regions = NUM_REGIONS, \
			.num_pci_devices = NUM_DEVICES, \
		}, \
		.cpus = { 2 }, \
		.mem_regions = { \
			JAILHOUSE_IVSHMEM_CLASSIC_REGION(CLASSIC_START, CLASSIC_SIZE, 0), \
			JAILHOUSE_IVSHMEM_REGIONS(peers, START, STATE_SIZE, common, output, \
						  id, 0), \
		}, \
		.pci_devices = { \
			JAILHOUSE_IVSHMEM_CLASSIC_DEVICE(CLASSIC_CHANNEL, 0, \
							 JAILHOUSE_SHMEM_PROTO_CUSTOM), \
			JAILHOUSE_IVSHMEM_DEVICE(CHANNEL, 1, id, peers, \
						 JAILHOUSE_SHMEM_PROTO_CUSTOM + 1, VECTORS), \
		}, \
	})

/* The number of peers has to be a literal number. */
#define CASE(peers) \
	case peers: \
		return CELL(peers, id, COMMON_SIZE, OUTPUT_SIZE)

static struct channel_cell make(unsigned int peers, unsigned int id)
{
	switch (peers) {
		CASE(2);
		CASE(3);
		CASE(4);
		CASE(5);
		CASE(6);
		CASE(7);
		CASE(8);
		CASE(9);
		CASE(10);
		CASE(11);
		CASE(12);
		CASE(13);
		CASE(14);
		CASE(15);
		CASE(16);
	}
	fail();
	return (struct channel_cell){};
}

static int check(const struct channel_cell *cell)
{
	forget();
	return config_check_cell(&sample_system.header, &cell->cell, sizeof(*cell), &report);
}

/* The second cell has all that it must not share of its own, so that channels alone matter. */
static int check_two(const struct channel_cell *cell, struct channel_cell *other)
{
	const struct jailhouse_cell_desc *const others[] = { &other->cell };

	strcpy(other->cell.name, "other");
	other->cpus[0] = 4;
	forget();
	return config_check_beside(&sample_system.header, &cell->cell, others, 1, &report);
}

static void assert_region(const struct jailhouse_memory *mem, u64 start, u64 size, bool writable)
{
	assert_int_equal(mem->phys_start, start);
	assert_int_equal(mem->virt_start, start);
	assert_int_equal(mem->size, size);
	assert_int_equal(mem->flags, JAILHOUSE_MEM_READ | (writable ? JAILHOUSE_MEM_WRITE : 0));
}

static void assert_layout(const struct channel_cell *cell, unsigned int peers, unsigned int id)
{
	const struct jailhouse_memory *mem = cell->mem_regions;
	u64 start = START + STATE_SIZE + COMMON_SIZE;
	unsigned int n;

	assert_region(&mem[0], CLASSIC_START, CLASSIC_SIZE, true);
	assert_region(&mem[1], START, STATE_SIZE, false);
	assert_region(&mem[2], START + STATE_SIZE, COMMON_SIZE, true);
	for (n = 0; n < peers; n++)
		assert_region(&mem[3 + n], start + n * OUTPUT_SIZE, OUTPUT_SIZE, n == id);
	for (; n < MAX_PEERS; n++)
		assert_int_equal(mem[3 + n].size, 0);
}

static void every_number_of_peers(void **state)
{
	unsigned int peers, id;

	(void)state;
	for (peers = 2; peers <= MAX_PEERS; peers++) {
		for (id = 0; id < peers; id++) {
			struct channel_cell cell = make(peers, id);
			struct channel_cell next = make(peers, (id + 1) % peers);

			assert_layout(&cell, peers, id);
			expect("alone", check(&cell), 0, "");
			expect("two ends", check_two(&cell, &next), 0, "");
		}
	}
}

static void sections_may_be_left_out(void **state)
{
	struct channel_cell cells[] = {
		CELL(2, 0, 0, OUTPUT_SIZE), CELL(2, 1, 0, OUTPUT_SIZE), CELL(2, 0, COMMON_SIZE, 0),
		CELL(2, 1, COMMON_SIZE, 0), CELL(2, 0, 0, 0),           CELL(2, 1, 0, 0),
	};
	size_t n;

	(void)state;
	for (n = 0; n < ARRAY_SIZE(cells); n += 2) {
		expect("an end", check(&cells[n]), 0, "");
		expect("the other", check(&cells[n + 1]), 0, "");
		expect("both", check_two(&cells[n], &cells[n + 1]), 0, "");
	}
}

/* The checker looks at all of that, not just at anything: ends that differ do not pass. */
static void ends_that_differ_are_refused(void **state)
{
	struct channel_cell cell = CELL(3, 0, COMMON_SIZE, OUTPUT_SIZE);
	struct channel_cell same = CELL(3, 0, COMMON_SIZE, OUTPUT_SIZE);
	struct channel_cell larger = CELL(3, 1, COMMON_SIZE, 2 * OUTPUT_SIZE);
	struct channel_cell fewer = CELL(2, 1, COMMON_SIZE, OUTPUT_SIZE);

	(void)state;
	expect("same ID", check_two(&cell, &same), -EBUSY, "shmem_dev_id 0x0");
	expect("larger outputs", check_two(&cell, &larger), -EINVAL,
	       "size 0x2000 of channel 00:10.0 is 0x4000 in cell \"other\"");
	expect("fewer peers", check_two(&cell, &fewer), -EINVAL,
	       "shmem_peers 0x3 of channel 00:10.0 is 0x2 in cell \"other\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_of_peers),
		cmocka_unit_test(sections_may_be_left_out),
		cmocka_unit_test(ends_that_differ_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
