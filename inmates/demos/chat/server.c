// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The server: one thread, one select(). It waits for nobody. While much is on its way to a member,
 * nothing more is read from the others; a member that does not catch up in time is removed.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "chat.h"
#include "member.h"

/*
 * Bytes read at once; one line of two characters becomes a message of 22, and so many of them have
 * to fit into what is left when a member becomes a burden.
 */
#define READ_SIZE 1024

#define BACKLOG     8
#define NAMELESS_MS 30000
#define TICK_MS     100

static struct {
	const struct server_options *options;
	int listener;
	unsigned int count;
	struct member *members[CHAT_MEMBERS];
} server;

static unsigned long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (unsigned long)now.tv_sec * 1000 + (unsigned long)now.tv_nsec / 1000000;
}

/* ------------------------------------------------------------------------- what is said */

/* To everybody who has a name, but not to @member. */
static void tell_others(const struct member *member, const char *text)
{
	unsigned int n;

	for (n = 0; n < server.count; n++)
		if (server.members[n] != member && server.members[n]->name[0])
			member_send(server.members[n], "%s", text);
}

static void announce(const struct member *member, const char *what, const char *why)
{
	char text[128];

	snprintf(text, sizeof(text), why ? "* %s has %s (%s)\n" : "* %s has %s\n", member->name,
		 what, why);
	printf("chat: %s", text);
	tell_others(member, text);
}

static void say(const struct member *member, const char *line)
{
	char text[MEMBER_NAME_SIZE + LINE_SIZE + 5];

	snprintf(text, sizeof(text), "<%s> %s\n", member->name, line);
	tell_others(member, text);
}

static void tell_who(struct member *member)
{
	unsigned int n;

	member_send(member, "* here:");
	for (n = 0; n < server.count; n++)
		if (server.members[n]->name[0])
			member_send(member, " %s", server.members[n]->name);
	member_send(member, "\n");
}

/* ----------------------------------------------------------------------- what is heard */

static bool is_taken(const char *name)
{
	unsigned int n;

	for (n = 0; n < server.count; n++)
		if (strcmp(server.members[n]->name, name) == 0)
			return true;
	return false;
}

static void join(struct member *member, const char *name)
{
	if (!member_name_is_good(name)) {
		member_send(member, "* A name has 1 to %u letters, digits, - or _. Your name?\n",
			    MEMBER_NAME_SIZE);
	} else if (is_taken(name)) {
		member_send(member, "* %s is here already. Your name?\n", name);
	} else {
		strcpy(member->name, name);
		member_send(member, "* you are %s\n", name);
		tell_who(member);
		announce(member, "joined", NULL);
	}
}

static void command(struct member *member, const char *line)
{
	if (strcmp(line, "/who") == 0)
		tell_who(member);
	else if (strcmp(line, "/quit") == 0)
		member->leaving = "";
	else
		member_send(member, "* there are: /who /quit\n");
}

static void hear(struct member *member, const char *line)
{
	if (!member->name[0])
		join(member, line);
	else if (line[0] == '/')
		command(member, line);
	else if (line[0])
		say(member, line);
}

static void read_from(struct member *member)
{
	char data[READ_SIZE];
	ssize_t size = recv(member->fd, data, sizeof(data), 0);
	size_t taken = 0;
	const char *line;

	if (size == 0)
		member->leaving = "";
	else if (size < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
		member->leaving = "connection lost";
	while (size > 0 && taken < (size_t)size && !member->leaving) {
		taken += line_take(&member->input, data + taken, (size_t)size - taken, &line);
		if (line)
			hear(member, line);
	}
}

/* ----------------------------------------------------------------- members come and go */

static void welcome(int fd)
{
	static const char full[] = "* There is no room, come again later.\n";
	struct member *member = NULL;

	if (server.count < (unsigned int)server.options->members)
		member = member_new(fd, now_ms());
	if (!member) {
		send(fd, full, strlen(full), MSG_NOSIGNAL);
		close(fd);
		return;
	}
	server.members[server.count++] = member;
	member_send(member, "* This is the chat of a cell. Your name?\n");
}

static void remove_member(unsigned int number)
{
	struct member *member = server.members[number];

	server.members[number] = server.members[--server.count];
	if (member->name[0])
		announce(member, "left", member->leaving[0] ? member->leaving : NULL);
	member_free(member);
}

/* Removing one is told to the others, which may be the last straw for one of them. */
static void remove_leaving(void)
{
	unsigned int n = 0;

	while (n < server.count) {
		if (server.members[n]->leaving) {
			remove_member(n);
			n = 0;
		} else {
			n++;
		}
	}
}

static void look_after(struct member *member, unsigned long now)
{
	if (!member_is_burden(member))
		member->burden_ms = 0;
	else if (!member->burden_ms)
		member->burden_ms = now;
	else if (now - member->burden_ms > (unsigned long)server.options->patience_ms)
		member->leaving = "too slow";
	if (!member->name[0] && now - member->since_ms > NAMELESS_MS)
		member->leaving = "";
}

/* --------------------------------------------------------------------------- the loop */

static bool is_burdened(void)
{
	unsigned int n;

	for (n = 0; n < server.count; n++)
		if (member_is_burden(server.members[n]))
			return true;
	return false;
}

static int wait_for_something(fd_set *readable, fd_set *writable)
{
	struct timeval tick = { .tv_usec = TICK_MS * 1000 };
	int last = server.listener;
	bool burdened = is_burdened();
	unsigned int n;

	FD_ZERO(readable);
	FD_ZERO(writable);
	FD_SET(server.listener, readable);
	for (n = 0; n < server.count; n++) {
		int fd = server.members[n]->fd;

		if (!burdened)
			FD_SET(fd, readable);
		if (server.members[n]->waiting)
			FD_SET(fd, writable);
		if (fd > last)
			last = fd;
	}
	return select(last + 1, readable, writable, NULL, &tick);
}

static void serve_once(void)
{
	fd_set readable, writable;
	unsigned long now;
	unsigned int n;

	if (wait_for_something(&readable, &writable) < 0) {
		perror("chat: select");
		return;
	}
	for (n = 0; n < server.count; n++) {
		struct member *member = server.members[n];

		if (FD_ISSET(member->fd, &readable) && !is_burdened())
			read_from(member);
	}
	now = now_ms();
	for (n = 0; n < server.count; n++) {
		member_flush(server.members[n]);
		look_after(server.members[n], now);
	}
	remove_leaving();
	if (FD_ISSET(server.listener, &readable)) {
		int fd = accept(server.listener, NULL, NULL);

		if (fd >= 0)
			welcome(fd);
	}
}

static int open_listener(const char *port)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6,
				    .sin6_port = htons((unsigned short)atoi(port)) };
	int fd = socket(AF_INET6, SOCK_STREAM, 0), on = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&any, sizeof(any)) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	close(fd);
	return -1;
}

int server_run(const struct server_options *options)
{
	server.options = options;
	server.listener = open_listener(options->port);
	if (server.listener < 0) {
		perror("chat");
		return EXIT_FAILURE;
	}
	printf("chat: listening at port %s, room for %d\n", options->port, options->members);
	for (;;)
		serve_once();
}
