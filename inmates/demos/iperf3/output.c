/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Lines for the console.
 */
#include "output.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longer lines are cut. */
#define LINE_SIZE 320

static void keep(struct output *output, const char *line)
{
	size_t length = strlen(line);
	char *larger;

	if (output->length + length + 2 > MAX_OUTPUT)
		return;
	larger = realloc(output->text, output->length + length + 2);
	if (!larger)
		return;
	output->text = larger;
	memcpy(output->text + output->length, line, length);
	output->length += length;
	output->text[output->length++] = '\n';
	output->text[output->length] = '\0';
}

void output_line(struct output *output, const char *format, ...)
{
	char line[LINE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (output->keep)
		keep(output, line);
	if (output->silent)
		return;
	if (output->title && output->title[0])
		printf("%s:  %s\n", output->title, line);
	else
		printf("%s\n", line);
}

void output_clear(struct output *output)
{
	free(output->text);
	output->text = NULL;
	output->length = 0;
}
