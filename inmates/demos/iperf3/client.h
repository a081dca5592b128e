/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The client: one test.
 */
#ifndef IPERF3_CLIENT_H
#define IPERF3_CLIENT_H

#include "options.h"

/* Returns the exit status. */
int client_run(const struct options *options);

#endif /* IPERF3_CLIENT_H */
