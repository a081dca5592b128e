/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Formatted output for programs without a C library: the hypervisor and the inmates.
 *
 * Conversions: %% %c %s %d %i %u %x %X %p, with the flags '0', '-', '+', ' ' and '#', a width and a
 * precision (digits or '*'), and the length modifiers hh, h, l, ll, z. No floating point.
 * Widths and precisions are cut to 4095. An unknown conversion is printed as it stands.
 */
#ifndef COMMON_FORMAT_H
#define COMMON_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* Called for each character of the output. */
typedef void (*format_putc)(void *arg, char c);

/* Formats into @out; returns the number of characters. Needs no memory but some stack. */
int format_output(format_putc out, void *arg, const char *format, va_list args);

/* Bits of the flag characters in a directive */
#define FORMAT_FLAG(c) (1U << ((c) - ' '))

/* What stands between '%' and the conversion's letter. */
struct format_directive {
	unsigned int flags;
	int width;
	/* Negative if not given */
	int precision;
	/* Of an integer argument, in bytes */
	unsigned int size;
};

/*
 * Another conversion: takes its argument from *@args and puts it out. Returns the number of
 * characters, or -1 if there is no such conversion.
 */
typedef int (*format_conversion)(format_putc out, void *arg,
				 const struct format_directive *directive, char conversion,
				 va_list *args);

/* As format_output, with what @other can do on top of it. */
int format_output_with(format_conversion other, format_putc out, void *arg, const char *format,
		       va_list args);

/* As C11 7.21.6.12: always terminated if @size > 0, returns what the full length would be. */
int format_string(char *buffer, size_t size, const char *format, va_list args);
int format_string_with(format_conversion other, char *buffer, size_t size, const char *format,
		       va_list args);

#endif /* COMMON_FORMAT_H */
