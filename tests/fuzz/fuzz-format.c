/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Formatted output: any format must be survived. Where the format is one that C defines, the
 * result must be the C library's.
 *
 * suite: hypervisor
 * sources: common/format.c
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jailhouse/types.h>

#include "common/format.h"

#define MAX_FORMAT 64
#define MAX_OUTPUT 8192

static int format(char *buffer, size_t size, const char *text, ...)
{
	va_list args;
	int length;

	va_start(args, text);
	length = format_string(buffer, size, text, args);
	va_end(args);
	return length;
}

static int format_reference(char *buffer, size_t size, const char *text, ...)
{
	va_list args;
	int length;

	va_start(args, text);
	length = vsnprintf(buffer, size, text, args);
	va_end(args);
	return length;
}

/*
 * Whether @text holds nothing but ordinary characters and one conversion of an integer, with flags
 * that mean something to it and sizes of at most three digits.
 */
static bool is_plain(const char *text)
{
	const char *percent = strchr(text, '%');
	size_t length;
	bool is_signed;

	if (!percent || strchr(percent + 1, '%'))
		return false;
	text = percent + 1 + strspn(percent + 1, "0-+ #");
	length = strspn(text, "0123456789");
	if (length > 3)
		return false;
	text += length;
	if (*text == '.') {
		length = strspn(++text, "0123456789");
		if (length > 3)
			return false;
		text += length;
	}
	/* The argument is an unsigned long long. */
	if (strncmp(text, "ll", 2) || !strchr("diuxX", text[2]) || !text[2])
		return false;
	is_signed = text[2] == 'd' || text[2] == 'i';
	for (; percent < text; percent++) {
		if ((*percent == '+' || *percent == ' ') && !is_signed)
			return false;
		if (*percent == '#' && text[2] != 'x' && text[2] != 'X')
			return false;
	}
	return true;
}

static void compare(const char *text, u64 value)
{
	static char ours[MAX_OUTPUT], expected[MAX_OUTPUT];
	int length = format(ours, sizeof(ours), text, value);

	if (length == format_reference(expected, sizeof(expected), text, value) &&
	    !strcmp(ours, expected))
		return;
	fprintf(stderr, "\"%s\" became \"%s\", not \"%s\"\n", text, ours, expected);
	abort();
}

/* Only registers' worth of arguments are given: more conversions than those are not tried. */
static unsigned int count_arguments(const char *text)
{
	unsigned int arguments = 0;

	for (; *text; text++)
		arguments += *text == '%' || *text == '*';
	return arguments;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	char text[MAX_FORMAT + 1], buffer[40];
	u64 value;

	if (size < sizeof(value) || size - sizeof(value) > MAX_FORMAT)
		return 0;
	memcpy(&value, data, sizeof(value));
	memcpy(text, data + sizeof(value), size - sizeof(value));
	text[size - sizeof(value)] = '\0';
	if (is_plain(text))
		compare(text, value);
	if (count_arguments(text) <= 4 && !strchr(text, 's')) {
		int length = format(buffer, value % sizeof(buffer), text, value, ~value, 0LL, 7LL);

		if (length < 0)
			abort();
	}
	return 0;
}
