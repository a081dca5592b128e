// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Counters of links, of lwIP and of memory, one after the other.
 */
#include "counters.h"

#include <inmate/heap.h>

#include "links.h"
#include "lwip/stats.h"

#define TX_FIELD(member)                                                        \
	{                                                                       \
		"tx_" #member, offsetof(struct ivshm_netif, tx_counters.member) \
	}
#define RX_FIELD(member)                                                        \
	{                                                                       \
		"rx_" #member, offsetof(struct ivshm_netif, rx_counters.member) \
	}
#define LINK_FIELD(member)                                                          \
	{                                                                           \
		"link_" #member, offsetof(struct ivshm_netif, link_counters.member) \
	}

static const struct counter_field link_fields[] = {
	TX_FIELD(packets),
	TX_FIELD(bytes),
	TX_FIELD(offloaded),
	TX_FIELD(doorbells),
	TX_FIELD(doorbells_suppressed),
	TX_FIELD(ring_full),
	TX_FIELD(dropped),
	TX_FIELD(too_long),
	TX_FIELD(ring_errors),
	TX_FIELD(timeouts),
	RX_FIELD(packets),
	RX_FIELD(bytes),
	RX_FIELD(offloaded),
	RX_FIELD(multicast),
	RX_FIELD(doorbells),
	RX_FIELD(doorbells_suppressed),
	RX_FIELD(polls),
	RX_FIELD(dropped),
	RX_FIELD(too_long),
	RX_FIELD(ring_errors),
	LINK_FIELD(ups),
	LINK_FIELD(resets),
	COUNTER_FIELD(ivshm_netif, interrupts),
};

/* MIB-2, RFC 1213: of 32 bits, and they wrap around */
static const struct counter_field interface_fields[] = {
	COUNTER_FIELD(stats_mib2_netif_ctrs, ifinoctets),
	COUNTER_FIELD(stats_mib2_netif_ctrs, ifinucastpkts),
	COUNTER_FIELD(stats_mib2_netif_ctrs, ifinnucastpkts),
	COUNTER_FIELD(stats_mib2_netif_ctrs, ifindiscards),
	COUNTER_FIELD(stats_mib2_netif_ctrs, ifinerrors),
	COUNTER_FIELD(stats_mib2_netif_ctrs, ifinunknownprotos),
	COUNTER_FIELD(stats_mib2_netif_ctrs, ifoutoctets),
	COUNTER_FIELD(stats_mib2_netif_ctrs, ifoutucastpkts),
	COUNTER_FIELD(stats_mib2_netif_ctrs, ifoutnucastpkts),
	COUNTER_FIELD(stats_mib2_netif_ctrs, ifoutdiscards),
	COUNTER_FIELD(stats_mib2_netif_ctrs, ifouterrors),
};

static const struct counter_field stack_fields[] = {
	COUNTER_FIELD(stats_mib2, ipinhdrerrors),     COUNTER_FIELD(stats_mib2, ipinaddrerrors),
	COUNTER_FIELD(stats_mib2, ipinunknownprotos), COUNTER_FIELD(stats_mib2, ipindiscards),
	COUNTER_FIELD(stats_mib2, ipindelivers),      COUNTER_FIELD(stats_mib2, ipoutrequests),
	COUNTER_FIELD(stats_mib2, ipoutdiscards),     COUNTER_FIELD(stats_mib2, ipoutnoroutes),
	COUNTER_FIELD(stats_mib2, ipreasmoks),        COUNTER_FIELD(stats_mib2, ipreasmfails),
	COUNTER_FIELD(stats_mib2, ipfragoks),         COUNTER_FIELD(stats_mib2, ipfragfails),
	COUNTER_FIELD(stats_mib2, ipfragcreates),     COUNTER_FIELD(stats_mib2, ipreasmreqds),
	COUNTER_FIELD(stats_mib2, ipinreceives),      COUNTER_FIELD(stats_mib2, tcpactiveopens),
	COUNTER_FIELD(stats_mib2, tcppassiveopens),   COUNTER_FIELD(stats_mib2, tcpattemptfails),
	COUNTER_FIELD(stats_mib2, tcpestabresets),    COUNTER_FIELD(stats_mib2, tcpoutsegs),
	COUNTER_FIELD(stats_mib2, tcpretranssegs),    COUNTER_FIELD(stats_mib2, tcpinsegs),
	COUNTER_FIELD(stats_mib2, tcpinerrs),         COUNTER_FIELD(stats_mib2, tcpoutrsts),
	COUNTER_FIELD(stats_mib2, udpindatagrams),    COUNTER_FIELD(stats_mib2, udpnoports),
	COUNTER_FIELD(stats_mib2, udpinerrors),       COUNTER_FIELD(stats_mib2, udpoutdatagrams),
	COUNTER_FIELD(stats_mib2, icmpinmsgs),        COUNTER_FIELD(stats_mib2, icmpinerrors),
	COUNTER_FIELD(stats_mib2, icmpinechos),       COUNTER_FIELD(stats_mib2, icmpoutmsgs),
	COUNTER_FIELD(stats_mib2, icmpoutechoreps),
};

void counters_visit(const void *structure, const struct counter_field *fields, size_t number,
		    counter_visitor visit, void *arg)
{
	size_t n;

	for (n = 0; n < number; n++)
		visit(arg, fields[n].name,
		      *(const u64 *)((const u8 *)structure + fields[n].offset));
}

static void visit32(const void *structure, const struct counter_field *fields, size_t number,
		    counter_visitor visit, void *arg)
{
	size_t n;

	for (n = 0; n < number; n++)
		visit(arg, fields[n].name,
		      *(const u32_t *)((const u8 *)structure + fields[n].offset));
}

void counters_of_link(unsigned int link, counter_visitor visit, void *arg)
{
	const struct ivshm_netif *net = links_get(link);

	counters_visit(net, link_fields, ARRAY_SIZE(link_fields), visit, arg);
	visit(arg, "tx_in_flight", ivshm_tx_in_flight(&net->ring));
}

void counters_of_interface(unsigned int link, counter_visitor visit, void *arg)
{
	visit32(&links_get(link)->netif.mib2_counters, interface_fields,
		ARRAY_SIZE(interface_fields), visit, arg);
}

void counters_of_stack(counter_visitor visit, void *arg)
{
	visit32(&lwip_stats.mib2, stack_fields, ARRAY_SIZE(stack_fields), visit, arg);
}

void counters_of_memory(counter_visitor visit, void *arg)
{
	struct heap_info info = heap_info();

	visit(arg, "heap_size", info.size);
	visit(arg, "heap_free", info.free);
	visit(arg, "heap_largest", info.largest);
	visit(arg, "heap_blocks", info.blocks);
}
