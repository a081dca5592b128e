/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Parameters of the inmate: the string in the page that inmate.lds keeps free for it.
 */
#include <inmate/cmdline.h>
#include <inmate/string.h>

#include "words.h"

extern char inmate_cmdline[];

const char *cmdline(void)
{
	return inmate_cmdline;
}

static const char *copy(char *buffer, size_t size, const char *text, size_t length)
{
	if (!size)
		return buffer;
	if (length > size - 1)
		length = size - 1;
	memcpy(buffer, text, length);
	buffer[length] = '\0';
	return buffer;
}

const char *cmdline_parse_str(const char *name, char *buffer, size_t size,
			      const char *default_value)
{
	struct word_value value;

	if (words_find(inmate_cmdline, name, &value))
		return copy(buffer, size, value.start ? value.start : "", value.length);
	if (!default_value)
		return NULL;
	return copy(buffer, size, default_value, strlen(default_value));
}

s64 cmdline_parse_int(const char *name, s64 default_value)
{
	struct word_value value;
	s64 number;

	if (words_find(inmate_cmdline, name, &value) && words_number(&value, &number))
		return number;
	return default_value;
}

bool cmdline_parse_bool(const char *name, bool default_value)
{
	struct word_value value;
	bool yes;

	if (words_find(inmate_cmdline, name, &value) && words_bool(&value, &yes))
		return yes;
	return default_value;
}
