/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames through the ring, one side at a time: every length, every place, full and empty, the
 * indices around their wrap, and the event index at each of its 65536 values.
 *
 * suite: net
 * sources: tests/unit/ring-pair.c net/ring/ring-setup.c net/ring/ring-extension.c
 * sources: net/ring/ring-tx.c net/ring/ring-rx.c
 * flags: -Inet/ring -O2
 */
#include "ring-pair.h"

static const struct pair_options small = { .device = REVISION2, .size = 2816 };

static uint32_t slot_of(uint32_t len)
{
	return (len + 18 + 63) / 64 * 64;
}

/* One frame there and back. */
static void exchange(struct pair *pair, int from, uint32_t len, uint32_t seed)
{
	assert_int_equal(pair_send(&pair->end[from], len, seed), IVSHM_OK);
	pair_receive(&pair->end[!from], len, seed);
	pair_reclaim(&pair->end[from], 1, len);
}

static void every_length_arrives(void **unused)
{
	static const struct pair_options options[] = {
		{ REVISION2, 2817, 0, { false } },
		{ CLASSIC_DEVICE, 16384, 0, { true, false } },
		{ REVISION2, 0x7f000, IVSHM_F_ALL, { false } },
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		struct pair pair;
		uint32_t max;

		pair_open(&pair, &options[i]);
		max = ivshm_tx_max_frame(&pair.end[0].ring);
		for (uint32_t len = 14; len <= max; len += len < 3000 || len > max - 200 ? 1 : 97)
			exchange(&pair, len & 1, len, len);
		pair_close(&pair);
	}
}

static void lengths_have_limits(void **unused)
{
	static const struct pair_options large = { .size = 1 << 20 };
	struct pair pair;

	(void)unused;
	pair_open(&pair, &small);
	assert_int_equal(ivshm_tx_max_frame(&pair.end[0].ring), 1024 - 18 - 10);
	assert_int_equal(pair.end[0].ring.geometry.max_mtu, 1024 - 28 - 18);
	assert_int_equal(pair_send(&pair.end[0], 13, 0), IVSHM_BAD_FRAME);
	assert_int_equal(pair_send(&pair.end[0], 0, 0), IVSHM_BAD_FRAME);
	assert_int_equal(pair_send(&pair.end[0], 1007, 0), IVSHM_BAD_FRAME);
	assert_int_equal(pair_send(&pair.end[0], UINT32_MAX, 0), IVSHM_BAD_FRAME);
	assert_int_equal(pair_send(&pair.end[0], UINT32_MAX - 17, 0), IVSHM_BAD_FRAME);
	assert_false(ivshm_tx_has_room(&pair.end[0].ring, UINT32_MAX));
	exchange(&pair, 0, 1006, 0);
	pair_close(&pair);

	pair_open(&pair, &large);
	assert_int_equal(ivshm_tx_max_frame(&pair.end[0].ring), 65557);
	assert_int_equal(pair.end[0].ring.geometry.max_mtu, 65535);
	assert_int_equal(pair_send(&pair.end[0], 65558, 0), IVSHM_BAD_FRAME);
	exchange(&pair, 1, 65557, 0);
	pair_close(&pair);
}

static void empty_and_full(void **unused)
{
	struct ivshm_frame frame;
	static struct pair pair;
	struct pair_end *a = &pair.end[0], *b = &pair.end[1];
	int capacity = 1024 / 64;

	(void)unused;
	pair_open(&pair, &small);
	for (int round = 0; round < 5; round++) {
		assert_int_equal(ivshm_rx_peek(&b->ring, &frame), 0);
		pair_reclaim(a, 0, 0);
		for (int i = 0; i < capacity; i++) {
			assert_true(ivshm_tx_has_room(&a->ring, 14));
			assert_int_equal(pair_send(a, 14 + i, i), IVSHM_OK);
			assert_int_equal(ivshm_tx_in_flight(&a->ring), i + 1);
		}
		assert_false(ivshm_tx_has_room(&a->ring, 14));
		assert_int_equal(pair_send(a, 14, 0), IVSHM_FULL);
		assert_int_equal(pair_send(a, 1000, 0), IVSHM_FULL);
		for (int i = 0; i < capacity; i++) {
			pair_receive(b, 14 + i, i);
			pair_reclaim(a, 1, 14 + i);
			assert_true(ivshm_tx_has_room(&a->ring, 14));
		}
		assert_int_equal(ivshm_tx_in_flight(&a->ring), 0);
	}
	pair_close(&pair);
}

/* Descriptors run out before slots do. */
static void full_of_descriptors(void **unused)
{
	static const struct pair_options options = { .size = 14336 };
	struct pair pair;

	(void)unused;
	pair_open(&pair, &options);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 32; i++)
			assert_int_equal(pair_send(&pair.end[0], 100, i), IVSHM_OK);
		assert_int_equal(pair_send(&pair.end[0], 100, 0), IVSHM_FULL);
		for (int i = 0; i < 32; i++)
			pair_receive(&pair.end[1], 100, i);
		pair_reclaim(&pair.end[0], 32, 3200);
	}
	pair_close(&pair);
}

/* A slot that was reserved but not committed is as if it had not been. */
static void reserve_can_be_given_up(void **unused)
{
	struct pair pair;
	void *first, *second;

	(void)unused;
	pair_open(&pair, &small);
	assert_int_equal(ivshm_tx_reserve(&pair.end[0].ring, 500, NULL, &first), IVSHM_OK);
	assert_int_equal(ivshm_tx_reserve(&pair.end[0].ring, 60, NULL, &second), IVSHM_OK);
	assert_ptr_equal(first, second);
	assert_int_equal(ivshm_tx_reserve(&pair.end[0].ring, 5000, NULL, &second), IVSHM_BAD_FRAME);
	ivshm_tx_commit(&pair.end[0].ring);
	assert_int_equal(ivshm_tx_in_flight(&pair.end[0].ring), 0);
	exchange(&pair, 0, 100, 1);
	pair_close(&pair);
}

/* ------------------------------------------------------------------------------- placement */

#define FLIGHT_MAX 64

/* What is in flight, kept the simple way: a list of slots. */
struct flight {
	uint32_t start[FLIGHT_MAX], len[FLIGHT_MAX], seed[FLIGHT_MAX];
	uint32_t count, position, end, first;
};

static bool overlaps(const struct flight *flight, uint32_t start, uint32_t size)
{
	for (uint32_t i = 0; i < flight->count; i++) {
		if (start < flight->start[i] + slot_of(flight->len[i]) &&
		    flight->start[i] < start + size)
			return true;
	}
	return false;
}

/* Where the protocol wants the next frame; 0 if that place is taken. */
static uint32_t expected_place(const struct flight *flight, uint32_t len)
{
	uint32_t size = slot_of(len), place = flight->position;

	if (flight->end - place < size)
		place = flight->first;
	/* What lies between the last slot and the end is not free before it was passed. */
	if (place != flight->position && flight->count != 0 && flight->start[0] >= flight->position)
		return 0;
	return overlaps(flight, place, size) ? 0 : place;
}

static void send_random(struct pair_end *end, struct flight *flight, uint32_t len, uint32_t seed)
{
	uint32_t place = flight->count < 32 ? expected_place(flight, len) : 0;
	void *slot;
	int result = ivshm_tx_reserve(&end->ring, len, NULL, &slot);

	assert_int_equal(result, place ? IVSHM_OK : IVSHM_FULL);
	if (!place)
		return;
	assert_int_equal((uint8_t *)slot - end->section, place);
	pattern_fill(slot, len, seed);
	ivshm_tx_commit(&end->ring);
	ivshm_tx_publish(&end->ring);
	flight->start[flight->count] = place;
	flight->len[flight->count] = len;
	flight->seed[flight->count++] = seed;
	flight->position = place + slot_of(len);
}

static void receive_oldest(struct pair *pair, struct flight *flight)
{
	pair_receive(&pair->end[1], flight->len[0], flight->seed[0]);
	pair_reclaim(&pair->end[0], 1, flight->len[0]);
	flight->count--;
	memmove(flight->start, flight->start + 1, sizeof(flight->start[0]) * flight->count);
	memmove(flight->len, flight->len + 1, sizeof(flight->len[0]) * flight->count);
	memmove(flight->seed, flight->seed + 1, sizeof(flight->seed[0]) * flight->count);
}

static void slots_are_taken_in_order(void **unused)
{
	static const size_t sizes[] = { 2816, 2816 + 63, 5000, 14336 };
	uint64_t state = 1;

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct pair_options options = { .size = sizes[i] };
		struct flight flight = { 0 };
		struct pair pair;

		pair_open(&pair, &options);
		flight.first = 1792;
		flight.position = flight.first;
		flight.end = flight.first + (sizes[i] - flight.first) / 64 * 64;
		for (uint32_t n = 0; n < 100000; n++) {
			uint32_t max = flight.end - flight.first - 18;
			uint32_t limit = random_next(&state) % 4 ? 200 : max - 13;

			if (random_next(&state) % 2)
				send_random(&pair.end[0], &flight, 14 + random_next(&state) % limit,
					    n);
			else if (flight.count)
				receive_oldest(&pair, &flight);
		}
		pair_close(&pair);
	}
}

/* --------------------------------------------------------------------------------- indices */

/* More than the index can count, in batches of all sizes, both ways at once. */
static void indices_wrap(void **unused)
{
	static const struct pair_options options = { .size = 16384 };
	struct pair pair;

	(void)unused;
	pair_open(&pair, &options);
	for (uint32_t sent = 0, batch = 1; sent < 200000; sent += batch, batch = batch % 64 + 1) {
		for (int from = 0; from < 2; from++) {
			for (uint32_t i = 0; i < batch; i++)
				assert_int_equal(pair_send(&pair.end[from], 60, sent + i), 0);
			for (uint32_t i = 0; i < batch; i++)
				pair_receive(&pair.end[!from], 60, sent + i);
			pair_reclaim(&pair.end[from], batch, 60 * batch);
		}
	}
	pair_close(&pair);
}

/* The rule, with numbers that do not wrap: is one of old .. now - 1 the event? */
static bool event_passed(uint32_t event, uint32_t now, uint32_t old)
{
	for (uint32_t number = old; number != now; number++) {
		if ((number & 0xffff) == (event & 0xffff))
			return true;
	}
	return false;
}

static void event_rule_holds(void **unused)
{
	(void)unused;
	for (uint32_t old = 0; old < 65536; old += old < 65000 ? 997 : 1) {
		for (uint32_t count = 0; count < 6; count++) {
			for (uint32_t event = old - 8; event != old + 8; event++)
				assert_int_equal(ivshm_event_passed(event, old + count, old),
						 event_passed(event, old + count, old));
		}
		assert_true(ivshm_event_passed(ivshm_event_never(old), old + 65534, old - 1));
		assert_false(ivshm_event_passed(ivshm_event_never(old), old + 65535, old));
	}
}

/*
 * The receiver's event at every value: armed @after frames ahead, it is rung for by exactly the
 * publish that reaches it, and by no other.
 */
static void receive_event_at_every_index(void **unused)
{
	static const struct pair_options options = { .size = 14336 };
	uint32_t sent = 0;
	static struct pair pair;
	struct ivshm_ring *a = &pair.end[0].ring, *b = &pair.end[1].ring;

	(void)unused;
	pair_open(&pair, &options);
	while (sent < 2 * 65536 + 10) {
		uint32_t after = sent % 5;

		assert_false(ivshm_rx_enable_events(b, after));
		for (uint32_t i = 0; i <= after + 1; i++) {
			assert_int_equal(pair_send(&pair.end[0], 60, i), IVSHM_OK);
			assert_int_equal(ivshm_tx_notify_needed(a), i == after);
			assert_false(ivshm_tx_notify_needed(a));
			assert_int_equal(ivshm_rx_enable_events(b, after), i >= after);
		}
		for (uint32_t i = 0; i <= after + 1; i++)
			pair_receive(&pair.end[1], 60, i);
		pair_reclaim(&pair.end[0], after + 2, (after + 2) * 60);
		sent += after + 2;
	}
	pair_close(&pair);
}

static void completion_event_at_every_index(void **unused)
{
	static const struct pair_options options = { .size = 14336 };
	uint32_t sent = 0;
	static struct pair pair;
	struct ivshm_ring *a = &pair.end[0].ring, *b = &pair.end[1].ring;

	(void)unused;
	pair_open(&pair, &options);
	while (sent < 2 * 65536 + 10) {
		uint32_t after = sent % 5;

		assert_true(ivshm_tx_enable_events(a, after)); /* nothing to wait for */
		for (uint32_t i = 0; i <= after; i++)
			assert_int_equal(pair_send(&pair.end[0], 60, i), IVSHM_OK);
		assert_false(ivshm_tx_enable_events(a, 1000)); /* the last one, then */
		for (uint32_t i = 0; i <= after; i++) {
			assert_false(ivshm_tx_enable_events(a, after));
			pair_receive(&pair.end[1], 60, i);
			assert_int_equal(ivshm_rx_notify_needed(b), i == after);
			assert_false(ivshm_rx_notify_needed(b));
		}
		assert_true(ivshm_tx_enable_events(a, after));
		pair_reclaim(&pair.end[0], after + 1, (after + 1) * 60);
		sent += after + 1;
	}
	pair_close(&pair);
}

/* Disabled events stay so for as long as this is repeated now and then. */
static void disabled_events_are_silent(void **unused)
{
	static const struct pair_options options = { .size = 14336 };
	static struct pair pair;
	struct ivshm_ring *a = &pair.end[0].ring, *b = &pair.end[1].ring;

	(void)unused;
	pair_open(&pair, &options);
	for (uint32_t n = 0; n < 3 * 65536; n++) {
		if (n % 1000 == 0) {
			ivshm_rx_disable_events(b);
			ivshm_tx_disable_events(a);
		}
		assert_int_equal(pair_send(&pair.end[0], 60, n), IVSHM_OK);
		assert_false(ivshm_tx_notify_needed(a));
		pair_receive(&pair.end[1], 60, n);
		assert_false(ivshm_rx_notify_needed(b));
		pair_reclaim(&pair.end[0], 1, 60);
	}
	pair_close(&pair);
}

/* Both events are armed at the first frame when a link starts. */
static void events_after_setup(void **unused)
{
	struct pair pair;

	(void)unused;
	pair_open(&pair, &small);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(pair_send(&pair.end[0], 60, 0), IVSHM_OK);
		assert_int_equal(pair_send(&pair.end[0], 60, 1), IVSHM_OK);
		assert_true(ivshm_tx_notify_needed(&pair.end[0].ring));
		pair_receive(&pair.end[1], 60, 0);
		assert_true(ivshm_rx_notify_needed(&pair.end[1].ring));
		pair_restart(&pair);
		assert_int_equal(ivshm_tx_in_flight(&pair.end[0].ring), 0);
	}
	pair_close(&pair);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_length_arrives),
		cmocka_unit_test(lengths_have_limits),
		cmocka_unit_test(empty_and_full),
		cmocka_unit_test(full_of_descriptors),
		cmocka_unit_test(reserve_can_be_given_up),
		cmocka_unit_test(slots_are_taken_in_order),
		cmocka_unit_test(indices_wrap),
		cmocka_unit_test(event_rule_holds),
		cmocka_unit_test(receive_event_at_every_index),
		cmocka_unit_test(completion_event_at_every_index),
		cmocka_unit_test(disabled_events_are_silent),
		cmocka_unit_test(events_after_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
