// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Checksums that nobody needs, for both ends are on one machine: TCP's is left to the peer if that
 * can complete it (a Linux peer does so only when the frame leaves the machine), and one that the
 * peer has left out is not checked.
 *
 * UDP's is always computed: a datagram may be cut into fragments, and then nobody could do it
 * later.
 */
#include "netif-private.h"

#include <string.h>

#include "lwip/prot/ethernet.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/tcp.h"

#define CHECKSUM_OFFSET offsetof(struct tcp_hdr, chksum)

/* Ethernet header, VLAN tag, the longest IPv4 header, TCP header */
#define HEADERS_MAX (SIZEOF_ETH_HDR + SIZEOF_VLAN_HDR + 60 + TCP_HLEN)

/* A TCP segment, by offsets from the Ethernet header. */
struct segment {
	u16_t transport;   /* where the TCP header starts */
	u16_t addresses;   /* where source and destination address are */
	u16_t address_len; /* bytes of both */
	u16_t len;         /* bytes of header and payload */
};

bool ivshm_netif_peer_completes(const struct ivshm_netif *net)
{
	return net->offload && (net->ring.peer.features & IVSHM_F_CSUM);
}

/* lwIP cuts a segment that was made for a larger MTU into fragments, which nobody can complete. */
static bool may_leave_out(const struct ivshm_netif *net)
{
	return ivshm_netif_peer_completes(net) && net->netif.mtu >= net->largest_mtu &&
	       !net->short_paths;
}

static u16_t read_be16(const u8_t *from)
{
	return (u16_t)(from[0] << 8 | from[1]);
}

/* @network is the offset of the IPv4 header. */
static bool find_in_ip4(const u8_t *frame, u16_t network, struct segment *segment)
{
	const u8_t *header = frame + network;
	u16_t header_len = (u16_t)((header[0] & 0xf) * 4);

	if (header[0] >> 4 != 4 || header_len < IP_HLEN ||
	    header[offsetof(struct ip_hdr, _proto)] != IP_PROTO_TCP ||
	    (read_be16(header + offsetof(struct ip_hdr, _offset)) & (IP_MF | IP_OFFMASK)))
		return false;
	segment->transport = (u16_t)(network + header_len);
	segment->addresses = (u16_t)(network + offsetof(struct ip_hdr, src));
	segment->address_len = 2 * sizeof(ip4_addr_p_t);
	segment->len = (u16_t)(read_be16(header + offsetof(struct ip_hdr, _len)) - header_len);
	return true;
}

static bool find_in_ip6(const u8_t *frame, u16_t network, struct segment *segment)
{
	const u8_t *header = frame + network;

	if (header[0] >> 4 != 6 || header[offsetof(struct ip6_hdr, _nexth)] != IP_PROTO_TCP)
		return false;
	segment->transport = (u16_t)(network + IP6_HLEN);
	segment->addresses = (u16_t)(network + offsetof(struct ip6_hdr, src));
	segment->address_len = 2 * sizeof(ip6_addr_p_t);
	segment->len = read_be16(header + offsetof(struct ip6_hdr, _plen));
	return true;
}

/* @len bytes of @frame are there. */
static bool find_segment(const u8_t *frame, u16_t len, struct segment *segment)
{
	u16_t type_offset = offsetof(struct eth_hdr, type);
	u16_t network;
	bool found;

	if (read_be16(frame + type_offset) == ETHTYPE_VLAN)
		type_offset += SIZEOF_VLAN_HDR;
	network = (u16_t)(type_offset + sizeof(u16_t));
	if (len < network + IP_HLEN + TCP_HLEN)
		return false;
	switch (read_be16(frame + type_offset)) {
	case ETHTYPE_IP:
		found = find_in_ip4(frame, network, segment);
		break;
	case ETHTYPE_IPV6:
		found = find_in_ip6(frame, network, segment);
		break;
	default:
		found = false;
	}
	return found && len >= segment->transport + TCP_HLEN;
}

/* RFC 9293, 3.1, and RFC 8200, 8.1: what the checksum covers beside the segment. */
static u16_t pseudo_header_sum(const u8_t *frame, const struct segment *segment)
{
	u32_t sum = IP_PROTO_TCP + segment->len;
	u16_t i;

	for (i = 0; i < segment->address_len; i += 2)
		sum += read_be16(frame + segment->addresses + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (u16_t)sum;
}

bool ivshm_netif_describe_checksum(const struct pbuf *frame, struct ivshm_net_hdr *hdr, u16_t *sum)
{
	u8_t buffer[HEADERS_MAX];
	u16_t len = (u16_t)(frame->tot_len - ETH_PAD_SIZE);
	struct segment segment;
	const u8_t *headers;

	if (len < SIZEOF_ETH_HDR + SIZEOF_VLAN_HDR)
		return false;
	len = LWIP_MIN(len, sizeof(buffer));
	headers = pbuf_get_contiguous(frame, buffer, sizeof(buffer), len, ETH_PAD_SIZE);
	if (!headers || !find_segment(headers, len, &segment) ||
	    read_be16(headers + segment.transport + CHECKSUM_OFFSET) != 0)
		return false;

	memset(hdr, 0, sizeof(*hdr));
	hdr->flags = IVSHM_HDR_NEEDS_CSUM;
	hdr->csum_start = ivshm_cpu_to_le16(segment.transport);
	hdr->csum_offset = ivshm_cpu_to_le16((u16_t)CHECKSUM_OFFSET);
	*sum = pseudo_header_sum(headers, &segment);
	return true;
}

/*
 * lwIP has a switch for the interface, not for the packet; in the core context it comes to the
 * same. It rests where TCP is not checked if it is not computed either: packets to our own address
 * never come here.
 */
static void set_checks(struct ivshm_netif *net, u16_t checks)
{
#if LWIP_CHECKSUM_CTRL_PER_NETIF
	u16_t all = NETIF_CHECKSUM_ENABLE_ALL;

	if (may_leave_out(net))
		all &= (u16_t)~NETIF_CHECKSUM_GEN_TCP;
	all &= (u16_t) ~(NETIF_CHECKSUM_CHECK_TCP | NETIF_CHECKSUM_CHECK_UDP);
	NETIF_SET_CHECKSUM_CTRL(&net->netif, all | checks);
#else
	LWIP_UNUSED_ARG(net);
	LWIP_UNUSED_ARG(checks);
#endif
}

void ivshm_netif_rest_checks(struct ivshm_netif *net)
{
	u16_t checks = NETIF_CHECKSUM_CHECK_UDP;

	if (!ivshm_netif_peer_completes(net))
		checks |= NETIF_CHECKSUM_CHECK_TCP;
	set_checks(net, checks);
}

void ivshm_netif_input(struct ivshm_netif *net, struct pbuf *frame, bool trusted)
{
	const u16_t checks = NETIF_CHECKSUM_CHECK_TCP | NETIF_CHECKSUM_CHECK_UDP;
	struct netif *netif = &net->netif;
	u16_t type = read_be16((const u8_t *)frame->payload + offsetof(struct eth_hdr, type));

	set_checks(net, trusted ? 0 : checks);
	if (netif->input(frame, netif) != ERR_OK)
		pbuf_free(frame);
	/* A tag may hide IPv6. */
	if (type == ETHTYPE_IPV6 || type == ETHTYPE_VLAN)
		ivshm_netif_learn_paths(net);
	ivshm_netif_rest_checks(net);
}
