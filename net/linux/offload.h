/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checksum and segmentation offload: sk_buff to network header and back, and which features of a
 * network device that makes.
 */
#ifndef IVSHMEM_NET_OFFLOAD_H
#define IVSHMEM_NET_OFFLOAD_H

#include <linux/netdev_features.h>
#include <linux/skbuff.h>

#include <ivshm-ring.h>

/* All that some peer could take. */
#define IVSHMEM_OFFLOAD_GSO (NETIF_F_TSO | NETIF_F_TSO6 | NETIF_F_TSO_ECN | NETIF_F_GSO_UDP_L4)

/* What @offered, IVSHM_F_* of the peer, means for us. */
netdev_features_t ivshmem_offload_features(u32 offered);

/* Fills in @hdr for a frame with a partial checksum. */
void ivshmem_offload_describe(const struct sk_buff *skb, struct ivshm_net_hdr *hdr);

/*
 * Makes @skb, whose data starts with the Ethernet header, what @hdr says. Both are private copies,
 * but their contents come from the peer. 0, or -EINVAL if they do not fit each other. May pull data
 * into the linear part.
 */
int ivshmem_offload_apply(struct sk_buff *skb, const struct ivshm_net_hdr *hdr);

#endif /* IVSHMEM_NET_OFFLOAD_H */
