/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory and string functions of inmates, against loops that are too simple to be wrong.
 *
 * suite: hypervisor
 * sources: inmates/lib/string.c
 * flags: -Iinmates/lib/include -include tests/unit/inmate-string-names.h
 */
#include "unit.h"

#define SIZE 80

static u8 source[SIZE], expected[SIZE], actual[SIZE];

static void prepare(void)
{
	unsigned int n;

	for (n = 0; n < SIZE; n++) {
		source[n] = 7 * n + 1;
		expected[n] = actual[n] = 200 - n;
	}
}

static bool as_expected(void)
{
	unsigned int n;

	for (n = 0; n < SIZE; n++)
		if (actual[n] != expected[n])
			return false;
	return true;
}

static void copies_of_all_sizes_and_offsets(void **state)
{
	unsigned int from, to, size, n;

	(void)state;
	for (from = 0; from < 9; from++)
		for (to = 0; to < 9; to++)
			for (size = 0; size < 60; size++) {
				prepare();
				for (n = 0; n < size; n++)
					expected[to + n] = source[from + n];
				assert_ptr_equal(memcpy(actual + to, source + from, size),
						 actual + to);
				assert_true(as_expected());
			}
}

static void moves_within_a_buffer(void **state)
{
	unsigned int from, to, size, n;

	(void)state;
	for (from = 0; from < 20; from++)
		for (to = 0; to < 20; to++)
			for (size = 0; size < 60; size += 3) {
				prepare();
				for (n = 0; n < size; n++)
					expected[to + n] = actual[from + n];
				assert_ptr_equal(memmove(actual + to, actual + from, size),
						 actual + to);
				assert_true(as_expected());
			}
}

static void fills(void **state)
{
	unsigned int to, size, n;
	/* All but the lowest byte is ignored. */
	int fill = 0x1a5;

	(void)state;
	for (to = 0; to < 9; to++)
		for (size = 0; size < 60; size++) {
			prepare();
			for (n = 0; n < size; n++)
				expected[to + n] = (u8)fill;
			assert_ptr_equal(memset(actual + to, fill, size), actual + to);
			assert_true(as_expected());
		}
}

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

static void comparisons(void **state)
{
	static const char low[] = "ab\x01", high[] = "ab\xff";
	static const struct {
		const char *a, *b;
		int whole;
		size_t max;
		int start;
	} cases[] = {
		{ "", "", 0, 5, 0 },      { "a", "", 1, 5, 1 },       { "a", "ab", -1, 1, 0 },
		{ "ab", "ab", 0, 9, 0 },  { "abc", "abd", -1, 2, 0 }, { "a", "b", -1, 0, 0 },
		{ "\x80", "a", 1, 1, 1 },
	};
	unsigned int n;

	(void)state;
	for (n = 0; n < ARRAY_SIZE(cases); n++) {
		assert_int_equal(sign(strcmp(cases[n].a, cases[n].b)), cases[n].whole);
		assert_int_equal(sign(strncmp(cases[n].a, cases[n].b, cases[n].max)),
				 cases[n].start);
	}
	assert_int_equal(memcmp(low, high, 2), 0);
	assert_true(memcmp(low, high, 3) < 0);
	assert_true(memcmp(high, low, 3) > 0);
}

static void searches(void **state)
{
	static const char text[] = "partition";

	(void)state;
	assert_int_equal(strlen(text), 9);
	assert_int_equal(strnlen(text, 4), 4);
	assert_int_equal(strnlen(text, 100), 9);
	assert_ptr_equal(strchr(text, 't'), text + 3);
	assert_ptr_equal(strchr(text, '\0'), text + 9);
	assert_null(strchr(text, 'x'));
	assert_ptr_equal(strrchr(text, 't'), text + 5);
	assert_ptr_equal(strrchr(text, '\0'), text + 9);
	assert_null(strrchr(text, 'x'));
	assert_ptr_equal(strstr(text, "tit"), text + 3);
	assert_ptr_equal(strstr(text, ""), text);
	assert_ptr_equal(strstr(text, "ion"), text + 6);
	assert_null(strstr(text, "ions"));
	assert_ptr_equal(memchr(text, 'i', 9), text + 4);
	assert_null(memchr(text, 'i', 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_of_all_sizes_and_offsets),
		cmocka_unit_test(moves_within_a_buffer),
		cmocka_unit_test(fills),
		cmocka_unit_test(comparisons),
		cmocka_unit_test(searches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
