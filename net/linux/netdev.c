// SPDX-License-Identifier: GPL-2.0-only
/*
 * The network device: limits, features, address, and what the stack asks of it beside transmitting.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/slab.h>

#include "ivshmem-net.h"
#include "netdev.h"
#include "offload.h"

#define MTU_DEFAULT 16384

/* So many of the longest frames fit into a section at the same time, or there are none. */
#define GSO_FRAMES   4
#define GSO_SIZE_MIN 8192

/* Always: copying takes fragments as they are, and completes checksums that the peer does not. */
#define FEATURES (NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HIGHDMA | NETIF_F_HW_CSUM)

static int open(struct net_device *dev)
{
	ivshmem_link_open(netdev_priv(dev));
	return 0;
}

static int stop(struct net_device *dev)
{
	ivshmem_link_close(netdev_priv(dev));
	return 0;
}

/* The ring takes frames of any length, so there is nothing to be stopped for it. */
static int change_mtu(struct net_device *dev, int mtu)
{
	WRITE_ONCE(dev->mtu, mtu);
	return 0;
}

static int set_mac_address(struct net_device *dev, void *address)
{
	struct ivshmem_net *net = netdev_priv(dev);
	int err = eth_mac_addr(dev, address);

	if (!err)
		ivshm_ring_set_mac(&net->ring, dev->dev_addr);
	return err;
}

static void get_stats64(struct net_device *dev, struct rtnl_link_stats64 *stats)
{
	ivshmem_stats_link(netdev_priv(dev), stats);
}

/* All that the peer sends is received, whatever its address. */
static void set_rx_mode(struct net_device *dev)
{
}

static netdev_features_t fix_features(struct net_device *dev, netdev_features_t features)
{
	const struct ivshmem_net *net = netdev_priv(dev);

	return features &
	       (~IVSHMEM_OFFLOAD_GSO | ivshmem_offload_features(net->ring.peer.features));
}

static const struct net_device_ops netdev_ops = {
	.ndo_open = open,
	.ndo_stop = stop,
	.ndo_start_xmit = ivshmem_tx_start,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_set_mac_address = set_mac_address,
	.ndo_set_rx_mode = set_rx_mode,
	.ndo_change_mtu = change_mtu,
	.ndo_fix_features = fix_features,
	.ndo_get_stats64 = get_stats64,
};

/*
 * Locally administered, the same at every boot, and different at the two ends, whose bus, device
 * and function are the same.
 */
static void set_default_address(struct ivshmem_net *net)
{
	u32 device = net->device.address;
	u8 address[ETH_ALEN] = { 0x02, 'I', 'V' };

	address[1] ^= device >> 24;
	address[2] ^= device >> 16;
	address[3] = device >> 8;
	address[4] = device;
	address[5] = net->device.id;
	eth_hw_addr_set(net->dev, address);
}

static void set_limits(struct ivshmem_net *net)
{
	struct net_device *dev = net->dev;

	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = net->geometry.max_mtu;
	dev->mtu = min_t(u32, MTU_DEFAULT, net->geometry.max_mtu);
}

static void set_features(struct ivshmem_net *net)
{
	size_t longest = ivshmem_net_data_size(net) / GSO_FRAMES;
	struct net_device *dev = net->dev;

	dev->features = FEATURES | NETIF_F_RXCSUM;
	dev->hw_features = NETIF_F_SG | NETIF_F_HW_CSUM;
	if (longest >= GSO_SIZE_MIN) {
		netif_set_tso_max_size(dev, min_t(size_t, longest, GSO_LEGACY_MAX_SIZE));
		/* Those that the peer does not take are left out until it does. */
		dev->features |= IVSHMEM_OFFLOAD_GSO;
		dev->hw_features |= IVSHMEM_OFFLOAD_GSO;
	}
	dev->vlan_features = dev->features;
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE | IFF_UNICAST_FLT;
}

int ivshmem_net_init_ring(struct ivshmem_net *net)
{
	struct ivshm_config config = {
		.shadow = net->shadow,
		.base = net->base,
		.features = IVSHM_F_ALL,
		.mtu = net->geometry.max_mtu, /* whatever our own is */
	};
	int result;

	ivshmem_device_sections(&net->device, &config);
	memcpy(config.mac, net->dev->dev_addr, sizeof(config.mac));
	result = ivshm_ring_init(&net->ring, &config);
	if (result == IVSHM_OK)
		return 0;
	dev_err(net->device.dev, "no ring: %s\n", ivshm_result_text(result));
	return -EINVAL;
}

/* What follows from the size of the sections, first of all the private memory of the ring. */
static int init_geometry(struct ivshmem_net *net)
{
	struct ivshm_config config;
	int result;

	ivshmem_device_sections(&net->device, &config);
	result = ivshm_geometry_init(&net->geometry, config.size);
	if (result != IVSHM_OK) {
		dev_err(net->device.dev, "no ring in sections of %zu bytes: %s\n", config.size,
			ivshm_result_text(result));
		return -EINVAL;
	}
	net->shadow = kvzalloc(ivshm_shadow_size(&net->geometry), GFP_KERNEL);
	return net->shadow ? 0 : -ENOMEM;
}

int ivshmem_net_init(struct ivshmem_net *net)
{
	int err = init_geometry(net);

	if (err)
		return err;
	set_default_address(net);
	set_limits(net);
	set_features(net);
	err = ivshmem_net_init_ring(net);
	if (err)
		return err;
	ivshmem_stats_init(net);
	ivshmem_tx_init(net);
	ivshmem_rx_init(net);
	return 0;
}

struct ivshmem_net *ivshmem_net_alloc(struct device *parent)
{
	struct ivshmem_net *net;
	struct net_device *dev;

	/* Predictable, that is, not for the system to rename. */
	dev = alloc_netdev(sizeof(*net), "ivshm%d", NET_NAME_PREDICTABLE, ether_setup);
	if (!dev)
		return NULL;
	dev->netdev_ops = &netdev_ops;
	dev->ethtool_ops = &ivshmem_ethtool_ops;
	SET_NETDEV_DEV(dev, parent);
	netif_carrier_off(dev);
	netif_tx_stop_all_queues(dev);

	net = netdev_priv(dev);
	net->dev = dev;
	net->msg_enable = netif_msg_init(-1, NETIF_MSG_DRV | NETIF_MSG_LINK);
	return net;
}

void ivshmem_net_free(struct ivshmem_net *net)
{
	kvfree(net->shadow);
	free_netdev(net->dev);
}
