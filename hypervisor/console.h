/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Debug console and virtual console, and the messages of the hypervisor on both.
 */
#ifndef HYPERVISOR_CONSOLE_H
#define HYPERVISOR_CONSOLE_H

#include <jailhouse/console.h>

/*
 * Starts to use the UART that @config describes; no effect for other types than 8250. What was
 * printed before is in the virtual console only. Returns 0 or -ENOMEM.
 */
int console_init(const struct jailhouse_console *config);

/* Takes the formats of common/format.h. Any CPU, any context; lines of CPUs do not mix. */
void __attribute__((format(printf, 1, 2))) printk(const char *format, ...);

/* Prints a character on behalf of @writer, a cell. Any CPU. */
void console_putc(const void *writer, char c);

/* Before the last words of a CPU that may hold the console's lock. */
void console_break_lock(void);

#endif /* HYPERVISOR_CONSOLE_H */
