// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A text that grows.
 */
#include "text.h"

#include <inmate/inmate.h>

#define SIZE_MIN 4096

static bool make_room(struct text *text, size_t more)
{
	size_t size = text->size ? text->size : SIZE_MIN;
	char *grown;

	while (size - text->length <= more)
		size *= 2;
	if (size == text->size)
		return true;
	grown = realloc(text->characters, size);
	if (!grown)
		return false;
	text->characters = grown;
	text->size = size;
	return true;
}

void text_add(struct text *text, const char *format, ...)
{
	va_list args;
	int more;

	va_start(args, format);
	more = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text->failed = text->failed || !make_room(text, (size_t)more);
	if (text->failed)
		return;
	va_start(args, format);
	vsnprintf(text->characters + text->length, (size_t)more + 1, format, args);
	va_end(args);
	text->length += (size_t)more;
}

void text_free(struct text *text)
{
	free(text->characters);
	*text = (struct text){ 0 };
}
