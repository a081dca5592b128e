/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What users see of a test: lines as stock iperf3 prints them or, with -J, a JSON document.
 */
#ifndef IPERF3_REPORT_H
#define IPERF3_REPORT_H

#include "figures.h"

/* Server: the control connection is there. Client: it is about to be. */
void report_accepted(struct test *test);
void report_connecting(struct test *test);

/* Client: the parameters are settled. */
void report_parameters(struct test *test);

/* A stream is connected. */
void report_stream(struct test *test, const struct stream *stream);

/* Data begins to flow. */
void report_start(struct test *test);

/* An interval ends @now. */
void report_interval(struct test *test, uint64_t now);

/* The results, of the other side too if it has told. */
void report_results(struct test *test);

/* Client: what the server printed, and the end. */
void report_end(struct test *test);

/* What went wrong, in a sentence. */
void report_error(struct test *test, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* With -J: prints the document. */
void report_print(struct test *test);

#endif /* IPERF3_REPORT_H */
