/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hypervisor's console, as root may read it.
 */
#ifndef JAILHOUSE_DRIVER_CONSOLE_H
#define JAILHOUSE_DRIVER_CONSOLE_H

#include <linux/poll.h>
#include <linux/types.h>

#include <jailhouse/header.h>

/* Longest line that console_log and console_find_line store, with its NUL. */
#define CONSOLE_LINE_SIZE 200

struct console_reader;

/*
 * Maps the console at @phys for the next run; only if @permitted, may it be read. May sleep.
 * Returns 0 or -ENOMEM, reported.
 */
int console_map(phys_addr_t phys, bool permitted);

/* Undoes that; the hypervisor does not run. May sleep. */
void console_unmap(void);

/* Before the module goes; no reader is left. */
void console_exit(void);

/*
 * The hypervisor runs, or runs no longer, and its memory may be read. For the caller of
 * hypervisor_enable or hypervisor_disable, while no reader may hold the hypervisor.
 */
void console_start(void);
void console_stop(void);

/*
 * Logs what the hypervisor has written when it could not start. Stores the first line that starts
 * with @prefix, or else the last line. Returns false if there is none.
 */
bool console_log(const struct jailhouse_virt_console *console, const char *prefix,
		 char line[CONSOLE_LINE_SIZE]);

/* Position of the console's end, 0 if it may not be read. With the driver's lock. */
u32 console_position(void);

/*
 * Stores the first line after @position that starts with @prefix; returns false if there is none.
 * With the driver's lock.
 */
bool console_find_line(u32 position, const char *prefix, char line[CONSOLE_LINE_SIZE]);

/* Puts the newest text that fits into @buf, a page. Returns its length or as console_read. */
ssize_t console_show_newest(char *buf);

/* Opens the console. Returns a reader or NULL (no memory). */
struct console_reader *console_open(void);
void console_close(struct console_reader *reader);

/*
 * Reads the next text, or a note in angle brackets if some is lost. Waits for text unless
 * @nonblock. May sleep.
 *
 * Returns the number of bytes; 0 (nothing there) or -EAGAIN (no hypervisor) only with @nonblock;
 * -EPERM (not permitted by the system configuration), -EFAULT, -ENOMEM, -ERESTARTSYS.
 */
ssize_t console_read(struct console_reader *reader, char __user *to, size_t size, bool nonblock);

__poll_t console_poll(struct console_reader *reader, struct file *file, poll_table *wait);

#endif /* JAILHOUSE_DRIVER_CONSOLE_H */
