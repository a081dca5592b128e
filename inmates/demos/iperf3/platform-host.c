/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The platform on a POSIX system, where the program is tested against the stock one.
 */
#include "platform.h"

#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>

uint64_t platform_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

void platform_sleep(uint64_t ns)
{
	struct timespec length = { .tv_sec = (time_t)(ns / NS_PER_SECOND),
				   .tv_nsec = (long)(ns % NS_PER_SECOND) };

	nanosleep(&length, NULL);
}

void platform_random(void *buffer, size_t size)
{
	if (getrandom(buffer, size, 0) < 0)
		*(volatile char *)buffer = 0;
}

static double seconds(const struct timeval *time)
{
	return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

void platform_cpu_time(struct cpu_time *time)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	time->user = seconds(&usage.ru_utime);
	time->system = seconds(&usage.ru_stime);
}

const char *platform_description(void)
{
	return "POSIX";
}

uint64_t platform_wall_clock(void)
{
	return (uint64_t)time(NULL);
}

unsigned int platform_link_patience(void)
{
	return 0;
}

void platform_print_usage(void)
{
}
