/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The control connection. What comes in is collected until it is complete; what goes out is queued
 * until the socket takes it.
 */
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Bytes that tell how long a JSON message is, in network byte order */
#define LENGTH_SIZE sizeof(uint32_t)

/* A message that is not sent is held back to that size at most: more is somebody who never reads. */
#define MAX_QUEUE (8 * 1024 * 1024)

void wire_open(struct wire *wire, int fd)
{
	*wire = (struct wire){ .fd = fd };
}

void wire_close(struct wire *wire)
{
	if (wire->fd >= 0)
		close(wire->fd);
	free(wire->in);
	free(wire->out);
	*wire = (struct wire){ .fd = -1 };
}

static bool would_block(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

static enum wire_result broken(int error)
{
	errno = error;
	return WIRE_BROKEN;
}

/* Until there are @size bytes in wire->in, and one more that is 0. */
static enum wire_result collect(struct wire *wire, size_t size)
{
	ssize_t got;
	char *larger;

	if (wire->in_size < size + 1) {
		larger = realloc(wire->in, size + 1);
		if (!larger)
			return broken(ENOMEM);
		wire->in = larger;
		wire->in_size = size + 1;
	}
	while (wire->in_length < size) {
		got = recv(wire->fd, wire->in + wire->in_length, size - wire->in_length, 0);
		if (got < 0 && would_block())
			return WIRE_NOT_YET;
		if (got <= 0)
			return broken(got < 0 ? errno : 0);
		wire->in_length += (size_t)got;
	}
	wire->in[size] = '\0';
	return WIRE_DONE;
}

/* A message is complete and copied. */
static void collected(struct wire *wire)
{
	free(wire->in);
	wire->in = NULL;
	wire->in_size = 0;
	wire->in_length = 0;
}

enum wire_result wire_receive_bytes(struct wire *wire, void *bytes, size_t size)
{
	enum wire_result result = collect(wire, size);

	if (result == WIRE_DONE) {
		memcpy(bytes, wire->in, size);
		collected(wire);
	}
	return result;
}

enum wire_result wire_receive_state(struct wire *wire, int *state)
{
	signed char byte;
	enum wire_result result = wire_receive_bytes(wire, &byte, sizeof(byte));

	if (result == WIRE_DONE)
		*state = byte;
	return result;
}

enum wire_result wire_receive_json(struct wire *wire, size_t max, cJSON **json)
{
	enum wire_result result = WIRE_DONE;
	uint32_t length;

	if (wire->in_length < LENGTH_SIZE)
		result = collect(wire, LENGTH_SIZE);
	if (result != WIRE_DONE)
		return result;
	memcpy(&length, wire->in, LENGTH_SIZE);
	length = ntohl(length);
	if (length == 0 || length > max)
		return broken(EINVAL);
	result = collect(wire, LENGTH_SIZE + length);
	if (result != WIRE_DONE)
		return result;
	*json = cJSON_ParseWithLength(wire->in + LENGTH_SIZE, length);
	collected(wire);
	return *json ? WIRE_DONE : broken(EINVAL);
}

bool wire_flush(struct wire *wire)
{
	ssize_t sent;

	if (wire->failed)
		return false;
	while (wire->out_length) {
		sent = send(wire->fd, wire->out, wire->out_length, MSG_NOSIGNAL);
		if (sent < 0 && would_block())
			return true;
		if (sent < 0)
			return false;
		wire->out_length -= (size_t)sent;
		memmove(wire->out, wire->out + sent, wire->out_length);
	}
	free(wire->out);
	wire->out = NULL;
	return true;
}

bool wire_pending(const struct wire *wire)
{
	return wire->out_length != 0;
}

static void queue(struct wire *wire, const void *bytes, size_t size)
{
	char *larger = NULL;

	if (wire->out_length + size <= MAX_QUEUE)
		larger = realloc(wire->out, wire->out_length + size);
	if (!larger) {
		wire->failed = true;
		return;
	}
	wire->out = larger;
	memcpy(wire->out + wire->out_length, bytes, size);
	wire->out_length += size;
}

void wire_send_bytes(struct wire *wire, const void *bytes, size_t size)
{
	queue(wire, bytes, size);
	wire_flush(wire);
}

void wire_send_state(struct wire *wire, enum state state)
{
	signed char byte = (signed char)state;

	wire_send_bytes(wire, &byte, sizeof(byte));
}

void wire_send_error(struct wire *wire, enum wire_error error, int system_error)
{
	uint32_t numbers[2] = { htonl((uint32_t)error), htonl((uint32_t)system_error) };
	signed char byte = SERVER_ERROR;

	queue(wire, &byte, sizeof(byte));
	wire_send_bytes(wire, numbers, sizeof(numbers));
}

void wire_send_json(struct wire *wire, cJSON *json)
{
	char *text = cJSON_PrintUnformatted(json);
	uint32_t length;

	cJSON_Delete(json);
	if (!text) {
		wire->failed = true;
		return;
	}
	length = htonl((uint32_t)strlen(text));
	queue(wire, &length, sizeof(length));
	wire_send_bytes(wire, text, strlen(text));
	cJSON_free(text);
}
