/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Reports as a JSON document; see report.h for when.
 */
#ifndef IPERF3_REPORT_JSON_H
#define IPERF3_REPORT_JSON_H

#include "figures.h"

/* Starts the document. */
void json_begin(struct test *test);

void json_accepted(struct test *test);
void json_connecting(struct test *test);
void json_parameters(struct test *test);
void json_stream(struct test *test, const struct stream *stream, const struct endpoint *local,
		 const struct endpoint *remote);
void json_start(struct test *test);
void json_interval(struct test *test, uint64_t now);
void json_results(struct test *test);
void json_peer_output(struct test *test);

#endif /* IPERF3_REPORT_JSON_H */
