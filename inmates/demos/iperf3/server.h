/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The server: one test after the other, whatever clients do.
 */
#ifndef IPERF3_SERVER_H
#define IPERF3_SERVER_H

#include "options.h"

/* Returns only if it cannot listen, or with -1 (one-off) after a test; the exit status. */
int server_run(const struct options *options);

#endif /* IPERF3_SERVER_H */
