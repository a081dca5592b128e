/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Waiting for sockets and moments together.
 */
#include "watch.h"

#include "platform.h"

/* Longer waits are cut, as a guard against a time that is wrong. */
#define LONGEST_WAIT NS_PER_SECOND

/* lwIP's select counts milliseconds: what is shorter is slept. */
#define SELECT_UNIT NS_PER_MILLI

void watch_clear(struct watch *watch)
{
	FD_ZERO(&watch->read);
	FD_ZERO(&watch->write);
	watch->top = 0;
	watch->deadline = UINT64_MAX;
}

bool watch_can(int fd)
{
	return fd >= 0 && fd < FD_SETSIZE;
}

static void add(struct watch *watch, fd_set *set, int fd)
{
	FD_SET(fd, set);
	if (watch->top <= fd)
		watch->top = fd + 1;
}

void watch_read(struct watch *watch, int fd)
{
	add(watch, &watch->read, fd);
}

void watch_write(struct watch *watch, int fd)
{
	add(watch, &watch->write, fd);
}

void watch_until(struct watch *watch, uint64_t time)
{
	if (time < watch->deadline)
		watch->deadline = time;
}

static int look(struct watch *watch, uint64_t ns)
{
	struct timeval timeout = {
		.tv_sec = (long)(ns / NS_PER_SECOND),
		.tv_usec = (long)(ns % NS_PER_SECOND / NS_PER_MICRO),
	};

	return select(watch->top, &watch->read, &watch->write, NULL, &timeout);
}

void watch_wait(struct watch *watch)
{
	fd_set read = watch->read, write = watch->write;
	uint64_t wait;

	watch->looked_at = platform_now();
	wait = watch->deadline > watch->looked_at ? watch->deadline - watch->looked_at : 0;
	if (wait > LONGEST_WAIT)
		wait = LONGEST_WAIT;
	if (look(watch, wait < SELECT_UNIT ? 0 : wait) > 0)
		return;
	if (wait > 0 && wait < SELECT_UNIT) {
		platform_sleep(wait);
		watch->read = read;
		watch->write = write;
		if (look(watch, 0) > 0)
			return;
	}
	FD_ZERO(&watch->read);
	FD_ZERO(&watch->write);
}

bool watch_readable(const struct watch *watch, int fd)
{
	return FD_ISSET(fd, &watch->read);
}

bool watch_writable(const struct watch *watch, int fd)
{
	return FD_ISSET(fd, &watch->write);
}
