/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Formatted output, against the C library's.
 *
 * suite: hypervisor
 * sources: common/format.c
 */
#include "unit.h"

#include <limits.h>

#include "common/format.h"

/* More than the widest item, MAX_WIDTH in format.c */
#define MAX_OUTPUT 8192

static int format(char *buffer, size_t size, const char *text, ...)
{
	va_list args;
	int length;

	va_start(args, text);
	length = format_string(buffer, size, text, args);
	va_end(args);
	return length;
}

static void compare(const char *text, const char *ours, int our_length, const char *expected,
		    int length)
{
	if (our_length != length || strcmp(ours, expected))
		fail_msg("\"%s\" became \"%s\" (%d) instead of \"%s\" (%d)", text, ours, our_length,
			 expected, length);
}

/* Gives the same to our function and to the C library's. */
static void check(const char *text, ...)
{
	static char ours[MAX_OUTPUT], expected[MAX_OUTPUT];
	int our_length, length;
	va_list args;

	va_start(args, text);
	our_length = format_string(ours, sizeof(ours), text, args);
	va_end(args);
	va_start(args, text);
	length = vsnprintf(expected, sizeof(expected), text, args);
	va_end(args);
	compare(text, ours, our_length, expected, length);
}

static const char *const flag_sets[] = {
	"",   "0",  "-",  "+",  " ",  "#",   "0-",  "0+",   "0 ",   "0#",   "-+",
	"- ", "-#", "+ ", "+#", " #", "0+#", "-+#", "0-+#", "0 +#", "00--",
};

static const char *const sizes[] = {
	"", "1", "2", "5", "10", "25", ".", ".0", ".1", ".3", ".10", "5.3", "3.5", "12.10", "25.22",
};

static const long long values[] = {
	0,
	1,
	-1,
	7,
	42,
	-42,
	127,
	128,
	255,
	256,
	-128,
	-129,
	32767,
	32768,
	-32769,
	65535,
	65536,
	999999999,
	INT_MAX,
	INT_MIN,
	UINT_MAX,
	1LL << 32,
	0x123456789abcdef,
	LLONG_MAX,
	LLONG_MIN,
};

/* Flags that mean nothing to a conversion are undefined in C: compare only those that do. */
static bool defined(const char *flags, char conversion)
{
	bool is_signed = conversion == 'd' || conversion == 'i';

	if (strchr(flags, '#') && conversion != 'x' && conversion != 'X')
		return false;
	return is_signed || (!strchr(flags, '+') && !strchr(flags, ' '));
}

/* Every modifier takes its argument from a variable of the right size. */
static void check_modifier(const char *flags, const char *size, const char *modifier, char letter,
			   long long value)
{
	char text[64];

	snprintf(text, sizeof(text), "<%%%s%s%s%c>", flags, size, modifier, letter);
	if (!strcmp(modifier, "ll"))
		check(text, value);
	else if (!strcmp(modifier, "l"))
		check(text, (long)value);
	else if (!strcmp(modifier, "z"))
		check(text, (size_t)value);
	else
		check(text, (int)value);
}

static void numbers_are_as_the_c_library_prints_them(void **state)
{
	static const char *const modifiers[] = { "", "hh", "h", "l", "ll", "z" };
	static const char letters[] = "diuxX";
	size_t f, s, m, l, v;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(flag_sets); f++)
		for (l = 0; letters[l]; l++) {
			if (!defined(flag_sets[f], letters[l]))
				continue;
			for (s = 0; s < ARRAY_SIZE(sizes); s++)
				for (m = 0; m < ARRAY_SIZE(modifiers); m++)
					for (v = 0; v < ARRAY_SIZE(values); v++)
						check_modifier(flag_sets[f], sizes[s], modifiers[m],
							       letters[l], values[v]);
		}
}

static void texts_are_cut_and_padded(void **state)
{
	static const char *const texts[] = { "", "a", "cell", "a longer text than the width" };
	static const char unterminated[3] = { 'a', 'b', 'c' };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		check("%s", texts[i]);
		check("<%10s>", texts[i]);
		check("<%-10s>", texts[i]);
		check("<%.3s>", texts[i]);
		check("<%8.2s>", texts[i]);
		check("<%-8.2s>", texts[i]);
		check("<%.0s>", texts[i]);
		check("<%-8s%-24s%-18s>", texts[i], texts[i], texts[i]);
	}
	check("<%.3s>", unterminated);
	check("<%.*s>", 3, unterminated);
}

static void characters_are_padded(void **state)
{
	(void)state;
	check("%c%c", 'a', 'b');
	check("<%3c>", 'x');
	check("<%-3c>", 'x');
	check("%%");
	check("100%% of %d%%", 7);
}

static void pointers_have_a_prefix(void **state)
{
	int variable;

	(void)state;
	check("%p", (void *)&variable);
	check("<%20p>", (void *)0x1234);
	check("<%-20p>", (void *)0x1234);
	check("<%p>", (void *)UINTPTR_MAX);
}

static void arguments_give_width_and_precision(void **state)
{
	(void)state;
	check("<%*d>", 8, 42);
	check("<%*d>", -8, 42);
	check("<%0*d>", 8, -42);
	check("<%-*d>", 8, 42);
	check("<%.*d>", 5, 42);
	check("<%.*d>", -5, 42);
	check("<%0*.*d>", 8, -1, 42);
	check("<%*.*llx>", 20, 18, 0x123456789abcdefULL);
	check("<%*s|%.*s>", 7, "abc", 2, "abc");
}

static void several_arguments_keep_their_order(void **state)
{
	(void)state;
	check("%d %s %llu %c %#x %zu %ld", -1, "two", 3ULL, '4', 5u, (size_t)6, 7L);
	check("%hhx %hx %x %lx %llx", 0x1ff, 0x1ffff, 0x1ffffu, 0x1ffffffffUL, 0x1ffffffffULL);
	check("%d%d%d%d%d%d%d%d%d%d", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
	check("nothing to convert\n");
}

/* What C leaves open, so that there is nothing to compare with. */
static void expect(const char *expected, const char *text, ...)
{
	char buffer[128];
	va_list args;
	int length;

	va_start(args, text);
	length = format_string(buffer, sizeof(buffer), text, args);
	va_end(args);
	compare(text, buffer, length, expected, (int)strlen(expected));
}

static void unknown_conversions_stay(void **state)
{
	(void)state;
	expect("%q 1", "%q %d", 1);
	expect("%-08.3lf|%n|2", "%-08.3lf|%n|%d", 2);
	expect("%", "%");
	expect("100%", "100%");
	expect("%ll", "%ll");
	expect("%5", "%5");
	expect("%-", "%-");
	expect("%.", "%.");
	expect("%hhhd", "%hhhd");
	expect("%l\1", "%l\1");
}

static void a_missing_text_is_said_so(void **state)
{
	(void)state;
	expect("<(null)>", "<%s>", NULL);
	expect("<    (null)>", "<%10s>", NULL);
	expect("<0x0>", "<%p>", NULL);
}

static void short_buffers_hold_the_beginning(void **state)
{
	char buffer[8];
	size_t size;

	(void)state;
	for (size = 0; size <= sizeof(buffer); size++) {
		char expected[sizeof(buffer)];

		memset(buffer, '#', sizeof(buffer));
		memset(expected, '#', sizeof(expected));
		if (size > 0) {
			memcpy(expected, "abcde=12", size);
			expected[size - 1] = '\0';
		}
		assert_int_equal(format(buffer, size, "%s=%d", "abcde", 123), 9);
		assert_memory_equal(buffer, expected, sizeof(buffer));
	}
	assert_int_equal(format(NULL, 0, "%d", 12345), 5);
}

static void widths_are_limited(void **state)
{
	char buffer[16];

	(void)state;
	assert_int_equal(format(buffer, sizeof(buffer), "%99999999999d", 1), 4095);
	assert_int_equal(format(buffer, sizeof(buffer), "%.99999999999d", -1), 4096);
	assert_int_equal(format(buffer, sizeof(buffer), "%*d", INT_MAX, 1), 4095);
	assert_int_equal(format(buffer, sizeof(buffer), "%*d", INT_MIN, 1), 4095);
	assert_int_equal(format(buffer, sizeof(buffer), "%.*x", INT_MAX, 1), 4095);
	assert_int_equal(format(buffer, sizeof(buffer), "%.*x", INT_MIN, 1), 1);
}

static void count_chars(void *arg, char c)
{
	unsigned int *count = arg;

	*count += c == 'x';
}

static int format_counted(unsigned int *count, const char *text, ...)
{
	va_list args;
	int length;

	va_start(args, text);
	length = format_output(count_chars, count, text, args);
	va_end(args);
	return length;
}

static void output_goes_to_the_given_function(void **state)
{
	unsigned int count = 0;

	(void)state;
	assert_int_equal(format_counted(&count, "x%sx%c", "axa", 'x'), 6);
	assert_int_equal(count, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_as_the_c_library_prints_them),
		cmocka_unit_test(texts_are_cut_and_padded),
		cmocka_unit_test(characters_are_padded),
		cmocka_unit_test(pointers_have_a_prefix),
		cmocka_unit_test(arguments_give_width_and_precision),
		cmocka_unit_test(several_arguments_keep_their_order),
		cmocka_unit_test(unknown_conversions_stay),
		cmocka_unit_test(a_missing_text_is_said_so),
		cmocka_unit_test(short_buffers_hold_the_beginning),
		cmocka_unit_test(widths_are_limited),
		cmocka_unit_test(output_goes_to_the_given_function),
	};

	return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
