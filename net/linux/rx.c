// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive: each frame is copied once, into memory that nobody else can change, and only that copy
 * is looked at.
 */
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "ivshmem-net.h"
#include "offload.h"

/* Up to here a frame fits into one page with what the stack adds. */
#define LINEAR_MAX (SKB_WITH_OVERHEAD(PAGE_SIZE) - NET_SKB_PAD - NET_IP_ALIGN)

/* Where the headers of a longer one are looked for, in bytes. */
#define HEADERS_MAX 192

/* Slots are given back to the peer when they make up this part of its section. */
#define BATCHES_PER_SECTION 8

static void count(struct ivshmem_net *net, enum ivshmem_rx_counter counter)
{
	ivshmem_count(&net->rx.counters, counter, 1);
}

static struct sk_buff *copy_linear(struct ivshmem_net *net, const struct ivshm_frame *frame)
{
	struct sk_buff *skb = napi_alloc_skb(&net->napi, frame->len);

	if (skb)
		memcpy(skb_put(skb, frame->len), frame->data, frame->len);
	return skb;
}

static void copy_to_pages(struct sk_buff *skb, const u8 *data)
{
	int i;

	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		const skb_frag_t *fragment = &skb_shinfo(skb)->frags[i];

		memcpy(skb_frag_address(fragment), data, skb_frag_size(fragment));
		data += skb_frag_size(fragment);
		skb->data_len += skb_frag_size(fragment);
	}
	skb->len += skb->data_len;
}

/*
 * Headers in the linear part and all of the payload in pages: so neighbours of a TCP stream can be
 * merged without another copy. How long the headers are, a copy of them tells.
 */
static struct sk_buff *copy_paged(struct ivshmem_net *net, const struct ivshm_frame *frame)
{
	const unsigned int headroom = NET_SKB_PAD + NET_IP_ALIGN;
	u8 headers[HEADERS_MAX];
	struct sk_buff *skb;
	unsigned int length;
	int err;

	memcpy(headers, frame->data, sizeof(headers));
	length = eth_get_headlen(net->dev, headers, sizeof(headers));
	skb = alloc_skb_with_frags(headroom + length, frame->len - length, PAGE_ALLOC_COSTLY_ORDER,
				   &err, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return NULL;
	skb_reserve(skb, headroom);
	memcpy(skb_put(skb, length), headers, length);
	copy_to_pages(skb, frame->data + length);
	return skb;
}

static void deliver(struct ivshmem_net *net, struct sk_buff *skb, const struct ivshm_frame *frame)
{
	if (frame->extended) {
		if (ivshmem_offload_apply(skb, &frame->hdr)) {
			count(net, RX_FRAME_ERRORS);
			kfree_skb(skb);
			return;
		}
		count(net, RX_OFFLOADED);
	}
	ivshmem_count_packet(&net->rx.counters, frame->len);
	skb->protocol = eth_type_trans(skb, net->dev);
	if (skb->pkt_type == PACKET_MULTICAST)
		count(net, RX_MULTICAST);
	napi_gro_receive(&net->napi, skb);
}

static void receive(struct ivshmem_net *net, const struct ivshm_frame *frame)
{
	struct sk_buff *skb;

	skb = frame->len <= LINEAR_MAX ? copy_linear(net, frame) : copy_paged(net, frame);
	ivshm_rx_release(&net->ring);
	if (skb)
		deliver(net, skb, frame);
	else
		count(net, RX_DROPPED);
}

static void give_back(struct ivshmem_net *net)
{
	ivshm_rx_publish(&net->ring);
	if (ivshm_rx_notify_needed(&net->ring)) {
		ivshmem_device_ring(&net->device);
		count(net, RX_DOORBELLS);
	} else {
		count(net, RX_DOORBELLS_SUPPRESSED);
	}
}

int ivshmem_rx_poll(struct ivshmem_net *net, int budget)
{
	struct ivshm_frame frame;
	int done = 0, result = 0;
	u32 bytes = 0;

	while (done < budget) {
		result = ivshm_rx_peek(&net->ring, &frame);
		if (result <= 0)
			break;
		receive(net, &frame);
		done++;
		bytes += frame.len;
		if (bytes >= net->rx.batch_bytes) {
			give_back(net);
			bytes = 0;
		}
	}
	if (bytes)
		give_back(net);
	if (done)
		count(net, RX_POLLS);
	if (result < 0) {
		count(net, RX_RING_ERRORS);
		ivshmem_link_fail(net, ivshm_result_text(result));
	}
	return done;
}

bool ivshmem_rx_idle(struct ivshmem_net *net, int done)
{
	u32 usecs = READ_ONCE(net->rx.usecs), frames = READ_ONCE(net->rx.frames);
	struct ivshm_ring *ring = &net->ring;

	if (done == 0 || usecs == 0)
		return !ivshm_rx_enable_events(ring, 0);

	hrtimer_start(&net->rx.timer, ns_to_ktime((u64)usecs * NSEC_PER_USEC),
		      HRTIMER_MODE_REL_PINNED);
	if (frames)
		return !ivshm_rx_enable_events(ring, frames - 1);
	ivshm_rx_disable_events(ring);
	return true;
}

static enum hrtimer_restart look_again(struct hrtimer *timer)
{
	struct ivshmem_rx *rx = container_of(timer, struct ivshmem_rx, timer);
	struct ivshmem_net *net = container_of(rx, struct ivshmem_net, rx);

	napi_schedule(&net->napi);
	return HRTIMER_NORESTART;
}

void ivshmem_rx_init(struct ivshmem_net *net)
{
	net->rx.batch_bytes = ivshmem_net_data_size(net) / BATCHES_PER_SECTION;
	hrtimer_init(&net->rx.timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
	net->rx.timer.function = look_again;
}

void ivshmem_rx_stop(struct ivshmem_net *net)
{
	hrtimer_cancel(&net->rx.timer);
}
