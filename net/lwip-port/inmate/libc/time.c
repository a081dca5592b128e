// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * <time.h>, <sys/time.h>, and what <unistd.h> has of time.
 */
#include <errno.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <inmate/thread.h>
#include <inmate/time.h>

int clock_gettime(clockid_t clock, struct timespec *time)
{
	u64 ns = get_time_ns();

	if (clock != CLOCK_MONOTONIC && clock != CLOCK_REALTIME) {
		errno = EINVAL;
		return -1;
	}
	time->tv_sec = (time_t)(ns / NS_PER_SEC);
	time->tv_nsec = (long)(ns % NS_PER_SEC);
	return 0;
}

time_t time(time_t *seconds)
{
	time_t now = (time_t)(get_time_ns() / NS_PER_SEC);

	if (seconds)
		*seconds = now;
	return now;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
	u64 ns = get_time_ns();

	(void)zone;
	time->tv_sec = (time_t)(ns / NS_PER_SEC);
	time->tv_usec = (suseconds_t)(ns % NS_PER_SEC / NS_PER_US);
	return 0;
}

int nanosleep(const struct timespec *length, struct timespec *rest)
{
	if (length->tv_sec < 0 || length->tv_nsec < 0 || length->tv_nsec >= (long)NS_PER_SEC) {
		errno = EINVAL;
		return -1;
	}
	thread_sleep((u64)length->tv_sec * NS_PER_SEC + (u64)length->tv_nsec);
	if (rest)
		*rest = (struct timespec){ 0, 0 };
	return 0;
}

int usleep(useconds_t microseconds)
{
	thread_sleep(microseconds * NS_PER_US);
	return 0;
}

unsigned int sleep(unsigned int seconds)
{
	thread_sleep(seconds * NS_PER_SEC);
	return 0;
}

pid_t getpid(void)
{
	return 1;
}
