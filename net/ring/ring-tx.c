// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The transmit side: slots, descriptors, the avail ring, and what comes back in the peer's used
 * ring.
 *
 * Frame number i always takes descriptor i modulo n: the peer returns them in order, so that one is
 * free when its turn comes. The avail ring then says the same in every round, is written in the
 * first only, and stays in the caches of both CPUs.
 *
 * Slots are taken in order and come back in order, so what is in use is one range of the data area
 * that may wrap: from the slot of frame `done` to `position`. Reclaim moves `done` and nothing
 * else; reserve takes the range's start from the private slot of that frame.
 */
#include "ring-private.h"

static uint32_t slot_size(uint32_t len)
{
	return (uint32_t)ivshm_align(len + IVSHM_SLOT_EXTRA);
}

uint16_t ivshm_tx_in_flight(const struct ivshm_ring *ring)
{
	/* Acquire: what reclaim has seen given back may be written to by who sees `done`. */
	return (uint16_t)(ring->tx.head - ivshm_load_acquire(&ring->tx.done));
}

/* Where a slot of @size bytes goes: offset in the section, or 0 if there is no room now. */
static uint32_t find_slot(const struct ivshm_ring *ring, uint32_t size)
{
	uint32_t first = (uint32_t)ring->geometry.header;
	uint16_t in_flight = ivshm_tx_in_flight(ring);
	uint32_t position = ring->tx.position;
	uint32_t end = ring->tx.end;
	uint32_t oldest;

	if (in_flight == 0)
		return end - position >= size ? position : first;
	if (in_flight == ring->geometry.entries)
		return 0;

	oldest = ring->tx.slots[(uint16_t)(ring->tx.head - in_flight) & ring->mask].start;
	if (position <= oldest)
		return oldest - position >= size ? position : 0;
	if (end - position >= size)
		return position;
	return oldest - first >= size ? first : 0;
}

/* Whether a frame with @extra bytes of network header fits into an empty data area. */
static bool ever_fits(const struct ivshm_ring *ring, uint32_t len, uint32_t extra)
{
	return len >= IVSHM_FRAME_MIN && len <= IVSHM_FRAME_MAX &&
	       slot_size(len + extra) <= ring->tx.end - ring->geometry.header;
}

bool ivshm_tx_has_room(struct ivshm_ring *ring, uint32_t len)
{
	const uint32_t extra = sizeof(struct ivshm_net_hdr);

	return ever_fits(ring, len, extra) && find_slot(ring, slot_size(len + extra)) != 0;
}

int ivshm_tx_reserve(struct ivshm_ring *ring, uint32_t len, const struct ivshm_net_hdr *hdr,
		     void **frame)
{
	uint32_t extra = hdr ? sizeof(*hdr) : 0;
	uint32_t position;
	uint8_t *start;

	ring->tx.reserved_len = 0;
	if (!ever_fits(ring, len, extra) ||
	    (hdr && !ivshm_net_hdr_valid(hdr, len, ring->peer.features)))
		return IVSHM_BAD_FRAME;
	position = find_slot(ring, slot_size(len + extra));
	if (position == 0)
		return IVSHM_FULL;

	start = ring->own.start + position;
	ring->tx.reserved = position;
	ring->tx.reserved_len = len + extra;
	ring->tx.reserved_frame = len;
	ring->tx.reserved_flags = hdr ? IVSHM_DESC_NET_HDR : 0;
	if (hdr)
		*(struct ivshm_net_hdr *)start = *hdr;
	*frame = start + extra;
	return IVSHM_OK;
}

/* The element of avail.ring for frame @number, where it does not say so yet. */
static void name_descriptor(struct ivshm_ring *ring, uint16_t number)
{
	uint16_t id = number & ring->mask;

	if (ring->tx.named == ring->geometry.entries)
		return;
	ivshm_write_once(&ring->own.avail->ring[id], ivshm_cpu_to_le16(id));
	ring->tx.named++;
}

void ivshm_tx_commit(struct ivshm_ring *ring)
{
	uint16_t number = ring->tx.head;
	struct ivshm_slot *slot = &ring->tx.slots[number & ring->mask];
	struct ivshm_desc *desc = &ring->own.desc[number & ring->mask];

	if (ring->tx.reserved_len == 0)
		return;
	slot->start = ring->tx.reserved;
	slot->bytes = ring->tx.reserved_frame;
	ivshm_write_once(&desc->addr, ivshm_cpu_to_le64(ring->own.base + ring->tx.reserved));
	ivshm_write_once(&desc->len, ivshm_cpu_to_le32(ring->tx.reserved_len));
	ivshm_write_once(&desc->flags, ivshm_cpu_to_le16(ring->tx.reserved_flags));
	name_descriptor(ring, number);
	ring->tx.position = ring->tx.reserved + slot_size(ring->tx.reserved_len);
	ring->tx.reserved_len = 0;
	ring->tx.head = (uint16_t)(number + 1);
}

void ivshm_tx_publish(struct ivshm_ring *ring)
{
	/*
	 * Release, for the peer: it finds frame, descriptor and name once it sees the index. Before
	 * it and with release, too, for reclaim: whatever it sees returned it knows as published,
	 * with its private slot.
	 */
	ivshm_store_release(&ring->tx.published, ring->tx.head);
	ivshm_store_release(&ring->own.avail->idx, ivshm_cpu_to_le16(ring->tx.head));
}

bool ivshm_tx_notify_needed(struct ivshm_ring *ring)
{
	uint16_t old = ring->tx.notified;
	uint16_t now = ring->tx.published;
	uint16_t event;

	if (now == old)
		return false;
	ring->tx.notified = now;
	/*
	 * Full: avail.idx must be out before avail_event is read. The receiver writes avail_event,
	 * passes its full barrier and reads avail.idx: of the two, one sees what the other wrote.
	 */
	ivshm_full_barrier();
	event = ivshm_le16_to_cpu(ivshm_read_once(ring->peer_section.avail_event));
	return ivshm_event_passed(event, now, old);
}

int ivshm_tx_reclaim(struct ivshm_ring *ring, struct ivshm_tally *tally)
{
	const struct ivshm_used *used = ring->peer_section.used;
	uint16_t done = ring->tx.done;
	/*
	 * Acquire: the peer's reads of the frames are over before the slots are written again. And
	 * what it returned was published, which the next line therefore sees.
	 */
	uint16_t index = ivshm_le16_to_cpu(ivshm_load_acquire(&used->idx));
	uint16_t sent = (uint16_t)(ivshm_load_acquire(&ring->tx.published) - done);
	uint16_t returned = (uint16_t)(index - done);

	tally->frames = 0;
	tally->bytes = 0;
	if (returned > sent)
		return IVSHM_PEER_USED_INDEX;
	for (; tally->frames < returned; tally->frames++, done++) {
		uint16_t id = done & ring->mask;

		if (ivshm_le32_to_cpu(ivshm_read_once(&used->ring[id].id)) != id)
			return IVSHM_PEER_USED_ORDER;
		tally->bytes += ring->tx.slots[id].bytes;
	}
	/* Release: reserve may overwrite private slots, and frames, once it sees this. */
	ivshm_store_release(&ring->tx.done, done);
	return IVSHM_OK;
}

bool ivshm_tx_enable_events(struct ivshm_ring *ring, uint16_t after)
{
	uint16_t done = ivshm_load_acquire(&ring->tx.done);
	uint16_t sent = (uint16_t)(ivshm_load_acquire(&ring->tx.published) - done);
	uint16_t index;

	if (after >= sent)
		after = sent ? sent - 1 : 0;
	ivshm_write_once(ring->own.used_event, ivshm_cpu_to_le16((uint16_t)(done + after)));
	/* Full: as in ivshm_rx_notify_needed(), the other way round. */
	ivshm_full_barrier();
	index = ivshm_le16_to_cpu(ivshm_read_once(&ring->peer_section.used->idx));
	return sent == 0 || (uint16_t)(index - done) > after;
}

void ivshm_tx_disable_events(struct ivshm_ring *ring)
{
	uint16_t done = ivshm_load_acquire(&ring->tx.done);

	ivshm_write_once(ring->own.used_event, ivshm_cpu_to_le16(ivshm_event_never(done)));
}
