/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MMIO dispatch: order, overlaps, borders, and changes while accesses go on.
 *
 * suite: hypervisor
 * sources: hypervisor/mmio.c
 */
#include "unit.h"

#include <pthread.h>
#include <time.h>

#include "mmio.h"

#define MAX_REGIONS 64

static struct mmio_region storage[MAX_REGIONS];
static struct mmio_map map;

/* What a handler was called with. */
struct call {
	unsigned int count;
	struct mmio_access access;
};

static int new_map(void **state)
{
	(void)state;
	mmio_map_init(&map, storage, MAX_REGIONS);
	return 0;
}

static enum mmio_result record(void *arg, struct mmio_access *access)
{
	struct call *call = arg;

	call->count++;
	call->access = *access;
	if (!access->is_write)
		access->value = 0xabcd;
	return MMIO_HANDLED;
}

static enum mmio_result refuse(void *arg, struct mmio_access *access)
{
	(void)arg;
	(void)access;
	return MMIO_ERROR;
}

static enum mmio_result read_at(u64 address, unsigned int size)
{
	struct mmio_access access = { .address = address, .size = size };

	return mmio_dispatch(&map, &access);
}

static void handlers_get_offset_and_argument(void **state)
{
	struct call low = { 0 }, high = { 0 };
	struct mmio_access access = { .address = 0xfee00300, .size = 4, .is_write = true };

	(void)state;
	assert_int_equal(mmio_register(&map, 0xfee00000, 0x1000, record, &high), 0);
	assert_int_equal(mmio_register(&map, 0xfec00000, 0x1000, record, &low), 0);
	access.value = 0x12345678;
	assert_int_equal(mmio_dispatch(&map, &access), MMIO_HANDLED);
	assert_int_equal(low.count, 0);
	assert_int_equal(high.count, 1);
	assert_int_equal(high.access.address, 0x300);
	assert_int_equal(high.access.size, 4);
	assert_true(high.access.is_write);
	assert_int_equal(high.access.value, 0x12345678);
}

static void reads_return_the_value(void **state)
{
	struct mmio_access access = { .address = 0x1008, .size = 8 };
	struct call call = { 0 };

	(void)state;
	assert_int_equal(mmio_register(&map, 0x1000, 0x10, record, &call), 0);
	assert_int_equal(mmio_dispatch(&map, &access), MMIO_HANDLED);
	assert_int_equal(access.value, 0xabcd);
	assert_int_equal(call.access.address, 8);
}

static void an_error_of_the_handler_is_passed_on(void **state)
{
	(void)state;
	assert_int_equal(mmio_register(&map, 0x1000, 0x10, refuse, NULL), 0);
	assert_int_equal(read_at(0x1000, 4), MMIO_ERROR);
}

static void accesses_must_be_inside_in_full(void **state)
{
	struct call call = { 0 };

	(void)state;
	assert_int_equal(read_at(0x1000, 1), MMIO_UNHANDLED);
	assert_int_equal(mmio_register(&map, 0x1001, 6, record, &call), 0);
	assert_int_equal(mmio_register(&map, 0x1007, 1, record, &call), 0);
	assert_int_equal(read_at(0x1000, 1), MMIO_UNHANDLED);
	assert_int_equal(read_at(0x1000, 2), MMIO_UNHANDLED);
	assert_int_equal(read_at(0x1001, 1), MMIO_HANDLED);
	assert_int_equal(read_at(0x1003, 4), MMIO_HANDLED);
	/* Across two regions */
	assert_int_equal(read_at(0x1004, 4), MMIO_UNHANDLED);
	assert_int_equal(read_at(0x1001, 8), MMIO_UNHANDLED);
	assert_int_equal(read_at(0x1007, 1), MMIO_HANDLED);
	assert_int_equal(read_at(0x1007, 2), MMIO_UNHANDLED);
	assert_int_equal(read_at(0x1008, 1), MMIO_UNHANDLED);
	assert_int_equal(call.count, 3);
}

static void regions_may_touch_the_ends_of_the_address_space(void **state)
{
	struct call call = { 0 };

	(void)state;
	assert_int_equal(mmio_register(&map, -4096ULL, 4096, record, &call), 0);
	assert_int_equal(mmio_register(&map, 0, 4096, record, &call), 0);
	assert_int_equal(mmio_register(&map, -1ULL, 1, record, &call), -EEXIST);
	assert_int_equal(read_at(0, 4), MMIO_HANDLED);
	assert_int_equal(read_at(-4ULL, 4), MMIO_HANDLED);
	assert_int_equal(read_at(-4ULL, 8), MMIO_UNHANDLED);
	assert_int_equal(call.access.address, 4092);
}

static void one_region_may_cover_nearly_everything(void **state)
{
	struct call call = { 0 };

	(void)state;
	assert_int_equal(mmio_register(&map, 1, -1ULL, record, &call), 0);
	assert_int_equal(mmio_register(&map, 0, 1, record, &call), 0);
	assert_int_equal(read_at(-8ULL, 8), MMIO_HANDLED);
	assert_int_equal(mmio_register(&map, 0x1000, 1, record, &call), -EEXIST);
}

static void empty_and_wrapping_regions_are_refused(void **state)
{
	(void)state;
	assert_int_equal(mmio_register(&map, 0x1000, 0, record, NULL), -EINVAL);
	assert_int_equal(mmio_register(&map, -1ULL, 2, record, NULL), -EINVAL);
	assert_int_equal(mmio_register(&map, 2, -1ULL, record, NULL), -EINVAL);
	assert_int_equal(map.num_regions, 0);
}

static void overlaps_are_refused(void **state)
{
	(void)state;
	assert_int_equal(mmio_register(&map, 0x1000, 0x1000, record, NULL), 0);
	assert_int_equal(mmio_register(&map, 0x3000, 0x1000, record, NULL), 0);
	assert_int_equal(mmio_register(&map, 0x1000, 0x1000, record, NULL), -EEXIST);
	assert_int_equal(mmio_register(&map, 0x1fff, 1, record, NULL), -EEXIST);
	assert_int_equal(mmio_register(&map, 0xfff, 2, record, NULL), -EEXIST);
	assert_int_equal(mmio_register(&map, 0, 0x10000, record, NULL), -EEXIST);
	assert_int_equal(mmio_register(&map, 0x2000, 0x1001, record, NULL), -EEXIST);
	assert_int_equal(mmio_register(&map, 0x3800, 0x1000, record, NULL), -EEXIST);
	assert_int_equal(mmio_register(&map, 0x2000, 0x1000, record, NULL), 0);
	assert_int_equal(mmio_register(&map, 0, 0x1000, record, NULL), 0);
	assert_int_equal(mmio_register(&map, 0x4000, 1, record, NULL), 0);
	assert_int_equal(map.num_regions, 5);
}

static void a_full_map_is_reported(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < MAX_REGIONS; i++)
		assert_int_equal(mmio_register(&map, i * 8, 8, record, NULL), 0);
	assert_int_equal(mmio_register(&map, 0x100000, 8, record, NULL), -ENOMEM);
	mmio_unregister(&map, 24);
	assert_int_equal(mmio_register(&map, 0x100000, 8, record, NULL), 0);
}

/* Steps through 0..63 in an order that is neither up nor down. */
static unsigned int shuffled(unsigned int i)
{
	return i * 37 % MAX_REGIONS;
}

static void any_order_of_changes_keeps_the_map_sorted(void **state)
{
	static struct call calls[MAX_REGIONS];
	unsigned int i, removed;

	(void)state;
	memset(calls, 0, sizeof(calls));
	for (i = 0; i < MAX_REGIONS; i++)
		assert_int_equal(mmio_register(&map, shuffled(i) * 0x100ULL, 0x80, record,
					       &calls[shuffled(i)]),
				 0);
	for (removed = 0; removed < MAX_REGIONS; removed++) {
		for (i = 0; i < MAX_REGIONS; i++) {
			bool present = i >= removed;
			u64 start = shuffled(i) * 0x100ULL;
			unsigned int count = calls[shuffled(i)].count;

			assert_int_equal(read_at(start + 0x7f, 1),
					 present ? MMIO_HANDLED : MMIO_UNHANDLED);
			assert_int_equal(calls[shuffled(i)].count, count + present);
			assert_int_equal(read_at(start + 0x80, 1), MMIO_UNHANDLED);
		}
		mmio_unregister(&map, shuffled(removed) * 0x100ULL);
	}
	assert_int_equal(map.num_regions, 0);
}

static void only_the_exact_start_is_removed(void **state)
{
	struct call call = { 0 };

	(void)state;
	mmio_unregister(&map, 0x1000);
	assert_int_equal(mmio_register(&map, 0x1000, 0x1000, record, &call), 0);
	mmio_unregister(&map, 0xfff);
	mmio_unregister(&map, 0x1001);
	mmio_unregister(&map, 0x2000);
	assert_int_equal(read_at(0x1000, 4), MMIO_HANDLED);
	mmio_unregister(&map, 0x1000);
	assert_int_equal(read_at(0x1000, 4), MMIO_UNHANDLED);
}

/*
 * Accesses on several CPUs while another one adds and removes regions. Every region has its own
 * argument, and the handler checks that it was called for that.
 */
#define NUM_READERS 3
/* A waiter that the host has preempted holds up the others: few rounds may take long. */
#define MIN_ROUNDS   20
#define MAX_SECONDS  2
#define STABLE_START 0x10000ULL
#define REGION_SIZE  0x100ULL

static unsigned int changes_done;

static bool goes_on(unsigned int round, time_t start)
{
	return round < MIN_ROUNDS || time(NULL) < start + MAX_SECONDS;
}

struct reader {
	pthread_t thread;
	unsigned int wrong;
	unsigned int stable_calls;
	unsigned int other_calls;
};

static enum mmio_result check_argument(void *arg, struct mmio_access *access)
{
	u64 start = (uintptr_t)arg;

	access->value = start + access->address;
	return MMIO_HANDLED;
}

static void *read_all(void *arg)
{
	struct reader *reader = arg;
	unsigned int i;

	do {
		for (i = 0; i < 16; i++) {
			u64 address = STABLE_START + i * REGION_SIZE + 8;
			struct mmio_access access = { .address = address, .size = 4 };
			bool found = mmio_dispatch(&map, &access) == MMIO_HANDLED;

			/* Every other region is never removed. */
			if (i % 2 == 0)
				reader->stable_calls += found;
			else
				reader->other_calls += found;
			reader->wrong += (found && access.value != address) ||
					 (!found && i % 2 == 0);
		}
	} while (!__atomic_load_n(&changes_done, __ATOMIC_ACQUIRE));
	return NULL;
}

static int add_numbered(unsigned int i)
{
	u64 start = STABLE_START + i * REGION_SIZE;

	return mmio_register(&map, start, REGION_SIZE, check_argument, (void *)(uintptr_t)start);
}

static void changes_do_not_disturb_accesses(void **state)
{
	struct reader readers[NUM_READERS] = { 0 };
	time_t start = time(NULL);
	unsigned int i, round;

	(void)state;
	changes_done = 0;
	for (i = 0; i < 16; i += 2)
		assert_int_equal(add_numbered(i), 0);
	for (i = 0; i < NUM_READERS; i++)
		assert_int_equal(pthread_create(&readers[i].thread, NULL, read_all, &readers[i]),
				 0);
	for (round = 0; goes_on(round, start); round++) {
		for (i = 1; i < 16; i += 2)
			assert_int_equal(add_numbered(i), 0);
		for (i = 1; i < 16; i += 2)
			mmio_unregister(&map, STABLE_START + i * REGION_SIZE);
	}
	__atomic_store_n(&changes_done, 1, __ATOMIC_RELEASE);
	for (i = 0; i < NUM_READERS; i++) {
		pthread_join(readers[i].thread, NULL);
		assert_true(readers[i].stable_calls > 0);
		assert_int_equal(readers[i].wrong, 0);
	}
	assert_int_equal(map.num_regions, 8);
}

static void *change_own_regions(void *arg)
{
	u64 base = (uintptr_t)arg;
	time_t start = time(NULL);
	uintptr_t failed = 0;
	unsigned int i, round;

	for (round = 0; goes_on(round, start); round++) {
		for (i = 0; i < 8; i++)
			failed += mmio_register(&map, base + i * 4096, 16, record, NULL) != 0;
		for (i = 0; i < 8; i++)
			mmio_unregister(&map, base + i * 4096);
	}
	return (void *)failed;
}

static void several_cpus_may_change_the_map(void **state)
{
	pthread_t threads[4];
	uintptr_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, change_own_regions, (void *)(i * 32)), 0);
	for (i = 0; i < ARRAY_SIZE(threads); i++) {
		void *failed;

		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	assert_int_equal(map.num_regions, 0);
}

#define test(function) cmocka_unit_test_setup(function, new_map)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(handlers_get_offset_and_argument),
		test(reads_return_the_value),
		test(an_error_of_the_handler_is_passed_on),
		test(accesses_must_be_inside_in_full),
		test(regions_may_touch_the_ends_of_the_address_space),
		test(one_region_may_cover_nearly_everything),
		test(empty_and_wrapping_regions_are_refused),
		test(overlaps_are_refused),
		test(a_full_map_is_reported),
		test(any_order_of_changes_keeps_the_map_sorted),
		test(only_the_exact_start_is_removed),
		test(changes_do_not_disturb_accesses),
		test(several_cpus_may_change_the_map),
	};

	return cmocka_run_group_tests_name("mmio", tests, NULL, NULL);
}
