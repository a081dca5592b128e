/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Against the ring: indices, descriptors, what is returned, and all of it while the peer looks.
 */
#include "evil.h"

#define FRAME_LEN      64
#define BATCH          32
#define CHANGES        4000
#define SCRIBBLES      500
#define SCRIBBLE_BYTES 64

void poke16(void *at, u16 value)
{
	__atomic_store_n((u16 *)at, value, __ATOMIC_RELEASE);
}

void poke32(void *at, u32 value)
{
	__atomic_store_n((u32 *)at, value, __ATOMIC_RELEASE);
}

void poke64(void *at, u64 value)
{
	__atomic_store_n((u64 *)at, value, __ATOMIC_RELEASE);
}

static u16 any_entry(struct evil *evil)
{
	return (u16)random_below(evil->geometry.entries);
}

/* One that is right in nine cases of ten. */
static u64 any_address(struct evil *evil)
{
	const struct ivshm_geometry *geometry = &evil->geometry;
	const u64 values[] = {
		0,
		1,
		geometry->header - 64,
		geometry->size - FRAME_LEN,
		geometry->size - 1,
		geometry->size,
		2 * geometry->size,
		1ULL << 31,
		1ULL << 32,
		1ULL << 63,
		~0ULL,
		~0ULL - 63,
		random(),
	};
	u64 slots = (geometry->size - geometry->header) / 2 / IVSHM_ALIGN;

	if (random_chance(10))
		return values[random_below(ARRAY_SIZE(values))];
	return evil->ring.own.base + geometry->header + random_below(slots) * IVSHM_ALIGN;
}

static u32 any_length(struct evil *evil)
{
	const u32 values[] = {
		0,
		1,
		IVSHM_FRAME_MIN - 1,
		IVSHM_FRAME_MIN,
		(u32)evil->geometry.size,
		IVSHM_FRAME_MAX,
		IVSHM_FRAME_MAX + 1,
		1U << 31,
		~0U,
		(u32)random(),
	};

	return random_chance(10) ? values[random_below(ARRAY_SIZE(values))]
				 : FRAME_LEN + (u32)random_below(2000);
}

static u16 any_flags(void)
{
	const u16 values[] = { 1, 2, 4, 0x80, 0x8000, 0xffff, IVSHM_DESC_NET_HDR, (u16)random() };

	return random_chance(10) ? values[random_below(ARRAY_SIZE(values))] : 0;
}

static void write_descriptor(struct evil *evil, u16 entry)
{
	struct ivshm_desc *desc = &evil->ring.own.desc[entry];

	poke64(&desc->addr, any_address(evil));
	poke32(&desc->len, any_length(evil));
	poke16(&desc->flags, any_flags());
	poke16(&desc->next, (u16)random());
}

static void offer(struct evil *evil, u16 entry)
{
	poke16(&evil->ring.own.avail->ring[evil->sent % evil->geometry.entries], entry);
	evil->sent++;
}

static void publish(struct evil *evil)
{
	poke16(&evil->ring.own.avail->idx, evil->sent);
	evil_ring(evil);
}

void attack_indices(struct evil *evil)
{
	switch (random_below(3)) {
	case 0:
		poke16(&evil->ring.own.avail->idx, (u16)random());
		break;
	case 1:
		poke16(&evil->ring.own.used->idx, (u16)random());
		break;
	default:
		poke16(&evil->ring.own.avail->idx, (u16)(evil->geometry.entries + 1));
		poke16(&evil->ring.own.used->idx, (u16)-1);
	}
	evil_ring(evil);
}

void attack_descriptors(struct evil *evil)
{
	unsigned int n = 1 + (unsigned int)random_below(BATCH);
	u16 entry;

	while (n--) {
		entry = any_entry(evil);
		write_descriptor(evil, entry);
		offer(evil, random_chance(100) ? (u16)random() : entry);
	}
	publish(evil);
}

/* Frames returned that were not sent, in a wrong order, twice; and any event index. */
void attack_returns(struct evil *evil)
{
	u16 sent = ivshm_read_once(&evil->ring.peer_section.avail->idx);
	struct ivshm_used *used = evil->ring.own.used;
	unsigned int i;

	for (i = 0; i < evil->geometry.entries; i++) {
		poke32(&used->ring[i].id, random_chance(10) ? (u32)random() : i);
		poke32(&used->ring[i].len, random_chance(2) ? (u32)random() : IVSHM_USED_LEN);
	}
	poke16(evil->ring.own.avail_event, (u16)random());
	poke16(evil->ring.own.used_event, (u16)random());
	poke16(&used->idx, (u16)(sent + random_below(8)));
	evil_ring(evil);
}

static void change_something(struct evil *evil)
{
	struct ivshm_section *own = &evil->ring.own;

	switch (random_below(8)) {
	case 0:
		poke16(&own->avail->idx, (u16)(evil->sent + random_below(2)));
		break;
	case 1:
		poke16(&own->avail->ring[any_entry(evil)], any_entry(evil));
		break;
	case 2:
		poke16(own->avail_event, (u16)random());
		break;
	case 3:
		poke64(own->start + evil->geometry.header + random_below(4096) * 8, random());
		break;
	default:
		write_descriptor(evil, any_entry(evil));
	}
}

/* Right at first, changed while the peer is looking. */
void attack_changes(struct evil *evil)
{
	unsigned int i;

	for (i = 0; i < BATCH; i++) {
		u16 entry = any_entry(evil);
		struct ivshm_desc *desc = &evil->ring.own.desc[entry];

		poke64(&desc->addr, evil->ring.own.base + evil->geometry.header);
		poke32(&desc->len, FRAME_LEN);
		poke16(&desc->flags, 0);
		offer(evil, entry);
	}
	publish(evil);
	for (i = 0; i < CHANGES; i++)
		change_something(evil);
	evil_ring(evil);
}

/* With a classic device also over what the peer sends, and over what it has returned. */
void attack_scribbles(struct evil *evil)
{
	unsigned int i, n;
	size_t limit = random_chance(2) ? evil->geometry.header : evil->geometry.size;
	u8 *start = evil->writable;

	if (evil->device.classic && random_chance(2))
		start += evil->geometry.size;
	for (i = 0; i < SCRIBBLES; i++) {
		u8 *at = start + random_below(limit / SCRIBBLE_BYTES) * SCRIBBLE_BYTES;

		for (n = 0; n < SCRIBBLE_BYTES; n += sizeof(u64))
			poke64(at + n, random_chance(4) ? 0 : random());
	}
	evil_ring(evil);
}
