/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What went over a data connection: datagrams and their losses, and how fast it may go.
 */
#include "stream.h"

#include <arpa/inet.h>
#include <string.h>

#include "platform.h"

/* Gain of the jitter's mean, RFC 1889, 6.3.1 */
#define JITTER_GAIN 16.0

/* Start of each datagram, in network byte order */
struct datagram_header {
	uint32_t seconds;
	uint32_t microseconds;
	/* The number of the datagram, from 1: its low half here, or its high half with 64 bits */
	uint32_t number;
	uint32_t number_low;
};

struct counts counts_between(const struct counts *from, const struct counts *to)
{
	return (struct counts){
		.bytes = to->bytes - from->bytes,
		.packets = to->packets - from->packets,
		.lost = to->lost - from->lost,
		.out_of_order = to->out_of_order - from->out_of_order,
	};
}

unsigned int stream_id(unsigned int index)
{
	return index == 0 ? 1 : index + 2;
}

uint64_t stream_send_time(const struct stream *stream, const struct params *params, uint64_t start)
{
	uint64_t pacing = params->pacing_us * NS_PER_MICRO, due;

	if (!params->rate || stream->burst_left)
		return stream->retry;
	due = (uint64_t)((double)stream->all.bytes * 8 / (double)params->rate *
			 (double)NS_PER_SECOND);
	/* Looked at each time that the pacing timer ticks */
	due = start + (due + pacing - 1) / pacing * pacing;
	return due > stream->retry ? due : stream->retry;
}

static uint64_t number_of(const struct datagram_header *header, bool counters_64bit)
{
	if (counters_64bit)
		return (uint64_t)ntohl(header->number) << 32 | ntohl(header->number_low);
	return ntohl(header->number);
}

static void count_number(struct counts *all, uint64_t number)
{
	if (number > all->packets) {
		all->lost += (int64_t)(number - all->packets - 1);
		all->packets = number;
	} else {
		all->out_of_order++;
		if (all->lost > 0)
			all->lost--;
	}
}

/* The clocks of the two sides need not agree: only differences count. */
static void count_transit(struct stream *stream, double transit)
{
	double change = transit - stream->transit;

	stream->transit = transit;
	if (change < 0)
		change = -change;
	stream->jitter += (change - stream->jitter) / JITTER_GAIN;
}

void stream_count_datagram(struct stream *stream, const void *datagram, size_t size,
			   bool counters_64bit, uint64_t now)
{
	struct datagram_header header = { 0 };
	double sent, arrived = (double)now / (double)NS_PER_SECOND;
	bool first = stream->all.packets == 0;

	stream->all.bytes += size;
	memcpy(&header, datagram, size < sizeof(header) ? size : sizeof(header));
	if (size < MIN_UDP_BLOCK - (counters_64bit ? 0 : sizeof(uint32_t)))
		return;
	count_number(&stream->all, number_of(&header, counters_64bit));
	sent = (double)ntohl(header.seconds) + (double)ntohl(header.microseconds) / 1e6;
	if (first)
		stream->transit = arrived - sent;
	count_transit(stream, arrived - sent);
}

void stream_mark_datagram(struct stream *stream, void *datagram, bool counters_64bit, uint64_t now)
{
	uint64_t number = stream->all.packets + 1;
	struct datagram_header header = {
		.seconds = htonl((uint32_t)(now / NS_PER_SECOND)),
		.microseconds = htonl((uint32_t)(now % NS_PER_SECOND / NS_PER_MICRO)),
		.number = htonl((uint32_t)(counters_64bit ? number >> 32 : number)),
		.number_low = htonl((uint32_t)number),
	};

	memcpy(datagram, &header, sizeof(header) - (counters_64bit ? 0 : sizeof(uint32_t)));
}
