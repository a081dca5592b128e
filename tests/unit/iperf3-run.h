/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Our iperf3 in a process of its own, and stock iperf3 beside it, on the loopback interface.
 */
#ifndef TESTS_UNIT_IPERF3_RUN_H
#define TESTS_UNIT_IPERF3_RUN_H

#include <stdbool.h>
#include <sys/types.h>

#define OUTPUT_SIZE (256 * 1024)

struct program {
	pid_t pid;
	/* Where its output goes */
	int output;
	/* What it has printed so far */
	char text[OUTPUT_SIZE];
	size_t length;
};

/* A TCP and UDP port that nobody uses */
unsigned int free_port(void);

/* Until somebody listens at a TCP port; does not connect, which would be a client to a server. */
void wait_for_listener(unsigned int port);

/* @line is the arguments, separated by spaces; ours or that of the distribution. */
void start_ours(struct program *program, const char *line);
void start_stock(struct program *program, const char *line);

/* Waits until @program has printed @text; or has printed it behind what has been read so far. */
void wait_for_text(struct program *program, const char *text);
void wait_for_new_text(struct program *program, const char *text);

/* Waits for something to be printed, and adds it to its text. Returns false at the end. */
bool read_text(struct program *program);

/* Waits for its end; returns the exit status. */
int wait_for_end(struct program *program);

/* Ends it; what it has leaked makes the exit status other than 0. */
int end_ours(struct program *program);

#endif /* TESTS_UNIT_IPERF3_RUN_H */
