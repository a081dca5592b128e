/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that goes from root to cells and comes back, on real nested page tables: with what rights,
 * what stays with another cell, and what a lack of memory for tables leaves.
 *
 * suite: hypervisor
 * sources: hypervisor/cell-memory.c hypervisor/paging.c hypervisor/page-pool.c
 */
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include <jailhouse/errno.h>

#include "hypervisor/arch/x86/apic.h"
#include "hypervisor/cell-memory.h"
#include "hypervisor/hypervisor.h"
#include "hypervisor/page-pool.h"
#include "hypervisor/paging.h"

#define POOL_PAGES  64
#define POOL_PHYS   0x40000000ULL
#define MAX_REGIONS 3

/* Root's memory: RAM in pages of 2 MiB, then a part that it may not read, and one that it only reads */
#define RAM       0x80000000ULL
#define RAM_SIZE  0x800000ULL
#define HIDDEN    (RAM + RAM_SIZE)
#define READ_ONLY (HIDDEN + PART)
#define PART      0x200000ULL
#define SIZE_2M   0x200000ULL

#define RIGHTS (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE)

struct owner {
	struct cell cell;
	struct {
		struct jailhouse_cell_desc desc;
		struct jailhouse_memory mem[MAX_REGIONS];
	} __attribute__((packed)) config;
};

struct cell *root_cell;
const struct jailhouse_system *system_config;
struct jailhouse_header hypervisor_header;
struct jailhouse_virt_console virt_console;
unsigned int paging_max_level = PAGING_LEVEL_2M;

static struct jailhouse_system system_without_console;
static struct owner root, one, two;
static u8 *pool;
static unsigned int empty_pool;

bool apic_is_x2apic(void)
{
	return true;
}

static void add_region(struct owner *owner, u64 phys, u64 virt, u64 size, u64 flags)
{
	u32 n = owner->config.desc.num_memory_regions++;

	owner->config.mem[n] = (struct jailhouse_memory){
		.phys_start = phys, .virt_start = virt, .size = size, .flags = flags
	};
}

/* A cell without memory */
static void open_cell(struct owner *owner)
{
	*owner = (struct owner){ .cell.npt = page_alloc(1) };
	owner->cell.config = &owner->config.desc;
	assert_non_null(owner->cell.npt);
}

static int set_up(void **state)
{
	(void)state;
	system_config = &system_without_console;
	pool = aligned_alloc(PAGE_SIZE, POOL_PAGES * PAGE_SIZE);
	page_pool_init(pool, POOL_PAGES, POOL_PHYS);
	empty_pool = page_pool_used();
	open_cell(&root);
	open_cell(&one);
	open_cell(&two);
	root_cell = &root.cell;
	root.cell.next = &one.cell;
	one.cell.next = &two.cell;
	add_region(&root, RAM, RAM, RAM_SIZE, RIGHTS);
	add_region(&root, HIDDEN, HIDDEN, PART, JAILHOUSE_MEM_WRITE);
	add_region(&root, READ_ONLY, READ_ONLY, PART, JAILHOUSE_MEM_READ);
	return cell_memory_map(&root.cell);
}

static int tear_down(void **state)
{
	(void)state;
	paging_destroy(root.cell.npt);
	paging_destroy(one.cell.npt);
	paging_destroy(two.cell.npt);
	assert_int_equal(page_pool_used(), empty_pool);
	free(pool);
	return 0;
}

/* Where a cell's guest-physical address leads, with its rights; 0 if nowhere. */
static u64 lookup(const struct owner *owner, u64 virt, u64 *rights)
{
	unsigned int level;
	u64 entry = paging_lookup(owner->cell.npt, virt, &level);

	*rights = entry & (PTE_WRITE | PTE_NO_EXECUTE);
	return entry ? paging_leaf_address(entry, level, virt) : 0;
}

static void assert_root_has(u64 address, u64 rights)
{
	u64 found;

	assert_int_equal(lookup(&root, address, &found), address);
	assert_int_equal(found, rights);
}

static void assert_root_lacks(u64 address)
{
	u64 rights;

	assert_int_equal(lookup(&root, address, &rights), 0);
}

static void assert_root_has_all(void)
{
	for (u64 address = RAM; address < RAM + RAM_SIZE; address += PAGE_SIZE)
		assert_root_has(address, PTE_WRITE);
	assert_root_lacks(HIDDEN);
	assert_root_has(READ_ONLY, PTE_NO_EXECUTE);
}

/* Leaves @num pages of the pool; give_back_pages() undoes it. */
static void *taken[POOL_PAGES];

static void leave_pages(unsigned int num)
{
	for (unsigned int n = 0; n < POOL_PAGES; n++) {
		if (page_pool_size() - page_pool_used() <= num)
			break;
		taken[n] = page_alloc(1);
	}
	assert_int_equal(page_pool_size() - page_pool_used(), num);
}

static void give_back_pages(void)
{
	for (unsigned int n = 0; n < POOL_PAGES; n++) {
		if (taken[n])
			page_free(taken[n], 1);
		taken[n] = NULL;
	}
}

static void memory_leaves_and_returns(void **state)
{
	u64 rights;

	(void)state;
	add_region(&one, RAM + PAGE_SIZE, 0, PAGE_SIZE, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_EXECUTE);
	assert_int_equal(cell_memory_map(&one.cell), 0);
	assert_int_equal(root_memory_revoke(&one.cell), 0);
	assert_int_equal(lookup(&one, 0, &rights), RAM + PAGE_SIZE);
	assert_int_equal(rights, 0);
	assert_root_has(RAM, PTE_WRITE);
	assert_root_lacks(RAM + PAGE_SIZE);
	assert_root_has(RAM + 2 * PAGE_SIZE, PTE_WRITE);
	assert_int_equal(root_memory_return(&one.cell), 0);
	assert_root_has_all();
}

static void root_gets_back_what_its_configuration_says(void **state)
{
	(void)state;
	add_region(&one, HIDDEN, 0, 2 * PART, RIGHTS | JAILHOUSE_MEM_LOADABLE);
	assert_int_equal(root_memory_revoke(&one.cell), 0);
	assert_root_lacks(READ_ONLY);
	assert_int_equal(root_memory_map_loadable(&one.cell), 0);
	assert_root_lacks(HIDDEN);
	assert_root_has(READ_ONLY, PTE_NO_EXECUTE);
	assert_int_equal(root_memory_revoke(&one.cell), 0);
	assert_int_equal(root_memory_return(&one.cell), 0);
	assert_root_has_all();
}

static void only_what_is_loadable_is_mapped_for_loading(void **state)
{
	(void)state;
	add_region(&one, RAM, 0, PAGE_SIZE, RIGHTS | JAILHOUSE_MEM_LOADABLE);
	add_region(&one, RAM + PAGE_SIZE, PAGE_SIZE, PAGE_SIZE, RIGHTS);
	assert_int_equal(root_memory_revoke(&one.cell), 0);
	assert_int_equal(root_memory_map_loadable(&one.cell), 0);
	assert_root_has(RAM, PTE_WRITE);
	assert_root_lacks(RAM + PAGE_SIZE);
}

static void shared_regions_stay(void **state)
{
	(void)state;
	add_region(&one, RAM, 0, PAGE_SIZE, RIGHTS | JAILHOUSE_MEM_ROOTSHARED);
	add_region(&one, 0, PAGE_SIZE, PAGE_SIZE,
		   JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_COMM_REGION);
	assert_int_equal(root_memory_revoke(&one.cell), 0);
	assert_root_has_all();
}

/* Of a channel between two cells, parts return as their last user goes. */
static void other_users_keep_their_part(void **state)
{
	(void)state;
	add_region(&one, RAM + PAGE_SIZE, 0, 3 * PAGE_SIZE, RIGHTS);
	add_region(&two, RAM + 2 * PAGE_SIZE, 0, PAGE_SIZE, RIGHTS);
	assert_int_equal(root_memory_revoke(&one.cell), 0);
	assert_int_equal(root_memory_revoke(&two.cell), 0);
	assert_int_equal(root_memory_return(&one.cell), 0);
	assert_root_has(RAM + PAGE_SIZE, PTE_WRITE);
	assert_root_lacks(RAM + 2 * PAGE_SIZE);
	assert_root_has(RAM + 3 * PAGE_SIZE, PTE_WRITE);
	one.config.desc.num_memory_regions = 0;
	assert_int_equal(root_memory_return(&two.cell), 0);
	assert_root_has_all();
}

/* The second region would need a table for its page of 2 MiB. */
static void a_failed_create_changes_nothing(void **state)
{
	(void)state;
	add_region(&one, RAM, 0, PAGE_SIZE, RIGHTS);
	add_region(&one, RAM + SIZE_2M, PAGE_SIZE, PAGE_SIZE, RIGHTS);
	leave_pages(1);
	assert_int_equal(root_memory_revoke(&one.cell), -ENOMEM);
	give_back_pages();
	assert_root_has_all();
}

/* What DESTROY and SET_LOADABLE return then; another try succeeds when there is memory. */
static void a_failed_return_can_be_repeated(void **state)
{
	(void)state;
	add_region(&one, RAM, 0, RAM_SIZE, RIGHTS | JAILHOUSE_MEM_LOADABLE);
	add_region(&two, RAM + SIZE_2M, 0, PAGE_SIZE, RIGHTS);
	assert_int_equal(root_memory_revoke(&one.cell), 0);
	leave_pages(0);
	assert_int_equal(root_memory_return(&one.cell), -ENOMEM);
	give_back_pages();
	assert_root_lacks(RAM + SIZE_2M);
	assert_int_equal(root_memory_return(&one.cell), 0);
	assert_root_lacks(RAM + SIZE_2M);
	assert_root_has(RAM + SIZE_2M + PAGE_SIZE, PTE_WRITE);
	assert_int_equal(root_memory_revoke(&one.cell), 0);
	assert_root_lacks(RAM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(memory_leaves_and_returns, set_up, tear_down),
		cmocka_unit_test_setup_teardown(root_gets_back_what_its_configuration_says, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(only_what_is_loadable_is_mapped_for_loading, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(shared_regions_stay, set_up, tear_down),
		cmocka_unit_test_setup_teardown(other_users_keep_their_part, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_failed_create_changes_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_failed_return_can_be_repeated, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
