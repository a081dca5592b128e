/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Somebody who is connected to the server. What is sent to a member waits in a buffer of its own, so
 * the server never waits for one of them.
 */
#ifndef CHAT_MEMBER_H
#define CHAT_MEMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "line.h"

#define MEMBER_NAME_SIZE 16

/* Bytes that may wait for a member; from half of them on it is a burden to others. */
#define MEMBER_OUTPUT_SIZE 65536

struct member {
	int fd;
	char name[MEMBER_NAME_SIZE + 1]; /* empty until it has told */
	const char *leaving;             /* why it has to be removed; NULL if not */
	struct line_input input;
	unsigned long since_ms;  /* when it came */
	unsigned long burden_ms; /* since when too much waits for it; 0 if not */
	size_t waiting;          /* bytes in output */
	char output[MEMBER_OUTPUT_SIZE];
};

/* Lets a connection end by itself when the other side has vanished without a word, after 11 s. */
void member_keep_alive(int fd);

/* A member for the connection @fd, which becomes its own; NULL if there is no memory. */
struct member *member_new(int fd, unsigned long now_ms);

/* Closes the connection, too. */
void member_free(struct member *member);

/* Has a text wait to be sent. What goes wrong sets @leaving, here and below. */
void member_send(struct member *member, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Sends what waits, as far as it goes. */
void member_flush(struct member *member);

/* Whether so much waits for it that others should say no more for the moment. */
bool member_is_burden(const struct member *member);

/* "1 to 16 letters, digits, '-' and '_'" */
bool member_name_is_good(const char *name);

#endif /* CHAT_MEMBER_H */
