/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * One test, from its parameters to its results: what server and client have in common.
 */
#ifndef IPERF3_TEST_H
#define IPERF3_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "options.h"
#include "output.h"
#include "params.h"
#include "platform.h"
#include "sockets.h"
#include "stream.h"
#include "watch.h"
#include "wire.h"

/* Per cent of one CPU */
struct cpu_share {
	double total;
	double user;
	double system;
};

struct test {
	const struct options *options;
	struct params params;
	struct wire control;
	char cookie[COOKIE_SIZE];
	struct endpoint peer;
	/* In the order in which both sides number them */
	struct stream *streams;
	unsigned int num_streams;
	/* What goes out, a block, and where what comes in goes */
	char *send_buffer;
	char *receive_buffer;
	size_t receive_size;

	/* Streams carry data. */
	bool running;
	bool omitting;
	/* Times of platform_now(): of the first byte, of the end of what is omitted, of the end, of
	 * the beginning of the interval and of its planned end */
	uint64_t start;
	uint64_t counted;
	uint64_t end;
	uint64_t interval;
	uint64_t next_interval;
	/* Nothing more is sent since then, or 0 */
	uint64_t ending;
	/* Of the last data that came, and that went */
	uint64_t last_arrival;
	uint64_t last_departure;

	/* What the limits of the test are compared with */
	uint64_t blocks_begun;
	uint64_t bytes_sent;
	uint64_t bytes_received;

	struct cpu_time cpu_start;
	struct cpu_share cpu;
	struct cpu_share peer_cpu;
	/* The other side, when it sends, knows its retransmissions. */
	bool peer_counts_retransmits;
	/* Its TCP's congestion control, or empty */
	char peer_congestion[TEXT_SIZE];
	/* What it printed, on request */
	char *peer_output;
	cJSON *peer_output_json;

	struct output output;
	/* What -J prints, else NULL */
	cJSON *report;
	/* A stream failed with that, and errno: ERROR_... of the protocol, or 0 */
	enum wire_error failed;
	int failed_errno;
};

/* @control becomes the test's connection. */
void test_init(struct test *test, const struct options *options, int control);

/* Closes all sockets, gives back all memory. May be called twice. */
void test_destroy(struct test *test);

/* Memory for the streams that the parameters ask for. Returns false if there is none. */
bool test_allocate(struct test *test);

/* Streams in all: twice as many where they go both ways */
unsigned int test_wanted_streams(const struct test *test);

/* The next stream has the connected socket @fd; sets its options. Returns NULL with errno. */
struct stream *test_add_stream(struct test *test, int fd);

/* Data may flow. */
void test_start(struct test *test, uint64_t now);

/* Data, intervals and the end of what is omitted, while the test runs. */
void test_watch(const struct test *test, struct watch *watch);
void test_step(struct test *test, const struct watch *watch, uint64_t now);

/* Client: whether time, bytes or blocks are over. */
bool test_complete(const struct test *test, uint64_t now);

/* No more data: the last interval, CPU usage. */
void test_finish(struct test *test, uint64_t now);

/* Seconds from the end of what is omitted to @time */
double test_seconds(const struct test *test, uint64_t time);

#endif /* IPERF3_TEST_H */
