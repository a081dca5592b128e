/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The C library of socket programs: numbers to text and back, scanning, words. What it should do is
 * what this machine's C library does.
 *
 * suite: sockets
 * sources: net/lwip-port/inmate/libc/double-print.c net/lwip-port/inmate/libc/double-read.c
 * sources: net/lwip-port/inmate/libc/integer.c net/lwip-port/inmate/libc/scan.c
 * sources: net/lwip-port/inmate/libc/words.c common/format.c
 */
#include "unit.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/lwip-port/inmate/libc/libc.h"

#define TEXT_SIZE 1024
#define NUMBERS   3000

static char ours[TEXT_SIZE], theirs[TEXT_SIZE];

static int print(const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = format_string_with(libc_format_other, ours, sizeof(ours), format, args);
	va_end(args);
	return length;
}

/* Not constant, so that the compiler does not look into it. */
static void check_format(const char *format, double value)
{
	int length = snprintf(theirs, sizeof(theirs), format, value);

	assert_int_equal(print(format, value), length);
	assert_string_equal(ours, theirs);
}

static double random_double(void)
{
	uint64_t bits = 0;
	double value;
	int i;

	for (i = 0; i < 4; i++)
		bits = bits << 16 ^ (uint64_t)random();
	memcpy(&value, &bits, sizeof(value));
	return isfinite(value) ? value : (double)bits;
}

static const char *const formats[] = {
	"%f",    "%.0f",  "%.1f",   "%.3f",  "%.20f", "%10.2f", "%-12.3f|", "%012.3f", "%+.2f",
	"% .2f", "%#.0f", "%e",     "%.0e",  "%.3E",  "%20.5e", "%g",       "%.0g",    "%.1g",
	"%.3g",  "%.15g", "%1.15g", "%.17g", "%#.5g", "%G",     "%-20.4g|", "%020g",   "%.25g",
};

static void doubles_are_printed(void **unused)
{
	static const double values[] = {
		0,        0.5,       1.5,     2.5,    0.125, -0.0,    1,
		9.5,      9.995,     99.95,   999.5,  1e5,   123456,  1e6,
		1234567,  1e-4,      1.5e-5,  1e15,   1e16,  1e17,    1e22,
		1e23,     DBL_MAX,   DBL_MIN, 5e-324, 0.1,   1.0 / 3, 2e-7,
		1e-300,   1e300,     0.3,     1e100,  -1.25, -1e-9,   4503599627370496.5,
		INFINITY, -INFINITY, NAN,
	};
	size_t v, f, n;

	(void)unused;
	for (f = 0; f < sizeof(formats) / sizeof(formats[0]); f++) {
		for (v = 0; v < sizeof(values) / sizeof(values[0]); v++)
			check_format(formats[f], values[v]);
		for (n = 0; n < NUMBERS / 10; n++) {
			check_format(formats[f], random_double());
			check_format(formats[f], (double)random() / 1000);
		}
	}
}

static void other_conversions_stay(void **unused)
{
	(void)unused;
	print("%d %s %.2f %lu %5.1f%% %c %q", -5, "text", 2.345, 7UL, 99.5, 'x');
	assert_string_equal(ours, "-5 text 2.35 7  99.5% x %q");
}

/* Whether there is no double between them. */
static bool are_neighbours(double one, double other)
{
	int64_t bits[2];

	memcpy(&bits[0], &one, sizeof(one));
	memcpy(&bits[1], &other, sizeof(other));
	return llabs(bits[0] - bits[1]) <= 1;
}

static void check_read(const char *text)
{
	const char *our_end;
	char *their_end;
	double our = libc_read_double(text, &our_end), their = strtod(text, &their_end);

	assert_int_equal(our_end - text, their_end - text);
	if (isnan(their))
		assert_true(isnan(our));
	else if (!isfinite(their) || their == 0)
		assert_true(our == their && signbit(our) == signbit(their));
	else
		assert_true(are_neighbours(our, their));
}

/* Exactly what cJSON needs: numbers of 15 digits come back as they were. */
static void doubles_are_read(void **unused)
{
	static const char *const texts[] = {
		"0",
		"-0",
		"1",
		"1.5",
		"  +3.25e2x",
		".5",
		"5.",
		"1e",
		"1e+",
		"-1e3",
		"1e-3",
		"0.1",
		"1e308",
		"1e309",
		"-1e999",
		"1e-400",
		"4.9e-324",
		"inf",
		"-Inf",
		"nan",
		"INFINITY",
		"-",
		".",
		"e5",
		"",
		"0x",
		"1.7976931348623157e308",
		"123456789012345678901234567890",
		"0.00000000000000000000000000000012345678901234",
		"9007199254740993",
		"1e22",
		"1e23",
	};
	char text[64];
	size_t n;

	(void)unused;
	for (n = 0; n < sizeof(texts) / sizeof(texts[0]); n++)
		check_read(texts[n]);
	for (n = 0; n < NUMBERS; n++) {
		const char *end;
		double value = (double)random() * (double)random() / 1e9;

		snprintf(text, sizeof(text), "%.17g", random_double());
		check_read(text);
		snprintf(text, sizeof(text), "%.15g", value);
		snprintf(ours, sizeof(ours), "%.15g", libc_read_double(text, &end));
		assert_string_equal(ours, text);
		assert_true(libc_read_double(text, &end) == strtod(text, NULL));
	}
}

static void check_integer(const char *text, int base)
{
	bool negative, overflow;
	const char *our_end;
	char *their_end;
	unsigned long long our = libc_read_integer(text, SIZE_MAX, base, &our_end, &negative,
						   &overflow);
	unsigned long long their = strtoull(text, &their_end, base);

	assert_int_equal(our_end - text, their_end - text);
	if (overflow)
		assert_true(their == ~0ULL);
	else
		assert_true((negative ? -our : our) == their);
}

static void integers_are_read(void **unused)
{
	static const char *const texts[] = {
		"0",
		"12",
		"-12",
		" \t+7z",
		"0x1F",
		"0x",
		"0xg",
		"0X0",
		"077",
		"08",
		"",
		"-",
		"zz",
		"18446744073709551615",
		"18446744073709551616",
		"ff",
		"1 2",
		"99999999999999999999999999",
	};
	static const int bases[] = { 0, 10, 16, 8, 2, 36 };
	size_t n, b;

	(void)unused;
	for (n = 0; n < sizeof(texts) / sizeof(texts[0]); n++)
		for (b = 0; b < sizeof(bases) / sizeof(bases[0]); b++)
			check_integer(texts[n], bases[b]);
}

static int scan(const char *text, const char *format, ...)
{
	va_list args;
	int count;

	va_start(args, format);
	count = libc_scan(text, format, args);
	va_end(args);
	return count;
}

static void text_is_scanned(void **unused)
{
	unsigned char byte = 0;
	char word[16] = "", letter = 0;
	int number = 0, place = 0;
	unsigned long large = 0;
	double real = 0;
	float small = 0;

	(void)unused;
	assert_int_equal(scan("12 -7 0xff", "%d %*d %lx", &number, &large), 2);
	assert_true(number == 12 && large == 255);
	assert_int_equal(scan("  words  x", "%s %c%n", word, &letter, &place), 2);
	assert_string_equal(word, "words");
	assert_true(letter == 'x' && place == 10);
	assert_int_equal(scan("1.5e3,2.5", "%lg,%f", &real, &small), 2);
	assert_true(real == 1500 && small == 2.5f);
	assert_int_equal(scan("300 5", "%hhu %3s", &byte, word), 2);
	assert_true(byte == 44 && strcmp(word, "5") == 0);
	assert_int_equal(scan("12345", "%2d%d", &number, &place), 2);
	assert_true(number == 12 && place == 345);
	assert_int_equal(scan("5%", "%d%%", &number), 1);
	assert_int_equal(scan("x", "%d", &number), 0);
	assert_int_equal(scan("", "%d", &number), EOF);
	assert_int_equal(scan("1;2", "%d,%d", &number, &place), 1);
}

static void check_words(const char *text, int count, ...)
{
	char copy[64], *words[4];
	va_list args;
	int n;

	strcpy(copy, text);
	assert_int_equal(libc_split_words(copy, words, 4), count);
	va_start(args, count);
	for (n = 0; n < count; n++)
		assert_string_equal(words[n], va_arg(args, const char *));
	va_end(args);
}

static void words_are_split(void **unused)
{
	(void)unused;
	check_words("", 0);
	check_words("   ", 0);
	check_words("-c 10.0.1.1  -t 5", 4, "-c", "10.0.1.1", "-t", "5");
	check_words("'a b' \"c 'd\" e\\ f g'h'i", 4, "a b", "c 'd", "e f", "ghi");
	check_words("'' \\' 'open end", 3, "", "'", "open end");
	check_words("1 2 3 4 5", 4, "1", "2", "3", "4");
	check_words("end\\", 1, "end\\");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(doubles_are_printed), cmocka_unit_test(other_conversions_stay),
		cmocka_unit_test(doubles_are_read),    cmocka_unit_test(integers_are_read),
		cmocka_unit_test(text_is_scanned),     cmocka_unit_test(words_are_split),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
