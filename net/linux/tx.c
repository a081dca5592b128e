// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transmit.
 *
 * Frames are copied into the ring and freed at once, so nothing but a stopped queue ever waits for
 * the peer to return them: only then it is asked for a doorbell. Otherwise what came back is
 * reclaimed along the way.
 *
 * No wake-up is lost: the queue is stopped first, then the doorbell is asked for, then the ring is
 * looked at once more. A doorbell makes the poll look at the queue's state; so either the poll sees
 * it stopped, or whoever stops it sees what was returned.
 *
 * The stack's own watchdog would do for a device, which never fails but by accident. A peer may
 * stall at will, and must not be able to cause a kernel warning; hence one of our own.
 */
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/checksum.h>

#include "ivshmem-net.h"
#include "offload.h"

/* The watchdog looks so often at a stopped queue, and so often without seeing it move. */
#define WATCHDOG_PERIOD HZ
#define STALLS_MAX      5

/*
 * Where the peer has returned frames meanwhile, that was at least half of those in flight: more than
 * so many rounds (IVSHM_ENTRIES_MAX is 2^12) are made only for one that takes its index back again.
 */
#define ROUNDS_MAX 13

static void count(struct ivshmem_net *net, enum ivshmem_tx_counter counter)
{
	ivshmem_count(&net->tx.counters, counter, 1);
}

/* Bytes of the longest frame that may come next. */
static u32 longest_frame(const struct ivshmem_net *net)
{
	u32 frame = READ_ONCE(net->dev->mtu) + VLAN_ETH_HLEN;

	if (net->dev->features & IVSHMEM_OFFLOAD_GSO)
		frame = max(frame, READ_ONCE(net->dev->gso_max_size));
	return min(frame, ivshm_tx_max_frame(&net->ring));
}

static void reclaim(struct ivshmem_net *net, struct netdev_queue *queue)
{
	struct ivshm_tally tally;
	int result;

	if (ivshmem_link_failed(net))
		return;
	result = ivshm_tx_reclaim(&net->ring, &tally);
	if (result != IVSHM_OK) {
		count(net, TX_RING_ERRORS);
		ivshmem_link_fail(net, ivshm_result_text(result));
		return;
	}
	if (tally.frames == 0)
		return;
	net->tx.reclaimed += tally.frames;
	ivshmem_interrupts_earn(net, tally.frames);
	netdev_tx_completed_queue(queue, tally.frames, tally.bytes);
}

static void publish(struct ivshmem_net *net)
{
	if (net->tx.pending == 0)
		return;
	net->tx.pending = 0;
	ivshm_tx_publish(&net->ring);
	if (ivshm_tx_notify_needed(&net->ring)) {
		ivshmem_device_ring(&net->device);
		count(net, TX_DOORBELLS);
	} else {
		count(net, TX_DOORBELLS_SUPPRESSED);
	}
}

/* Wakes the queue if there is room for the frame that it waits with. */
static void wake_if_room(struct ivshmem_net *net, struct netdev_queue *queue)
{
	if (!netif_tx_queue_stopped(queue) || !ivshm_tx_has_room(&net->ring, net->tx.needed))
		return;
	net->tx.needed = 0;
	netif_tx_wake_queue(queue);
}

/*
 * For a queue that is stopped: by us for want of room, or by the stack for its byte limit. True if
 * it goes on, false if a doorbell will tell when.
 */
static bool try_to_wake(struct ivshmem_net *net, struct netdev_queue *queue)
{
	struct ivshm_ring *ring = &net->ring;
	unsigned int rounds = 0;

	do {
		reclaim(net, queue);
		if (ivshmem_link_failed(net))
			return false;
		wake_if_room(net, queue);
		if (!netif_xmit_stopped(queue))
			return true;
	} while (++rounds < ROUNDS_MAX && ivshm_tx_in_flight(ring) != 0 &&
		 ivshm_tx_enable_events(ring, ivshm_tx_in_flight(ring) / 2));
	return false;
}

/* Takes down what there is now, and looks again after a period. */
static void watch_on(struct ivshmem_tx *tx)
{
	tx->watched = tx->reclaimed;
	tx->watched_since = jiffies;
	mod_timer(&tx->watchdog, tx->watched_since + WATCHDOG_PERIOD);
}

/* For a queue that has just been stopped; not for one that is being watched already. */
static void start_watchdog(struct ivshmem_net *net)
{
	if (timer_pending(&net->tx.watchdog))
		return;
	net->tx.stalls = 0;
	watch_on(&net->tx);
}

/* Everything is published; @needed bytes do not fit, or (0) the stack has stopped the queue. */
static void stop(struct ivshmem_net *net, struct netdev_queue *queue, u32 needed)
{
	if (needed) {
		net->tx.needed = min(needed, ivshm_tx_max_frame(&net->ring));
		netif_tx_stop_queue(queue);
	}
	if (try_to_wake(net, queue))
		return;
	start_watchdog(net);
	count(net, TX_QUEUE_STOPPED);
	if (needed)
		count(net, TX_RING_FULL);
}

/* Whether the peer said that it does not take frames of this length. */
static bool too_long(const struct ivshmem_net *net, const struct sk_buff *skb)
{
	u32 limit = net->ring.peer.mtu + VLAN_ETH_HLEN;

	if (net->ring.peer.mtu == 0)
		return false;
	return skb_is_gso(skb) ? !skb_gso_validate_mac_len(skb, limit) : skb->len > limit;
}

/* Copies a frame and completes its checksum on the way. */
static void copy_and_checksum(const struct sk_buff *skb, u8 *frame)
{
	unsigned int start = skb_checksum_start_offset(skb);
	__wsum sum;

	skb_copy_bits(skb, 0, frame, start);
	sum = skb_copy_and_csum_bits(skb, start, frame + start, skb->len - start);
	put_unaligned(csum_fold(sum) ?: CSUM_MANGLED_0,
		      (__sum16 *)(frame + start + skb->csum_offset));
}

static bool checksum_inside(const struct sk_buff *skb)
{
	int start = skb_checksum_start_offset(skb);

	return start >= ETH_HLEN && start + skb->csum_offset + sizeof(__sum16) <= skb->len;
}

/* Puts a frame into the ring: IVSHM_OK, IVSHM_FULL or IVSHM_BAD_FRAME. */
static int put_frame(struct ivshmem_net *net, const struct sk_buff *skb)
{
	bool partial = skb->ip_summed == CHECKSUM_PARTIAL;
	bool extended = partial && (net->ring.peer.features & IVSHM_F_CSUM);
	struct ivshm_net_hdr hdr;
	void *frame;
	int result;

	/* A peer that takes less than the one before may find frames of that time in the queue. */
	if ((partial && !checksum_inside(skb)) || (skb_is_gso(skb) && !extended))
		return IVSHM_BAD_FRAME;
	if (extended)
		ivshmem_offload_describe(skb, &hdr);
	result = ivshm_tx_reserve(&net->ring, skb->len, extended ? &hdr : NULL, &frame);
	if (result != IVSHM_OK)
		return result;

	if (partial && !extended)
		copy_and_checksum(skb, frame);
	else
		skb_copy_bits(skb, 0, frame, skb->len);
	ivshm_tx_commit(&net->ring);
	net->tx.pending++;
	if (extended)
		count(net, TX_OFFLOADED);
	return IVSHM_OK;
}

static netdev_tx_t drop(struct ivshmem_net *net, struct sk_buff *skb,
			enum ivshmem_tx_counter counter)
{
	count(net, counter);
	dev_kfree_skb_any(skb);
	/* What was to be published together with it. */
	if (!netdev_xmit_more() && !ivshmem_link_failed(net))
		publish(net);
	return NETDEV_TX_OK;
}

netdev_tx_t ivshmem_tx_start(struct sk_buff *skb, struct net_device *dev)
{
	struct ivshmem_net *net = netdev_priv(dev);
	struct netdev_queue *queue = ivshmem_net_queue(net);
	bool more = netdev_xmit_more(), full;
	int result;

	if (!more)
		reclaim(net, queue);
	if (ivshmem_link_failed(net))
		return drop(net, skb, TX_DROPPED);
	if (too_long(net, skb))
		return drop(net, skb, TX_TOO_LONG);
	result = put_frame(net, skb);
	if (result == IVSHM_FULL) {
		publish(net);
		stop(net, queue, skb->len);
		return NETDEV_TX_BUSY;
	}
	if (result != IVSHM_OK)
		return drop(net, skb, TX_DROPPED);

	skb_tx_timestamp(skb);
	ivshmem_count_packet(&net->tx.counters, skb->len);
	full = !ivshm_tx_has_room(&net->ring, longest_frame(net));
	/*
	 * Accounted for before the peer can return it. Who stops has published all: nobody would be
	 * told when what the peer does not know of is returned. The stack may have stopped the queue
	 * before; not all senders mind that, and they may have said that there is more to come.
	 */
	if (__netdev_tx_sent_queue(queue, skb->len, more) || full || netif_xmit_stopped(queue))
		publish(net);
	if (full || netif_xmit_stopped(queue))
		stop(net, queue, full ? longest_frame(net) : 0);
	dev_consume_skb_any(skb);
	return NETDEV_TX_OK;
}

void ivshmem_tx_poll(struct ivshmem_net *net, int budget)
{
	struct netdev_queue *queue = ivshmem_net_queue(net);

	if (!netif_xmit_stopped(queue))
		return;
	if (budget)
		__netif_tx_lock(queue, smp_processor_id());
	else if (!__netif_tx_trylock(queue)) /* netpoll, maybe in the midst of a transmission */
		return;
	if (READ_ONCE(net->link.running) && netif_xmit_stopped(queue))
		try_to_wake(net, queue);
	__netif_tx_unlock(queue);
}

/*
 * Under the queue's lock: it has stood still for a while. Whether a doorbell got lost, here or
 * there, can be found out; if it did not, the peer has to explain itself sooner or later.
 */
static void handle_stall(struct ivshmem_net *net, struct netdev_queue *queue)
{
	if (net->tx.stalls++ == 0)
		count(net, TX_TIMEOUTS);
	if (try_to_wake(net, queue))
		return;
	if (net->tx.stalls < STALLS_MAX)
		ivshmem_device_ring(&net->device);
	else
		ivshmem_link_fail(net, "peer does not take frames");
}

/*
 * False if the queue was stopped, and the timer set again, while this one waited for the lock: there
 * is nothing to be judged yet.
 */
static bool period_is_over(const struct ivshmem_tx *tx)
{
	return !time_before(jiffies, tx->watched_since + WATCHDOG_PERIOD);
}

static void watch(struct timer_list *timer)
{
	struct ivshmem_tx *tx = from_timer(tx, timer, watchdog);
	struct ivshmem_net *net = container_of(tx, struct ivshmem_net, tx);
	struct netdev_queue *queue = ivshmem_net_queue(net);

	__netif_tx_lock(queue, smp_processor_id());
	if (READ_ONCE(net->link.running) && netif_xmit_stopped(queue) && period_is_over(tx)) {
		if (tx->reclaimed == tx->watched)
			handle_stall(net, queue);
		else
			tx->stalls = 0;
		watch_on(tx);
	}
	__netif_tx_unlock(queue);
}

void ivshmem_tx_init(struct ivshmem_net *net)
{
	timer_setup(&net->tx.watchdog, watch, 0);
	/*
	 * A short queue is what the byte limit is for, but each stop costs the peer a doorbell. With
	 * half of the ring in flight, both sides have something to do meanwhile.
	 */
	netdev_queue_set_dql_min_limit(ivshmem_net_queue(net), ivshmem_net_data_size(net) / 2);
}

void ivshmem_tx_reset(struct ivshmem_net *net)
{
	net->tx.needed = 0;
	net->tx.pending = 0;
	netdev_tx_reset_queue(ivshmem_net_queue(net));
}

void ivshmem_tx_enable(struct ivshmem_net *net)
{
	netif_tx_wake_queue(ivshmem_net_queue(net));
}

void ivshmem_tx_disable(struct ivshmem_net *net)
{
	netif_tx_disable(net->dev);
	del_timer_sync(&net->tx.watchdog);
}
