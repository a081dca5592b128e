// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * From the size of a section to a ring ready for use: the numbers, the pointers, the zeroed start.
 */
#include "ring-private.h"

/* Offset of the used part behind n descriptors and the avail ring with its three other words. */
static size_t used_offset(size_t entries)
{
	return ivshm_align(sizeof(struct ivshm_desc) * entries + sizeof(uint16_t) * (3 + entries));
}

static size_t header_size(size_t entries)
{
	return ivshm_align(used_offset(entries) + 3 * sizeof(uint16_t) +
			   sizeof(struct ivshm_used_elem) * entries);
}

/* Bytes from H on that slots can use; positions are kept in 32 bits. */
static size_t data_size(const struct ivshm_geometry *geometry)
{
	size_t data = geometry->size - geometry->header;
	size_t limit = UINT32_MAX - geometry->header;

	return (data < limit ? data : limit) & ~(size_t)(IVSHM_ALIGN - 1);
}

/* Longest frame, with a network header or without: whether it has one must not decide. */
static uint32_t max_frame(const struct ivshm_geometry *geometry)
{
	size_t fits = data_size(geometry) - IVSHM_SLOT_EXTRA - sizeof(struct ivshm_net_hdr);

	return fits < IVSHM_FRAME_MAX ? (uint32_t)fits : IVSHM_FRAME_MAX;
}

uint32_t ivshm_tx_max_frame(const struct ivshm_ring *ring)
{
	return max_frame(&ring->geometry);
}

int ivshm_geometry_init(struct ivshm_geometry *geometry, size_t size)
{
	const uint32_t overhead = IVSHM_FRAME_MIN + 4; /* one VLAN tag */
	size_t entries, header = 0;

	/*
	 * The protocol: n from 4096 down to 32, until H(n) is below an eighth. Where it never is, n
	 * becomes 32 and H stays that of 64 entries, for existing peers have it so.
	 */
	for (entries = IVSHM_ENTRIES_MAX; entries > IVSHM_ENTRIES_MIN; entries /= 2) {
		header = header_size(entries);
		if (header < size / 8)
			break;
	}
	if (size < header || size - header < IVSHM_DATA_MIN)
		return IVSHM_BAD_SECTION;

	geometry->size = size;
	geometry->header = header;
	geometry->entries = (uint16_t)entries;
	geometry->used = used_offset(entries);
	geometry->tx_shadow = entries * sizeof(struct ivshm_slot);
	geometry->rx_shadow = entries * sizeof(uint16_t);
	geometry->max_mtu = max_frame(geometry) - overhead;
	if (geometry->max_mtu > IVSHM_MTU_MAX)
		geometry->max_mtu = IVSHM_MTU_MAX;
	return IVSHM_OK;
}

void ivshm_config_revision2(struct ivshm_config *config, void *own, const void *peer, size_t size)
{
	config->own = own;
	config->peer = peer;
	config->size = size;
	config->own_base = 0;
	config->peer_base = 0;
}

void ivshm_config_classic(struct ivshm_config *config, void *region, size_t size,
			  unsigned int position)
{
	size_t half = size / 2;
	size_t own = position ? half : 0;

	config->own = (uint8_t *)region + own;
	config->peer = (uint8_t *)region + (half - own);
	config->size = half;
	config->own_base = own;
	config->peer_base = half - own;
}

static void section_init(struct ivshm_section *section, void *start, uint64_t base,
			 const struct ivshm_geometry *geometry)
{
	section->start = start;
	section->base = base;
	section->desc = start;
	section->avail = (void *)(section->desc + geometry->entries);
	section->used = (void *)(section->start + geometry->used);
	section->used_event = &section->avail->ring[geometry->entries];
	section->avail_event = (void *)&section->used->ring[geometry->entries];
}

static bool aligned(const void *start)
{
	return ((uintptr_t)start & (sizeof(uint64_t) - 1)) == 0;
}

int ivshm_ring_init(struct ivshm_ring *ring, const struct ivshm_config *config)
{
	int result;

	ivshm_zero(ring, sizeof(*ring));
	result = ivshm_geometry_init(&ring->geometry, config->size);
	if (result != IVSHM_OK)
		return result;
	if (!aligned(config->own) || !aligned(config->peer))
		return IVSHM_BAD_SECTION;

	section_init(&ring->own, config->own, config->own_base, &ring->geometry);
	/* Written to by nobody: struct ivshm_section serves both ends. */
	section_init(&ring->peer_section, (void *)(uintptr_t)config->peer, config->peer_base,
		     &ring->geometry);
	ring->mask = ring->geometry.entries - 1;
	ring->tx.slots = config->shadow;
	ring->tx.end = (uint32_t)(ring->geometry.header + data_size(&ring->geometry));
	ring->rx.ids = (void *)((uint8_t *)config->shadow + ring->geometry.tx_shadow);
	ring->base = config->base;
	ring->features = config->base ? 0 : config->features & IVSHM_F_ALL;
	ring->mtu = config->mtu;
	ivshm_ring_set_mac(ring, config->mac);
	return IVSHM_OK;
}

void ivshm_ring_set_mtu(struct ivshm_ring *ring, uint32_t mtu)
{
	ring->mtu = mtu;
}

void ivshm_ring_set_mac(struct ivshm_ring *ring, const uint8_t mac[6])
{
	size_t i;

	for (i = 0; i < sizeof(ring->mac); i++)
		ring->mac[i] = mac[i];
}

static void tx_setup(struct ivshm_ring *ring)
{
	ring->tx.position = (uint32_t)ring->geometry.header;
	ring->tx.reserved_len = 0;
	ring->tx.head = 0;
	ring->tx.published = 0;
	ring->tx.notified = 0;
	ring->tx.named = 0;
	ring->tx.done = 0;
}

static void rx_setup(struct ivshm_ring *ring)
{
	uint16_t i;

	ring->rx.next = 0;
	ring->rx.available = 0;
	ring->rx.published = 0;
	ring->rx.notified = 0;
	ring->rx.event = 0;
	ring->rx.id = 0;
	for (i = 0; i < ring->geometry.entries; i++)
		ring->rx.ids[i] = UINT16_MAX; /* no descriptor's index */
}

void ivshm_ring_setup(struct ivshm_ring *ring)
{
	/* All of it, frames too: the peer may be another than the one they were meant for. */
	ivshm_zero(ring->own.start, ring->geometry.size);
	ivshm_zero(&ring->peer, sizeof(ring->peer));
	ivshm_extension_write(ring);
	tx_setup(ring);
	rx_setup(ring);
	/* Full: READY, which the caller writes to its state register next, comes after all this. */
	ivshm_full_barrier();
}

void ivshm_ring_start(struct ivshm_ring *ring)
{
	/* Full: the peer's READY, which the caller has read of a register, was read before this. */
	ivshm_full_barrier();
	ivshm_extension_read(ring);
}

const char *ivshm_result_text(int result)
{
	static const char *const peer_errors[] = {
		[IVSHM_PEER_ERROR - IVSHM_PEER_AVAIL_INDEX] = "avail index out of range",
		[IVSHM_PEER_ERROR - IVSHM_PEER_DESC_INDEX] = "descriptor index out of range",
		[IVSHM_PEER_ERROR - IVSHM_PEER_DESC_RANGE] = "frame outside of the section",
		[IVSHM_PEER_ERROR - IVSHM_PEER_DESC_LEN] = "frame length out of range",
		[IVSHM_PEER_ERROR - IVSHM_PEER_DESC_FLAGS] = "unexpected descriptor flags",
		[IVSHM_PEER_ERROR - IVSHM_PEER_NET_HDR] = "invalid network header",
		[IVSHM_PEER_ERROR - IVSHM_PEER_USED_INDEX] = "used index out of range",
		[IVSHM_PEER_ERROR - IVSHM_PEER_USED_ORDER] = "frames returned out of order",
	};
	const int count = sizeof(peer_errors) / sizeof(peer_errors[0]);

	if (result < IVSHM_PEER_ERROR && result > IVSHM_PEER_ERROR - count)
		return peer_errors[IVSHM_PEER_ERROR - result];
	switch (result) {
	case IVSHM_FULL:
		return "ring full";
	case IVSHM_BAD_FRAME:
		return "frame not to be sent over this link";
	case IVSHM_BAD_SECTION:
		return "section too small or not aligned";
	default:
		return result < 0 ? "unknown error" : "success";
	}
}
