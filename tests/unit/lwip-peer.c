// SPDX-License-Identifier: GPL-2.0-only
/*
 * An end of a channel that speaks the protocol step by step, and the frames for it to send.
 */
#include "lwip-peer.h"

#include "lwip-port.h"
#include "lwip-stream.h"

void peer_open(struct peer *peer, struct channel *channel, unsigned int id,
	       const struct ivshm_config *config)
{
	struct ivshm_geometry geometry;

	memset(peer, 0, sizeof(*peer));
	peer->channel = channel;
	peer->id = id;
	peer->up = true;
	assert_int_equal(ivshm_geometry_init(&geometry, channel->size), IVSHM_OK);
	peer->shadow = malloc(ivshm_shadow_size(&geometry));
	if (config)
		peer->config = *config;
	channel_sections(channel, id, &peer->config);
	peer->config.shadow = peer->shadow;
	peer->mac[0] = 2;
	peer->mac[5] = (u8_t)(0x80 + id);
	memcpy(peer->config.mac, peer->mac, sizeof(peer->mac));
	assert_int_equal(ivshm_ring_init(&peer->ring, &peer->config), IVSHM_OK);
	channel_set_state(channel, id, IVSHM_RESET);
}

void peer_close(struct peer *peer)
{
	peer_drop(peer);
	free(peer->shadow);
}

u32_t peer_interrupts(struct peer *peer)
{
	u32_t heard = peer->heard;

	peer->heard = peer->channel->ends[peer->id].bell;
	return peer->heard - heard;
}

static void apply(struct peer *peer, struct ivshm_link_step step)
{
	if (step.actions & IVSHM_LINK_SETUP)
		ivshm_ring_setup(&peer->ring);
	if (step.actions & IVSHM_LINK_START)
		ivshm_ring_start(&peer->ring);
	if (step.actions & IVSHM_LINK_WRITE)
		channel_set_state(peer->channel, peer->id, step.state);
	if (step.actions & IVSHM_LINK_RING)
		channel_ring(peer->channel, peer->id, IVSHM_NETIF_VECTOR_STATE);
	peer->state = step.state;
}

void peer_step(struct peer *peer)
{
	unsigned int known = (peer->up ? IVSHM_LINK_UP : 0) |
			     (peer->channel->classic ? IVSHM_LINK_CLASSIC : 0) |
			     (peer_interrupts(peer) ? IVSHM_LINK_RUNG : 0);
	u8_t old;

	do {
		old = peer->state;
		apply(peer, ivshm_link_step(old, channel_state(peer->channel, !peer->id), known));
		known &= ~IVSHM_LINK_RUNG;
	} while (peer->state != old);
}

void peer_drop(struct peer *peer)
{
	apply(peer, ivshm_link_drop(peer->state));
}

bool peer_has_carrier(const struct peer *peer)
{
	return ivshm_link_carrier(peer->state, channel_state(peer->channel, !peer->id));
}

bool peer_connect(struct peer *peer, struct end *end)
{
	for (int i = 0; i < 100; i++) {
		end_step(end);
		peer_step(peer);
		if (peer_has_carrier(peer) && netif_is_link_up(&end->net.netif))
			return true;
		end_skip_time(10);
	}
	return false;
}

int peer_send(struct peer *peer, const void *frame, size_t len, const struct ivshm_net_hdr *hdr)
{
	struct ivshm_tally tally;
	void *slot;
	int result;

	assert_int_equal(ivshm_tx_reclaim(&peer->ring, &tally), IVSHM_OK);
	result = ivshm_tx_reserve(&peer->ring, (uint32_t)len, hdr, &slot);
	if (result != IVSHM_OK)
		return result;
	memcpy(slot, frame, len);
	ivshm_tx_commit(&peer->ring);
	ivshm_tx_publish(&peer->ring);
	if (ivshm_tx_notify_needed(&peer->ring))
		channel_ring(peer->channel, peer->id, IVSHM_NETIF_VECTOR_FRAMES);
	return IVSHM_OK;
}

size_t peer_receive(struct peer *peer, u8_t frame[FRAME_BUFFER], struct ivshm_net_hdr *hdr)
{
	struct ivshm_frame received;
	int result = ivshm_rx_peek(&peer->ring, &received);

	assert_true(result >= 0);
	if (result == 0)
		return 0;
	assert_true(received.len <= FRAME_BUFFER);
	memcpy(frame, received.data, received.len);
	if (hdr)
		*hdr = received.extended ? received.hdr : (struct ivshm_net_hdr){ 0 };
	ivshm_rx_release(&peer->ring);
	ivshm_rx_publish(&peer->ring);
	if (ivshm_rx_notify_needed(&peer->ring))
		channel_ring(peer->channel, peer->id, IVSHM_NETIF_VECTOR_FRAMES);
	return received.len;
}

/* --------------------------------------------------------------------------------- frames */

u16_t get_be16(const u8_t *from)
{
	return (u16_t)(from[0] << 8 | from[1]);
}

void put_be16(u8_t *to, u32_t value)
{
	to[0] = (u8_t)(value >> 8);
	to[1] = (u8_t)value;
}

static u16_t checksum(const u8_t *data, size_t len)
{
	return (u16_t)~lwip_htons(lwip_port_checksum(data, (int)len));
}

static void put_ip4(const struct peer *peer, u8_t *to)
{
	memcpy(to, (u8_t[]){ 10, 0, 1, (u8_t)(peer->id + 1) }, 4);
}

static void put_other_ip4(const struct peer *peer, u8_t *to)
{
	memcpy(to, (u8_t[]){ 10, 0, 1, (u8_t)(!peer->id + 1) }, 4);
}

size_t peer_ethernet(const struct peer *peer, const struct end *end, u16_t type, u8_t *frame)
{
	memcpy(frame, end->net.netif.hwaddr, 6);
	memcpy(frame + 6, peer->mac, 6);
	put_be16(frame + FRAME_TYPE, type);
	return FRAME_IP;
}

size_t peer_make_arp(const struct peer *peer, u8_t *frame)
{
	static const u8_t request[] = { 0, 1, 8, 0, 6, 4, 0, 1 };

	memset(frame, 0xff, 6);
	memcpy(frame + 6, peer->mac, 6);
	put_be16(frame + FRAME_TYPE, 0x0806);
	memcpy(frame + 14, request, sizeof(request));
	memcpy(frame + 22, peer->mac, 6);
	put_ip4(peer, frame + 28);
	memset(frame + 32, 0, 6);
	put_other_ip4(peer, frame + 38);
	return 42;
}

static size_t make_ip4(const struct peer *peer, const struct end *end, u8_t protocol,
		       size_t payload, u8_t *frame)
{
	u8_t *header = frame + peer_ethernet(peer, end, 0x0800, frame);

	memset(header, 0, 20);
	header[0] = 0x45;
	put_be16(header + 2, (u32_t)(20 + payload));
	header[8] = 64;
	header[9] = protocol;
	put_ip4(peer, header + 12);
	put_other_ip4(peer, header + 16);
	put_be16(header + 10, checksum(header, 20));
	return FRAME_L4 + payload;
}

size_t peer_make_ping(const struct peer *peer, const struct end *end, size_t payload, u32_t seed,
		      u8_t *frame)
{
	u8_t *icmp = frame + FRAME_L4;

	memset(icmp, 0, 8);
	icmp[0] = 8;
	put_be16(icmp + 4, seed);
	stream_fill(icmp + 8, seed, 0, payload);
	put_be16(icmp + 2, checksum(icmp, 8 + payload));
	return make_ip4(peer, end, 1, 8 + payload, frame);
}

u16_t pseudo_sum(const u8_t *frame)
{
	u8_t header[12] = { 0 };

	memcpy(header, frame + FRAME_SRC, 8);
	header[9] = frame[FRAME_PROTO];
	put_be16(header + 10, get_be16(frame + FRAME_IP + 2) - 20U);
	return (u16_t)~checksum(header, sizeof(header));
}

static u16_t tcp_sum(const u8_t *frame)
{
	u32_t len = get_be16(frame + FRAME_IP + 2) - 20U;
	u32_t sum = pseudo_sum(frame);

	sum += (u16_t)~checksum(frame + FRAME_L4, len);
	return (u16_t)((sum & 0xffff) + (sum >> 16));
}

bool tcp_checksum_right(const u8_t *frame)
{
	return tcp_sum(frame) == 0xffff;
}

size_t peer_make_syn(const struct peer *peer, const struct end *end, u16_t port, u8_t *frame)
{
	size_t len = make_ip4(peer, end, 6, 20, frame);
	u8_t *tcp = frame + FRAME_L4;

	memset(tcp, 0, 20);
	put_be16(tcp, 5555);
	put_be16(tcp + 2, port);
	tcp[12] = 5 << 4;
	tcp[13] = 2;
	put_be16(tcp + 14, 1000);
	put_be16(tcp + 16, (u16_t)~tcp_sum(frame));
	return len;
}

/* ----------------------------------------------------------------------------------- IPv6 */

static void put_ip6(const struct peer *peer, u8_t *to)
{
	memset(to, 0, 16);
	to[0] = 0xfe;
	to[1] = 0x80;
	to[15] = (u8_t)(0x80 + peer->id);
}

static void put_other_ip6(const struct end *end, u8_t *to)
{
	memcpy(to, netif_ip6_addr(&end->net.netif, 0)->addr, 16);
}

/* RFC 4443, 2.3 */
static u16_t icmp6_checksum(const u8_t *frame, size_t len)
{
	u8_t header[40] = { 0 };
	u32_t sum;

	memcpy(header, frame + FRAME_SRC6, 32);
	put_be16(header + 34, (u32_t)len);
	header[39] = 58;
	sum = (u16_t)~checksum(header, sizeof(header));
	sum += (u16_t)~checksum(frame + FRAME_L4_6, len);
	return (u16_t) ~((sum & 0xffff) + (sum >> 16));
}

size_t peer_make_icmp6(const struct peer *peer, const struct end *end, size_t len, u8_t *frame)
{
	u8_t *header = frame + peer_ethernet(peer, end, 0x86dd, frame);

	memset(header, 0, 8);
	header[0] = 0x60;
	put_be16(header + 4, (u32_t)len);
	header[6] = 58;
	header[7] = 255;
	put_ip6(peer, header + 8);
	put_other_ip6(end, header + 24);
	put_be16(frame + FRAME_L4_6 + 2, 0);
	put_be16(frame + FRAME_L4_6 + 2, icmp6_checksum(frame, len));
	return FRAME_L4_6 + len;
}

/* RFC 4861, 4.3 */
size_t peer_make_solicitation(const struct peer *peer, const struct end *end, u8_t *frame)
{
	u8_t *icmp = frame + FRAME_L4_6;

	memset(icmp, 0, 32);
	icmp[0] = 135;
	put_other_ip6(end, icmp + 8);
	icmp[24] = 1;
	icmp[25] = 1;
	memcpy(icmp + 26, peer->mac, 6);
	return peer_make_icmp6(peer, end, 32, frame);
}

size_t peer_make_ping6(const struct peer *peer, const struct end *end, size_t payload, u32_t seed,
		       u8_t *frame)
{
	u8_t *icmp = frame + FRAME_L4_6;

	memset(icmp, 0, 8);
	icmp[0] = 128;
	put_be16(icmp + 4, seed);
	stream_fill(icmp + 8, seed, 0, payload);
	return peer_make_icmp6(peer, end, 8 + payload, frame);
}

/* RFC 4443, 3.2 */
size_t peer_make_too_big(const struct peer *peer, const struct end *end, u32_t mtu, u8_t *frame)
{
	u8_t *icmp = frame + FRAME_L4_6;

	memset(icmp, 0, 48);
	icmp[0] = 2;
	put_be16(icmp + 4, mtu >> 16);
	put_be16(icmp + 6, mtu);
	icmp[8] = 0x60;
	put_other_ip6(end, icmp + 16);
	put_ip6(peer, icmp + 32);
	return peer_make_icmp6(peer, end, 48, frame);
}

void peer_introduce6(struct peer *peer, struct end *end)
{
	static u8_t frame[FRAME_BUFFER];
	struct netif *netif = &end->net.netif;

	for (int i = 0; i < 60 && !ip6_addr_isvalid(netif_ip6_addr_state(netif, 0)); i++) {
		end_skip_time(100);
		end_step(end);
	}
	assert_true(ip6_addr_isvalid(netif_ip6_addr_state(netif, 0)));
	assert_int_equal(peer_send(peer, frame, peer_make_solicitation(peer, end, frame), NULL),
			 IVSHM_OK);
	end_step(end);
	while (peer_receive(peer, frame, NULL))
		;
}
