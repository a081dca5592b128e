/* SPDX-License-Identifier: GPL-2.0-only */
#include "iperf3-talk.h"

#include "unit.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#define MAX_MESSAGE 4096

void say(int fd, const void *bytes, size_t size)
{
	assert_int_equal(send(fd, bytes, size, MSG_NOSIGNAL), size);
}

void say_state(int fd, enum state state)
{
	signed char byte = (signed char)state;

	say(fd, &byte, 1);
}

void say_json(int fd, const char *text)
{
	uint32_t length = htonl((uint32_t)strlen(text));

	say(fd, &length, sizeof(length));
	say(fd, text, strlen(text));
}

void hear(int fd, void *bytes, size_t size)
{
	assert_int_equal(recv(fd, bytes, size, MSG_WAITALL), size);
}

int hear_state(int fd)
{
	signed char byte;

	hear(fd, &byte, 1);
	return byte;
}

cJSON *hear_json(int fd)
{
	char text[MAX_MESSAGE];
	uint32_t length;
	cJSON *json;

	hear(fd, &length, sizeof(length));
	length = ntohl(length);
	assert_in_range(length, 2, MAX_MESSAGE);
	hear(fd, text, length);
	json = cJSON_ParseWithLength(text, length);
	assert_non_null(json);
	return json;
}
