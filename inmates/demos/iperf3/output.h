/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Lines for the console, of which the server keeps a copy for --get-server-output.
 */
#ifndef IPERF3_OUTPUT_H
#define IPERF3_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* A copy that gets longer loses its end. */
#define MAX_OUTPUT (64 * 1024)

struct output {
	/* Goes in front of each line */
	const char *title;
	/* Nothing goes to the console */
	bool silent;
	bool keep;
	/* What is kept, NULL if nothing is */
	char *text;
	size_t length;
};

/* Prints a line; the line feed is added. */
void output_line(struct output *output, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Forgets what is kept. */
void output_clear(struct output *output);

#endif /* IPERF3_OUTPUT_H */
