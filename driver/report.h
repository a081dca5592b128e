/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reasons for refused requests: in the kernel log, and in sysfs (last_error) for the command line
 * tool.
 */
#ifndef JAILHOUSE_DRIVER_REPORT_H
#define JAILHOUSE_DRIVER_REPORT_H

#include <linux/compiler.h>
#include <linux/types.h>

/*
 * Logs one line, without newline in @format, and keeps it for last_error. Returns @error, a
 * negative errno value. May be called in any context.
 */
__printf(2, 3) int refuse(int error, const char *format, ...);

/* Forgets the last reason. */
void report_clear(void);

/* Puts the last reason and a newline into @buf, a sysfs page; returns the length. */
ssize_t report_show(char *buf);

#endif /* JAILHOUSE_DRIVER_REPORT_H */
