/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <sys/time.h> in an inmate.
 */
#ifndef LWIP_PORT_LIBC_SYS_TIME_H
#define LWIP_PORT_LIBC_SYS_TIME_H

#include <sys/types.h>

struct timeval {
	time_t tv_sec;
	suseconds_t tv_usec;
};

/* No clock tells what day it is: the time since an unknown moment. @zone is ignored. Returns 0. */
int gettimeofday(struct timeval *restrict time, void *restrict zone);

#endif /* LWIP_PORT_LIBC_SYS_TIME_H */
