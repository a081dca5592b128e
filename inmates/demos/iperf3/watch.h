/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Waiting for sockets and moments together: select() with a deadline.
 */
#ifndef IPERF3_WATCH_H
#define IPERF3_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/select.h>

struct watch {
	fd_set read;
	fd_set write;
	/* Largest descriptor + 1 */
	int top;
	/* Times of platform_now() */
	uint64_t deadline;
	/* Set by watch_wait, before it looks: what it does not show had not happened by then. */
	uint64_t looked_at;
};

/* Forgets all; nothing is waited for then, without end. */
void watch_clear(struct watch *watch);

/* Adds what is to be waited for. Descriptors have been checked with watch_can. */
void watch_read(struct watch *watch, int fd);
void watch_write(struct watch *watch, int fd);
void watch_until(struct watch *watch, uint64_t time);

/* Whether select() knows such descriptors. */
bool watch_can(int fd);

/* Returns when something has happened; then watch_readable and watch_writable tell what. */
void watch_wait(struct watch *watch);

bool watch_readable(const struct watch *watch, int fd);
bool watch_writable(const struct watch *watch, int fd);

#endif /* IPERF3_WATCH_H */
