// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Discard and character generator by TCP, ports 9 and 19: a thread for each client, with calls that
 * block.
 */
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <inmate/thread.h>

#include "socket-test.h"

#define PORT_DISCARD    9
#define PORT_CHARGEN    19
#define LINE_CHARACTERS 72
#define LINE_SIZE       (LINE_CHARACTERS + 2)
#define CHARACTERS      95
#define PATTERN_SIZE    (CHARACTERS * LINE_SIZE)

struct service {
	const char *name;
	unsigned int port;
	void (*serve)(void *client);
};

static char pattern[PATTERN_SIZE];

static void fill_pattern(void)
{
	unsigned int i;

	for (i = 0; i < PATTERN_SIZE; i++) {
		unsigned int line = i / LINE_SIZE, place = i % LINE_SIZE;

		if (place < LINE_CHARACTERS)
			pattern[i] = (char)(' ' + (line + place) % CHARACTERS);
		else
			pattern[i] = place == LINE_CHARACTERS ? '\r' : '\n';
	}
}

static void discard(void *client)
{
	int fd = (int)(intptr_t)client;
	char data[16384];

	while (recv(fd, data, sizeof(data), 0) > 0)
		;
	close(fd);
}

static void generate(void *client)
{
	int fd = (int)(intptr_t)client;

	while (send_all(fd, pattern, sizeof(pattern)))
		;
	close(fd);
}

static void accept_all(void *arg)
{
	const struct service *service = arg;
	int listener = open_listener(AF_INET6, service->port);

	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			perror(service->name);
		else if (!start_thread(service->name, service->serve, (void *)(intptr_t)fd))
			close(fd);
	}
}

void streams_start(void)
{
	static struct service services[] = {
		{ "discard", PORT_DISCARD, discard },
		{ "chargen", PORT_CHARGEN, generate },
	};
	unsigned int n;

	fill_pattern();
	for (n = 0; n < 2; n++)
		if (!start_thread(services[n].name, accept_all, &services[n]))
			perror(services[n].name);
}
