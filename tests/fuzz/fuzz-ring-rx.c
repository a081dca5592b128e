/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The receive direction of the ring against a peer that lies at each read: a frame that is found
 * lies within the peer's data area and has a length and a header that are allowed, no loop runs
 * longer than the ring, and nothing is written outside of our own section.
 *
 * suite: net
 * sources: net/ring/ring-setup.c net/ring/ring-extension.c net/ring/ring-tx.c net/ring/ring-rx.c
 * flags: -Inet/ring -Itests/fuzz -DIVSHM_RING_PORT='"tests/fuzz/ring-fuzz-port.h"'
 */
#include "ring-fuzz.h"

static void check_frame(const struct ivshm_frame *frame)
{
	static uint8_t copy[IVSHM_FRAME_MAX];
	const struct ivshm_ring *ring = &ends[0].ring;
	const uint8_t *data = frame->data;
	const uint8_t *first = ring->peer_section.start + ring->geometry.header;
	const uint8_t *end = ring->peer_section.start + ring->geometry.size;

	require(frame->len >= IVSHM_FRAME_MIN && frame->len <= IVSHM_FRAME_MAX);
	require(data >= first && data < end && frame->len <= (size_t)(end - data));
	memcpy(copy, data, frame->len);
	if (frame->extended)
		require(ivshm_net_hdr_valid(&frame->hdr, frame->len, ring->features));
}

/* As a receiver does it, until there is no frame or an error. */
static void receive_all(void)
{
	struct ivshm_ring *ring = &ends[0].ring;
	struct ivshm_frame frame;
	int count = 0;

	while (ivshm_rx_peek(ring, &frame) == 1) {
		check_frame(&frame);
		ivshm_rx_release(ring);
		if (++count == 2 * ring->geometry.entries)
			break;
	}
	ivshm_rx_publish(ring);
	ivshm_rx_notify_needed(ring);
}

static void one_action(void)
{
	struct ivshm_ring *ring = &ends[0].ring;
	struct ivshm_frame frame;
	struct ivshm_tally tally;
	uint32_t len;
	void *slot;

	switch (take(1) % 8) {
	case 0:
	case 1:
		lying = false;
		ivshm_tx_reclaim(&ends[1].ring, &tally);
		send_frame(1, &slot, &len);
		ivshm_tx_publish(&ends[1].ring);
		break;
	case 2:
		scribble();
		break;
	case 3:
		receive_all();
		break;
	case 4:
		if (ivshm_rx_peek(ring, &frame) == 1) {
			check_frame(&frame);
			ivshm_rx_release(ring);
		}
		break;
	case 5:
		ivshm_rx_enable_events(ring, take(2));
		break;
	case 6:
		ivshm_rx_disable_events(ring);
		break;
	default:
		ivshm_rx_publish(ring);
		break;
	}
	lying = true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	input.data = data;
	input.left = size;
	open_link();
	for (int i = 0; i < 500 && input.left; i++)
		one_action();
	close_link();
	return 0;
}
