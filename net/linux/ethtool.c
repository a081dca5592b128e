// SPDX-License-Identifier: GPL-2.0-only
/*
 * ethtool: what a user can see and set beyond a network device's common properties.
 */
#include <linux/ethtool.h>
#include <linux/netdevice.h>

#include "ivshmem-net.h"
#include "netdev.h"

/* There is no wire; this is what virtual Ethernet devices say, so that bridges choose well. */
#define NOMINAL_SPEED SPEED_10000

#define COALESCE_USECS_MAX 100000

/* Private flags: bits, and their names */
#define FLAG_BASE_PROTOCOL BIT(0)
static const char flag_names[][ETH_GSTRING_LEN] = { "base-protocol" };

/*
 * The register dump, version 1: words of 32 bits.
 */
enum register_dump {
	DUMP_DEVICE,                                  /* the registers of BAR0 */
	DUMP_STATE = DUMP_DEVICE + IVSHMEM_REGISTERS, /* the driver's state, 0..3 */
	DUMP_PEER_STATE,                              /* as the device or the table says it */
	DUMP_ENTRIES,                                 /* of the rings */
	DUMP_HEADER_SIZE,                             /* bytes of a section before the frames */
	DUMP_SECTION_SIZE,                            /* bytes */
	DUMP_OWN,                                     /* in our section: see dump_indices() */
	DUMP_PEER = DUMP_OWN + 4,                     /* and in the peer's */
	DUMP_PEER_FEATURES = DUMP_PEER + 4,           /* what it can receive */
	DUMP_PEER_MTU,                                /* 0: it did not say */
	DUMP_WORDS,
};

#define DUMP_VERSION 1

static void get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	const struct ivshmem_net *net = netdev_priv(dev);

	strscpy(info->driver, KBUILD_MODNAME, sizeof(info->driver));
	strscpy(info->version, IVSHMEM_NET_VERSION, sizeof(info->version));
	strscpy(info->fw_version, net->device.model->name, sizeof(info->fw_version));
	strscpy(info->bus_info, dev_name(net->device.dev), sizeof(info->bus_info));
}

static int get_regs_len(struct net_device *dev)
{
	return DUMP_WORDS * sizeof(u32);
}

static void dump_indices(const struct ivshm_section *section, u32 *words)
{
	words[0] = le16_to_cpu(READ_ONCE(section->avail->idx));
	words[1] = le16_to_cpu(READ_ONCE(*section->used_event));
	words[2] = le16_to_cpu(READ_ONCE(section->used->idx));
	words[3] = le16_to_cpu(READ_ONCE(*section->avail_event));
}

static void get_regs(struct net_device *dev, struct ethtool_regs *regs, void *buffer)
{
	const struct ivshmem_net *net = netdev_priv(dev);
	u32 *words = buffer;
	unsigned int n;

	regs->version = DUMP_VERSION;
	for (n = 0; n < IVSHMEM_REGISTERS; n++)
		words[DUMP_DEVICE + n] = ivshmem_device_read(&net->device, n * sizeof(u32));
	words[DUMP_STATE] = net->link.state;
	words[DUMP_PEER_STATE] = ivshmem_device_peer_state(&net->device);
	words[DUMP_ENTRIES] = net->geometry.entries;
	words[DUMP_HEADER_SIZE] = net->geometry.header;
	words[DUMP_SECTION_SIZE] = net->geometry.size;
	dump_indices(&net->ring.own, words + DUMP_OWN);
	dump_indices(&net->ring.peer_section, words + DUMP_PEER);
	words[DUMP_PEER_FEATURES] = net->ring.peer.features;
	words[DUMP_PEER_MTU] = net->ring.peer.mtu;
}

static u32 get_msglevel(struct net_device *dev)
{
	const struct ivshmem_net *net = netdev_priv(dev);

	return net->msg_enable;
}

static void set_msglevel(struct net_device *dev, u32 level)
{
	struct ivshmem_net *net = netdev_priv(dev);

	net->msg_enable = level;
}

/* Begins the handshake anew. */
static int nway_reset(struct net_device *dev)
{
	ivshmem_link_restart(netdev_priv(dev));
	return 0;
}

static int get_coalesce(struct net_device *dev, struct ethtool_coalesce *coalesce,
			struct kernel_ethtool_coalesce *kernel_coalesce,
			struct netlink_ext_ack *extack)
{
	const struct ivshmem_net *net = netdev_priv(dev);

	coalesce->rx_coalesce_usecs = net->rx.usecs;
	coalesce->rx_max_coalesced_frames = net->rx.frames;
	return 0;
}

static int set_coalesce(struct net_device *dev, struct ethtool_coalesce *coalesce,
			struct kernel_ethtool_coalesce *kernel_coalesce,
			struct netlink_ext_ack *extack)
{
	struct ivshmem_net *net = netdev_priv(dev);
	u32 usecs = coalesce->rx_coalesce_usecs, frames = coalesce->rx_max_coalesced_frames;

	if (usecs > COALESCE_USECS_MAX || frames > net->geometry.entries) {
		NL_SET_ERR_MSG(extack, "at most 100000 us and as many frames as the ring has");
		return -EINVAL;
	}
	if (frames > 1 && usecs == 0) {
		NL_SET_ERR_MSG(extack, "rx-frames needs rx-usecs: who would fetch the last ones?");
		return -EINVAL;
	}
	WRITE_ONCE(net->rx.usecs, usecs);
	WRITE_ONCE(net->rx.frames, frames);
	return 0;
}

static void get_ringparam(struct net_device *dev, struct ethtool_ringparam *ring,
			  struct kernel_ethtool_ringparam *kernel_ring,
			  struct netlink_ext_ack *extack)
{
	const struct ivshmem_net *net = netdev_priv(dev);

	ring->rx_max_pending = net->geometry.entries;
	ring->tx_max_pending = net->geometry.entries;
	ring->rx_pending = net->geometry.entries;
	ring->tx_pending = net->geometry.entries;
}

static int get_sset_count(struct net_device *dev, int set)
{
	switch (set) {
	case ETH_SS_STATS:
		return ivshmem_stats_number();
	case ETH_SS_PRIV_FLAGS:
		return ARRAY_SIZE(flag_names);
	default:
		return -EOPNOTSUPP;
	}
}

static void get_strings(struct net_device *dev, u32 set, u8 *names)
{
	switch (set) {
	case ETH_SS_STATS:
		ivshmem_stats_names(names);
		break;
	case ETH_SS_PRIV_FLAGS:
		memcpy(names, flag_names, sizeof(flag_names));
		break;
	}
}

static void get_ethtool_stats(struct net_device *dev, struct ethtool_stats *stats, u64 *values)
{
	ivshmem_stats_values(netdev_priv(dev), values);
}

static u32 get_priv_flags(struct net_device *dev)
{
	const struct ivshmem_net *net = netdev_priv(dev);

	return net->base ? FLAG_BASE_PROTOCOL : 0;
}

static int set_priv_flags(struct net_device *dev, u32 flags)
{
	struct ivshmem_net *net = netdev_priv(dev);
	bool base = flags & FLAG_BASE_PROTOCOL;

	if (base != net->base) {
		net->base = base;
		ivshmem_link_restart(net);
	}
	return 0;
}

static int get_link_ksettings(struct net_device *dev, struct ethtool_link_ksettings *settings)
{
	ethtool_link_ksettings_zero_link_mode(settings, supported);
	ethtool_link_ksettings_zero_link_mode(settings, advertising);
	settings->base.speed = NOMINAL_SPEED;
	settings->base.duplex = DUPLEX_FULL;
	settings->base.port = PORT_OTHER;
	settings->base.autoneg = AUTONEG_DISABLE;
	return 0;
}

const struct ethtool_ops ivshmem_ethtool_ops = {
	.supported_coalesce_params = ETHTOOL_COALESCE_RX_USECS | ETHTOOL_COALESCE_RX_MAX_FRAMES,
	.get_drvinfo = get_drvinfo,
	.get_regs_len = get_regs_len,
	.get_regs = get_regs,
	.get_msglevel = get_msglevel,
	.set_msglevel = set_msglevel,
	.nway_reset = nway_reset,
	.get_link = ethtool_op_get_link,
	.get_coalesce = get_coalesce,
	.set_coalesce = set_coalesce,
	.get_ringparam = get_ringparam,
	.get_sset_count = get_sset_count,
	.get_strings = get_strings,
	.get_ethtool_stats = get_ethtool_stats,
	.get_priv_flags = get_priv_flags,
	.set_priv_flags = set_priv_flags,
	.get_ts_info = ethtool_op_get_ts_info,
	.get_link_ksettings = get_link_ksettings,
};
