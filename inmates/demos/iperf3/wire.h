/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The control connection: single bytes that say which state comes next, and JSON messages with
 * their length in front. Nothing here waits.
 */
#ifndef IPERF3_WIRE_H
#define IPERF3_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cJSON.h>

/* States as they go over the wire */
enum state {
	SERVER_ERROR = -2,
	ACCESS_DENIED = -1,
	TEST_START = 1,
	TEST_RUNNING = 2,
	TEST_END = 4,
	PARAM_EXCHANGE = 9,
	CREATE_STREAMS = 10,
	SERVER_TERMINATE = 11,
	CLIENT_TERMINATE = 12,
	EXCHANGE_RESULTS = 13,
	DISPLAY_RESULTS = 14,
	IPERF_START = 15,
	IPERF_DONE = 16,
};

/* What the error numbers of SERVER_ERROR mean to a stock client */
enum wire_error {
	ERROR_BUFFER_SIZE = 8,
	ERROR_RECEIVE_COOKIE = 106,
	ERROR_CONTROL_CLOSED = 109,
	ERROR_MESSAGE = 110,
	ERROR_RECEIVE_PARAMS = 114,
	ERROR_RECEIVE_RESULTS = 117,
	ERROR_PROTOCOL = 131,
	ERROR_CREATE_STREAM = 200,
	ERROR_INIT_STREAM = 201,
	ERROR_STREAM_ACCEPT = 204,
	ERROR_STREAM_WRITE = 205,
	ERROR_STREAM_READ = 206,
};

/* A cookie is text, and its NUL goes over the wire too. */
#define COOKIE_SIZE 37

/* Of a JSON message, in bytes: what is longer ends the connection. */
#define MAX_PARAMS_MESSAGE  (16 * 1024)
#define MAX_RESULTS_MESSAGE (256 * 1024)
/* With the server's output */
#define MAX_OUTPUT_MESSAGE (4 * 1024 * 1024)

struct wire {
	int fd;
	/* What is being received */
	char *in;
	size_t in_length;
	size_t in_size;
	/* What is not sent yet */
	char *out;
	size_t out_length;
	/* No memory for what was to be sent */
	bool failed;
};

/* Results of the functions that receive; WIRE_BROKEN: closed, or no such message, see errno (0 if
 * the other side has closed).
 */
enum wire_result {
	WIRE_BROKEN = -1,
	WIRE_NOT_YET = 0,
	WIRE_DONE = 1
};

/* Takes the socket, which must not block. */
void wire_open(struct wire *wire, int fd);

/* Closes the socket too. May be called twice. */
void wire_close(struct wire *wire);

enum wire_result wire_receive_state(struct wire *wire, int *state);
enum wire_result wire_receive_bytes(struct wire *wire, void *bytes, size_t size);
enum wire_result wire_receive_json(struct wire *wire, size_t max, cJSON **json);

/* Queues a message, and sends what can be sent. */
void wire_send_bytes(struct wire *wire, const void *bytes, size_t size);
void wire_send_state(struct wire *wire, enum state state);
/* SERVER_ERROR with its two numbers */
void wire_send_error(struct wire *wire, enum wire_error error, int system_error);
/* Deletes @json. */
void wire_send_json(struct wire *wire, cJSON *json);

/* Sends what is queued, as far as that goes. Returns false if the connection is broken. */
bool wire_flush(struct wire *wire);

/* Whether something is queued */
bool wire_pending(const struct wire *wire);

#endif /* IPERF3_WIRE_H */
