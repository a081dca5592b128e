// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command line's words, and complaints.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

const char *args_next(struct args *args)
{
	if (!args->count)
		return NULL;
	args->count--;
	return *args->words++;
}

bool args_option(struct args *args, const char *option, const char *other)
{
	if (!args->count ||
	    (strcmp(args->words[0], option) != 0 && (!other || strcmp(args->words[0], other) != 0)))
		return false;
	args_next(args);
	return true;
}

int args_end(const struct args *args)
{
	if (args->count)
		return complain_usage("\"%s\" is one argument too many", args->words[0]);
	return EXIT_SUCCESS;
}

static void print(const char *format, va_list args)
{
	/* What was printed before comes before. */
	fflush(stdout);
	fprintf(stderr, "%s: ", program_invocation_short_name);
	vfprintf(stderr, format, args);
}

int complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(format, args);
	fputs("\n", stderr);
	va_end(args);
	return EXIT_FAILURE;
}

int complain_usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(format, args);
	fprintf(stderr, "; see %s --help\n", program_invocation_short_name);
	va_end(args);
	return EXIT_USAGE;
}

/* A word that is a number as a whole is an ID, unless --name says otherwise. */
static bool parse_id(const char *word, int *id)
{
	char *end;
	long value = strtol(word, &end, 0);

	if (end == word || *end || value < 0 || value > INT_MAX)
		return false;
	*id = value;
	return true;
}

int cell_id_parse(struct args *args, struct jailhouse_cell_id *id)
{
	bool is_name = args_option(args, "--name", NULL);
	const char *word = args_next(args);

	memset(id, 0, sizeof(*id));
	if (!word)
		return complain_usage("ID or name of a cell is missing");
	if (!is_name && parse_id(word, &id->id))
		return EXIT_SUCCESS;
	if (!*word || strlen(word) >= sizeof(id->name))
		return complain("\"%s\" is no name of a cell: names have 1 to %zu characters", word,
				sizeof(id->name) - 1);
	id->id = JAILHOUSE_CELL_ID_UNUSED;
	strcpy(id->name, word);
	return EXIT_SUCCESS;
}
