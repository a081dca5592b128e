/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The extension block, and frames with a network header: who offers what to whom, with base peers
 * in between, and what a header may say.
 *
 * suite: net
 * sources: tests/unit/ring-pair.c net/ring/ring-setup.c net/ring/ring-extension.c
 * sources: net/ring/ring-tx.c net/ring/ring-rx.c
 * flags: -Inet/ring -O2
 */
#include "ring-pair.h"

#define ALL IVSHM_F_ALL

static const struct pair_options extended = { .size = 0x7f000, .features = ALL };

static void both_extended(void **unused)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };
	const struct ivshm_peer *peer;
	struct pair pair;

	(void)unused;
	pair_open(&pair, &extended);
	peer = &pair.end[0].ring.peer;
	assert_true(peer->extended);
	assert_int_equal(peer->features, ALL);
	assert_int_equal(peer->mtu, pair.end[1].ring.geometry.max_mtu);
	assert_memory_equal(peer->mac, mac, 6);
	pair_close(&pair);
}

static void base_peer_offers_nothing(void **unused)
{
	struct pair_options options = extended;
	struct ivshm_peer none = { 0 };
	struct ivshm_net_hdr hdr = { 0 };
	struct pair pair;
	void *slot;

	(void)unused;
	options.base[1] = true;
	pair_open(&pair, &options);
	for (int i = 0; i < 2; i++) {
		assert_memory_equal(&pair.end[i].ring.peer, &none, sizeof(none));
		assert_int_equal(ivshm_tx_reserve(&pair.end[i].ring, 100, &hdr, &slot),
				 IVSHM_BAD_FRAME);
		assert_int_equal(pair_send(&pair.end[i], 100, 1), IVSHM_OK);
		pair_receive(&pair.end[!i], 100, 1);
	}
	pair_close(&pair);
}

static void new_values_after_reset(void **unused)
{
	static const uint8_t mac[6] = { 2, 1, 2, 3, 4, 5 };
	struct pair pair;

	(void)unused;
	pair_open(&pair, &extended);
	ivshm_ring_set_mtu(&pair.end[1].ring, 1500);
	ivshm_ring_set_mac(&pair.end[1].ring, mac);
	pair_restart(&pair);
	assert_int_equal(pair.end[0].ring.peer.mtu, 1500);
	assert_memory_equal(pair.end[0].ring.peer.mac, mac, 6);
	pair_close(&pair);
}

struct block_case {
	size_t offset;
	uint8_t bytes[4];
	size_t count;
	bool extended;
	uint32_t features, mtu;
};

static const struct block_case block_cases[] = {
	{ 0, { 'I' }, 1, true, ALL, 9000 },
	{ 0, { 'i' }, 1, false, 0, 0 },
	{ 3, { 0 }, 1, false, 0, 0 },
	{ 4, { 0, 0 }, 2, false, 0, 0 },
	{ 4, { 2, 0 }, 2, false, 0, 0 },
	{ 4, { 1, 1 }, 2, false, 0, 0 },
	{ 6, { 21, 0 }, 2, false, 0, 0 },
	{ 6, { 22, 0 }, 2, true, ALL, 9000 },
	{ 6, { 0xff, 0xff }, 2, true, ALL, 9000 },
	{ 8, { 0xff, 0xff, 0xff, 0xff }, 4, true, ALL, 9000 },
	{ 8, { 0xfe, 0xff, 0xff, 0xff }, 4, true, 0, 9000 },
	{ 8, { 3, 0, 0, 0x80 }, 4, true, IVSHM_F_CSUM | IVSHM_F_TSO4, 9000 },
	{ 12, { 67, 0, 0, 0 }, 4, true, ALL, 0 },
	{ 12, { 68, 0, 0, 0 }, 4, true, ALL, 68 },
	{ 12, { 0xff, 0xff, 0, 0 }, 4, true, ALL, 65535 },
	{ 12, { 0, 0, 1, 0 }, 4, true, ALL, 65535 },
	{ 12, { 0xee, 0xff, 0xff, 0xff }, 4, true, ALL, 65535 },
	{ 12, { 0xff, 0xff, 0xff, 0xff }, 4, true, ALL, 65535 },
};

static void block_is_checked(void **unused)
{
	struct pair pair;
	uint8_t *block;

	(void)unused;
	pair_open(&pair, &extended);
	ivshm_ring_set_mtu(&pair.end[1].ring, 9000);
	block = pair.end[1].section + pair.end[1].ring.geometry.header - 56;
	for (size_t i = 0; i < ARRAY_SIZE(block_cases); i++) {
		const struct block_case *test = &block_cases[i];
		const struct ivshm_peer *peer = &pair.end[0].ring.peer;

		ivshm_ring_setup(&pair.end[1].ring);
		memcpy(block + test->offset, test->bytes, test->count);
		ivshm_ring_start(&pair.end[0].ring);
		if (peer->extended != test->extended || peer->features != test->features ||
		    peer->mtu != test->mtu)
			fail_msg("case %zu: %d, %x, %u", i, peer->extended, peer->features,
				 peer->mtu);
	}
	pair_close(&pair);
}

struct hdr_case {
	struct ivshm_net_hdr hdr;
	uint32_t len;
	uint32_t features;
	bool valid;
};

#define CSUM  IVSHM_HDR_NEEDS_CSUM
#define VALID IVSHM_HDR_DATA_VALID
#define TSO4  IVSHM_GSO_TCPV4
#define TSO6  IVSHM_GSO_TCPV6
#define USO   IVSHM_GSO_UDP
#define ECN   IVSHM_GSO_ECN

static const struct hdr_case hdr_cases[] = {
	{ { 0 }, 60, ALL, true },
	{ { 0 }, 60, IVSHM_F_CSUM, true },
	{ { 0 }, 60, ALL & ~IVSHM_F_CSUM, false },
	{ { VALID, 0, 0, 0, 0, 0 }, 60, ALL, true },
	{ { 4, 0, 0, 0, 0, 0 }, 60, ALL, false },
	{ { 0x80, 0, 0, 0, 0, 0 }, 60, ALL, false },
	/* The checksum's place. */
	{ { CSUM, 0, 0, 0, 34, 16 }, 60, ALL, true },
	{ { CSUM, 0, 0, 0, 13, 16 }, 60, ALL, false },
	{ { CSUM, 0, 0, 0, 14, 0 }, 16, ALL, true },
	{ { CSUM, 0, 0, 0, 14, 0 }, 15, ALL, false },
	{ { CSUM, 0, 0, 0, 34, 24 }, 60, ALL, true },
	{ { CSUM, 0, 0, 0, 34, 25 }, 60, ALL, false },
	{ { CSUM, 0, 0, 0, 65535, 65535 }, 60, ALL, false },
	{ { CSUM, 0, 0, 0, 65535, 65535 }, 65557, ALL, false },
	{ { CSUM, 0, 0, 0, 34, 65535 }, 60, ALL, false },
	/* Segmentation. */
	{ { CSUM, TSO4, 54, 1448, 34, 16 }, 60000, ALL, true },
	{ { CSUM, TSO4, 54, 1448, 34, 16 }, 60000, IVSHM_F_CSUM | IVSHM_F_TSO4, true },
	{ { CSUM, TSO4, 54, 1448, 34, 16 }, 60000, ALL & ~IVSHM_F_TSO4, false },
	{ { CSUM, TSO6, 74, 1428, 54, 16 }, 60000, ALL, true },
	{ { CSUM, TSO6, 74, 1428, 54, 16 }, 60000, ALL & ~IVSHM_F_TSO6, false },
	{ { CSUM, USO, 42, 1472, 34, 6 }, 60000, ALL, true },
	{ { CSUM, USO, 42, 1472, 34, 6 }, 60000, ALL & ~IVSHM_F_USO, false },
	{ { CSUM, TSO4 | ECN, 54, 1448, 34, 16 }, 60000, ALL, true },
	{ { CSUM, TSO4 | ECN, 54, 1448, 34, 16 }, 60000, ALL & ~IVSHM_F_ECN, false },
	{ { CSUM, USO | ECN, 42, 1472, 34, 6 }, 60000, ALL, false },
	{ { CSUM, ECN, 42, 1472, 34, 6 }, 60000, ALL, false },
	{ { CSUM, 2, 42, 1472, 34, 6 }, 60000, ALL, false },
	{ { CSUM, 3, 42, 1472, 34, 6 }, 60000, ALL, false },
	{ { CSUM, 6, 42, 1472, 34, 6 }, 60000, ALL, false },
	{ { VALID, TSO4, 54, 1448, 34, 16 }, 60000, ALL, false },
	{ { CSUM, TSO4, 54, 0, 34, 16 }, 60000, ALL, false },
	{ { CSUM, TSO4, 54, 1, 34, 16 }, 2048, ALL, true },
	{ { CSUM, TSO4, 54, 1, 34, 16 }, 2049, ALL, false },
	{ { CSUM, TSO4, 54, 65535, 34, 16 }, 65557, ALL, true },
	{ { CSUM, TSO4, 1000, 100, 34, 16 }, 1000, ALL, true },
	{ { CSUM, TSO4, 1001, 100, 34, 16 }, 1000, ALL, false },
};

static void headers_are_checked(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(hdr_cases); i++) {
		const struct hdr_case *test = &hdr_cases[i];

		if (ivshm_net_hdr_valid(&test->hdr, test->len, test->features) != test->valid)
			fail_msg("case %zu", i);
	}
}

/* Plain and extended frames in any order; a rule for what is sent is one for what is received. */
static void frames_can_be_mixed(void **unused)
{
	struct pair pair;
	uint64_t state = 3;

	(void)unused;
	pair_open(&pair, &extended);
	for (int n = 0; n < 20000; n++) {
		const struct hdr_case *test =
			&hdr_cases[random_next(&state) % ARRAY_SIZE(hdr_cases)];
		bool with_hdr = random_next(&state) % 2;
		struct ivshm_frame frame;
		void *slot;
		int result = ivshm_tx_reserve(&pair.end[0].ring, test->len,
					      with_hdr ? &test->hdr : NULL, &slot);

		if (with_hdr && test->features == ALL)
			assert_int_equal(result == IVSHM_OK, test->valid);
		if (result != IVSHM_OK)
			continue;
		pattern_fill(slot, test->len, n);
		ivshm_tx_commit(&pair.end[0].ring);
		ivshm_tx_publish(&pair.end[0].ring);
		assert_int_equal(ivshm_rx_peek(&pair.end[1].ring, &frame), 1);
		assert_int_equal(frame.extended, with_hdr);
		assert_int_equal(frame.len, test->len);
		assert_true(pattern_matches(frame.data, frame.len, n));
		if (with_hdr)
			assert_memory_equal(&frame.hdr, &test->hdr, sizeof(frame.hdr));
		ivshm_rx_release(&pair.end[1].ring);
		ivshm_rx_publish(&pair.end[1].ring);
		pair_reclaim(&pair.end[0], 1, test->len);
	}
	pair_close(&pair);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_extended),
		cmocka_unit_test(base_peer_offers_nothing),
		cmocka_unit_test(new_values_after_reset),
		cmocka_unit_test(block_is_checked),
		cmocka_unit_test(headers_are_checked),
		cmocka_unit_test(frames_can_be_mixed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
