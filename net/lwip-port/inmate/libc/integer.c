// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Reading integers.
 */
#include "libc.h"

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* 36 or more for what is no digit */
static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 'a' ^ 'A';
	return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 36;
}

/* Leaves *@text behind a 0x that belongs to the number; returns the base. */
static int skip_prefix(const char **text, const char *limit, int base)
{
	const char *p = *text;
	bool hexadecimal = limit - p > 2 && p[0] == '0' && (p[1] | ('a' ^ 'A')) == 'x' &&
			   digit(p[2]) < 16;

	if (hexadecimal && (base == 0 || base == 16)) {
		*text += 2;
		return 16;
	}
	if (base)
		return base;
	return limit > p && *p == '0' ? 8 : 10;
}

/* The end of a string before @max characters, which is not looked for beyond what is needed. */
static const char *limit_of(const char *text, size_t max)
{
	size_t n = 0;

	while (n < max && text[n])
		n++;
	return text + n;
}

unsigned long long libc_read_integer(const char *text, size_t max, int base, const char **end,
				     bool *negative, bool *overflow)
{
	const char *limit = limit_of(text, max), *p = text, *first;
	unsigned long long value = 0;

	*end = text;
	*overflow = false;
	while (p < limit && is_space(*p))
		p++;
	*negative = p < limit && *p == '-';
	if (p < limit && (*p == '-' || *p == '+'))
		p++;
	base = skip_prefix(&p, limit, base);
	for (first = p; p < limit && digit(*p) < base; p++)
		if (__builtin_mul_overflow(value, (unsigned int)base, &value) ||
		    __builtin_add_overflow(value, (unsigned int)digit(*p), &value))
			*overflow = true;
	if (p > first)
		*end = p;
	return value;
}
