// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Scanning of text, C11 7.21.6.2 without sets ("%["), octal and pointers.
 */
#include "libc.h"

#include <stdint.h>
#include <string.h>

struct scanner {
	const char *text, *p;
	int assigned;
	va_list args;
};

struct conversion {
	bool suppressed;
	size_t width; /* SIZE_MAX if not given */
	int size;     /* number of "l", or of "h" below 0 */
	char letter;
};

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void skip_spaces(struct scanner *scanner)
{
	while (is_space(*scanner->p))
		scanner->p++;
}

/* @p is behind the '%'; returns what is behind the conversion. */
static const char *read_conversion(const char *p, struct conversion *conversion)
{
	size_t width = 0;

	*conversion = (struct conversion){ .suppressed = *p == '*' };
	p += conversion->suppressed;
	for (; *p >= '0' && *p <= '9'; p++)
		width = width * 10 + (size_t)(*p - '0');
	conversion->width = width ? width : SIZE_MAX;
	for (; *p == 'h' || *p == 'l' || *p == 'z' || *p == 'j'; p++)
		conversion->size += *p == 'h' ? -1 : 1;
	conversion->letter = *p;
	return *p ? p + 1 : p;
}

static void store_integer(struct scanner *scanner, const struct conversion *conversion,
			  unsigned long long value)
{
	if (conversion->suppressed)
		return;
	if (conversion->size > 0)
		*va_arg(scanner->args, unsigned long *) = value;
	else if (conversion->size == 0)
		*va_arg(scanner->args, unsigned int *) = (unsigned int)value;
	else if (conversion->size == -1)
		*va_arg(scanner->args, unsigned short *) = (unsigned short)value;
	else
		*va_arg(scanner->args, unsigned char *) = (unsigned char)value;
}

static bool scan_integer(struct scanner *scanner, const struct conversion *conversion)
{
	int base = conversion->letter == 'i' ? 0 : conversion->letter == 'x' ? 16 : 10;
	unsigned long long value;
	bool negative, overflow;
	const char *end;

	skip_spaces(scanner);
	value = libc_read_integer(scanner->p, conversion->width, base, &end, &negative, &overflow);
	if (end == scanner->p)
		return false;
	scanner->p = end;
	store_integer(scanner, conversion, negative ? -value : value);
	scanner->assigned += !conversion->suppressed;
	return true;
}

static bool scan_double(struct scanner *scanner, const struct conversion *conversion)
{
	const char *end;
	double value;

	skip_spaces(scanner);
	value = libc_read_double(scanner->p, &end);
	if (end == scanner->p)
		return false;
	scanner->p = end;
	if (conversion->suppressed)
		return true;
	if (conversion->size > 0)
		*va_arg(scanner->args, double *) = value;
	else
		*va_arg(scanner->args, float *) = (float)value;
	scanner->assigned++;
	return true;
}

/* A word, or characters whatever they are. */
static bool scan_text(struct scanner *scanner, const struct conversion *conversion, bool word)
{
	size_t max = word || conversion->width != SIZE_MAX ? conversion->width : 1, length = 0;
	char *to;

	if (word)
		skip_spaces(scanner);
	while (length < max && scanner->p[length] && !(word && is_space(scanner->p[length])))
		length++;
	if (!length || (!word && length < max))
		return false;
	if (!conversion->suppressed) {
		to = va_arg(scanner->args, char *);
		memcpy(to, scanner->p, length);
		if (word)
			to[length] = '\0';
		scanner->assigned++;
	}
	scanner->p += length;
	return true;
}

static bool scan_literal(struct scanner *scanner, char c)
{
	if (*scanner->p != c)
		return false;
	scanner->p++;
	return true;
}

static bool scan(struct scanner *scanner, const struct conversion *conversion)
{
	switch (conversion->letter) {
	case 'd':
	case 'i':
	case 'u':
	case 'x':
		return scan_integer(scanner, conversion);
	case 'f':
	case 'e':
	case 'g':
		return scan_double(scanner, conversion);
	case 's':
		return scan_text(scanner, conversion, true);
	case 'c':
		return scan_text(scanner, conversion, false);
	case 'n':
		store_integer(scanner, conversion,
			      (unsigned long long)(scanner->p - scanner->text));
		return true;
	default:
		skip_spaces(scanner);
		return conversion->letter == '%' && scan_literal(scanner, '%');
	}
}

int libc_scan(const char *text, const char *format, va_list args)
{
	struct scanner scanner = { .text = text, .p = text };
	struct conversion conversion;
	bool good = true;

	va_copy(scanner.args, args);
	while (good && *format) {
		if (*format == '%') {
			format = read_conversion(format + 1, &conversion);
			good = scan(&scanner, &conversion);
		} else if (is_space(*format)) {
			skip_spaces(&scanner);
			format++;
		} else {
			good = scan_literal(&scanner, *format++);
		}
	}
	va_end(scanner.args);
	/* EOF if the text ended before anything could be converted */
	return !good && !scanner.assigned && !*scanner.p ? -1 : scanner.assigned;
}
