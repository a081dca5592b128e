// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checksum and segmentation offload between two kernels on one machine: a checksum that nobody
 * needs is not computed, and a frame of up to 64 KiB goes over in one piece.
 *
 * What arrives is marked as dodgy, so that the stack checks the headers itself before it relies on
 * them.
 */
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include "offload.h"

/* A type of segmentation, in the ring's words and in the kernel's. */
struct segmentation {
	u8 gso_type;
	unsigned int kernel_type;
	__be16 protocol; /* of the network layer; 0: any */
	u16 csum_offset;
	u16 header; /* bytes of the transport header, at least */
};

static const struct segmentation segmentations[] = {
	{ IVSHM_GSO_TCPV4, SKB_GSO_TCPV4, htons(ETH_P_IP), offsetof(struct tcphdr, check),
	  sizeof(struct tcphdr) },
	{ IVSHM_GSO_TCPV6, SKB_GSO_TCPV6, htons(ETH_P_IPV6), offsetof(struct tcphdr, check),
	  sizeof(struct tcphdr) },
	{ IVSHM_GSO_UDP, SKB_GSO_UDP_L4, 0, offsetof(struct udphdr, check), sizeof(struct udphdr) },
};

netdev_features_t ivshmem_offload_features(u32 offered)
{
	netdev_features_t features = 0;

	if (offered & IVSHM_F_TSO4)
		features |= NETIF_F_TSO;
	if (offered & IVSHM_F_TSO6)
		features |= NETIF_F_TSO6;
	if (offered & IVSHM_F_ECN)
		features |= NETIF_F_TSO_ECN;
	if (offered & IVSHM_F_USO)
		features |= NETIF_F_GSO_UDP_L4;
	return features;
}

static void describe_segments(const struct sk_buff *skb, struct ivshm_net_hdr *hdr)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	unsigned int header;
	size_t n;

	for (n = 0; n < ARRAY_SIZE(segmentations); n++)
		if (info->gso_type & segmentations[n].kernel_type)
			hdr->gso_type = segmentations[n].gso_type;
	if (info->gso_type & SKB_GSO_TCP_ECN)
		hdr->gso_type |= IVSHM_GSO_ECN;
	hdr->gso_size = cpu_to_le16(info->gso_size);
	header = info->gso_type & SKB_GSO_UDP_L4 ? sizeof(struct udphdr) : tcp_hdrlen(skb);
	hdr->hdr_len = cpu_to_le16(skb_checksum_start_offset(skb) + header);
}

void ivshmem_offload_describe(const struct sk_buff *skb, struct ivshm_net_hdr *hdr)
{
	*hdr = (struct ivshm_net_hdr){
		.flags = IVSHM_HDR_NEEDS_CSUM,
		.csum_start = cpu_to_le16(skb_checksum_start_offset(skb)),
		.csum_offset = cpu_to_le16(skb->csum_offset),
	};
	if (skb_is_gso(skb))
		describe_segments(skb, hdr);
}

static const struct segmentation *find_segmentation(u8 gso_type)
{
	size_t n;

	for (n = 0; n < ARRAY_SIZE(segmentations); n++)
		if (segmentations[n].gso_type == (gso_type & ~IVSHM_GSO_ECN))
			return &segmentations[n];
	return NULL;
}

/*
 * The protocol behind at most two VLAN tags, or 0; its header is at *@network. The data starts with
 * the Ethernet header.
 */
static __be16 network_protocol(const struct sk_buff *skb, unsigned int *network)
{
	unsigned int offset = offsetof(struct ethhdr, h_proto);
	const __be16 *protocol;
	__be16 buffer;
	int tags;

	for (tags = 0; tags <= 2; tags++, offset += VLAN_HLEN) {
		protocol = skb_header_pointer(skb, offset, sizeof(buffer), &buffer);
		if (!protocol)
			return 0;
		*network = offset + sizeof(*protocol);
		if (!eth_type_vlan(*protocol))
			return *protocol;
	}
	return 0;
}

/*
 * Whether the transport header starts at @start. Where it is in IPv4 is known; IPv6 may have other
 * headers in between, and the stack looks for itself.
 */
static bool transport_at(const struct sk_buff *skb, unsigned int network, __be16 protocol,
			 unsigned int start)
{
	const struct iphdr *header;
	struct iphdr buffer;

	if (protocol != htons(ETH_P_IP))
		return true;
	header = skb_header_pointer(skb, network, sizeof(buffer), &buffer);
	return header && header->ihl * sizeof(u32) >= sizeof(buffer) &&
	       network + header->ihl * sizeof(u32) == start;
}

static bool matches(const struct sk_buff *skb, const struct segmentation *segmentation,
		    unsigned int start)
{
	unsigned int network;
	__be16 protocol = network_protocol(skb, &network);

	if (segmentation->protocol ? protocol != segmentation->protocol
				   : protocol != htons(ETH_P_IP) && protocol != htons(ETH_P_IPV6))
		return false;
	return skb->csum_offset == segmentation->csum_offset &&
	       transport_at(skb, network, protocol, start);
}

static int apply_segments(struct sk_buff *skb, const struct ivshm_net_hdr *hdr)
{
	const struct segmentation *segmentation = find_segmentation(hdr->gso_type);
	struct skb_shared_info *info;
	u16 size = le16_to_cpu(hdr->gso_size), start = le16_to_cpu(hdr->csum_start);
	unsigned int headers;

	if (!segmentation || !(hdr->flags & IVSHM_HDR_NEEDS_CSUM) || size == 0 ||
	    size == GSO_BY_FRAGS || !matches(skb, segmentation, start))
		return -EINVAL;
	headers = start + segmentation->header;
	if (!pskb_may_pull(skb, headers))
		return -EINVAL;
	/* The kernel makes no more of one datagram, and others of its parts rely on that. */
	if (segmentation->kernel_type == SKB_GSO_UDP_L4 &&
	    skb->len - headers > size * UDP_MAX_SEGMENTS)
		return -EINVAL;
	/* Else it is one segment, for which the stack wants no size. */
	if (skb->len - headers <= size)
		return 0;

	info = skb_shinfo(skb);
	info->gso_size = size;
	info->gso_type = segmentation->kernel_type | SKB_GSO_DODGY;
	if (hdr->gso_type & IVSHM_GSO_ECN)
		info->gso_type |= SKB_GSO_TCP_ECN;
	info->gso_segs = 0; /* to be computed by the stack */
	return 0;
}

int ivshmem_offload_apply(struct sk_buff *skb, const struct ivshm_net_hdr *hdr)
{
	u16 start = le16_to_cpu(hdr->csum_start), offset = le16_to_cpu(hdr->csum_offset);

	if (hdr->flags & IVSHM_HDR_NEEDS_CSUM) {
		/* The first one would complain in the log. */
		if (!pskb_may_pull(skb, start + offset + sizeof(__sum16)) ||
		    !skb_partial_csum_set(skb, start, offset))
			return -EINVAL;
	} else if (hdr->flags & IVSHM_HDR_DATA_VALID) {
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	}
	return hdr->gso_type == IVSHM_GSO_NONE ? 0 : apply_segments(skb, hdr);
}
