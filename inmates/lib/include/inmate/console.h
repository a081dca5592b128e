/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Output of text, on what the configuration of the cell says: the hypervisor's console, a UART of
 * type 8250, or nothing.
 */
#ifndef INMATE_CONSOLE_H
#define INMATE_CONSOLE_H

#include <stdarg.h>
#include <stddef.h>

#include <common/format.h>

/*
 * Conversions are those of common/format.h. Returns the number of characters. Any CPU and any
 * context; the text of one call stays together, unless an interrupt handler (or a thread that has
 * disabled interrupts) prints in between.
 */
int printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
int vprintf(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/* As vprintf, with more conversions. */
int vprintf_with(format_conversion other, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* As C11 7.21.6.5 and 7.21.6.12. */
int snprintf(char *buffer, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int vsnprintf(char *buffer, size_t size, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

/* Prints @string and a line feed. */
int puts(const char *string);

#endif /* INMATE_CONSOLE_H */
