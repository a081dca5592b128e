/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What reports show: the figures of a stream or of all streams of a direction, over some time.
 */
#ifndef IPERF3_FIGURES_H
#define IPERF3_FIGURES_H

#include "test.h"

struct figures {
	/* Seconds */
	double start;
	double end;
	uint64_t bytes;
	/* Negative if not available */
	int64_t retransmits;
	/* UDP only; jitter in seconds */
	double jitter;
	uint64_t packets;
	int64_t lost;
	uint64_t out_of_order;
	/* How many streams have been added */
	unsigned int streams;
};

/* Of the interval that ends @now */
void figures_interval(const struct test *test, const struct stream *stream, uint64_t now,
		      struct figures *figures);

/*
 * Of the whole test, as the sender of @stream or as its receiver has them. Returns false if that is
 * the other side, and it has not told.
 */
bool figures_sent(const struct test *test, const struct stream *stream, struct figures *figures);
bool figures_received(const struct test *test, const struct stream *stream,
		      struct figures *figures);

/* Adds up; the jitter of a sum is the mean. Starts with a @sum of zeros. */
void figures_add(struct figures *sum, const struct figures *figures);

/* Bytes in a second */
double figures_rate(const struct figures *figures);

#endif /* IPERF3_FIGURES_H */
