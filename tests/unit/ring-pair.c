// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two ends of a link for the tests of net/ring.
 */
#include "ring-pair.h"

static void *allocate(size_t size)
{
	void *memory = malloc(size);

	assert_non_null(memory);
	memset(memory, 0xa5, size);
	return memory;
}

static void place_sections(struct pair *pair)
{
	if (pair->device == CLASSIC_DEVICE) {
		pair->region = allocate(2 * pair->size);
		for (int i = 0; i < 2; i++)
			ivshm_config_classic(&pair->end[i].config, pair->region, 2 * pair->size, i);
		return;
	}
	for (int i = 0; i < 2; i++)
		pair->end[i].section = allocate(pair->size);
	for (int i = 0; i < 2; i++)
		ivshm_config_revision2(&pair->end[i].config, pair->end[i].section,
				       pair->end[!i].section, pair->size);
}

void pair_open(struct pair *pair, const struct pair_options *options)
{
	struct ivshm_geometry geometry;

	memset(pair, 0, sizeof(*pair));
	pair->device = options->device;
	pair->size = options->size;
	place_sections(pair);
	assert_int_equal(ivshm_geometry_init(&geometry, options->size), IVSHM_OK);
	for (int i = 0; i < 2; i++) {
		struct pair_end *end = &pair->end[i];

		end->section = end->config.own;
		end->config.shadow = malloc(ivshm_shadow_size(&geometry));
		assert_non_null(end->config.shadow);
		end->config.features = options->features;
		end->config.base = options->base[i];
		end->config.mtu = geometry.max_mtu;
		memcpy(end->config.mac, (uint8_t[]){ 2, 0, 0, 0, 0, i }, 6);
		assert_int_equal(ivshm_ring_init(&end->ring, &end->config), IVSHM_OK);
	}
	pair_restart(pair);
}

void pair_restart(struct pair *pair)
{
	for (int i = 0; i < 2; i++)
		ivshm_ring_setup(&pair->end[i].ring);
	for (int i = 0; i < 2; i++)
		ivshm_ring_start(&pair->end[i].ring);
}

void pair_close(struct pair *pair)
{
	for (int i = 0; i < 2; i++) {
		free(pair->end[i].config.shadow);
		if (pair->device == REVISION2)
			free(pair->end[i].section);
	}
	free(pair->region);
}

int pair_send(struct pair_end *end, uint32_t len, uint32_t seed)
{
	void *frame;
	int result = ivshm_tx_reserve(&end->ring, len, NULL, &frame);

	if (result != IVSHM_OK)
		return result;
	pattern_fill(frame, len, seed);
	ivshm_tx_commit(&end->ring);
	ivshm_tx_publish(&end->ring);
	return IVSHM_OK;
}

void pair_receive(struct pair_end *end, uint32_t len, uint32_t seed)
{
	struct ivshm_frame frame;

	assert_int_equal(ivshm_rx_peek(&end->ring, &frame), 1);
	assert_int_equal(frame.len, len);
	assert_false(frame.extended);
	assert_true(pattern_matches(frame.data, len, seed));
	ivshm_rx_release(&end->ring);
	ivshm_rx_publish(&end->ring);
}

void pair_reclaim(struct pair_end *end, uint32_t frames, uint32_t bytes)
{
	struct ivshm_tally tally;

	assert_int_equal(ivshm_tx_reclaim(&end->ring, &tally), IVSHM_OK);
	assert_int_equal(tally.frames, frames);
	assert_int_equal(tally.bytes, bytes);
}

static uint64_t pattern_word(uint32_t seed, uint32_t index)
{
	uint64_t word = ((uint64_t)seed << 32 | index) * 0x9e3779b97f4a7c15ull;

	return word ^ (word >> 32);
}

void pattern_fill(uint8_t *to, uint32_t len, uint32_t seed)
{
	for (uint32_t i = 0; i < len; i += 8) {
		uint64_t word = pattern_word(seed, i);

		memcpy(to + i, &word, len - i < 8 ? len - i : 8);
	}
}

bool pattern_matches(const uint8_t *from, uint32_t len, uint32_t seed)
{
	for (uint32_t i = 0; i < len; i += 8) {
		uint64_t word = pattern_word(seed, i);

		if (memcmp(from + i, &word, len - i < 8 ? len - i : 8) != 0)
			return false;
	}
	return true;
}

uint32_t random_next(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(*state >> 32);
}
