// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Samples of what links carry, the last HISTORY_SAMPLES of each.
 */
#include "history.h"

#include <inmate/inmate.h>

#include "links.h"

#define BITS_PER_BYTE 8
#define US_PER_SEC    1000000UL

static struct {
	struct history_sample samples[HISTORY_SAMPLES];
	u64 rx_bytes, tx_bytes; /* when the last one was taken */
} histories[LINKS_MAX];

static unsigned int count, next;
static u64 last_ns;

static u64 rate(u64 bytes, u64 ns)
{
	return bytes * BITS_PER_BYTE * US_PER_SEC / (ns / NS_PER_US + 1);
}

static void take(unsigned int link, u64 ns)
{
	const struct ivshm_netif *net = links_get(link);
	u64 rx = net->rx_counters.bytes, tx = net->tx_counters.bytes;

	histories[link].samples[next] = (struct history_sample){
		.rx = rate(rx - histories[link].rx_bytes, ns),
		.tx = rate(tx - histories[link].tx_bytes, ns),
	};
	histories[link].rx_bytes = rx;
	histories[link].tx_bytes = tx;
}

void history_take(void)
{
	u64 now = get_time_ns();
	unsigned int link;

	for (link = 0; link < links_count(); link++)
		take(link, now - last_ns);
	last_ns = now;
	next = (next + 1) % HISTORY_SAMPLES;
	if (count < HISTORY_SAMPLES)
		count++;
}

unsigned int history_count(void)
{
	return count;
}

struct history_sample history_get(unsigned int link, unsigned int age)
{
	return histories[link].samples[(next + HISTORY_SAMPLES - 1 - age) % HISTORY_SAMPLES];
}
