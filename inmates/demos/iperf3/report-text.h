/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Reports as lines; see report.h for when.
 */
#ifndef IPERF3_REPORT_TEXT_H
#define IPERF3_REPORT_TEXT_H

#include "figures.h"

void text_interval_heading(struct test *test);
void text_interval(struct test *test, uint64_t now);
void text_results(struct test *test);
void text_end(struct test *test);

#endif /* IPERF3_REPORT_TEXT_H */
