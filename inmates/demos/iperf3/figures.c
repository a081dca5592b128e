/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What reports show.
 */
#include "figures.h"

static void take_counts(struct figures *figures, const struct counts *counts)
{
	figures->bytes = counts->bytes;
	figures->packets = counts->packets;
	figures->lost = counts->lost;
	figures->out_of_order = counts->out_of_order;
	figures->retransmits = -1;
	figures->streams = 1;
}

void figures_interval(const struct test *test, const struct stream *stream, uint64_t now,
		      struct figures *figures)
{
	struct counts counts = counts_between(&stream->interval, &stream->all);

	*figures = (struct figures){
		.start = test_seconds(test, test->interval),
		.end = test_seconds(test, now),
		.jitter = stream->jitter,
	};
	take_counts(figures, &counts);
}

static void own(const struct test *test, const struct stream *stream, struct figures *figures)
{
	struct counts counts = counts_between(&stream->omitted, &stream->all);

	*figures = (struct figures){
		.end = test_seconds(test, test->end),
		.jitter = stream->sender ? 0 : stream->jitter,
	};
	take_counts(figures, &counts);
}

static bool peers(const struct stream *stream, struct figures *figures)
{
	const struct peer_result *peer = &stream->peer;

	*figures = (struct figures){
		.end = peer->seconds,
		.bytes = peer->bytes,
		.retransmits = peer->retransmits,
		.jitter = stream->sender ? peer->jitter : 0,
		.packets = peer->packets,
		.lost = peer->lost,
		.streams = 1,
	};
	return peer->known;
}

bool figures_sent(const struct test *test, const struct stream *stream, struct figures *figures)
{
	if (!stream->sender)
		return peers(stream, figures);
	own(test, stream, figures);
	return true;
}

bool figures_received(const struct test *test, const struct stream *stream, struct figures *figures)
{
	if (stream->sender)
		return peers(stream, figures);
	own(test, stream, figures);
	return true;
}

void figures_add(struct figures *sum, const struct figures *figures)
{
	if (!sum->streams) {
		*sum = *figures;
		return;
	}
	sum->jitter = (sum->jitter * sum->streams + figures->jitter) / (sum->streams + 1);
	sum->streams++;
	if (sum->end < figures->end)
		sum->end = figures->end;
	sum->bytes += figures->bytes;
	sum->packets += figures->packets;
	sum->lost += figures->lost;
	sum->out_of_order += figures->out_of_order;
	if (figures->retransmits >= 0 && sum->retransmits >= 0)
		sum->retransmits += figures->retransmits;
}

double figures_rate(const struct figures *figures)
{
	double seconds = figures->end - figures->start;

	return seconds > 0 ? (double)figures->bytes / seconds : 0;
}
