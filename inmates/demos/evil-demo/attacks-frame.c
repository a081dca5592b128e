/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * With a ring that keeps the rules: what is in frames, and what is said about them.
 */
#include "evil.h"

#define BATCH     16
#define FRAME_MAX 4000

/* Offsets in a frame, and values there that lead further into a protocol stack */
#define ETHER_TYPE   12
#define IP_VERSION   14
#define IP_LENGTH    16
#define IP_FRAGMENT  20
#define IP_PROTOCOL  23
#define IP6_LENGTH   18
#define IP6_NEXT     20
#define IP_NORMAL    0x45
#define IP6_NORMAL   0x60
#define MAC_SIZE     6
#define HEADERS_SIZE 54
#define TYPE_IP4     0x0800
#define TYPE_IP6     0x86dd

static void put16(u8 *at, u32 value)
{
	at[0] = (u8)(value >> 8);
	at[1] = (u8)value;
}

static void put_ip4(u8 *frame, u32 len)
{
	static const u8 protocols[] = { 1, 2, 6, 17, 47, 132 };

	frame[IP_VERSION] = random_chance(8) ? (u8)random() : IP_NORMAL;
	put16(frame + IP_LENGTH, random_chance(4) ? (u32)random() : len - IP_VERSION);
	put16(frame + IP_FRAGMENT, random_chance(4) ? (u32)random() : 0);
	frame[IP_PROTOCOL] = protocols[random_below(sizeof(protocols))];
}

static void put_ip6(u8 *frame, u32 len)
{
	static const u8 headers[] = { 0, 6, 17, 43, 44, 58, 59, 60 };

	frame[IP_VERSION] = IP6_NORMAL;
	put16(frame + IP6_LENGTH, random_chance(4) ? (u32)random() : len - HEADERS_SIZE);
	frame[IP6_NEXT] = headers[random_below(sizeof(headers))];
}

/* Random bytes that look like something, to the peer or to all. */
static u32 make_frame(struct evil *evil, u8 *frame)
{
	static const u16 types[] = { TYPE_IP4, TYPE_IP4, TYPE_IP4, TYPE_IP6, TYPE_IP6, 0x0806,
				     0x8100,   0x88a8,   0x88cc,   4,        1500 };
	u32 len = IVSHM_FRAME_MIN + (u32)random_below(random_chance(4) ? FRAME_MAX : 128);
	u16 type = types[random_below(ARRAY_SIZE(types))];
	u32 i;

	for (i = 0; i < len; i++)
		frame[i] = (u8)random();
	memcpy(frame, evil->ring.peer.mac, MAC_SIZE);
	if (random_chance(4))
		memset(frame, 0xff, MAC_SIZE);
	put16(frame + ETHER_TYPE, type);
	if (len >= HEADERS_SIZE && type == TYPE_IP4)
		put_ip4(frame, len);
	else if (len >= HEADERS_SIZE && type == TYPE_IP6)
		put_ip6(frame, len);
	return len;
}

/* The kinds of segmentation, with where the transport header and its checksum are. */
struct segmentation {
	u8 gso_type;
	u16 csum_start, csum_offset;
};

static const struct segmentation segmentations[] = {
	{ IVSHM_GSO_TCPV4, 34, 16 }, { IVSHM_GSO_TCPV4 | IVSHM_GSO_ECN, 34, 16 },
	{ IVSHM_GSO_UDP, 34, 6 },    { IVSHM_GSO_TCPV6, 54, 16 },
	{ IVSHM_GSO_UDP, 54, 6 },
};

static struct ivshm_net_hdr random_header(void)
{
	return (struct ivshm_net_hdr){
		.flags = (u8)random(),
		.gso_type = (u8)random(),
		.hdr_len = (u16)random(),
		.gso_size = (u16)random(),
		.csum_start = (u16)random(),
		.csum_offset = (u16)random(),
	};
}

/*
 * One that the ring lets pass, mostly: what it says of the frame is wrong nevertheless, as the frame
 * is no more than random bytes.
 */
static struct ivshm_net_hdr make_header(u32 len)
{
	static const u16 sizes[] = { 2, 8, 536, 1448, 0xffff };
	const struct segmentation *kind = &segmentations[random_below(ARRAY_SIZE(segmentations))];
	bool fits = len >= HEADERS_SIZE + 20U;
	struct ivshm_net_hdr hdr = {
		.flags = IVSHM_HDR_NEEDS_CSUM,
		.gso_type = random_chance(3) ? IVSHM_GSO_NONE : kind->gso_type,
		.hdr_len = (u16)random_below(len + 1),
		.gso_size = sizes[random_below(ARRAY_SIZE(sizes))],
		.csum_start = fits ? kind->csum_start : IVSHM_FRAME_MIN - 2,
		.csum_offset = fits ? kind->csum_offset : 0,
	};

	if (random_chance(64))
		return random_header();
	if (fits && random_chance(4))
		hdr.csum_start = (u16)(IVSHM_FRAME_MIN + random_below(len - HEADERS_SIZE));
	if (!fits || random_chance(8)) {
		hdr.flags = random_chance(2) ? 0 : IVSHM_HDR_DATA_VALID;
		hdr.gso_type = IVSHM_GSO_NONE;
	}
	return hdr;
}

static void send(struct evil *evil, const struct ivshm_net_hdr *hdr, const u8 *frame, u32 len)
{
	u32 before = hdr ? sizeof(*hdr) : 0;
	u16 entry = evil->sent % evil->geometry.entries;
	struct ivshm_desc *desc = &evil->ring.own.desc[entry];
	u64 offset = evil->geometry.header + (u64)(evil->sent % BATCH) * 2 * FRAME_MAX;
	u8 *slot = evil->ring.own.start + offset;

	if (hdr)
		memcpy(slot, hdr, before);
	memcpy(slot + before, frame, len);
	poke64(&desc->addr, evil->ring.own.base + offset);
	poke32(&desc->len, before + len);
	poke16(&desc->flags, hdr ? IVSHM_DESC_NET_HDR : 0);
	poke16(&evil->ring.own.avail->ring[entry], entry);
	poke16(&evil->ring.own.avail->idx, ++evil->sent);
}

/* Waits a little for the peer to have taken everything. */
static void wait_until_taken(struct evil *evil)
{
	u64 end = get_time_ns() + 50 * NS_PER_MS;

	evil_ring(evil);
	while (ivshm_load_acquire(&evil->ring.peer_section.used->idx) != evil->sent &&
	       ivshmem_state(&evil->device, !evil->device.id) == IVSHM_RUN && get_time_ns() < end)
		cpu_relax();
}

static void send_batch(struct evil *evil, bool with_headers)
{
	static u8 frame[FRAME_MAX + 256];
	struct ivshm_net_hdr hdr;
	unsigned int i;
	u32 len;

	for (i = 0; i < BATCH; i++) {
		len = make_frame(evil, frame);
		hdr = make_header(len);
		send(evil, with_headers ? &hdr : NULL, frame, len);
	}
	wait_until_taken(evil);
}

void attack_headers(struct evil *evil)
{
	send_batch(evil, true);
}

void attack_frames(struct evil *evil)
{
	send_batch(evil, false);
}
