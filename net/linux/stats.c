// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters by name, for ethtool, and those that all network devices have.
 */
#include <linux/ethtool.h>
#include <linux/netdevice.h>

#include "ivshmem-net.h"

static_assert(TX_COUNTERS <= IVSHMEM_COUNTERS_MAX);
static_assert(RX_COUNTERS <= IVSHMEM_COUNTERS_MAX);
static_assert(TX_PACKETS == 0 && TX_BYTES == 1 && RX_PACKETS == 0 && RX_BYTES == 1);

struct counter_name {
	char name[ETH_GSTRING_LEN];
	size_t group; /* offset in struct ivshmem_net */
	unsigned int counter;
};

#define GROUP(member) offsetof(struct ivshmem_net, member)
#define TX(text, number)                                    \
	{                                                   \
		"tx_" text, GROUP(tx.counters), TX_##number \
	}
#define RX(text, number)                                    \
	{                                                   \
		"rx_" text, GROUP(rx.counters), RX_##number \
	}
#define LINK(text, number)                                        \
	{                                                         \
		"link_" text, GROUP(link.counters), LINK_##number \
	}
#define VECTOR(text, name, number)                                                               \
	{                                                                                        \
		text, GROUP(interrupts.vectors[IVSHMEM_VECTOR_##name].counters), VECTOR_##number \
	}

static const struct counter_name counter_names[] = {
	TX("packets", PACKETS),
	TX("bytes", BYTES),
	TX("offloaded", OFFLOADED),
	TX("doorbells", DOORBELLS),
	TX("doorbells_suppressed", DOORBELLS_SUPPRESSED),
	TX("ring_full", RING_FULL),
	TX("queue_stopped", QUEUE_STOPPED),
	TX("dropped", DROPPED),
	TX("too_long", TOO_LONG),
	TX("ring_errors", RING_ERRORS),
	TX("timeouts", TIMEOUTS),
	RX("packets", PACKETS),
	RX("bytes", BYTES),
	RX("offloaded", OFFLOADED),
	RX("multicast", MULTICAST),
	RX("doorbells", DOORBELLS),
	RX("doorbells_suppressed", DOORBELLS_SUPPRESSED),
	RX("polls", POLLS),
	RX("dropped", DROPPED),
	RX("frame_errors", FRAME_ERRORS),
	RX("ring_errors", RING_ERRORS),
	/* With one vector, it is the first. */
	VECTOR("state_interrupts", STATE, INTERRUPTS),
	VECTOR("state_interrupt_pauses", STATE, PAUSES),
	VECTOR("frame_interrupts", FRAMES, INTERRUPTS),
	VECTOR("frame_interrupt_pauses", FRAMES, PAUSES),
	LINK("ups", UPS),
	LINK("resets", RESETS),
};

u64 ivshmem_counter(const struct ivshmem_counters *counters, unsigned int counter)
{
	unsigned int start;
	u64 value;

	do {
		start = u64_stats_fetch_begin(&counters->sync);
		value = u64_stats_read(&counters->value[counter]);
	} while (u64_stats_fetch_retry(&counters->sync, start));
	return value;
}

unsigned int ivshmem_stats_number(void)
{
	return ARRAY_SIZE(counter_names);
}

void ivshmem_stats_names(u8 *names)
{
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(counter_names); n++)
		ethtool_sprintf(&names, "%s", counter_names[n].name);
}

void ivshmem_stats_values(struct ivshmem_net *net, u64 *values)
{
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(counter_names); n++)
		values[n] = ivshmem_counter((void *)net + counter_names[n].group,
					    counter_names[n].counter);
}

void ivshmem_stats_link(struct ivshmem_net *net, struct rtnl_link_stats64 *stats)
{
	const struct ivshmem_counters *rx = &net->rx.counters;
	const struct ivshmem_counters *tx = &net->tx.counters;

	stats->rx_packets = ivshmem_counter(rx, RX_PACKETS);
	stats->rx_bytes = ivshmem_counter(rx, RX_BYTES);
	stats->multicast = ivshmem_counter(rx, RX_MULTICAST);
	stats->rx_dropped = ivshmem_counter(rx, RX_DROPPED);
	stats->rx_frame_errors = ivshmem_counter(rx, RX_FRAME_ERRORS);
	stats->rx_errors = stats->rx_frame_errors + ivshmem_counter(rx, RX_RING_ERRORS);
	stats->tx_packets = ivshmem_counter(tx, TX_PACKETS);
	stats->tx_bytes = ivshmem_counter(tx, TX_BYTES);
	stats->tx_dropped = ivshmem_counter(tx, TX_DROPPED);
	stats->tx_errors = ivshmem_counter(tx, TX_TOO_LONG) + ivshmem_counter(tx, TX_RING_ERRORS) +
			   ivshmem_counter(tx, TX_TIMEOUTS);
}

void ivshmem_stats_init(struct ivshmem_net *net)
{
	unsigned int n;

	u64_stats_init(&net->tx.counters.sync);
	u64_stats_init(&net->rx.counters.sync);
	u64_stats_init(&net->link.counters.sync);
	for (n = 0; n < IVSHMEM_VECTORS_MAX; n++)
		u64_stats_init(&net->interrupts.vectors[n].counters.sync);
}
