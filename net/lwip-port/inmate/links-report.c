// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Tells on the console when a link goes up or down, and what addresses it gets.
 */
#include <inmate/inmate.h>

#include "links-private.h"

#define ADDRESS_MAX 48

static void print_link(const struct link *link, bool up)
{
	const struct ivshm_netif *net = &link->net;

	if (up)
		printf("%s: link is up, MTU %u, peer %s\n", link->name, net->netif.mtu,
		       net->ring.peer.extended ? "has extensions" : "speaks the base protocol");
	else
		printf("%s: link is down\n", link->name);
}

static void print_address(const struct link *link, const ip_addr_t *address)
{
	char text[ADDRESS_MAX];

	if (ip_addr_isany(address))
		return;
	ipaddr_ntoa_r(address, text, sizeof(text));
	printf("%s: address %s\n", link->name, text);
}

static void print_ip6_address(const struct link *link, s8_t index, u8_t old_state)
{
	const struct netif *netif = &link->net.netif;

	if (ip6_addr_ispreferred(netif_ip6_addr_state(netif, index)) &&
	    !ip6_addr_ispreferred(old_state))
		print_address(link, netif_ip_addr6(netif, index));
}

static void changed(struct netif *netif, netif_nsc_reason_t reason,
		    const netif_ext_callback_args_t *args)
{
	const struct link *link = links_find(netif);

	if (!link)
		return;
	if (reason & LWIP_NSC_LINK_CHANGED)
		print_link(link, args->link_changed.state);
	if (reason & LWIP_NSC_IPV4_ADDRESS_CHANGED)
		print_address(link, netif_ip_addr4(netif));
	if (reason & LWIP_NSC_IPV6_ADDR_STATE_CHANGED)
		print_ip6_address(link, args->ipv6_addr_state_changed.addr_index,
				  args->ipv6_addr_state_changed.old_state);
}

void links_report_changes(void)
{
	NETIF_DECLARE_EXT_CALLBACK(callback)

	netif_add_ext_callback(&callback, changed);
}
