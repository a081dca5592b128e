// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A member without a keyboard: says what it was started with, prints what it hears, answers who
 * calls it by its name ("name: ..."), and goes when it is told "name: bye".
 */
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chat.h"
#include "line.h"
#include "member.h"

#define RETRY_US 500000

static struct {
	const char *name;
	char **lines;
	int fd;
	bool going;
} client;

static void say(const char *what, const char *more)
{
	char text[2 * LINE_SIZE];

	snprintf(text, sizeof(text), "%s%s\n", what, more);
	send(client.fd, text, strlen(text), MSG_NOSIGNAL);
}

/* "<who> name: text" wants an answer; it does not begin with a name, so nobody answers that. */
static void answer(const char *line)
{
	const char *end = strstr(line, "> ");
	size_t length = strlen(client.name);
	char words[MEMBER_NAME_SIZE + sizeof("I heard you, : ")];
	const char *text;

	if (line[0] != '<' || !end)
		return;
	text = end + 2;
	if (strncmp(text, client.name, length) != 0 || text[length] != ':')
		return;
	text += length + 1;
	while (*text == ' ')
		text++;
	if (strcmp(text, "bye") == 0) {
		client.going = true;
		say("/quit", "");
		return;
	}
	snprintf(words, sizeof(words), "I heard you, %.*s: ", (int)(end - line - 1), line + 1);
	say(words, text);
}

static void hear(const char *line)
{
	char **said;

	printf("chat: %s\n", line);
	if (strncmp(line, "* you are ", strlen("* you are ")) == 0)
		for (said = client.lines; *said; said++)
			say(*said, "");
	answer(line);
}

static void stay(void)
{
	struct line_input input = { .length = 0 };
	char data[2048];
	ssize_t size;

	member_keep_alive(client.fd);
	say(client.name, "");
	while (!client.going && (size = recv(client.fd, data, sizeof(data), 0)) > 0) {
		size_t taken = 0;
		const char *line;

		while (taken < (size_t)size) {
			taken += line_take(&input, data + taken, (size_t)size - taken, &line);
			if (line)
				hear(line);
		}
	}
}

static int open_connection(const struct addrinfo *server)
{
	int fd = socket(server->ai_family, server->ai_socktype, 0);

	if (fd >= 0 && connect(fd, server->ai_addr, server->ai_addrlen) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

int client_run(const char *address, const char *port, const char *name, char **lines)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *server;

	if (getaddrinfo(address, port, &hints, &server) || !member_name_is_good(name)) {
		fprintf(stderr, "chat: no such address, or no good name: %s, %s\n", address, name);
		return EXIT_FAILURE;
	}
	client.name = name;
	client.lines = lines;
	while (!client.going) {
		client.fd = open_connection(server);
		if (client.fd >= 0) {
			stay();
			close(client.fd);
			printf("chat: the connection has ended\n");
		}
		if (!client.going)
			usleep(RETRY_US);
	}
	freeaddrinfo(server);
	return EXIT_SUCCESS;
}
