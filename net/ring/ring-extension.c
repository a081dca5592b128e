// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What goes beyond the base protocol: the block in which each side says what it can receive, and
 * the rules for the network header in front of a frame.
 */
#include "ring-private.h"

_Static_assert(sizeof(struct ivshm_extension) == IVSHM_EXTENSION_SIZE, "56 bytes below H");
_Static_assert(sizeof(struct ivshm_net_hdr) == 10, "as struct virtio_net_hdr");

static size_t extension_offset(const struct ivshm_ring *ring)
{
	return ring->geometry.header - IVSHM_EXTENSION_SIZE;
}

void ivshm_extension_write(struct ivshm_ring *ring)
{
	static const uint8_t magic[] = { 'I', 'V', 'N', 'X' };
	struct ivshm_extension *block = (void *)(ring->own.start + extension_offset(ring));
	size_t i;

	if (ring->base)
		return;
	for (i = 0; i < sizeof(magic); i++)
		block->magic[i] = magic[i];
	block->version = ivshm_cpu_to_le16(IVSHM_EXTENSION_VERSION);
	block->size = ivshm_cpu_to_le16(IVSHM_EXTENSION_SIZE);
	block->features = ivshm_cpu_to_le32(ring->features);
	block->mtu = ivshm_cpu_to_le32(ring->mtu);
	for (i = 0; i < sizeof(ring->mac); i++)
		block->mac[i] = ring->mac[i];
}

/*
 * Byte by byte, each read once: the compiler must not go back to the peer's memory later, and the
 * place of a frame is not aligned if the peer does not want it so.
 */
static void copy_once(void *to, const void *from, size_t size)
{
	const uint8_t *source = from;
	uint8_t *destination = to;
	size_t i;

	for (i = 0; i < size; i++)
		destination[i] = ivshm_read_once(source + i);
}

static bool block_valid(const struct ivshm_extension *block)
{
	return block->magic[0] == 'I' && block->magic[1] == 'V' && block->magic[2] == 'N' &&
	       block->magic[3] == 'X' &&
	       ivshm_le16_to_cpu(block->version) == IVSHM_EXTENSION_VERSION &&
	       ivshm_le16_to_cpu(block->size) >= IVSHM_EXTENSION_SIZE_MIN;
}

void ivshm_extension_read(struct ivshm_ring *ring)
{
	struct ivshm_peer *peer = &ring->peer;
	struct ivshm_extension block;
	size_t i;

	ivshm_zero(peer, sizeof(*peer));
	copy_once(&block, ring->peer_section.start + extension_offset(ring), sizeof(block));
	if (ring->base || !block_valid(&block))
		return;

	peer->extended = true;
	peer->features = ivshm_le32_to_cpu(block.features) & IVSHM_F_ALL;
	if (!(peer->features & IVSHM_F_CSUM))
		peer->features = 0;
	peer->mtu = ivshm_le32_to_cpu(block.mtu);
	if (peer->mtu < IVSHM_MTU_MIN)
		peer->mtu = 0;
	/* No frame is longer; and nobody's sum of it and a header's length wraps around. */
	if (peer->mtu > IVSHM_MTU_MAX)
		peer->mtu = IVSHM_MTU_MAX;
	for (i = 0; i < sizeof(peer->mac); i++)
		peer->mac[i] = block.mac[i];
}

void ivshm_net_hdr_copy(struct ivshm_net_hdr *hdr, const void *from)
{
	copy_once(hdr, from, sizeof(*hdr));
}

/* Features that a segmentation type asks for; 0 if there is no such type. */
static uint32_t gso_features(uint8_t gso_type)
{
	uint32_t ecn = gso_type & IVSHM_GSO_ECN ? IVSHM_F_ECN : 0;

	switch (gso_type & ~IVSHM_GSO_ECN) {
	case IVSHM_GSO_TCPV4:
		return IVSHM_F_TSO4 | ecn;
	case IVSHM_GSO_TCPV6:
		return IVSHM_F_TSO6 | ecn;
	case IVSHM_GSO_UDP:
		return ecn ? 0 : IVSHM_F_USO;
	default:
		return 0;
	}
}

static bool gso_valid(const struct ivshm_net_hdr *hdr, uint32_t len, uint32_t features)
{
	uint32_t size = ivshm_le16_to_cpu(hdr->gso_size);
	uint32_t needs = gso_features(hdr->gso_type);

	if (hdr->gso_type == IVSHM_GSO_NONE)
		return true;
	return needs != 0 && (needs & ~features) == 0 && (hdr->flags & IVSHM_HDR_NEEDS_CSUM) &&
	       len <= size * IVSHM_GSO_SEGMENTS_MAX && ivshm_le16_to_cpu(hdr->hdr_len) <= len;
}

bool ivshm_net_hdr_valid(const struct ivshm_net_hdr *hdr, uint32_t len, uint32_t features)
{
	uint32_t start = ivshm_le16_to_cpu(hdr->csum_start);
	uint32_t end = start + ivshm_le16_to_cpu(hdr->csum_offset) + sizeof(uint16_t);

	if (!(features & IVSHM_F_CSUM) ||
	    (hdr->flags & ~(IVSHM_HDR_NEEDS_CSUM | IVSHM_HDR_DATA_VALID)))
		return false;
	if ((hdr->flags & IVSHM_HDR_NEEDS_CSUM) && (start < IVSHM_FRAME_MIN || end > len))
		return false;
	return gso_valid(hdr, len, features);
}
