// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Receive: each frame is copied once, into a pbuf that the peer cannot reach, and only that copy is
 * looked at.
 */
#include "netif-private.h"

#include <string.h>

#include "lwip/snmp.h"
#include "lwip/stats.h"

#define PBUF_BYTES_MAX 65535

/*
 * No real Ethernet frame is shorter than 60 bytes, or 64 with a VLAN tag, and lwIP relies on that:
 * it reads headers in there without asking for the length.
 */
#define FRAME_MIN 64

/* In one piece if there is one, else in as many as it takes. */
static struct pbuf *allocate(u16_t len)
{
	struct pbuf *copy = pbuf_alloc(PBUF_RAW, len, PBUF_RAM);

	return copy ? copy : pbuf_alloc(PBUF_RAW, len, PBUF_POOL);
}

static struct pbuf *copy_frame(const struct ivshm_frame *frame)
{
	u16_t len = (u16_t)LWIP_MAX(frame->len, FRAME_MIN);
	struct pbuf *copy = allocate(len + ETH_PAD_SIZE);

	if (!copy)
		return NULL;
	pbuf_take_at(copy, frame->data, (u16_t)frame->len, ETH_PAD_SIZE);
	if (len > frame->len)
		memset((u8_t *)copy->payload + ETH_PAD_SIZE + frame->len, 0, len - frame->len);
	return copy;
}

static void count(struct ivshm_netif *net, const struct pbuf *copy, u32_t len)
{
	net->rx_counters.packets++;
	net->rx_counters.bytes += len;
	LINK_STATS_INC(link.recv);
	MIB2_STATS_NETIF_ADD(&net->netif, ifinoctets, len);
	if (((const u8_t *)copy->payload)[ETH_PAD_SIZE] & 1) {
		net->rx_counters.multicast++;
		MIB2_STATS_NETIF_INC(&net->netif, ifinnucastpkts);
	} else {
		MIB2_STATS_NETIF_INC(&net->netif, ifinucastpkts);
	}
}

static void drop(struct ivshm_netif *net, u64_t *counter)
{
	LWIP_UNUSED_ARG(net);
	(*counter)++;
	LINK_STATS_INC(link.drop);
	MIB2_STATS_NETIF_INC(&net->netif, ifindiscards);
}

static void receive(struct ivshm_netif *net, const struct ivshm_frame *frame)
{
	bool trusted = frame->extended &&
		       (frame->hdr.flags & (IVSHM_HDR_NEEDS_CSUM | IVSHM_HDR_DATA_VALID));
	bool fits = frame->len <= PBUF_BYTES_MAX - ETH_PAD_SIZE;
	struct pbuf *copy = fits ? copy_frame(frame) : NULL;

	ivshm_rx_release(&net->ring);
	if (!copy) {
		drop(net, fits ? &net->rx_counters.dropped : &net->rx_counters.too_long);
		return;
	}
	count(net, copy, frame->len);
	if (trusted)
		net->rx_counters.offloaded++;
	ivshm_netif_input(net, copy, trusted);
}

static void give_back(struct ivshm_netif *net)
{
	ivshm_rx_publish(&net->ring);
	if (ivshm_rx_notify_needed(&net->ring)) {
		net->device->ops->ring(net->device, IVSHM_NETIF_VECTOR_FRAMES);
		net->rx_counters.doorbells++;
	} else {
		net->rx_counters.doorbells_suppressed++;
	}
}

/* Receives frames up to @budget, of which *@result tells why there were not so many. */
static unsigned int receive_frames(struct ivshm_netif *net, unsigned int budget, int *result)
{
	struct ivshm_frame frame;
	unsigned int frames = 0;
	u32_t bytes = 0;

	while (frames < budget && ivshm_netif_usable(net)) {
		*result = ivshm_rx_peek(&net->ring, &frame);
		if (*result <= 0)
			break;
		receive(net, &frame);
		frames++;
		bytes += frame.len;
		if (bytes >= net->batch_bytes) {
			give_back(net);
			bytes = 0;
		}
	}
	if (bytes)
		give_back(net);
	return frames;
}

unsigned int ivshm_netif_rx_poll(struct ivshm_netif *net, unsigned int budget)
{
	int result = 0;
	unsigned int frames = receive_frames(net, budget, &result);

	if (frames) {
		net->rx_counters.polls++;
		ivshm_rx_disable_events(&net->ring);
	}
	if (result < 0) {
		net->rx_counters.ring_errors++;
		MIB2_STATS_NETIF_INC(&net->netif, ifinerrors);
		ivshm_netif_link_fail(net, ivshm_result_text(result));
	}
	return frames;
}

bool ivshm_netif_rx_pending(struct ivshm_netif *net)
{
	return ivshm_rx_enable_events(&net->ring, 0);
}
