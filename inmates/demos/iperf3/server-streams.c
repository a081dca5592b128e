/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The sockets at which a server listens. The socket that a client's first datagram arrives at is
 * connected to that client and becomes the stream; a new one takes its place.
 */
#include "server-streams.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "datagram.h"

static int open_socket(const struct server_sockets *sockets, bool datagrams)
{
	const struct place place = {
		.host = sockets->options->bind,
		.port = sockets->options->port,
		.only_ipv4 = sockets->options->only_ipv4,
		.only_ipv6 = sockets->options->only_ipv6,
		.datagrams = datagrams,
	};

	return socket_listen(&place);
}

bool server_sockets_open(struct server_sockets *sockets, const struct options *options)
{
	*sockets = (struct server_sockets){ .options = options, .datagrams = -1 };
	sockets->listener = open_socket(sockets, false);
	return sockets->listener >= 0;
}

bool server_sockets_datagrams(struct server_sockets *sockets)
{
	sockets->datagrams = open_socket(sockets, true);
	return sockets->datagrams >= 0;
}

/* Reads a greeting. Returns false if it is none, or comes from somebody else. */
static bool greeted(int fd, const struct endpoint *client, struct sockaddr_storage *from,
		    socklen_t *size)
{
	char greeting[GREETING_SIZE];
	struct endpoint sender;

	*size = sizeof(*from);
	if (recvfrom(fd, greeting, sizeof(greeting), 0, (struct sockaddr *)from, size) !=
	    GREETING_SIZE)
		return false;
	socket_describe(from, &sender);
	return strcmp(sender.address, client->address) == 0;
}

int server_sockets_accept(struct server_sockets *sockets, const struct endpoint *client,
			  const struct watch *watch)
{
	struct sockaddr_storage from;
	int fd = sockets->datagrams;
	socklen_t size;

	if (!watch_readable(watch, fd) || !greeted(fd, client, &from, &size))
		return -1;
	if (connect(fd, (struct sockaddr *)&from, size) < 0)
		return -1;
	/* Before the reply: the next stream's greeting comes right after it. */
	if (!server_sockets_datagrams(sockets) ||
	    send(fd, REPLY, GREETING_SIZE, MSG_NOSIGNAL) != GREETING_SIZE) {
		close(fd);
		return -1;
	}
	return fd;
}

void server_sockets_end(struct server_sockets *sockets)
{
	if (sockets->datagrams >= 0)
		close(sockets->datagrams);
	sockets->datagrams = -1;
}

void server_sockets_close(struct server_sockets *sockets)
{
	server_sockets_end(sockets);
	close(sockets->listener);
}
