// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Transmit: a chain of pbufs is copied into the ring and forgotten.
 *
 * Nothing waits for the peer to return frames unless one has found no room. Then lwIP is told so
 * (ERR_MEM): TCP keeps its segment, others drop theirs. The peer is asked for a doorbell before the
 * next sleep, and when it has made room TCP is asked to go on.
 */
#include "netif-private.h"

#include "lwip/priv/tcp_priv.h"
#include "lwip/snmp.h"
#include "lwip/stats.h"
#include "lwip/sys.h"

/* A full ring from which the peer takes nothing for so many of these periods (ms): ... */
#define STALL_PERIOD    1000
#define STALLS_TO_RING  2 /* ... maybe a doorbell was lost; */
#define STALLS_TO_RESET 6 /* ... the peer does not take frames any more */

static void write_be16(u8_t *to, u16_t value)
{
	to[0] = (u8_t)(value >> 8);
	to[1] = (u8_t)value;
}

/* Puts a frame into the ring: IVSHM_OK, IVSHM_FULL or IVSHM_BAD_FRAME. */
static int put_frame(struct ivshm_netif *net, const struct pbuf *frame)
{
	u16_t len = (u16_t)(frame->tot_len - ETH_PAD_SIZE);
	struct ivshm_net_hdr hdr;
	bool extended = false;
	void *slot;
	u16_t sum;
	int result;

	if (ivshm_netif_peer_completes(net))
		extended = ivshm_netif_describe_checksum(frame, &hdr, &sum);
	result = ivshm_tx_reserve(&net->ring, len, extended ? &hdr : NULL, &slot);
	if (result != IVSHM_OK)
		return result;

	pbuf_copy_partial(frame, slot, len, ETH_PAD_SIZE);
	if (extended) {
		write_be16((u8_t *)slot + ivshm_le16_to_cpu(hdr.csum_start) +
				   ivshm_le16_to_cpu(hdr.csum_offset),
			   sum);
		net->tx_counters.offloaded++;
	}
	ivshm_tx_commit(&net->ring);
	net->tx.pending += len;
	return IVSHM_OK;
}

void ivshm_netif_tx_flush(struct ivshm_netif *net)
{
	if (net->tx.pending == 0 || !ivshm_netif_usable(net))
		return;
	net->tx.pending = 0;
	ivshm_tx_publish(&net->ring);
	if (ivshm_tx_notify_needed(&net->ring)) {
		net->device->ops->ring(net->device, IVSHM_NETIF_VECTOR_FRAMES);
		net->tx_counters.doorbells++;
	} else {
		net->tx_counters.doorbells_suppressed++;
	}
}

void ivshm_netif_tx_reclaim(struct ivshm_netif *net)
{
	struct ivshm_tally tally;
	int result = ivshm_tx_reclaim(&net->ring, &tally);

	if (result != IVSHM_OK) {
		net->tx_counters.ring_errors++;
		ivshm_netif_link_fail(net, ivshm_result_text(result));
	} else if (tally.frames) {
		net->tx.stalls = 0;
		net->tx.blocked_time = sys_now();
	}
}

static void block(struct ivshm_netif *net, u32_t len)
{
	u32_t longest = ivshm_tx_max_frame(&net->ring);

	net->tx_counters.ring_full++;
	if (!net->tx.blocked) {
		net->tx.stalls = 0;
		net->tx.blocked_time = sys_now();
		net->tx.armed = false;
	}
	net->tx.blocked = true;
	net->tx.blocked_len = LWIP_MIN(len, longest);
}

static int put_frame_or_block(struct ivshm_netif *net, const struct pbuf *frame)
{
	int result = put_frame(net, frame);

	if (result != IVSHM_FULL)
		return result;
	ivshm_netif_tx_flush(net);
	ivshm_netif_tx_reclaim(net);
	if (!ivshm_netif_usable(net))
		return IVSHM_FULL;
	result = put_frame(net, frame);
	if (result == IVSHM_FULL)
		block(net, frame->tot_len - ETH_PAD_SIZE);
	return result;
}

/* The reason why there is no use in trying, or ERR_OK. */
static err_t refuse(struct ivshm_netif *net, u32_t len)
{
	u32_t limit = net->ring.peer.mtu;

	if (!ivshm_netif_usable(net))
		return ERR_IF;
	if (limit && len > limit + IVSHM_NETIF_OVERHEAD) {
		net->tx_counters.too_long++;
		return ERR_VAL;
	}
	return ERR_OK;
}

static err_t drop(struct ivshm_netif *net, err_t reason)
{
	LWIP_UNUSED_ARG(net);
	LINK_STATS_INC(link.drop);
	MIB2_STATS_NETIF_INC(&net->netif, ifoutdiscards);
	return reason;
}

static void count(struct ivshm_netif *net, const struct pbuf *frame)
{
	u32_t len = frame->tot_len - ETH_PAD_SIZE;

	net->tx_counters.packets++;
	net->tx_counters.bytes += len;
	LINK_STATS_INC(link.xmit);
	MIB2_STATS_NETIF_ADD(&net->netif, ifoutoctets, len);
	if (((const u8_t *)frame->payload)[ETH_PAD_SIZE] & 1)
		MIB2_STATS_NETIF_INC(&net->netif, ifoutnucastpkts);
	else
		MIB2_STATS_NETIF_INC(&net->netif, ifoutucastpkts);
}

err_t ivshm_netif_output(struct netif *netif, struct pbuf *frame)
{
	struct ivshm_netif *net = netif->state;
	err_t err = refuse(net, frame->tot_len - ETH_PAD_SIZE);
	int result;

	if (err != ERR_OK) {
		net->tx_counters.dropped += err == ERR_IF;
		return drop(net, err);
	}
	result = put_frame_or_block(net, frame);
	if (result == IVSHM_FULL)
		return drop(net, ERR_MEM);
	if (result != IVSHM_OK) {
		net->tx_counters.dropped++;
		return drop(net, ERR_VAL);
	}
	count(net, frame);
	if (!(net->tx.batching || net->tx.lazy) || net->tx.pending >= net->batch_bytes)
		ivshm_netif_tx_flush(net);
	return ERR_OK;
}

/* The ring is full, and the peer has not made room. */
static void watch(struct ivshm_netif *net)
{
	u32_t due = net->tx.blocked_time + (net->tx.stalls + 1U) * STALL_PERIOD;

	if (!ivshm_netif_time_reached(sys_now(), due))
		return;
	net->tx.stalls++;
	if (net->tx.stalls == STALLS_TO_RING) {
		net->tx_counters.timeouts++;
		net->device->ops->ring(net->device, IVSHM_NETIF_VECTOR_FRAMES);
	} else if (net->tx.stalls == STALLS_TO_RESET) {
		ivshm_netif_link_fail(net, "the peer does not take frames");
	}
}

/* What TCP kept back for want of room, be it a segment or an acknowledgement. */
static void resume_connections(struct tcp_pcb *pcb)
{
	struct tcp_pcb *next;

	for (; pcb; pcb = next) {
		next = pcb->next;
		if (pcb->flags & (TF_NAGLEMEMERR | TF_ACK_NOW))
			tcp_output(pcb);
	}
}

void ivshm_netif_tx_poll(struct ivshm_netif *net)
{
	if (ivshm_tx_in_flight(&net->ring))
		ivshm_netif_tx_reclaim(net);
	if (!net->tx.blocked || !ivshm_netif_usable(net))
		return;
	if (!ivshm_tx_has_room(&net->ring, net->tx.blocked_len)) {
		watch(net);
		return;
	}
	net->tx.blocked = false;
	resume_connections(tcp_active_pcbs);
	resume_connections(tcp_tw_pcbs);
}

u32_t ivshm_netif_tx_idle(struct ivshm_netif *net)
{
	struct ivshm_ring *ring = &net->ring;
	u32_t now, due;

	if (!net->tx.blocked)
		return IVSHM_NETIF_FOREVER;
	if (ivshm_tx_has_room(ring, net->tx.blocked_len) ||
	    ivshm_tx_enable_events(ring, ivshm_tx_in_flight(ring) / 2))
		return 0;
	net->tx.armed = true;
	now = sys_now();
	due = net->tx.blocked_time + (net->tx.stalls + 1U) * STALL_PERIOD;
	return ivshm_netif_time_reached(now, due) ? 0 : due - now;
}

void ivshm_netif_tx_reset(struct ivshm_netif *net)
{
	net->tx.pending = 0;
	net->tx.blocked = false;
}
