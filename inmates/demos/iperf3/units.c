/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Amounts as people write and read them.
 */
#include "units.h"

#include <stdio.h>
#include <string.h>

#define MAX_DECIMALS 6
#define MILLION      1000000ULL

static const char prefixes[] = "kmgt", upper_prefixes[] = "KMGT";

/* Digits with an optional fraction, in millionths. Returns what follows, NULL if it is no number. */
static const char *parse_number(const char *text, uint64_t *millionths)
{
	uint64_t value = 0, unit = MILLION;
	bool digits = false, fraction = false;

	for (; (*text >= '0' && *text <= '9') || (*text == '.' && !fraction); text++) {
		if (*text == '.') {
			fraction = true;
			continue;
		}
		digits = true;
		if (fraction)
			unit /= 10;
		else if (__builtin_mul_overflow(value, 10ULL, &value))
			return NULL;
		if (__builtin_add_overflow(value, (uint64_t)(*text - '0') * unit, &value))
			return NULL;
	}
	*millionths = value;
	return digits ? text : NULL;
}

bool parse_amount(const char *text, unsigned int kilo, uint64_t *value)
{
	const char *end, *prefix;
	uint64_t millionths;
	double scaled;

	end = parse_number(text, &millionths);
	if (!end)
		return false;
	scaled = (double)millionths / (double)MILLION;
	if (*end) {
		prefix = strchr(prefixes, *end | ('a' ^ 'A'));
		if (!prefix || end[1])
			return false;
		for (; prefix >= prefixes; prefix--)
			scaled *= kilo;
	}
	if (scaled >= 9.2e18)
		return false;
	/* Without a prefix it is exact. */
	*value = *end ? (uint64_t)scaled : millionths / MILLION;
	return true;
}

bool parse_millionths(const char *text, uint64_t *value)
{
	const char *end = parse_number(text, value);

	return end && !*end;
}

const char *format_fixed(char text[UNITS_SIZE], double value, unsigned int decimals)
{
	const char *sign = value < 0 ? "-" : "";
	uint64_t unit = 1, scaled;
	unsigned int i;

	for (i = 0; i < decimals && i < MAX_DECIMALS; i++)
		unit *= 10;
	value = (value < 0 ? -value : value) * (double)unit + 0.5;
	scaled = value < 1.8e19 ? (uint64_t)value : UINT64_MAX;
	if (decimals == 0)
		snprintf(text, UNITS_SIZE, "%s%lu", sign, (unsigned long)scaled);
	else
		snprintf(text, UNITS_SIZE, "%s%lu.%0*lu", sign, (unsigned long)(scaled / unit),
			 (int)i, (unsigned long)(scaled % unit));
	return text;
}

/* Three digits as far as they are behind the point. */
static unsigned int decimals_for(double value)
{
	if (value < 9.995)
		return 2;
	return value < 99.95 ? 1 : 0;
}

const char *format_amount(char text[UNITS_SIZE], double bytes, char unit)
{
	bool bits = unit >= 'a';
	unsigned int kilo = bits ? UNITS_DECIMAL : UNITS_BINARY, size = 0;
	double value = bits ? bytes * 8 : bytes;
	const char *prefix = strchr(prefixes, unit | ('a' ^ 'A')), *name = bits ? "bits" : "Bytes";
	char number[UNITS_SIZE];

	while (size < sizeof(prefixes) - 1 &&
	       (prefix ? size <= (size_t)(prefix - prefixes) : value >= kilo)) {
		value /= kilo;
		size++;
	}
	format_fixed(number, value, decimals_for(value));
	snprintf(text, UNITS_SIZE, "%4.20s %.1s%s", number, size ? &upper_prefixes[size - 1] : "",
		 name);
	return text;
}

const char *format_percent(char text[UNITS_SIZE], uint64_t part, uint64_t whole)
{
	double percent = whole ? 100.0 * (double)part / (double)whole : 0;
	unsigned int decimals = 0;

	if (percent > 0 && percent < 0.995)
		decimals = 2;
	else if (percent > 0 && percent < 9.95)
		decimals = 1;
	return format_fixed(text, percent, decimals);
}
