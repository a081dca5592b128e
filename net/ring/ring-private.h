/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the parts of net/ring share among themselves.
 */
#ifndef IVSHM_RING_PRIVATE_H
#define IVSHM_RING_PRIVATE_H

#include "ivshm-ring.h"

/* A frame sent and not yet reclaimed. Written by commit, read by reclaim and by reserve. */
struct ivshm_slot {
	uint32_t start; /* offset in the section */
	uint32_t bytes; /* of the frame, as it is accounted for */
};

static inline size_t ivshm_align(size_t value)
{
	return (value + IVSHM_ALIGN - 1) & ~(size_t)(IVSHM_ALIGN - 1);
}

/*
 * Whether the other side wants to be told that an index moved from @old to @now, as its event index
 * @event says (virtio 1.x, 2.7.10): whether @event is one of the numbers @old .. @now - 1, modulo
 * 2^16.
 */
static inline bool ivshm_event_passed(uint16_t event, uint16_t now, uint16_t old)
{
	return (uint16_t)(now - event - 1) < (uint16_t)(now - old);
}

/* Event index that is as far away as can be, for one who has seen all numbers up to @next. */
static inline uint16_t ivshm_event_never(uint16_t next)
{
	return (uint16_t)(next - 1);
}

/* Writes our extension block into our zeroed section, or leaves it zero in base mode. */
void ivshm_extension_write(struct ivshm_ring *ring);

/* Reads the peer's, once, into ring->peer. */
void ivshm_extension_read(struct ivshm_ring *ring);

/* Copies the network header at @from, in the peer's section and not aligned, reading it once. */
void ivshm_net_hdr_copy(struct ivshm_net_hdr *hdr, const void *from);

/*
 * Whether @hdr makes sense for a frame of @len bytes and asks only for what @features offer. The
 * same rule for what we send and for what we receive.
 */
bool ivshm_net_hdr_valid(const struct ivshm_net_hdr *hdr, uint32_t len, uint32_t features);

#endif /* IVSHM_RING_PRIVATE_H */
