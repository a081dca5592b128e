/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The command line.
 */
#ifndef IPERF3_OPTIONS_H
#define IPERF3_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "params.h"

/* Where a client says nothing else */
#define DEFAULT_INTERVAL_US        1000000
#define DEFAULT_RCV_TIMEOUT_MS     120000
#define DEFAULT_CONNECT_TIMEOUT_MS 10000

/* As long as a text in JSON */
#define OPTIONS_ERROR_SIZE 160

struct options {
	bool server;
	bool json;
	bool verbose;
	bool one_off;
	bool help;
	bool version;
	bool only_ipv4;
	bool only_ipv6;
	/* Texts lie in the arguments; NULL if not given */
	const char *host;
	const char *port;
	const char *bind;
	const char *title;
	const char *extra;
	/* One of format_amount() */
	char unit;
	/* Microseconds; 0 for no reports on the way */
	uint64_t interval_us;
	uint64_t rcv_timeout_ms;
	uint64_t connect_timeout_ms;
	struct params params;
};

/*
 * Takes the arguments behind the program's name, argv[1] to argv[argc - 1]. Returns true, or false
 * with a sentence in @error.
 */
bool options_parse(struct options *options, int argc, char *argv[], char *error, size_t size);

/* What --help says */
const char *options_help(void);

#endif /* IPERF3_OPTIONS_H */
