/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * iperf3 for inmates: measures TCP and UDP over the links of a cell, with stock iperf3 or another
 * cell at the other end.
 *
 *	args="-s"				server, for any number of tests
 *	args="-c 10.0.1.1 -t 10 -R"		client
 *	args="--help"				all options
 */
#include <stdio.h>

#include "client.h"
#include "options.h"
#include "server.h"
#include "version.h"

int main(int argc, char *argv[])
{
	char error[OPTIONS_ERROR_SIZE];
	struct options options;

	if (!options_parse(&options, argc, argv, error, sizeof(error))) {
		printf("iperf3: parameter error - %s\n%s", error, options_help());
		return 1;
	}
	if (options.help || options.version) {
		printf("%s", options.help ? options_help() : "iperf " IPERF3_VERSION "\n");
		return 0;
	}
	return options.server ? server_run(&options) : client_run(&options);
}
