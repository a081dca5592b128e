/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A peer that breaks the protocol: each single way to do so is the error it should be, and a peer
 * that writes anything anywhere, at any time, never makes more of it than an error or wrong
 * content: no access outside of the sections, no endless loop, and after a reset all is well.
 *
 * suite: net
 * sources: tests/unit/ring-pair.c net/ring/ring-setup.c net/ring/ring-extension.c
 * sources: net/ring/ring-tx.c net/ring/ring-rx.c
 * flags: -Inet/ring -O2
 */
#include "ring-pair.h"

#include <pthread.h>

static const struct pair_options options_of[] = {
	{ REVISION2, 2816, 0, { false } },
	{ REVISION2, 16384, IVSHM_F_ALL, { false } },
	{ CLASSIC_DEVICE, 4096, IVSHM_F_ALL, { false } },
	{ CLASSIC_DEVICE, 0x7f000, 0, { true, false } },
};

/* --------------------------------------------------------------------------- one at a time */

/* End 0 is ours; end 1 is the peer, whose section is written to as needed. */
static struct pair pair;
static struct ivshm_frame frame;

static struct ivshm_section *peer_section(void)
{
	return &pair.end[0].ring.peer_section;
}

static int peek(void)
{
	return ivshm_rx_peek(&pair.end[0].ring, &frame);
}

static int set_up_one_frame(void **unused)
{
	(void)unused;
	pair_open(&pair, &options_of[1]);
	assert_int_equal(pair_send(&pair.end[1], 100, 1), IVSHM_OK);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	pair_close(&pair);
	return 0;
}

static void bad_avail_index(void **unused)
{
	uint16_t entries = pair.end[0].ring.geometry.entries;

	(void)unused;
	for (uint32_t idx = entries + 1; idx < 65536; idx++) {
		peer_section()->avail->idx = idx;
		assert_int_equal(peek(), IVSHM_PEER_AVAIL_INDEX);
		assert_true(ivshm_rx_enable_events(&pair.end[0].ring, 0));
	}
	peer_section()->avail->idx = 1;
	pair_receive(&pair.end[0], 100, 1);
	peer_section()->avail->idx = 0; /* back to what was received already */
	assert_int_equal(peek(), IVSHM_PEER_AVAIL_INDEX);
}

/* A frame that is released and not yet published still counts as on its way. */
static void avail_index_beyond_what_was_returned(void **unused)
{
	uint16_t entries = pair.end[0].ring.geometry.entries;

	(void)unused;
	assert_int_equal(peek(), 1);
	ivshm_rx_release(&pair.end[0].ring);
	peer_section()->avail->idx = entries + 1;
	assert_int_equal(peek(), IVSHM_PEER_AVAIL_INDEX);
	peer_section()->avail->idx = 0;
	assert_int_equal(peek(), IVSHM_PEER_AVAIL_INDEX);
	peer_section()->avail->idx = 1;
	assert_int_equal(peek(), 0);
	ivshm_rx_publish(&pair.end[0].ring);
	peer_section()->avail->idx = entries + 1;
	assert_int_equal(peek(), 1);
}

static void bad_descriptor_index(void **unused)
{
	(void)unused;
	for (uint32_t id = pair.end[0].ring.geometry.entries; id < 65536; id += 7) {
		peer_section()->avail->ring[0] = id;
		assert_int_equal(peek(), IVSHM_PEER_DESC_INDEX);
	}
	peer_section()->avail->ring[0] = 0;
	pair_receive(&pair.end[0], 100, 1);
}

static void bad_range(void **unused)
{
	struct ivshm_desc *desc = peer_section()->desc;
	uint64_t size = pair.size, header = pair.end[0].ring.geometry.header;
	const uint64_t bad[] = { 0,     1,          header - 1, size - 99,
				 size,  size + 1,   1ull << 32, (1ull << 32) + header,
				 ~0ull, ~0ull - 98, 1ull << 63, 0 - header };

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		desc->addr = bad[i];
		assert_int_equal(peek(), IVSHM_PEER_DESC_RANGE);
	}
	desc->addr = size - 100; /* the last place, and an odd one */
	assert_int_equal(peek(), 1);
	assert_ptr_equal(frame.data, pair.end[1].section + size - 100);
	desc->addr = header + 1;
	assert_int_equal(peek(), 1);
}

static void bad_range_classic(void **unused)
{
	struct ivshm_desc *desc;

	(void)unused;
	pair_open(&pair, &options_of[2]);
	desc = pair.end[1].ring.peer_section.desc;
	assert_int_equal(pair_send(&pair.end[0], 100, 1), IVSHM_OK);
	/* Within the region, but in the receiver's own half. */
	desc->addr = 4096 + 1792;
	assert_int_equal(ivshm_rx_peek(&pair.end[1].ring, &frame), IVSHM_PEER_DESC_RANGE);
	desc->addr = 1792;
	pair_receive(&pair.end[1], 100, 1);
	assert_int_equal(pair_send(&pair.end[1], 100, 1), IVSHM_OK);
	desc = pair.end[0].ring.peer_section.desc;
	desc->addr = 1792;
	assert_int_equal(ivshm_rx_peek(&pair.end[0].ring, &frame), IVSHM_PEER_DESC_RANGE);
	pair_close(&pair);
}

static void bad_length(void **unused)
{
	static const uint32_t bad[] = { 0, 1, 13, 65558, 1 << 20, 1u << 31, UINT32_MAX };
	struct ivshm_desc *desc = peer_section()->desc;

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		desc->len = bad[i];
		assert_int_equal(peek(), IVSHM_PEER_DESC_LEN);
	}
	desc->len = 65557; /* a length that exists, but not here */
	assert_int_equal(peek(), IVSHM_PEER_DESC_RANGE);
	desc->flags = IVSHM_DESC_NET_HDR;
	desc->len = 23;
	assert_int_equal(peek(), IVSHM_PEER_DESC_LEN);
}

static void bad_flags(void **unused)
{
	struct ivshm_desc *desc = peer_section()->desc;

	(void)unused;
	for (uint32_t flags = 1; flags < 65536; flags++) {
		if (flags == IVSHM_DESC_NET_HDR)
			continue;
		desc->flags = flags;
		assert_int_equal(peek(), IVSHM_PEER_DESC_FLAGS);
	}
	desc->flags = IVSHM_DESC_NET_HDR;
	memset(pair.end[1].section + desc->addr, 0xff, 10);
	assert_int_equal(peek(), IVSHM_PEER_NET_HDR);
	pair.end[0].ring.features = IVSHM_F_TSO4; /* nothing offered */
	assert_int_equal(peek(), IVSHM_PEER_DESC_FLAGS);
}

static void bad_used_index(void **unused)
{
	struct ivshm_tally tally;
	struct ivshm_ring *ring = &pair.end[1].ring;

	(void)unused;
	for (uint32_t idx = 2; idx < 65536; idx++) {
		ring->peer_section.used->idx = idx;
		assert_int_equal(ivshm_tx_reclaim(ring, &tally), IVSHM_PEER_USED_INDEX);
	}
	assert_int_equal(ivshm_tx_in_flight(ring), 1);
}

/* A frame that is committed but not published cannot come back. */
static void used_index_beyond_what_was_published(void **unused)
{
	struct ivshm_tally tally;
	struct ivshm_ring *ring = &pair.end[1].ring;
	void *slot;

	(void)unused;
	assert_int_equal(ivshm_tx_reserve(ring, 60, NULL, &slot), IVSHM_OK);
	ivshm_tx_commit(ring);
	ring->peer_section.used->idx = 2;
	assert_int_equal(ivshm_tx_reclaim(ring, &tally), IVSHM_PEER_USED_INDEX);
	ivshm_tx_publish(ring);
	ring->peer_section.used->ring[1].id = 1;
	assert_int_equal(ivshm_tx_reclaim(ring, &tally), IVSHM_OK);
	assert_int_equal(tally.frames, 2);
}

static void bad_used_order(void **unused)
{
	struct ivshm_tally tally;
	struct ivshm_ring *ring = &pair.end[1].ring;
	struct ivshm_used *used = ring->peer_section.used;

	(void)unused;
	assert_int_equal(pair_send(&pair.end[1], 100, 2), IVSHM_OK);
	used->ring[0].id = 1;
	used->ring[1].id = 0;
	used->idx = 2;
	assert_int_equal(ivshm_tx_reclaim(ring, &tally), IVSHM_PEER_USED_ORDER);
	used->ring[0].id = 0x10000;
	assert_int_equal(ivshm_tx_reclaim(ring, &tally), IVSHM_PEER_USED_ORDER);
	used->ring[0].id = 0;
	used->ring[1].id = 0; /* twice the same */
	assert_int_equal(ivshm_tx_reclaim(ring, &tally), IVSHM_PEER_USED_ORDER);
}

/* One that takes its descriptors in another order than ours is a base peer in good standing. */
static void any_order_of_descriptors(void **unused)
{
	struct ivshm_section *peer = peer_section();
	static const uint16_t order[] = { 3, 1, 7, 2, 3, 3 };

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		peer->desc[order[i]] = peer->desc[0];
		peer->avail->ring[i] = order[i];
		peer->avail->idx = i + 1;
		pair_receive(&pair.end[0], 100, 1);
		assert_int_equal(pair.end[0].ring.own.used->ring[i].id, order[i]);
		assert_int_equal(pair.end[0].ring.own.used->ring[i].len, 1);
	}
}

static void texts_exist(void **unused)
{
	(void)unused;
	for (int result = -100; result < 10; result++)
		assert_non_null(ivshm_result_text(result));
	assert_string_equal(ivshm_result_text(IVSHM_PEER_USED_ORDER),
			    "frames returned out of order");
	assert_string_equal(ivshm_result_text(-24), "unknown error");
	assert_true(ivshm_is_peer_error(IVSHM_PEER_AVAIL_INDEX));
	assert_false(ivshm_is_peer_error(IVSHM_FULL));
}

/* ------------------------------------------------------------------------- random writes */

/* All that the peer may write to: its section, or both with a classic device. */
static void scribble(struct pair *victim, uint64_t *state)
{
	bool classic = victim->device == CLASSIC_DEVICE;
	uint8_t *start = classic ? victim->region : victim->end[1].section;
	size_t size = classic ? 2 * victim->size : victim->size;
	struct ivshm_section *peer = &victim->end[0].ring.peer_section;
	uint16_t n = random_next(state) % victim->end[0].ring.geometry.entries;

	switch (random_next(state) % 8) {
	case 0:
		start[random_next(state) % size] = random_next(state);
		break;
	case 1:
		peer->avail->idx += random_next(state) % 4;
		break;
	case 2:
		peer->used->idx += random_next(state) % 2;
		break;
	case 3:
		peer->desc[n].addr = random_next(state) % (2 * victim->size);
		break;
	case 4:
		peer->desc[n].len = random_next(state) % 4096;
		break;
	case 5:
		peer->desc[n].flags = random_next(state) % 2 ? IVSHM_DESC_NET_HDR : 0;
		break;
	case 6:
		peer->avail->ring[n] = random_next(state) % (n + 2);
		break;
	default:
		*peer->avail_event = random_next(state);
		*peer->used_event = random_next(state);
		break;
	}
}

static void transmit_something(struct ivshm_ring *ring, uint64_t *state)
{
	struct ivshm_tally tally;
	uint32_t len = random_next(state) % 1200;
	void *slot;

	if (ivshm_tx_reserve(ring, len, NULL, &slot) == IVSHM_OK) {
		memset(slot, 0x5a, len);
		ivshm_tx_commit(ring);
	}
	ivshm_tx_publish(ring);
	ivshm_tx_notify_needed(ring);
	ivshm_tx_enable_events(ring, random_next(state));
	ivshm_tx_reclaim(ring, &tally);
	assert_true(tally.frames <= ring->geometry.entries);
}

static void receive_something(struct ivshm_ring *ring)
{
	static uint8_t copy[IVSHM_FRAME_MAX];
	int count = 0;

	while (ivshm_rx_peek(ring, &frame) == 1) {
		assert_true(frame.len <= sizeof(copy));
		memcpy(copy, frame.data, frame.len);
		ivshm_rx_release(ring);
		assert_true(++count <= ring->geometry.entries);
	}
	ivshm_rx_publish(ring);
	ivshm_rx_notify_needed(ring);
	ivshm_rx_enable_events(ring, 0);
}

static void random_writes_do_no_harm(void **unused)
{
	int rounds = getenv("SOAK") ? 20000 : 100;
	uint64_t state = 5;

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(options_of); i++) {
		pair_open(&pair, &options_of[i]);
		for (int round = 0; round < rounds; round++) {
			for (int n = 0; n < 200; n++) {
				scribble(&pair, &state);
				transmit_something(&pair.end[0].ring, &state);
				receive_something(&pair.end[0].ring);
			}
			ivshm_ring_start(&pair.end[0].ring);
			pair_restart(&pair);
			assert_int_equal(pair_send(&pair.end[0], 100, round), IVSHM_OK);
			pair_receive(&pair.end[1], 100, round);
			pair_reclaim(&pair.end[0], 1, 100);
		}
		pair_close(&pair);
	}
}

static bool stop;

/* The same while the ring is in the middle of things. */
static void *scribble_for_ever(void *unused)
{
	uint64_t state = 6;

	(void)unused;
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		scribble(&pair, &state);
	return NULL;
}

static void concurrent_writes_do_no_harm(void **unused)
{
	int rounds = getenv("SOAK") ? 1000000 : 10000;
	uint64_t state = 7;
	pthread_t thread;

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(options_of); i++) {
		pair_open(&pair, &options_of[i]);
		stop = false;
		assert_int_equal(pthread_create(&thread, NULL, scribble_for_ever, NULL), 0);
		for (int round = 0; round < rounds; round++) {
			transmit_something(&pair.end[0].ring, &state);
			receive_something(&pair.end[0].ring);
			if (round % 100 == 0) {
				ivshm_ring_setup(&pair.end[0].ring);
				ivshm_ring_start(&pair.end[0].ring);
			}
		}
		__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
		pthread_join(thread, NULL);
		pair_close(&pair);
	}
}

#define ONE_FRAME(test) cmocka_unit_test_setup_teardown(test, set_up_one_frame, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE_FRAME(bad_avail_index),
		ONE_FRAME(avail_index_beyond_what_was_returned),
		ONE_FRAME(bad_descriptor_index),
		ONE_FRAME(bad_range),
		cmocka_unit_test(bad_range_classic),
		ONE_FRAME(bad_length),
		ONE_FRAME(bad_flags),
		ONE_FRAME(bad_used_index),
		ONE_FRAME(used_index_beyond_what_was_published),
		ONE_FRAME(bad_used_order),
		ONE_FRAME(any_order_of_descriptors),
		cmocka_unit_test(texts_exist),
		cmocka_unit_test(random_writes_do_no_harm),
		cmocka_unit_test(concurrent_writes_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
