/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The network device: what the stack sees of a link.
 */
#ifndef IVSHMEM_NET_NETDEV_H
#define IVSHMEM_NET_NETDEV_H

struct device;
struct ethtool_ops;
struct ivshmem_net;

extern const struct ethtool_ops ivshmem_ethtool_ops;

/* A link's structure in a new network device, without anything in it; NULL if no memory. */
struct ivshmem_net *ivshmem_net_alloc(struct device *parent);
void ivshmem_net_free(struct ivshmem_net *net);

/* Its device is there: limits, features, address, ring. 0 or an errno value, logged. */
int ivshmem_net_init(struct ivshmem_net *net);

/* The ring, with or without extensions as net->base says; touches no shared memory. */
int ivshmem_net_init_ring(struct ivshmem_net *net);

#endif /* IVSHMEM_NET_NETDEV_H */
