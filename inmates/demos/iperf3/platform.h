/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the program needs beside C and BSD sockets. platform-host.c has it for POSIX systems,
 * platform-inmate.c for inmates.
 */
#ifndef IPERF3_PLATFORM_H
#define IPERF3_PLATFORM_H

#include <stddef.h>
#include <stdint.h>

#define NS_PER_SECOND 1000000000ULL
#define NS_PER_MILLI  1000000ULL
#define NS_PER_MICRO  1000ULL

/* CPU time used so far, in seconds. Where user and system cannot be told apart, all is system. */
struct cpu_time {
	double user;
	double system;
};

/* Nanoseconds since an unknown moment; never goes backwards. */
uint64_t platform_now(void);

void platform_sleep(uint64_t ns);

/* Not for secrets. */
void platform_random(void *buffer, size_t size);

void platform_cpu_time(struct cpu_time *time);

/* What uname -a says elsewhere. */
const char *platform_description(void);

/* Seconds since 1970, or since an unknown moment where there is no clock. */
uint64_t platform_wall_clock(void);

/* Milliseconds to wait for a link to come up before one gives up to reach a server. */
unsigned int platform_link_patience(void);

/* Says what memory and connections are in use, when no test is running. */
void platform_print_usage(void);

#endif /* IPERF3_PLATFORM_H */
