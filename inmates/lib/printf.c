/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * printf and its relatives. A file of its own: a library that has all of them, with more
 * conversions, and is linked before this one takes their place.
 */
#include <inmate/console.h>

int vprintf(const char *format, va_list args)
{
	return vprintf_with(NULL, format, args);
}

int printf(const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vprintf(format, args);
	va_end(args);
	return length;
}

int puts(const char *string)
{
	return printf("%s\n", string);
}

int vsnprintf(char *buffer, size_t size, const char *format, va_list args)
{
	return format_string(buffer, size, format, args);
}

int snprintf(char *buffer, size_t size, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(buffer, size, format, args);
	va_end(args);
	return length;
}
