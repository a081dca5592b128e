// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Members: their connections and what waits to be sent to them.
 */
#include "member.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MESSAGE_SIZE 1024

/* Seconds, seconds and probes */
#define KEEPALIVE_IDLE     5
#define KEEPALIVE_INTERVAL 2
#define KEEPALIVE_COUNT    3

static void set_option(int fd, int level, int name, int value)
{
	if (setsockopt(fd, level, name, &value, sizeof(value)))
		perror("chat: setsockopt");
}

void member_keep_alive(int fd)
{
	set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE);
	set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL);
	set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_COUNT);
}

struct member *member_new(int fd, unsigned long now_ms)
{
	struct member *member = calloc(1, sizeof(*member));

	if (!member)
		return NULL;
	member->fd = fd;
	member->since_ms = now_ms;
	fcntl(fd, F_SETFL, O_NONBLOCK);
	member_keep_alive(fd);
	set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	return member;
}

void member_free(struct member *member)
{
	close(member->fd);
	free(member);
}

void member_send(struct member *member, const char *format, ...)
{
	char text[MESSAGE_SIZE];
	va_list args;
	size_t length;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	length = strlen(text);
	if (member->leaving)
		return;
	if (length > sizeof(member->output) - member->waiting) {
		member->leaving = "too slow";
		return;
	}
	memcpy(member->output + member->waiting, text, length);
	member->waiting += length;
}

void member_flush(struct member *member)
{
	ssize_t sent;

	if (!member->waiting || member->leaving)
		return;
	sent = send(member->fd, member->output, member->waiting, MSG_NOSIGNAL);
	if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
		member->leaving = "connection lost";
	if (sent <= 0)
		return;
	member->waiting -= (size_t)sent;
	memmove(member->output, member->output + sent, member->waiting);
}

bool member_is_burden(const struct member *member)
{
	return member->waiting > sizeof(member->output) / 2;
}

bool member_name_is_good(const char *name)
{
	size_t length = strlen(name), n;

	for (n = 0; n < length; n++)
		if (!isalnum(name[n]) && name[n] != '-' && name[n] != '_')
			return false;
	return length > 0 && length <= MEMBER_NAME_SIZE;
}
