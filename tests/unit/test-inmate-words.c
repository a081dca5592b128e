/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parameters of inmates: words, quotes, numbers, yes and no.
 *
 * suite: hypervisor
 * sources: inmates/lib/words.c
 * flags: -Iinmates/lib/include
 */
#include "unit.h"

#include "inmates/lib/words.h"

static bool value_is(const char *text, const char *name, const char *expected)
{
	struct word_value value;

	if (!words_find(text, name, &value) || !value.start)
		return false;
	return value.length == strlen(expected) && !memcmp(value.start, expected, value.length);
}

static bool is_there(const char *text, const char *name)
{
	struct word_value value;

	return words_find(text, name, &value);
}

static void words_are_found(void **state)
{
	struct word_value value;

	(void)state;
	assert_true(value_is("a=1", "a", "1"));
	assert_true(value_is("  x=y \t a=1\n", "a", "1"));
	assert_true(value_is("ab=2 a=1 abc=3", "a", "1"));
	assert_true(value_is("a= b=2", "a", ""));
	assert_true(value_is("a==", "a", "="));
	assert_true(value_is("a=1 a=2", "a", "2"));
	assert_false(is_there("", "a"));
	assert_false(is_there("   ", "a"));
	assert_false(is_there("ab=2 ba", "a"));
	assert_false(is_there("b=a", "a"));
	assert_true(words_find("lock x=1", "lock", &value));
	assert_null(value.start);
}

static void quotes_keep_spaces(void **state)
{
	static const char text[] = "args=\"-c 10.0.1.1 -t 10\" b=\"\" c=\"open d=1";

	(void)state;
	assert_true(value_is(text, "args", "-c 10.0.1.1 -t 10"));
	assert_true(value_is(text, "b", ""));
	assert_true(value_is(text, "c", "open d=1"));
	assert_false(is_there(text, "-t"));
	assert_false(is_there(text, "d"));
	assert_true(value_is("net0=10.0.1.2/24,gw=10.0.1.1", "net0", "10.0.1.2/24,gw=10.0.1.1"));
}

static bool number_is(const char *text, s64 expected)
{
	struct word_value value = { text, strlen(text) };
	s64 number;

	return words_number(&value, &number) && number == expected;
}

static bool is_number(const char *text)
{
	struct word_value value = { text, text ? strlen(text) : 0 };
	s64 number;

	return words_number(&value, &number);
}

static void numbers(void **state)
{
	(void)state;
	assert_true(number_is("0", 0));
	assert_true(number_is("1000", 1000));
	assert_true(number_is("-1", -1));
	assert_true(number_is("0x1F", 0x1f));
	assert_true(number_is("0X1f", 0x1f));
	assert_true(number_is("-0x10", -16));
	assert_true(number_is("64M", 64 << 20));
	assert_true(number_is("4k", 4096));
	assert_true(number_is("2G", 2LL << 30));
	assert_true(number_is("0x10K", 16384));
	assert_true(number_is("9223372036854775807", INT64_MAX));
	assert_true(number_is("0xfeb00000", 0xfeb00000));
}

static void what_is_no_number(void **state)
{
	static const char *const texts[] = {
		"",
		"-",
		"x",
		"12x",
		"0x",
		"0xg",
		"1 ",
		"+1",
		"1KK",
		"K",
		"--1",
		"1.5",
		"18446744073709551616",
		"0x10000000000000000",
		"99999999999999G",
	};
	unsigned int n;

	(void)state;
	for (n = 0; n < ARRAY_SIZE(texts); n++)
		if (is_number(texts[n]))
			fail_msg("'%s' is taken for a number", texts[n]);
	assert_false(is_number(NULL));
}

static int yes_or_no(const char *text)
{
	struct word_value value = { text, text ? strlen(text) : 0 };
	bool yes;

	return words_bool(&value, &yes) ? yes : -1;
}

static void yes_and_no(void **state)
{
	(void)state;
	assert_int_equal(yes_or_no(NULL), 1);
	assert_int_equal(yes_or_no("1"), 1);
	assert_int_equal(yes_or_no("true"), 1);
	assert_int_equal(yes_or_no("on"), 1);
	assert_int_equal(yes_or_no("no"), 0);
	assert_int_equal(yes_or_no("0"), 0);
	assert_int_equal(yes_or_no("false"), 0);
	assert_int_equal(yes_or_no(""), -1);
	assert_int_equal(yes_or_no("ye"), -1);
	assert_int_equal(yes_or_no("yess"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_found), cmocka_unit_test(quotes_keep_spaces),
		cmocka_unit_test(numbers),         cmocka_unit_test(what_is_no_number),
		cmocka_unit_test(yes_and_no),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
