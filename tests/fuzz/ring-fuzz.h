/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the fuzz targets of net/ring share: the input, the link, and the peer that lies.
 *
 * Both ends of the link are real rings, so that there is sensible traffic to spoil. End 0 is the one
 * under test: while it runs, its reads of shared memory are spoilt as the input says.
 */
#ifndef TESTS_FUZZ_RING_FUZZ_H
#define TESTS_FUZZ_RING_FUZZ_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ivshm-ring.h"
#include "ring-private.h"

#define require(condition)                \
	do {                              \
		if (!(condition))         \
			__builtin_trap(); \
	} while (0)

static struct {
	const uint8_t *data;
	size_t left;
} input;

static struct {
	struct ivshm_ring ring;
	struct ivshm_config config;
} ends[2];

static uint8_t *shared; /* all that the rings share */
static size_t shared_size;
static bool lying;

/* The next @size bytes of the input, then zeroes. */
static uint64_t take(size_t size)
{
	uint64_t value = 0;
	size_t count = size < input.left ? size : input.left;

	if (count)
		memcpy(&value, input.data, count);
	input.data += count;
	input.left -= count;
	return value;
}

uint64_t fuzz_load(const void *place, size_t size)
{
	bool is_shared = (const uint8_t *)place >= shared &&
			 (const uint8_t *)place < shared + shared_size;
	uint64_t value = 0;
	uint8_t how;

	memcpy(&value, place, size);
	if (!lying || !is_shared)
		return value;
	how = take(1);
	if (how < 0xe0)
		return value;
	if (how < 0xf0)
		return value + (how - 0xe8);
	return take(size);
}

/* The sections are neighbours, in one allocation that the address sanitizer watches. */
static void open_link(void)
{
	static const size_t sizes[] = { 2816, 4096, 16384, 65536 };
	size_t size = sizes[take(1) % 4];
	struct ivshm_geometry geometry;
	uint8_t how = take(1);

	shared_size = 2 * size;
	shared = malloc(shared_size);
	require(shared && ivshm_geometry_init(&geometry, size) == IVSHM_OK);
	for (int i = 0; i < 2; i++) {
		struct ivshm_config *config = &ends[i].config;

		memset(config, 0, sizeof(*config));
		if (how & 1)
			ivshm_config_classic(config, shared, shared_size, i);
		else
			ivshm_config_revision2(config, shared + i * size, shared + !i * size, size);
		config->features = how & 2 ? IVSHM_F_ALL : 0;
		config->shadow = malloc(ivshm_shadow_size(&geometry));
		require(ivshm_ring_init(&ends[i].ring, config) == IVSHM_OK);
	}
	lying = false;
	for (int i = 0; i < 2; i++)
		ivshm_ring_setup(&ends[i].ring);
	lying = how & 4;
	for (int i = 0; i < 2; i++)
		ivshm_ring_start(&ends[i].ring);
	require((ends[0].ring.peer.features & ~IVSHM_F_ALL) == 0);
}

static void close_link(void)
{
	for (int i = 0; i < 2; i++)
		free(ends[i].config.shadow);
	free(shared);
}

/* The peer writes to any place of its section, or of both with a classic device. */
static void scribble(void)
{
	bool classic = ends[0].config.own_base != ends[0].config.peer_base;
	size_t place = take(4);

	if (!classic)
		place = shared_size / 2 + place % (shared_size / 2);
	shared[place % shared_size] = take(1);
}

/* A header from the input, plausible at first sight. */
static struct ivshm_net_hdr some_header(void)
{
	struct ivshm_net_hdr hdr = { .flags = IVSHM_HDR_NEEDS_CSUM, .csum_start = 34 };

	hdr.gso_type = take(1);
	hdr.gso_size = take(2);
	hdr.csum_offset = take(1);
	return hdr;
}

/* Sends a frame from end @i; returns whether there was room for it. */
static bool send_frame(int i, void **slot, uint32_t *len)
{
	struct ivshm_net_hdr hdr = some_header();
	uint8_t how = take(1);

	*len = take(2) << (how & 1);
	if (ivshm_tx_reserve(&ends[i].ring, *len, how & 2 ? &hdr : NULL, slot) != IVSHM_OK)
		return false;
	memset(*slot, 0x5a, *len);
	ivshm_tx_commit(&ends[i].ring);
	return true;
}

#endif /* TESTS_FUZZ_RING_FUZZ_H */
