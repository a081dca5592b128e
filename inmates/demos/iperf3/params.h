/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The parameters of a test, which the client sends to the server as JSON.
 */
#ifndef IPERF3_PARAMS_H
#define IPERF3_PARAMS_H

#include <stdbool.h>
#include <stdint.h>

#include <cJSON.h>

#define MAX_SECONDS   86400
#define MAX_OMIT      600
#define MAX_AMOUNT    (1ULL << 60)
#define MAX_PARALLEL  128
#define MAX_WINDOW    (1ULL << 30)
#define MAX_TCP_BLOCK (1ULL << 20)
#define MAX_MSS       65535
#define MAX_RATE      (1ULL << 50)
#define MAX_BURST     1000
#define MIN_PACING_US 10
#define MAX_PACING_US 10000000
#define MAX_TOS       255

/* A datagram starts with time and counter, and fits into an IPv4 packet. */
#define MIN_UDP_BLOCK 16
#define MAX_UDP_BLOCK 65507

#define DEFAULT_SECONDS   10
#define DEFAULT_TCP_BLOCK (128 * 1024)
#define DEFAULT_UDP_BLOCK 1460
#define DEFAULT_UDP_RATE  (1024 * 1024)
#define DEFAULT_PACING_US 1000

#define TEXT_SIZE 128

struct params {
	bool udp;
	bool reverse;
	bool bidirectional;
	bool no_delay;
	bool server_output;
	bool counters_64bit;
	bool zero_copy;
	bool repeating;
	/* Seconds; a test ends by time, bytes or blocks, whichever is not 0 */
	uint64_t omit;
	uint64_t time;
	uint64_t bytes;
	uint64_t blocks;
	/* Streams in each direction */
	uint64_t parallel;
	/* Bytes; 0 for what the system has */
	uint64_t window;
	uint64_t mss;
	/* Bytes of a write or a datagram */
	uint64_t block;
	/* Bits in a second for each stream; 0 for no limit */
	uint64_t rate;
	/* Blocks that are sent in one go */
	uint64_t burst;
	uint64_t pacing_us;
	uint64_t tos;
	char title[TEXT_SIZE];
	char extra[TEXT_SIZE];
};

/* What the client sends. Returns NULL if there is no memory. */
cJSON *params_to_json(const struct params *params);

/*
 * What the server has received. Returns NULL, or which field is missing, makes no sense or is not
 * known here.
 */
const char *params_from_json(struct params *params, const cJSON *json);

/* Whether the amounts fit each other. Returns NULL or what does not. */
const char *params_check(const struct params *params);

#endif /* IPERF3_PARAMS_H */
