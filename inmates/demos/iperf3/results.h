/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The results that both sides exchange as JSON after a test.
 */
#ifndef IPERF3_RESULTS_H
#define IPERF3_RESULTS_H

#include "test.h"

/* What this side sends. */
cJSON *results_to_json(const struct test *test);

/*
 * Takes what the other side has sent. Returns NULL, or what is wrong with it; the test is as if
 * nothing had come then.
 */
const char *results_from_json(struct test *test, cJSON *json);

#endif /* IPERF3_RESULTS_H */
