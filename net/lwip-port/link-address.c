// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Addresses of a link, as its settings say.
 */
#include "link-settings.h"

#include "lwip/autoip.h"
#include "lwip/dhcp.h"
#include "lwip/dns.h"
#include "lwip/mem.h"
#include "lwip/netif.h"

/* RFC 8200, 5: no IPv6 on links with less */
#define IP6_MTU_MIN 1280

static void apply_ip6(const struct link_settings *settings, struct netif *netif)
{
	if (netif->mtu < IP6_MTU_MIN)
		return;
	netif_create_ip6_linklocal_address(netif, 1);
	netif_set_ip6_autoconfig_enabled(netif, 1);
	if (!ip6_addr_isany_val(settings->ip6))
		netif_add_ip6_address(netif, &settings->ip6, NULL);
}

/* Those servers of addresses need the interface to be up. */
static void start_ip4(const struct link_settings *settings, struct netif *netif)
{
	if (settings->address == LINK_ADDRESS_DHCP)
		dhcp_start(netif);
	else if (settings->address == LINK_ADDRESS_AUTO)
		autoip_start(netif);
}

static void choose_default(struct netif *netif)
{
	bool has_router = !ip4_addr_isany(netif_ip4_gw(netif));

	if (!netif_default || (has_router && ip4_addr_isany(netif_ip4_gw(netif_default))))
		netif_set_default(netif);
}

void link_settings_apply(const struct link_settings *settings, struct ivshm_netif *net)
{
	struct netif *netif = &net->netif;

	if (settings->address == LINK_ADDRESS_STATIC)
		netif_set_addr(netif, &settings->ip4, &settings->netmask, &settings->gateway);
	apply_ip6(settings, netif);
	if (!ip_addr_isany_val(settings->dns))
		dns_setserver(0, &settings->dns);
	choose_default(netif);
	netif_set_up(netif);
	start_ip4(settings, netif);
}

void link_settings_revoke(struct ivshm_netif *net)
{
	struct netif *netif = &net->netif;

	if (netif_dhcp_data(netif)) {
		dhcp_release_and_stop(netif);
		dhcp_cleanup(netif);
	}
	if (netif_autoip_data(netif)) {
		autoip_stop(netif);
		mem_free(netif_autoip_data(netif));
		netif_set_client_data(netif, LWIP_NETIF_CLIENT_DATA_INDEX_AUTOIP, NULL);
	}
	netif_set_down(netif);
}
