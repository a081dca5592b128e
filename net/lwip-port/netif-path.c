// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Paths that go on behind the link, and may take less than it does: routers tell of that (IPv6),
 * and lwIP remembers what they say without a look at it.
 */
#include "netif-private.h"

#include "lwip/ip6.h"
#include "lwip/nd6.h"
#include "lwip/priv/nd6_priv.h"

#if LWIP_IPV6

/*
 * RFC 8201, 4: no router may ask for less than every link has to take. lwIP would cut packets into
 * fragments with nothing in them, without an end.
 */
static void limit_from_below(struct nd6_destination_cache_entry *path, const struct netif *netif)
{
	u16_t least = IP6_MIN_MTU_LENGTH;

	if (netif && netif->mtu < least)
		least = netif->mtu;
	if (path->pmtu < least)
		path->pmtu = least;
}

void ivshm_netif_learn_paths(struct ivshm_netif *net)
{
	const u16_t enough = LWIP_MAX(net->largest_mtu, IP6_MIN_MTU_LENGTH);
	struct nd6_destination_cache_entry *path;
	struct netif *netif;
	int i;

	net->short_paths = netif_mtu6(&net->netif) < net->largest_mtu;
	for (i = 0; i < LWIP_ND6_NUM_DESTINATIONS; i++) {
		path = &destination_cache[i];
		if (path->pmtu == 0 || path->pmtu >= enough ||
		    ip6_addr_isany(&path->destination_addr))
			continue;
		netif = ip6_route(IP6_ADDR_ANY6, &path->destination_addr);
		limit_from_below(path, netif);
		if (netif == &net->netif && path->pmtu < net->largest_mtu)
			net->short_paths = true;
	}
}

void ivshm_netif_forget_paths(void)
{
	nd6_clear_destination_cache();
}

#else

void ivshm_netif_learn_paths(struct ivshm_netif *net)
{
	LWIP_UNUSED_ARG(net);
}

void ivshm_netif_forget_paths(void)
{
}

#endif
