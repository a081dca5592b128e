// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The receive side: the peer's avail ring and descriptors, checked, and our used ring.
 *
 * An element of our used ring is written only if it has to say something else than in the round
 * before; with a peer that takes its descriptors in order it never has, and the ring stays in the
 * caches of both CPUs.
 */
#include "ring-private.h"

/* Frames that the peer has sent and we have not released: 0..n, or a peer error. */
static int available(struct ivshm_ring *ring)
{
	uint16_t count;

	if (ring->rx.available == ring->rx.next) {
		/* Acquire: name, descriptor and frame are read after the index that covers them. */
		ring->rx.available = ivshm_le16_to_cpu(
			ivshm_load_acquire(&ring->peer_section.avail->idx));
		/* It cannot have more on their way than it has descriptors; those that we hold
		 * back from it are among them.
		 */
		count = (uint16_t)(ring->rx.available - ring->rx.published);
		if (count > ring->geometry.entries ||
		    count < (uint16_t)(ring->rx.next - ring->rx.published)) {
			ring->rx.available = ring->rx.next;
			return IVSHM_PEER_AVAIL_INDEX;
		}
	}
	return (uint16_t)(ring->rx.available - ring->rx.next);
}

/* Finds the @size bytes that start at what desc.addr says, if they all lie in the data area. */
static const uint8_t *locate(const struct ivshm_ring *ring, uint64_t addr, uint32_t size)
{
	uint64_t offset = addr - ring->peer_section.base;

	if (addr < ring->peer_section.base || offset < ring->geometry.header ||
	    offset > ring->geometry.size || size > ring->geometry.size - offset)
		return NULL;
	return ring->peer_section.start + (size_t)offset;
}

/* The private copy of a descriptor becomes the frame, or an error. */
static int check_frame(const struct ivshm_ring *ring, uint64_t addr, uint32_t size, uint16_t flags,
		       struct ivshm_frame *frame)
{
	uint32_t extra = flags == IVSHM_DESC_NET_HDR ? sizeof(frame->hdr) : 0;
	const uint8_t *start;

	if (flags & ~(ring->features & IVSHM_F_CSUM ? IVSHM_DESC_NET_HDR : 0))
		return IVSHM_PEER_DESC_FLAGS;
	if (size < extra + IVSHM_FRAME_MIN || size > extra + IVSHM_FRAME_MAX)
		return IVSHM_PEER_DESC_LEN;
	start = locate(ring, addr, size);
	if (!start)
		return IVSHM_PEER_DESC_RANGE;

	frame->data = start + extra;
	frame->len = size - extra;
	frame->extended = extra != 0;
	if (frame->extended) {
		ivshm_net_hdr_copy(&frame->hdr, start);
		if (!ivshm_net_hdr_valid(&frame->hdr, frame->len, ring->features))
			return IVSHM_PEER_NET_HDR;
	}
	return IVSHM_OK;
}

int ivshm_rx_peek(struct ivshm_ring *ring, struct ivshm_frame *frame)
{
	const struct ivshm_section *peer = &ring->peer_section;
	const struct ivshm_desc *desc;
	int result = available(ring);
	uint16_t id;

	if (result <= 0)
		return result;
	id = ivshm_le16_to_cpu(ivshm_read_once(&peer->avail->ring[ring->rx.next & ring->mask]));
	if (id >= ring->geometry.entries)
		return IVSHM_PEER_DESC_INDEX;
	ring->rx.id = id;
	desc = &peer->desc[id];
	result = check_frame(ring, ivshm_le64_to_cpu(ivshm_read_once(&desc->addr)),
			     ivshm_le32_to_cpu(ivshm_read_once(&desc->len)),
			     ivshm_le16_to_cpu(ivshm_read_once(&desc->flags)), frame);
	return result == IVSHM_OK ? 1 : result;
}

void ivshm_rx_release(struct ivshm_ring *ring)
{
	uint16_t place = ring->rx.next & ring->mask;
	struct ivshm_used_elem *element = &ring->own.used->ring[place];

	if (ring->rx.ids[place] != ring->rx.id) {
		ring->rx.ids[place] = ring->rx.id;
		ivshm_write_once(&element->id, ivshm_cpu_to_le32(ring->rx.id));
		ivshm_write_once(&element->len, ivshm_cpu_to_le32(IVSHM_USED_LEN));
	}
	ring->rx.next++;
}

void ivshm_rx_publish(struct ivshm_ring *ring)
{
	/*
	 * Release: the used elements are there, and the frames have been read, before the sender
	 * can see the index and reuse the slots.
	 */
	ring->rx.published = ring->rx.next;
	ivshm_store_release(&ring->own.used->idx, ivshm_cpu_to_le16(ring->rx.next));
}

bool ivshm_rx_notify_needed(struct ivshm_ring *ring)
{
	uint16_t old = ring->rx.notified;
	uint16_t now = ring->rx.published;
	uint16_t event;

	if (now == old)
		return false;
	ring->rx.notified = now;
	/*
	 * Full: used.idx must be out before used_event is read. The sender writes used_event,
	 * passes its full barrier and reads used.idx: of the two, one sees what the other wrote.
	 */
	ivshm_full_barrier();
	event = ivshm_le16_to_cpu(ivshm_read_once(ring->peer_section.used_event));
	return ivshm_event_passed(event, now, old);
}

bool ivshm_rx_enable_events(struct ivshm_ring *ring, uint16_t after)
{
	uint16_t event = (uint16_t)(ring->rx.next + after);
	uint16_t index;

	if (ring->rx.event != event) {
		ring->rx.event = event;
		ivshm_write_once(ring->own.avail_event, ivshm_cpu_to_le16(event));
	}
	/* Full: as in ivshm_tx_notify_needed(), the other way round. */
	ivshm_full_barrier();
	index = ivshm_le16_to_cpu(ivshm_read_once(&ring->peer_section.avail->idx));
	return (uint16_t)(index - ring->rx.next) > after;
}

void ivshm_rx_disable_events(struct ivshm_ring *ring)
{
	uint16_t event = ivshm_event_never(ring->rx.next);

	/* An event that is over stays over for long: spare the peer's cache the write. */
	if ((uint16_t)(event - ring->rx.event) <= INT16_MAX)
		return;
	ring->rx.event = event;
	ivshm_write_once(ring->own.avail_event, ivshm_cpu_to_le16(event));
}
