// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Reading decimal floating-point numbers, C11 7.22.1.3.
 *
 * Digits beyond 19 do not count. Powers of ten come from the 64 bits of a long double, and so are
 * a little off where the exponent is large: the result is the nearest double or the one beside it.
 * Up to 10^27, which includes whatever was printed with %.15g for a reasonable amount of anything,
 * there are only two roundings.
 */
#include "libc.h"

#include <stdint.h>

#define DIGITS_MAX   19
#define EXPONENT_MAX 5000

struct reader {
	const char *p;
	uint64_t significand;
	int digits;   /* that count, without zeros in front */
	int exponent; /* of ten */
	bool any;
};

static void read_digits(struct reader *reader, bool fraction)
{
	for (; *reader->p >= '0' && *reader->p <= '9'; reader->p++) {
		reader->any = true;
		if (reader->digits < DIGITS_MAX) {
			reader->significand = reader->significand * 10 +
					      (uint64_t)(*reader->p - '0');
			reader->digits += reader->significand != 0;
			reader->exponent -= fraction;
		} else {
			reader->exponent += !fraction;
		}
	}
}

/* An "e" without digits behind it does not belong to the number. */
static void read_exponent(struct reader *reader)
{
	const char *p = reader->p;
	bool negative;
	int value = 0;

	if ((*p | ('a' ^ 'A')) != 'e')
		return;
	p++;
	negative = *p == '-';
	if (*p == '-' || *p == '+')
		p++;
	if (*p < '0' || *p > '9')
		return;
	for (; *p >= '0' && *p <= '9'; p++)
		if (value < EXPONENT_MAX)
			value = value * 10 + (*p - '0');
	reader->exponent += negative ? -value : value;
	reader->p = p;
}

static long double power_of_ten(int exponent)
{
	long double power = 1, base = 10;

	for (; exponent; exponent >>= 1, base *= base)
		if (exponent & 1)
			power *= base;
	return power;
}

static double scale(uint64_t significand, int exponent)
{
	long double value = (long double)significand;

	if (!significand || exponent < -EXPONENT_MAX)
		return 0;
	if (exponent > EXPONENT_MAX)
		exponent = EXPONENT_MAX;
	return (double)(exponent < 0 ? value / power_of_ten(-exponent)
				     : value * power_of_ten(exponent));
}

/* inf, infinity and nan in any case; 0 characters if it is none of them. */
static size_t read_word(const char *text, double *value)
{
	static const struct {
		const char *text;
		size_t length;
		double value;
	} words[] = {
		{ "infinity", 8, __builtin_inf() },
		{ "inf", 3, __builtin_inf() },
		{ "nan", 3, __builtin_nan("") },
	};
	size_t n, i;

	for (n = 0; n < sizeof(words) / sizeof(words[0]); n++) {
		for (i = 0; i < words[n].length; i++)
			if ((text[i] | ('a' ^ 'A')) != words[n].text[i])
				break;
		if (i == words[n].length) {
			*value = words[n].value;
			return i;
		}
	}
	return 0;
}

double libc_read_double(const char *text, const char **end)
{
	struct reader reader = { .p = text };
	bool negative;
	double value;
	size_t word;

	*end = text;
	while (*reader.p == ' ' || (*reader.p >= '\t' && *reader.p <= '\r'))
		reader.p++;
	negative = *reader.p == '-';
	if (*reader.p == '-' || *reader.p == '+')
		reader.p++;
	word = read_word(reader.p, &value);
	if (word) {
		*end = reader.p + word;
		return negative ? -value : value;
	}
	read_digits(&reader, false);
	if (*reader.p == '.') {
		reader.p++;
		read_digits(&reader, true);
	}
	if (!reader.any)
		return 0;
	read_exponent(&reader);
	*end = reader.p;
	value = scale(reader.significand, reader.exponent);
	return negative ? -value : value;
}
