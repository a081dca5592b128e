/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Inside of the library: ways of output.
 */
#ifndef INMATE_LIB_CONSOLE_H
#define INMATE_LIB_CONSOLE_H

#include <jailhouse/console.h>

/* Lets a CPU that ends the inmate print although another one holds the console. */
void console_break_lock(void);

/*
 * Keeps the text of one call together among threads. @lock returns whether @unlock has to be called
 * at the end of the text.
 */
void console_set_lock(bool (*lock)(void), void (*unlock)(void));

/* uart-8250.c: sets up the UART, unless its divider is 0. Returns false if it cannot be reached. */
bool uart_init(const struct jailhouse_console *console);

/* Waits until the UART takes the character, for some time. */
void uart_putc(char c);

#endif /* INMATE_LIB_CONSOLE_H */
