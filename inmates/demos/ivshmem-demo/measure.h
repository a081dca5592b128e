/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Rings in great numbers, with nothing lost that must not be lost.
 */
#ifndef IVSHMEM_DEMO_MEASURE_H
#define IVSHMEM_DEMO_MEASURE_H

#include "channel.h"

struct measurement {
	struct channel *channel;
	unsigned int peer; /* a demo as well, or for a storm perhaps nobody */
	unsigned int vector;
	u32 count;
	u32 burst;
};

/* Waits until the peer has answered each ring before the next. Prints the result. */
void measure_pingpong(const struct measurement *measurement);

/*
 * Rings as fast as possible in bursts of 1 to burst rings, and waits after each until the peer has
 * noted the last of them. Prints the result.
 */
void measure_flood(const struct measurement *measurement);

/*
 * Rings without looking whether anybody is there, and answers the hypervisor meanwhile. Prints the
 * result.
 */
void measure_storm(const struct measurement *measurement);

#endif /* IVSHMEM_DEMO_MEASURE_H */
