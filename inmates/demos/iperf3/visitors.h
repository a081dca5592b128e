/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Connections to the server that do not belong to a test: those that have not said yet who they
 * are, and those that are about to go. They get some time and are never waited for.
 */
#ifndef IPERF3_VISITORS_H
#define IPERF3_VISITORS_H

#include <stdbool.h>
#include <stdint.h>

#include "watch.h"
#include "wire.h"

/* When there are more, the oldest has to go. */
#define MAX_VISITORS 16

/* Milliseconds for the cookie, and for a farewell to be read */
#define COOKIE_MS   10000
#define FAREWELL_MS 2000

struct visitor {
	/* .fd is negative: free */
	struct wire wire;
	uint64_t deadline;
	bool leaving;
};

struct visitors {
	struct visitor list[MAX_VISITORS];
};

void visitors_init(struct visitors *visitors);
void visitors_close(struct visitors *visitors);

/* A connection that should send a cookie. */
void visitors_arrive(struct visitors *visitors, int fd, uint64_t now);

/*
 * Sends what is queued on @wire, which becomes empty, and closes the connection when the other side
 * does or the time is over. To close at once, with something to read left, could be a reset that
 * overtakes the farewell.
 */
void visitors_leave(struct visitors *visitors, struct wire *wire, uint64_t now);

void visitors_watch(const struct visitors *visitors, struct watch *watch);

/*
 * Looks after all of them. Returns the first one that has sent its cookie, NULL if there is none;
 * the caller takes its wire. To be called until it returns NULL.
 */
struct visitor *visitors_step(struct visitors *visitors, const struct watch *watch, uint64_t now,
			      char cookie[COOKIE_SIZE]);

#endif /* IPERF3_VISITORS_H */
