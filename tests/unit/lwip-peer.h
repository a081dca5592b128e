/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The other end of a channel without lwIP: a ring and a link that the test steps by hand, in the
 * same process.
 */
#ifndef TESTS_UNIT_LWIP_PEER_H
#define TESTS_UNIT_LWIP_PEER_H

#include "lwip-end.h"

#define FRAME_BUFFER 65600

struct peer {
	struct channel *channel;
	unsigned int id;
	struct ivshm_ring ring;
	struct ivshm_config config;
	void *shadow;
	u8_t state;
	bool up;
	u32_t heard; /* of the bell */
	u8_t mac[6];
};

/* An end that is up, with what @config says in its last four fields; it may be NULL. */
void peer_open(struct peer *peer, struct channel *channel, unsigned int id,
	       const struct ivshm_config *config);
void peer_close(struct peer *peer);

/* Does what the link's state machine says until nothing changes. */
void peer_step(struct peer *peer);

/* To RESET. */
void peer_drop(struct peer *peer);

bool peer_has_carrier(const struct peer *peer);

/* Steps both ends, past all times of holding back, until both have a carrier; false: they do not. */
bool peer_connect(struct peer *peer, struct end *end);

/* Sends a frame and rings if the other end wants it. A result of the ring. */
int peer_send(struct peer *peer, const void *frame, size_t len, const struct ivshm_net_hdr *hdr);

/* Takes the next frame: its length, 0 if there is none. @hdr, if not NULL, is all zero if it has none. */
size_t peer_receive(struct peer *peer, u8_t frame[FRAME_BUFFER], struct ivshm_net_hdr *hdr);

/* Interrupts since the last call. */
u32_t peer_interrupts(struct peer *peer);

/* ------------------------------------------------------------------------------ frames */

/* Ethernet header to the interface at the other end; returns its length. */
size_t peer_ethernet(const struct peer *peer, const struct end *end, u16_t type, u8_t *frame);

/* A whole ARP request, an IPv4 ping with @payload bytes of pattern @seed, a TCP segment with SYN. */
size_t peer_make_arp(const struct peer *peer, u8_t *frame);
size_t peer_make_ping(const struct peer *peer, const struct end *end, size_t payload, u32_t seed,
		      u8_t *frame);
size_t peer_make_syn(const struct peer *peer, const struct end *end, u16_t port, u8_t *frame);

/*
 * Of ICMPv6, from and to link-local addresses: @len bytes of message that stand at FRAME_L4_6 already,
 * but for the checksum. A message with which the peer shows its hardware address. A ping like that
 * of IPv4. One that says that packets to the peer are to have at most @mtu bytes.
 */
size_t peer_make_icmp6(const struct peer *peer, const struct end *end, size_t len, u8_t *frame);
size_t peer_make_solicitation(const struct peer *peer, const struct end *end, u8_t *frame);
size_t peer_make_ping6(const struct peer *peer, const struct end *end, size_t payload, u32_t seed,
		       u8_t *frame);
size_t peer_make_too_big(const struct peer *peer, const struct end *end, u32_t mtu, u8_t *frame);

/* Where things are in an IPv4 frame without options. */
#define FRAME_TYPE  12
#define FRAME_IP    14
#define FRAME_PROTO (FRAME_IP + 9)
#define FRAME_SRC   (FRAME_IP + 12)
#define FRAME_L4    (FRAME_IP + 20)

/* And in an IPv6 frame */
#define FRAME_NEXT6 (FRAME_IP + 6)
#define FRAME_SRC6  (FRAME_IP + 8)
#define FRAME_DST6  (FRAME_IP + 24)
#define FRAME_L4_6  (FRAME_IP + 40)

u16_t get_be16(const u8_t *from);
void put_be16(u8_t *to, u32_t value);

/* Sum of a TCP segment's pseudo header, as it stands in the field if the checksum is left out. */
u16_t pseudo_sum(const u8_t *frame);

/* Both know of each other in IPv6: the other end's address is there, and it has the peer's. */
void peer_introduce6(struct peer *peer, struct end *end);

/* Whether a frame's TCP checksum is right. */
bool tcp_checksum_right(const u8_t *frame);

#endif /* TESTS_UNIT_LWIP_PEER_H */
