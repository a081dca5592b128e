/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Lines out of what comes from a connection piece by piece.
 */
#ifndef CHAT_LINE_H
#define CHAT_LINE_H

#include <stddef.h>

/* Characters, without the end of the line; what is longer becomes several lines. */
#define LINE_SIZE 400

struct line_input {
	char text[LINE_SIZE + 1];
	size_t length;
};

/*
 * Takes bytes out of @data until a line is complete; returns how many. *@line is the line, in
 * @input, until the next call; NULL if it is not complete. What is no text is left out, so that
 * nobody can play with the terminals of others.
 */
size_t line_take(struct line_input *input, const char *data, size_t size, const char **line);

#endif /* CHAT_LINE_H */
