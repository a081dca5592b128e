/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Prints the frequency of this machine's time-stamp counter, in kHz; under emulation, it is that of the
 * virtual machines as well. Right on a busy machine, too: an interruption makes a reading take longer,
 * and of many readings the quickest counts.
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#define READINGS    200
#define INTERVAL_US 50000

/* Both clocks at one time, to within "width" cycles */
struct reading {
	unsigned long long tsc, ns, width;
};

static struct reading read_once(void)
{
	unsigned long long before = __rdtsc(), after;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	after = __rdtsc();
	return (struct reading){ .tsc = before + (after - before) / 2,
				 .ns = now.tv_sec * 1000000000ULL + now.tv_nsec,
				 .width = after - before };
}

static struct reading read_clocks(void)
{
	struct reading best = read_once(), next;

	for (int n = 1; n < READINGS; n++) {
		next = read_once();
		if (next.width < best.width)
			best = next;
	}
	return best;
}

int main(void)
{
	struct reading start = read_clocks(), end;

	usleep(INTERVAL_US);
	end = read_clocks();
	printf("%llu\n", (end.tsc - start.tsc) * 1000000 / (end.ns - start.ns));
	return 0;
}
