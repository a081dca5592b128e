/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The stubs themselves; also the pattern for a new test.
 *
 * suite: hypervisor
 * sources:
 */
#include "unit.h"

#include "hypervisor/console.h"
#include "hypervisor/page-pool.h"

static void printk_collects_text(void **state)
{
	(void)state;
	printk("cell %d\n", 3);
	printk("region %s\n", "ram");
	assert_string_equal(stub_printk_text, "cell 3\nregion ram\n");
}

static void pages_are_aligned_zeroed_and_counted(void **state)
{
	static const u8 zeros[2 * PAGE_SIZE];
	u8 *pages = page_alloc(2);

	(void)state;
	assert_non_null(pages);
	assert_int_equal((uintptr_t)pages % PAGE_SIZE, 0);
	assert_memory_equal(pages, zeros, sizeof(zeros));
	assert_int_equal(stub_pages_used, 2);
	page_free(pages, 2);
	assert_int_equal(stub_pages_used, 0);
}

static void pages_run_out_at_the_limit(void **state)
{
	void *page;

	(void)state;
	stub_pages_limit = 1;
	assert_null(page_alloc(2));
	page = page_alloc(1);
	assert_non_null(page);
	assert_null(page_alloc(1));
	page_free(page, 1);
	page_free(NULL, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(printk_collects_text, stub_reset),
		cmocka_unit_test_setup(pages_are_aligned_zeroed_and_counted, stub_reset),
		cmocka_unit_test_setup(pages_run_out_at_the_limit, stub_reset),
	};

	return cmocka_run_group_tests_name("stubs", tests, NULL, NULL);
}
