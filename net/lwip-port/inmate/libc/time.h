/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <time.h> in an inmate. No clock tells what day it is: all times count from an unknown moment.
 */
#ifndef LWIP_PORT_LIBC_TIME_H
#define LWIP_PORT_LIBC_TIME_H

#include <sys/types.h>

struct timespec {
	time_t tv_sec;
	long tv_nsec;
};

typedef int clockid_t;

/* They are the same here. */
#define CLOCK_REALTIME  0
#define CLOCK_MONOTONIC 1

time_t time(time_t *time);
int clock_gettime(clockid_t clock, struct timespec *time);

/* Nothing interrupts it: @rest, if not NULL, becomes 0. */
int nanosleep(const struct timespec *length, struct timespec *rest);

#endif /* LWIP_PORT_LIBC_TIME_H */
