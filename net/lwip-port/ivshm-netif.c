// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The interface as lwIP sees it: name, addresses, limits, flags; and the poll.
 */
#include "netif-private.h"

#include <string.h>

#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/mem.h"
#include "lwip/snmp.h"
#include "netif/ethernet.h"

/* A pbuf counts its bytes with 16 bits. */
#define PBUF_BYTES_MAX 65535

/* No use for less room than this: slots are given back, and published, in such parts of it. */
#define BATCHES_PER_SECTION 8

/* "Above what the counter holds", RFC 2863, ifSpeed */
#define SPEED 0xffffffff

/* The peer sends what it likes, and all of it is received: there is no filter to be set. */
static err_t accept_all4(struct netif *netif, const ip4_addr_t *group,
			 enum netif_mac_filter_action action)
{
	LWIP_UNUSED_ARG(netif);
	LWIP_UNUSED_ARG(group);
	LWIP_UNUSED_ARG(action);
	return ERR_OK;
}

static err_t accept_all6(struct netif *netif, const ip6_addr_t *group,
			 enum netif_mac_filter_action action)
{
	LWIP_UNUSED_ARG(netif);
	LWIP_UNUSED_ARG(group);
	LWIP_UNUSED_ARG(action);
	return ERR_OK;
}

/*
 * Locally administered, the same at every start, and different at the two ends, whose bus, device
 * and function are the same. The Linux driver does likewise.
 */
static void default_address(const struct ivshm_netif_device *device, u8_t *address)
{
	u32_t bdf = device->address;

	address[0] = 0x02;
	address[1] = (u8_t)('I' ^ (bdf >> 24));
	address[2] = (u8_t)('V' ^ (bdf >> 16));
	address[3] = (u8_t)(bdf >> 8);
	address[4] = (u8_t)bdf;
	address[5] = device->id;
}

u16_t ivshm_netif_max_mtu(const struct ivshm_netif *net)
{
	const u32_t limit = PBUF_BYTES_MAX - ETH_PAD_SIZE - IVSHM_NETIF_OVERHEAD;

	return (u16_t)LWIP_MIN(net->geometry.max_mtu, limit);
}

void ivshm_netif_adapt(struct ivshm_netif *net)
{
	const struct ivshm_peer *peer = &net->ring.peer;
	struct netif *netif = &net->netif;
	u16_t old = netif->mtu;

	netif->mtu = net->mtu;
	if (peer->mtu && peer->mtu < netif->mtu)
		netif->mtu = (u16_t)peer->mtu;
	if (net->link.state != IVSHM_RESET)
		net->largest_mtu = LWIP_MAX(net->largest_mtu, netif->mtu);
#if LWIP_IPV6 && LWIP_ND6_ALLOW_RA_UPDATES
	netif->mtu6 = netif->mtu;
#endif
	if (netif->mtu != old)
		ivshm_netif_forget_paths();
	ivshm_netif_learn_paths(net);
	ivshm_netif_rest_checks(net);
}

err_t ivshm_netif_set_mtu(struct ivshm_netif *net, u16_t mtu)
{
	if (mtu < IVSHM_MTU_MIN || mtu > ivshm_netif_max_mtu(net))
		return ERR_VAL;
	net->mtu = mtu;
	ivshm_netif_adapt(net);
	return ERR_OK;
}

/* lwIP's netif_init_fn. */
static err_t init_netif(struct netif *netif)
{
	netif->name[0] = 'i';
	netif->name[1] = 'v';
	netif->hwaddr_len = ETH_HWADDR_LEN;
	netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET |
		       NETIF_FLAG_IGMP | NETIF_FLAG_MLD6;
	netif->output = etharp_output;
	netif->output_ip6 = ethip6_output;
	netif->linkoutput = ivshm_netif_output;
	netif_set_igmp_mac_filter(netif, accept_all4);
	netif_set_mld_mac_filter(netif, accept_all6);
	MIB2_INIT_NETIF(netif, snmp_ifType_ethernet_csmacd, SPEED);
	return ERR_OK;
}

/* The ring and its private memory; the peer is told of the limit, not of what we use of it. */
static err_t init_ring(struct ivshm_netif *net, bool base)
{
	struct ivshm_config config = net->device->sections;

	config.shadow = mem_malloc((mem_size_t)ivshm_shadow_size(&net->geometry));
	if (!config.shadow)
		return ERR_MEM;
	config.base = base;
	config.features = net->offload ? IVSHM_F_CSUM | IVSHM_F_TSO4 | IVSHM_F_TSO6 : 0;
	config.mtu = ivshm_netif_max_mtu(net);
	memcpy(config.mac, net->netif.hwaddr, sizeof(config.mac));
	net->device->sections.shadow = config.shadow;
	if (ivshm_ring_init(&net->ring, &config) == IVSHM_OK)
		return ERR_OK;
	mem_free(config.shadow);
	return ERR_VAL;
}

static err_t apply_options(struct ivshm_netif *net, const struct ivshm_netif_options *options)
{
	static const u8_t none[ETH_HWADDR_LEN];
	u16_t max_mtu = ivshm_netif_max_mtu(net);

	if (memcmp(options->mac, none, sizeof(none)) != 0)
		memcpy(net->netif.hwaddr, options->mac, ETH_HWADDR_LEN);
	else
		default_address(net->device, net->netif.hwaddr);
	/* What goes on to another link needs its checksum. */
	net->offload = !options->no_offload && !options->base && !IP_FORWARD &&
		       LWIP_CHECKSUM_CTRL_PER_NETIF;
	net->mtu = options->mtu ? options->mtu : LWIP_MIN(IVSHM_NETIF_MTU_DEFAULT, max_mtu);
	return net->mtu >= IVSHM_MTU_MIN && net->mtu <= max_mtu ? ERR_OK : ERR_VAL;
}

err_t ivshm_netif_add(struct ivshm_netif *net, struct ivshm_netif_device *device,
		      const struct ivshm_netif_options *options)
{
	static const struct ivshm_netif_options defaults;
	err_t err;

	memset(net, 0, sizeof(*net));
	net->device = device;
	if (ivshm_geometry_init(&net->geometry, device->sections.size) != IVSHM_OK)
		return ERR_VAL;
	net->batch_bytes = (u32_t)LWIP_MIN(
		(net->geometry.size - net->geometry.header) / BATCHES_PER_SECTION, LWIP_UINT32_MAX);
	if (!options)
		options = &defaults;
	err = apply_options(net, options);
	if (err == ERR_OK)
		err = init_ring(net, options->base);
	if (err != ERR_OK)
		return err;

	if (!netif_add_noaddr(&net->netif, net, init_netif, ethernet_input)) {
		mem_free(device->sections.shadow);
		return ERR_IF;
	}
	ivshm_netif_adapt(net);
	ivshm_netif_link_init(net);
	return ERR_OK;
}

void ivshm_netif_remove(struct ivshm_netif *net)
{
	ivshm_netif_link_exit(net);
	netif_remove(&net->netif);
	mem_free(net->device->sections.shadow);
}

unsigned int ivshm_netif_poll(struct ivshm_netif *net, unsigned int budget)
{
	unsigned int frames;

	ivshm_netif_link_poll(net);
	if (!ivshm_netif_usable(net))
		return 0;
	net->tx.batching = true;
	ivshm_netif_tx_poll(net);
	frames = ivshm_netif_rx_poll(net, budget);
	net->tx.batching = false;
	ivshm_netif_tx_flush(net);
	return frames;
}

u32_t ivshm_netif_idle(struct ivshm_netif *net)
{
	u32_t link, tx;

	ivshm_netif_tx_flush(net);
	link = ivshm_netif_link_idle(net);
	if (link == 0 || !ivshm_netif_usable(net))
		return link;
	tx = ivshm_netif_tx_idle(net);
	if (tx == 0 || ivshm_netif_rx_pending(net))
		return 0;
	return LWIP_MIN(link, tx);
}

void ivshm_netif_set_lazy(struct ivshm_netif *net, bool lazy)
{
	net->tx.lazy = lazy;
	ivshm_netif_tx_flush(net);
}

void ivshm_netif_flush(struct ivshm_netif *net)
{
	ivshm_netif_tx_flush(net);
}

bool ivshm_netif_sent_all(struct ivshm_netif *net)
{
	ivshm_netif_tx_flush(net);
	if (ivshm_netif_usable(net))
		ivshm_netif_tx_reclaim(net);
	return !ivshm_netif_usable(net) || ivshm_tx_in_flight(&net->ring) == 0;
}

bool ivshm_netif_needs_poll(const struct ivshm_netif *net)
{
	return net->link.failure || (net->tx.blocked && !net->tx.armed);
}

void ivshm_netif_interrupt(struct ivshm_netif *net)
{
	__atomic_add_fetch(&net->interrupts, 1, __ATOMIC_RELAXED);
	__atomic_store_n(&net->interrupted, true, __ATOMIC_RELEASE);
}
