// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Printing floating-point numbers, exactly: every double is a whole number divided by a power of
 * ten, of which all digits are computed, and then as many are taken as are wanted.
 */
#include "libc.h"

#include <stdint.h>
#include <string.h>

/* IEEE 754 binary64 */
#define FRACTION_BITS 52
#define EXPONENT_BIAS 1075 /* of the significand as a whole number */
#define EXPONENT_MAX  0x7ff

/* The largest and the smallest double have fewer digits than that. */
#define WORDS_MAX      88
#define DIGITS_IN_WORD 9
#define WORD_BASE      1000000000U
#define DIGITS_MAX     (WORDS_MAX * DIGITS_IN_WORD)

/* The largest powers by which a word can be multiplied at a time, and their exponents */
#define POWER_OF_5    1220703125U
#define POWER_OF_5_IS 13
#define POWER_OF_2    (1U << 31)
#define POWER_OF_2_IS 31

#define PRECISION_DEFAULT 6
#define PRECISION_MAX     60
#define BODY_MAX          (310 + 1 + PRECISION_MAX + 8)

/* words[0] is the lowest. */
struct number {
	uint32_t words[WORDS_MAX];
	int count;
};

/* 0.d0d1d2... times 10^point; count is 0 for zero, and d0 is not 0. */
struct decimal {
	char digits[DIGITS_MAX];
	int count;
	int point;
};

static void multiply(struct number *number, uint32_t factor)
{
	uint64_t carry = 0;
	int n;

	for (n = 0; n < number->count; n++) {
		carry += (uint64_t)number->words[n] * factor;
		number->words[n] = (uint32_t)(carry % WORD_BASE);
		carry /= WORD_BASE;
	}
	for (; carry; carry /= WORD_BASE)
		number->words[number->count++] = (uint32_t)(carry % WORD_BASE);
}

static void multiply_by_power(struct number *number, uint32_t base, int exponent)
{
	const uint32_t step = base == 2 ? POWER_OF_2 : POWER_OF_5;
	const int step_is = base == 2 ? POWER_OF_2_IS : POWER_OF_5_IS;

	for (; exponent >= step_is; exponent -= step_is)
		multiply(number, step);
	for (; exponent > 0; exponent--)
		multiply(number, base);
}

static void put_digits(struct decimal *decimal, const struct number *number)
{
	uint32_t unit = WORD_BASE / 10;
	int n, digit;

	decimal->count = 0;
	for (n = number->count - 1; n >= 0; n--)
		for (unit = WORD_BASE / 10; unit; unit /= 10) {
			digit = (int)(number->words[n] / unit % 10);
			if (decimal->count || digit)
				decimal->digits[decimal->count++] = (char)('0' + digit);
		}
}

/* All digits of the magnitude of a finite number. */
static void to_decimal(struct decimal *decimal, uint64_t bits)
{
	int exponent = (int)(bits >> FRACTION_BITS & EXPONENT_MAX);
	uint64_t significand = bits & ((1ULL << FRACTION_BITS) - 1);
	struct number number = { .count = 0 };

	if (exponent)
		significand |= 1ULL << FRACTION_BITS;
	else
		exponent = 1;
	exponent -= EXPONENT_BIAS;
	for (; significand; significand /= WORD_BASE)
		number.words[number.count++] = (uint32_t)(significand % WORD_BASE);
	/* m * 2^-k is m * 5^k / 10^k. */
	if (exponent >= 0)
		multiply_by_power(&number, 2, exponent);
	else
		multiply_by_power(&number, 5, -exponent);
	put_digits(decimal, &number);
	decimal->point = decimal->count + (exponent < 0 ? exponent : 0);
	if (!decimal->count)
		decimal->point = 1;
}

/* Whether what follows the first @keep digits makes them one more: half goes to even. */
static bool rounds_up(const struct decimal *decimal, int keep)
{
	int n;

	if (keep < 0 || keep >= decimal->count || decimal->digits[keep] != '5')
		return keep >= 0 && keep < decimal->count && decimal->digits[keep] > '5';
	for (n = keep + 1; n < decimal->count; n++)
		if (decimal->digits[n] != '0')
			return true;
	return keep > 0 && (decimal->digits[keep - 1] - '0') % 2;
}

/* Rounds to @keep digits, which may be none or fewer. */
static void round_to(struct decimal *decimal, int keep)
{
	bool up = rounds_up(decimal, keep);

	if (keep >= decimal->count)
		return;
	decimal->count = keep > 0 ? keep : 0;
	while (up && decimal->count && decimal->digits[decimal->count - 1] == '9')
		decimal->count--;
	if (up && decimal->count) {
		decimal->digits[decimal->count - 1]++;
	} else if (up) {
		decimal->digits[decimal->count++] = '1';
		decimal->point++;
	}
}

/* The digit with the weight 10^@weight */
static char digit_at(const struct decimal *decimal, int weight)
{
	int n = decimal->point - 1 - weight;

	return n >= 0 && n < decimal->count ? decimal->digits[n] : '0';
}

/* Digits from the one with @weight on, with a point before the @decimals last ones. */
static char *put_fixed(char *to, const struct decimal *decimal, int weight, int decimals,
		       bool always_point)
{
	int last = weight, n;

	if (weight < 0 && decimals >= 0)
		last = 0;
	for (n = last; n >= 0; n--)
		*to++ = digit_at(decimal, n);
	if (decimals || always_point)
		*to++ = '.';
	for (n = 1; n <= decimals; n++)
		*to++ = digit_at(decimal, -n);
	return to;
}

static char *put_exponent(char *to, char letter, int exponent)
{
	unsigned int value = (unsigned int)(exponent < 0 ? -exponent : exponent);

	*to++ = letter;
	*to++ = exponent < 0 ? '-' : '+';
	if (value >= 100)
		*to++ = (char)('0' + value / 100);
	*to++ = (char)('0' + value / 10 % 10);
	*to++ = (char)('0' + value % 10);
	return to;
}

static char *put_f(char *to, struct decimal *decimal, int precision, bool always_point)
{
	round_to(decimal, decimal->point + precision);
	return put_fixed(to, decimal, decimal->point - 1, precision, always_point);
}

static char *put_e(char *to, struct decimal *decimal, int precision, bool always_point, char letter)
{
	int exponent;

	round_to(decimal, precision + 1);
	exponent = decimal->count ? decimal->point - 1 : 0;
	decimal->point = 1;
	to = put_fixed(to, decimal, 0, precision, always_point);
	return put_exponent(to, letter, exponent);
}

/* By e or f, whatever is shorter, without zeros at the end. */
static char *put_g(char *to, struct decimal *decimal, int precision, bool keep_zeros, char letter)
{
	int digits = precision ? precision : 1, exponent, significant;

	round_to(decimal, digits);
	exponent = decimal->count ? decimal->point - 1 : 0;
	while (decimal->count && decimal->digits[decimal->count - 1] == '0')
		decimal->count--;
	significant = keep_zeros ? digits : decimal->count;
	if (!significant)
		significant = 1;
	if (exponent < -4 || exponent >= digits)
		return put_e(to, decimal, significant - 1, keep_zeros, letter);
	precision = significant - 1 - exponent;
	return put_f(to, decimal, precision > 0 ? precision : 0, keep_zeros);
}

static int put_body(char *body, const struct format_directive *directive, char conversion,
		    uint64_t bits)
{
	int precision = directive->precision < 0 ? PRECISION_DEFAULT : directive->precision;
	bool alternative = directive->flags & FORMAT_FLAG('#');
	struct decimal decimal;
	char *end;

	if (precision > PRECISION_MAX)
		precision = PRECISION_MAX;
	to_decimal(&decimal, bits);
	switch (conversion) {
	case 'e':
	case 'E':
		end = put_e(body, &decimal, precision, alternative, conversion);
		break;
	case 'g':
	case 'G':
		end = put_g(body, &decimal, precision, alternative, (char)(conversion - 2));
		break;
	default:
		end = put_f(body, &decimal, precision, alternative);
	}
	return (int)(end - body);
}

static int put_repeated(format_putc put, void *arg, char c, int count)
{
	int n;

	for (n = 0; n < count; n++)
		put(arg, c);
	return n;
}

static int put_text(format_putc put, void *arg, const char *text, int length)
{
	int n;

	for (n = 0; n < length; n++)
		put(arg, text[n]);
	return length;
}

static char sign_of(const struct format_directive *directive, bool negative)
{
	if (negative)
		return '-';
	if (directive->flags & FORMAT_FLAG('+'))
		return '+';
	return directive->flags & FORMAT_FLAG(' ') ? ' ' : '\0';
}

/* Returns its length. */
static int put_not_finite(char *body, bool is_nan, bool capital)
{
	const char *lower = is_nan ? "nan" : "inf", *upper = is_nan ? "NAN" : "INF";

	strcpy(body, capital ? upper : lower);
	return 3;
}

int libc_format_double(format_putc put, void *arg, const struct format_directive *directive,
		       char conversion, double value)
{
	bool left = directive->flags & FORMAT_FLAG('-');
	bool zeros = directive->flags & FORMAT_FLAG('0') && !left;
	int length, padding, count = 0;
	char body[BODY_MAX], sign;
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	if ((bits >> FRACTION_BITS & EXPONENT_MAX) == EXPONENT_MAX) {
		length = put_not_finite(body, bits << (64 - FRACTION_BITS), conversion <= 'Z');
		zeros = false;
	} else {
		length = put_body(body, directive, conversion, bits);
	}
	sign = sign_of(directive, bits >> 63);
	padding = directive->width - length - (sign != '\0');
	if (!left && !zeros)
		count += put_repeated(put, arg, ' ', padding);
	if (sign)
		count += put_text(put, arg, &sign, 1);
	if (zeros)
		count += put_repeated(put, arg, '0', padding);
	count += put_text(put, arg, body, length);
	if (left)
		count += put_repeated(put, arg, ' ', padding);
	return count;
}

int libc_format_other(format_putc put, void *arg, const struct format_directive *directive,
		      char conversion, va_list *args)
{
	switch (conversion) {
	case 'f':
	case 'F':
	case 'e':
	case 'E':
	case 'g':
	case 'G':
		return libc_format_double(put, arg, directive, conversion, va_arg(*args, double));
	default:
		return -1;
	}
}
