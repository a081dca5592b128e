// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Lines out of what comes from a connection piece by piece.
 */
#include "line.h"

/* ASCII, and all bytes of characters in UTF-8 */
static int is_text(char c)
{
	return (unsigned char)c >= ' ' && c != '\x7f';
}

static const char *finish(struct line_input *input)
{
	input->text[input->length] = '\0';
	input->length = 0;
	return input->text;
}

size_t line_take(struct line_input *input, const char *data, size_t size, const char **line)
{
	size_t taken;

	*line = NULL;
	for (taken = 0; taken < size; taken++) {
		char c = data[taken] == '\t' ? ' ' : data[taken];

		if (c == '\n') {
			*line = finish(input);
			return taken + 1;
		}
		if (!is_text(c))
			continue;
		if (input->length == LINE_SIZE) {
			*line = finish(input);
			return taken;
		}
		input->text[input->length++] = c;
	}
	return taken;
}
