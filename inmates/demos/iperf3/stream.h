/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * One data connection of a test and what went over it.
 */
#ifndef IPERF3_STREAM_H
#define IPERF3_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "params.h"

/* All since the stream began */
struct counts {
	uint64_t bytes;
	/* UDP only: datagrams sent, or the highest number received */
	uint64_t packets;
	int64_t lost;
	uint64_t out_of_order;
};

/* What the other side has told about its end of a stream; numbers without what was omitted */
struct peer_result {
	bool known;
	uint64_t bytes;
	uint64_t packets;
	int64_t lost;
	/* Seconds */
	double jitter;
	double seconds;
	/* Negative if not available */
	int64_t retransmits;
};

struct stream {
	int fd;
	/* As the protocol numbers streams: 1, 3, 4, ... */
	unsigned int id;
	bool sender;
	/* The other side has closed it. */
	bool closed;
	struct counts all;
	/* Those at the end of the time to omit, and at the beginning of the interval */
	struct counts omitted;
	struct counts interval;
	/* UDP, receiver: seconds, RFC 1889, 6.3.1 */
	double jitter;
	double transit;
	/* Sender: bytes of the block that are not sent, blocks of the burst that are not begun */
	uint64_t block_left;
	uint64_t burst_left;
	/* Sender: the socket had no room; not before that time */
	uint64_t retry;
	struct peer_result peer;
};

/* The counters between two moments */
struct counts counts_between(const struct counts *from, const struct counts *to);

/* The protocol's number of the stream at place @index */
unsigned int stream_id(unsigned int index);

/*
 * When @stream, which started at @start, may send the next block (times of platform_now()). 0 if
 * there is no limit.
 */
uint64_t stream_send_time(const struct stream *stream, const struct params *params, uint64_t start);

/* Accounts for a datagram that arrived at @now; @size includes the header. */
void stream_count_datagram(struct stream *stream, const void *datagram, size_t size,
			   bool counters_64bit, uint64_t now);

/* Writes the header of the next datagram. */
void stream_mark_datagram(struct stream *stream, void *datagram, bool counters_64bit, uint64_t now);

#endif /* IPERF3_STREAM_H */
