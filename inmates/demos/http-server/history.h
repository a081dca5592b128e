/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * How much each link has carried in the last minutes, for a chart: it is there whenever a browser
 * comes, and the same for all of them. All in lwIP's core context.
 */
#ifndef HTTP_SERVER_HISTORY_H
#define HTTP_SERVER_HISTORY_H

#include <jailhouse/types.h>

#define HISTORY_INTERVAL_MS 1000
#define HISTORY_SAMPLES     120

/* Means over the interval before, bits per second */
struct history_sample {
	u64 rx, tx;
};

/* Takes a sample of each link; to be called every HISTORY_INTERVAL_MS. */
void history_take(void);

/* How many there are, and number @age of @link's: 0 is the last one. */
unsigned int history_count(void);
struct history_sample history_get(unsigned int link, unsigned int age);

#endif /* HTTP_SERVER_HISTORY_H */
