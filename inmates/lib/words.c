/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Parameters: words of the form name, name=value or name="value with spaces".
 */
#include "words.h"

#include <inmate/string.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The length of what is up to the next space; spaces between double quotes do not count. */
static size_t word_length(const char *word)
{
	bool quoted = false;
	size_t length;

	for (length = 0; word[length] && (quoted || !is_space(word[length])); length++)
		if (word[length] == '"')
			quoted = !quoted;
	return length;
}

static void word_value(const char *word, size_t length, size_t name_length,
		       struct word_value *value)
{
	if (name_length == length) {
		*value = (struct word_value){ NULL, 0 };
		return;
	}
	value->start = word + name_length + 1;
	value->length = length - name_length - 1;
	if (value->length && *value->start == '"') {
		value->start++;
		value->length--;
		if (value->length && value->start[value->length - 1] == '"')
			value->length--;
	}
}

bool words_find(const char *text, const char *name, struct word_value *value)
{
	size_t name_length = strlen(name), length;
	bool found = false;

	for (; *text; text += length) {
		while (is_space(*text))
			text++;
		length = word_length(text);
		if (length < name_length || strncmp(text, name, name_length) != 0)
			continue;
		if (length == name_length || text[name_length] == '=') {
			word_value(text, length, name_length, value);
			found = true;
		}
	}
	return found;
}

/* Returns 16 or more for what is no digit. */
static unsigned int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return 16;
}

static unsigned int suffix_shift(char c)
{
	switch (c | 0x20) {
	case 'k':
		return 10;
	case 'm':
		return 20;
	case 'g':
		return 30;
	default:
		return 0;
	}
}

/* Reads digits; returns how many characters, 0 if there is none or the number is too large. */
static size_t digits(const char *text, size_t length, u64 *number)
{
	unsigned int base = 10;
	size_t n = 0, first;

	if (length > 2 && text[0] == '0' && (text[1] | 0x20) == 'x') {
		base = 16;
		n = 2;
	}
	*number = 0;
	for (first = n; n < length && digit(text[n]) < base; n++)
		if (__builtin_mul_overflow(*number, base, number) ||
		    __builtin_add_overflow(*number, digit(text[n]), number))
			return 0;
	return n == first ? 0 : n;
}

bool words_number(const struct word_value *value, s64 *number)
{
	const char *text = value->start, *end;
	bool negative;
	u64 magnitude;
	size_t n;

	if (!value->length)
		return false;
	end = text + value->length;
	negative = *text == '-';
	text += negative;
	n = digits(text, end - text, &magnitude);
	text += n;
	if (!n || end - text > 1)
		return false;
	if (text < end &&
	    (!suffix_shift(*text) ||
	     __builtin_mul_overflow(magnitude, 1ULL << suffix_shift(*text), &magnitude)))
		return false;
	*number = negative ? -magnitude : magnitude;
	return true;
}

static bool is_one_of(const struct word_value *value, const char *const *list, size_t num)
{
	size_t n;

	for (n = 0; n < num; n++)
		if (strlen(list[n]) == value->length &&
		    !strncmp(value->start, list[n], value->length))
			return true;
	return false;
}

bool words_bool(const struct word_value *value, bool *yes)
{
	static const char *const words_yes[] = { "1", "y", "yes", "on", "true" };
	static const char *const words_no[] = { "0", "n", "no", "off", "false" };

	*yes = !value->start || is_one_of(value, words_yes, ARRAY_SIZE(words_yes));
	return *yes || is_one_of(value, words_no, ARRAY_SIZE(words_no));
}
