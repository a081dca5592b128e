/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * How a link is to be set up, in a word of the command line:
 *
 *     net0=10.0.1.2/24,gw=10.0.1.1    net1=dhcp,mtu=1500    net2=auto    net3=none,ip6=fd00::2
 *
 * Items, separated by commas, each once at most:
 *
 *     ADDRESS[/PREFIX]  this IPv4 address; prefix length 24 unless it says otherwise
 *     dhcp              IPv4 address of a DHCP server; a link-local one if none answers
 *     auto              link-local IPv4 address (RFC 3927); also if there is no such item
 *     none              no IPv4 address
 *     gw=ADDRESS        IPv4 router; without it only the link's own network is reached
 *     dns=ADDRESS       name server, IPv4 or IPv6
 *     ip6=ADDRESS[/64]  an IPv6 address beside those that the interface gives itself
 *     mtu=BYTES         68 up to what the link allows; 16384, or less, if not given
 *     mac=xx:xx:xx:xx:xx:xx
 *     base              speak the base protocol only
 *     nooffload         compute and check all checksums
 */
#ifndef LWIP_PORT_LINK_SETTINGS_H
#define LWIP_PORT_LINK_SETTINGS_H

#include "ivshm-netif.h"

enum link_address {
	LINK_ADDRESS_AUTO,
	LINK_ADDRESS_STATIC,
	LINK_ADDRESS_DHCP,
	LINK_ADDRESS_NONE,
};

struct link_settings {
	enum link_address address;
	ip4_addr_t ip4, netmask, gateway; /* gateway: all zero if there is none */
	ip6_addr_t ip6;                   /* likewise */
	ip_addr_t dns;                    /* likewise */
	struct ivshm_netif_options options;
};

/*
 * Fills in @settings. Returns NULL, or where in @text the first wrong item begins; the settings are
 * the default then.
 */
const char *link_settings_parse(struct link_settings *settings, const char *text);

/*
 * Gives @net, added with settings->options, its addresses, and sets it up. The first interface with
 * a router, or else the first one, becomes lwIP's default. @settings need not stay.
 */
void link_settings_apply(const struct link_settings *settings, struct ivshm_netif *net);

/* Ends what link_settings_apply() began, before ivshm_netif_remove(): servers, memory. */
void link_settings_revoke(struct ivshm_netif *net);

#endif /* LWIP_PORT_LINK_SETTINGS_H */
