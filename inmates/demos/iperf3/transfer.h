/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The data of a test: moves it over the streams as fast as it may go.
 */
#ifndef IPERF3_TRANSFER_H
#define IPERF3_TRANSFER_H

#include <stdbool.h>

#include "test.h"

/* What has to happen before transfer_step() has something to do. */
void transfer_watch(const struct test *test, struct watch *watch);

/* Sends and receives what goes without waiting. What fails is in test->failed afterwards. */
void transfer_step(struct test *test, const struct watch *watch);

/* The senders have sent all bytes or blocks that the test consists of. */
bool transfer_all_sent(const struct test *test);

/* Receivers, when the test is over: takes what there is without counting it. */
void transfer_drain(struct test *test, const struct watch *watch);
void transfer_watch_receivers(const struct test *test, struct watch *watch);

/*
 * Receivers have all that the other side says to have sent, or nothing had come for a while by
 * the time @until: the word of the end overtakes the data.
 */
bool transfer_all_arrived(const struct test *test, uint64_t until);

/*
 * Senders say that there is no more: a stock client waits for whole blocks, and would wait for the
 * rest of the last one instead of going on.
 */
void transfer_end(struct test *test);

void close_stream(struct stream *stream);

#endif /* IPERF3_TRANSFER_H */
