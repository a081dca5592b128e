/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The transmit direction of the ring against a peer that lies at each read: slots lie in our data
 * area and never over a frame that the peer has not returned, and what is reclaimed is what was
 * sent, in that order.
 *
 * suite: net
 * sources: net/ring/ring-setup.c net/ring/ring-extension.c net/ring/ring-tx.c net/ring/ring-rx.c
 * flags: -Inet/ring -Itests/fuzz -DIVSHM_RING_PORT='"tests/fuzz/ring-fuzz-port.h"'
 */
#include "ring-fuzz.h"

/* What is in flight, oldest first, known from our calls alone. */
static struct {
	const uint8_t *slot;
	uint32_t len;
} flight[IVSHM_ENTRIES_MAX];
static uint32_t flying;

static void check_slot(const uint8_t *slot, uint32_t len)
{
	const struct ivshm_ring *ring = &ends[0].ring;
	const uint8_t *first = ring->own.start + ring->geometry.header;
	const uint8_t *end = ring->own.start + ring->geometry.size;

	require(slot >= first && slot < end && len <= (size_t)(end - slot));
	for (uint32_t i = 0; i < flying; i++)
		require(slot >= flight[i].slot + flight[i].len || slot + len <= flight[i].slot);
	require(flying < ring->geometry.entries);
	flight[flying].slot = slot;
	flight[flying++].len = len;
}

static void transmit(void)
{
	uint32_t len;
	void *slot;

	if (send_frame(0, &slot, &len))
		check_slot(slot, len);
	require(ivshm_tx_in_flight(&ends[0].ring) == flying);
}

static void reclaim(void)
{
	struct ivshm_tally tally;
	uint32_t bytes = 0;

	if (ivshm_tx_reclaim(&ends[0].ring, &tally) != IVSHM_OK)
		return;
	require(tally.frames <= flying);
	for (uint32_t i = 0; i < tally.frames; i++)
		bytes += flight[i].len;
	require(bytes == tally.bytes);
	flying -= tally.frames;
	memmove(flight, flight + tally.frames, flying * sizeof(flight[0]));
	require(ivshm_tx_in_flight(&ends[0].ring) == flying);
}

/* The peer takes what there is and returns it, as it should. */
static void peer_receives(void)
{
	struct ivshm_frame frame;

	lying = false;
	while (ivshm_rx_peek(&ends[1].ring, &frame) == 1)
		ivshm_rx_release(&ends[1].ring);
	ivshm_rx_publish(&ends[1].ring);
}

static void one_action(void)
{
	struct ivshm_ring *ring = &ends[0].ring;

	switch (take(1) % 8) {
	case 0:
	case 1:
		transmit();
		break;
	case 2:
		scribble();
		break;
	case 3:
		reclaim();
		break;
	case 4:
		ivshm_tx_publish(ring);
		ivshm_tx_notify_needed(ring);
		break;
	case 5:
		ivshm_tx_enable_events(ring, take(2));
		break;
	case 6:
		ivshm_tx_disable_events(ring);
		ivshm_tx_has_room(ring, take(4));
		break;
	default:
		peer_receives();
		break;
	}
	lying = true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	input.data = data;
	input.left = size;
	flying = 0;
	open_link();
	for (int i = 0; i < 500 && input.left; i++)
		one_action();
	close_link();
	return 0;
}
