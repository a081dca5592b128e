/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Formatted output without a C library. Text goes out character by character; buffers and consoles
 * are the business of the caller's output function.
 */
#include "format.h"

#include <stdbool.h>

/* The digits of 2^64 - 1 to base 10; bases below 10 are not offered. */
#define MAX_DIGITS 20
/* Longer items are cut to this width and precision, C11 7.21.6.1 asks for no more. */
#define MAX_WIDTH 4095

#define FLAG      FORMAT_FLAG
#define ALL_FLAGS (FLAG('0') | FLAG('-') | FLAG('+') | FLAG(' ') | FLAG('#'))

struct output {
	format_putc put;
	void *arg;
	format_conversion other;
	unsigned int count;
	/* A structure member, so that it can be passed on by reference. */
	va_list args;
};

static void put_text(struct output *out, const char *text, int length)
{
	while (length-- > 0) {
		out->put(out->arg, *text++);
		out->count++;
	}
}

static void put_repeated(struct output *out, char c, int count)
{
	while (count-- > 0)
		put_text(out, &c, 1);
}

/* Length of a text of which at most @limit characters count; all if it is negative. */
static int text_length(const char *text, int limit)
{
	int length = 0;

	while (length != limit && text[length])
		length++;
	return length;
}

/* Padding, prefix (sign, 0x), zeros up to @min_length, body. */
static void put_item(struct output *out, const struct format_directive *directive,
		     const char *prefix, int min_length, const char *body, int length)
{
	int prefix_length = text_length(prefix, -1);
	int width = directive->width - prefix_length;
	bool left = directive->flags & FLAG('-');
	bool zeros = directive->flags & FLAG('0') && !left && directive->precision < 0;

	if (zeros && min_length < width)
		min_length = width;
	if (min_length < length)
		min_length = length;
	if (!left)
		put_repeated(out, ' ', width - min_length);
	put_text(out, prefix, prefix_length);
	put_repeated(out, '0', min_length - length);
	put_text(out, body, length);
	if (left)
		put_repeated(out, ' ', width - min_length);
}

/* Types above int are as wide as long long, or as int. */
static unsigned long long next_integer(struct output *out, const struct format_directive *directive,
				       bool is_signed)
{
	unsigned int unused_bits = 8 * (sizeof(long long) - directive->size);
	unsigned long long value = directive->size > sizeof(int)
					   ? va_arg(out->args, unsigned long long)
					   : va_arg(out->args, unsigned int);

	value <<= unused_bits;
	if (is_signed)
		return (unsigned long long)((long long)value >> unused_bits);
	return value >> unused_bits;
}

/* d, i, u, x, X, p. 0 has no digits but the zeros that the precision, by default 1, asks for. */
static void put_number(struct output *out, const struct format_directive *directive,
		       char conversion)
{
	const char *digits = conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	bool is_signed = conversion == 'd' || conversion == 'i';
	unsigned int base = is_signed || conversion == 'u' ? 10 : 16;
	unsigned long long value = next_integer(out, directive, is_signed);
	char body[MAX_DIGITS], *first = body + MAX_DIGITS;
	const char *prefix = "";

	if (is_signed && (long long)value < 0) {
		prefix = "-";
		value = 0 - value;
	} else if (is_signed && directive->flags & FLAG('+')) {
		prefix = "+";
	} else if (is_signed && directive->flags & FLAG(' ')) {
		prefix = " ";
	} else if (conversion == 'p' || (base == 16 && value && directive->flags & FLAG('#'))) {
		prefix = conversion == 'X' ? "0X" : "0x";
	}
	for (; value > 0; value /= base)
		*--first = digits[value % base];
	put_item(out, directive, prefix, directive->precision < 0 ? 1 : directive->precision, first,
		 (int)(body + MAX_DIGITS - first));
}

static bool put_other(struct output *out, const struct format_directive *directive, char conversion)
{
	int count = -1;

	if (out->other)
		count = out->other(out->put, out->arg, directive, conversion, &out->args);
	if (count < 0)
		return false;
	out->count += (unsigned int)count;
	return true;
}

/* Returns false if there is no such conversion. */
static bool put_conversion(struct output *out, const struct format_directive *directive,
			   char conversion)
{
	const char *text;
	char c;

	switch (conversion) {
	case '%':
		put_text(out, "%", 1);
		return true;
	case 'c':
		c = (char)va_arg(out->args, int);
		put_item(out, directive, "", 0, &c, 1);
		return true;
	case 's':
		text = va_arg(out->args, const char *);
		text = text ? text : "(null)";
		put_item(out, directive, "", 0, text, text_length(text, directive->precision));
		return true;
	case 'd':
	case 'i':
	case 'u':
	case 'x':
	case 'X':
	case 'p':
		put_number(out, directive, conversion);
		return true;
	default:
		return put_other(out, directive, conversion);
	}
}

/* A number or '*'; 0 if there is none. Returns what follows. */
static const char *parse_number(struct output *out, const char *format, int *number)
{
	int value = 0;

	if (*format == '*') {
		value = va_arg(out->args, int);
		format++;
	} else {
		for (; *format >= '0' && *format <= '9'; format++)
			value = value < MAX_WIDTH ? value * 10 + (*format - '0') : MAX_WIDTH;
	}
	*number = value > MAX_WIDTH ? MAX_WIDTH : value < -MAX_WIDTH ? -MAX_WIDTH : value;
	return format;
}

/* hh, h, l, ll, z or nothing. Returns what follows. */
static const char *parse_size(const char *format, unsigned int *size)
{
	bool twice = format[0] && format[0] == format[1];

	switch (*format) {
	case 'h':
		*size = twice ? sizeof(char) : sizeof(short);
		return format + 1 + twice;
	case 'l':
		*size = twice ? sizeof(long long) : sizeof(long);
		return format + 1 + twice;
	case 'z':
		*size = sizeof(size_t);
		return format + 1;
	default:
		*size = *format == 'p' ? sizeof(void *) : sizeof(int);
		return format;
	}
}

/* Takes what follows '%', returns the conversion's letter. */
static const char *parse_directive(struct output *out, const char *format,
				   struct format_directive *directive)
{
	directive->flags = 0;
	directive->precision = -1;
	while (*format >= ' ' && *format <= '0' && FLAG(*format) & ALL_FLAGS)
		directive->flags |= FLAG(*format++);
	format = parse_number(out, format, &directive->width);
	if (directive->width < 0) {
		directive->flags |= FLAG('-');
		directive->width = -directive->width;
	}
	if (*format == '.')
		format = parse_number(out, format + 1, &directive->precision);
	return parse_size(format, &directive->size);
}

int format_output_with(format_conversion other, format_putc put, void *arg, const char *format,
		       va_list args)
{
	struct output out = { .put = put, .arg = arg, .other = other };
	struct format_directive directive;
	const char *end;

	va_copy(out.args, args);
	while (*format) {
		end = format + 1;
		if (*format == '%') {
			end = parse_directive(&out, end, &directive);
			if (put_conversion(&out, &directive, *end)) {
				format = end + 1;
				continue;
			}
		}
		/* As it stands; the end of what is unknown may start something, or be the end. */
		put_text(&out, format, (int)(end - format));
		format = end;
	}
	va_end(out.args);
	return (int)out.count;
}

int format_output(format_putc put, void *arg, const char *format, va_list args)
{
	return format_output_with(NULL, put, arg, format, args);
}

struct string_output {
	char *next;
	/* Bytes from there on */
	size_t size;
};

static void put_in_string(void *arg, char c)
{
	struct string_output *string = arg;

	if (string->size <= 1)
		return;
	*string->next++ = c;
	*string->next = '\0';
	string->size--;
}

int format_string_with(format_conversion other, char *buffer, size_t size, const char *format,
		       va_list args)
{
	struct string_output string = { .next = buffer, .size = size };

	if (size > 0)
		*buffer = '\0';
	return format_output_with(other, put_in_string, &string, format, args);
}

int format_string(char *buffer, size_t size, const char *format, va_list args)
{
	return format_string_with(NULL, buffer, size, format, args);
}
