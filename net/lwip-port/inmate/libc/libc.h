/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Inside of the C library for socket programs: what its files share, apart from where the text
 * comes from or goes to. No file that only these functions need includes a standard header of ours,
 * so that they are tested on the host.
 */
#ifndef LWIP_PORT_LIBC_LIBC_H
#define LWIP_PORT_LIBC_LIBC_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <common/format.h>

/*
 * The conversions f F e E g G, exactly rounded (C11 7.21.6.1; a precision of more than 60 is cut to
 * that). Returns the number of characters.
 */
int libc_format_double(format_putc put, void *arg, const struct format_directive *directive,
		       char conversion, double value);

/* The same for format_output_with(). */
int libc_format_other(format_putc put, void *arg, const struct format_directive *directive,
		      char conversion, va_list *args);

/* strtod() */
double libc_read_double(const char *text, const char **end);

/*
 * The digits of base @base at @text (up to @max characters) with a sign and a prefix, C11
 * 7.22.1.4; base 0 is by prefix. Sets *@end behind them, to @text if there is no number. A
 * magnitude of more than 64 bits sets *@overflow.
 */
unsigned long long libc_read_integer(const char *text, size_t max, int base, const char **end,
				     bool *negative, bool *overflow);

/* vsscanf() */
int libc_scan(const char *text, const char *format, va_list args);

/*
 * Cuts @text into words at spaces and puts them into @words, up to @max of them. A word may have
 * parts in single or double quotes, and a backslash takes the character behind it as it is. @text
 * is overwritten. Returns how many words there are, at most @max.
 */
int libc_split_words(char *text, char **words, int max);

#endif /* LWIP_PORT_LIBC_LIBC_H */
