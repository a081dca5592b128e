/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Connections to the server that do not belong to a test.
 */
#include "visitors.h"

#include <sys/socket.h>

#include "platform.h"

/* Enough for what a client can have sent before it reads */
#define SCRAP_SIZE 512

/* Gives away the wire without closing it. */
static void vacate(struct visitor *visitor)
{
	*visitor = (struct visitor){ .wire.fd = -1 };
}

void visitors_init(struct visitors *visitors)
{
	unsigned int i;

	for (i = 0; i < MAX_VISITORS; i++)
		vacate(&visitors->list[i]);
}

static void dismiss(struct visitor *visitor)
{
	wire_close(&visitor->wire);
	vacate(visitor);
}

void visitors_close(struct visitors *visitors)
{
	unsigned int i;

	for (i = 0; i < MAX_VISITORS; i++)
		dismiss(&visitors->list[i]);
}

/* The oldest is the one whose time ends first. */
static struct visitor *make_room(struct visitors *visitors)
{
	struct visitor *oldest = &visitors->list[0];
	unsigned int i;

	for (i = 0; i < MAX_VISITORS; i++) {
		if (visitors->list[i].wire.fd < 0)
			return &visitors->list[i];
		if (visitors->list[i].deadline < oldest->deadline)
			oldest = &visitors->list[i];
	}
	dismiss(oldest);
	return oldest;
}

void visitors_arrive(struct visitors *visitors, int fd, uint64_t now)
{
	struct visitor *visitor = make_room(visitors);

	wire_open(&visitor->wire, fd);
	visitor->deadline = now + COOKIE_MS * NS_PER_MILLI;
	visitor->leaving = false;
}

void visitors_leave(struct visitors *visitors, struct wire *wire, uint64_t now)
{
	struct visitor *visitor;

	if (wire_flush(wire)) {
		visitor = make_room(visitors);
		visitor->wire = *wire;
		visitor->deadline = now + FAREWELL_MS * NS_PER_MILLI;
		visitor->leaving = true;
		*wire = (struct wire){ .fd = -1 };
	}
	wire_close(wire);
}

void visitors_watch(const struct visitors *visitors, struct watch *watch)
{
	const struct visitor *visitor;

	for (visitor = visitors->list; visitor < visitors->list + MAX_VISITORS; visitor++) {
		if (visitor->wire.fd < 0)
			continue;
		watch_read(watch, visitor->wire.fd);
		watch_until(watch, visitor->deadline);
		if (wire_pending(&visitor->wire))
			watch_write(watch, visitor->wire.fd);
	}
}

/* Reads what nobody wants. Returns false when the other side has closed. */
static bool read_scrap(int fd)
{
	char scrap[SCRAP_SIZE];

	return recv(fd, scrap, sizeof(scrap), 0) > 0;
}

/* Returns true if the cookie is there. */
static bool look_after(struct visitor *visitor, const struct watch *watch, uint64_t now,
		       char cookie[COOKIE_SIZE])
{
	enum wire_result result = WIRE_NOT_YET;

	if (watch_writable(watch, visitor->wire.fd) && !wire_flush(&visitor->wire))
		result = WIRE_BROKEN;
	else if (watch_readable(watch, visitor->wire.fd) && visitor->leaving)
		result = read_scrap(visitor->wire.fd) ? WIRE_NOT_YET : WIRE_BROKEN;
	else if (!visitor->leaving)
		result = wire_receive_bytes(&visitor->wire, cookie, COOKIE_SIZE);
	if (result == WIRE_BROKEN || (result == WIRE_NOT_YET && now >= visitor->deadline))
		dismiss(visitor);
	return result == WIRE_DONE;
}

struct visitor *visitors_step(struct visitors *visitors, const struct watch *watch, uint64_t now,
			      char cookie[COOKIE_SIZE])
{
	struct visitor *visitor;

	for (visitor = visitors->list; visitor < visitors->list + MAX_VISITORS; visitor++)
		if (visitor->wire.fd >= 0 && look_after(visitor, watch, now, cookie))
			return visitor;
	return NULL;
}
