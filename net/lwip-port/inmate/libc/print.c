// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * <stdio.h>: the functions of the inmate library again, now with floating point (they take the
 * place of inmates/lib/printf.c), and the rest of output.
 *
 * Registers are saved by whoever takes a variable number of arguments, so all these have to be
 * compiled with floating point.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "libc.h"

struct lwip_port_file {
	int number;
};

static const struct lwip_port_file console = { 1 };

FILE *const stdout = &console, *const stderr = &console;

int vprintf(const char *format, va_list args)
{
	return vprintf_with(libc_format_other, format, args);
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

int vfprintf(FILE *file, const char *format, va_list args)
{
	(void)file;
	return vprintf(format, args);
}

int fprintf(FILE *file, const char *format, ...)
{
	va_list args;
	int length;

	(void)file;
	va_start(args, format);
	length = vprintf(format, args);
	va_end(args);
	return length;
}

int vsnprintf(char *buffer, size_t size, const char *format, va_list args)
{
	return format_string_with(libc_format_other, buffer, size, format, args);
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

int vsprintf(char *buffer, const char *format, va_list args)
{
	return vsnprintf(buffer, SIZE_MAX, format, args);
}

int sprintf(char *buffer, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsprintf(buffer, format, args);
	va_end(args);
	return length;
}

int puts(const char *string)
{
	return printf("%s\n", string);
}

int fputs(const char *string, FILE *file)
{
	return fprintf(file, "%s", string);
}

int fputc(int c, FILE *file)
{
	fprintf(file, "%c", c);
	return (unsigned char)c;
}

int putchar(int c)
{
	return fputc(c, stdout);
}

size_t fwrite(const void *data, size_t size, size_t number, FILE *file)
{
	const char *p = data;
	size_t n;

	for (n = 0; n < size * number; n++)
		fputc(p[n], file);
	return number;
}

/* Nothing waits. */
int fflush(FILE *file)
{
	(void)file;
	return 0;
}

int sscanf(const char *text, const char *format, ...)
{
	va_list args;
	int count;

	va_start(args, format);
	count = libc_scan(text, format, args);
	va_end(args);
	return count;
}
