/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Prints what one CPUID instruction takes, in nanoseconds: under a hypervisor that is one exit and
 * the way back, without it next to nothing. exit-cost [COUNT]
 */
#include <cpuid.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define DEFAULT_COUNT 20000
#define NS_PER_SECOND 1000000000LL

static int64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NS_PER_SECOND + ts.tv_nsec;
}

int main(int argc, char *argv[])
{
	long count = argc > 1 ? atol(argv[1]) : DEFAULT_COUNT;
	unsigned int a, b, c, d;
	int64_t start;

	if (count <= 0) {
		fprintf(stderr, "usage: %s [COUNT]\n", argv[0]);
		return 2;
	}
	start = now();
	for (long i = 0; i < count; i++)
		__cpuid(0, a, b, c, d);
	printf("%lld\n", (long long)((now() - start) / count));
	return 0;
}
