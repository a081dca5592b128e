// SPDX-License-Identifier: GPL-2.0-only
/*
 * The link's state machine, as net/ring defines it: looks at the peer's state, does what the step
 * says, and keeps the carrier and both directions in accordance with it.
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "ivshmem-net.h"
#include "netdev.h"

/* Bits of link.flags */
#define LINK_RUNG   0 /* an interrupt came since the last step */
#define LINK_FAILED 1 /* the peer broke the protocol */

/*
 * No handshake for so long after a reset: a peer that flaps, or that breaks the protocol at once
 * again, costs no more than a few link changes per second.
 */
#define HOLD_AFTER_RESET   (HZ / 50)
#define HOLD_AFTER_FAILURE (HZ / 5)

/* A handshake has three steps. */
#define ROUNDS 8

/*
 * With a single vector, an interrupt may be one for frames, and reading the peer's state may be
 * expensive: it can wait so long while frames flow.
 */
#define CHECK_DELAY (HZ / 100)

#define MESSAGES_INTERVAL (30 * HZ)
#define MESSAGES_BURST    10

static bool message_allowed(struct ivshmem_net *net)
{
	return netif_msg_link(net) && __ratelimit(&net->link.messages);
}

/* Makes the work run in @delay jiffies, not earlier and not later. */
static void run_in(struct ivshmem_net *net, unsigned long delay)
{
	if (READ_ONCE(net->link.started))
		mod_delayed_work(system_wq, &net->link.work, delay);
}

static void hold(struct ivshmem_net *net, unsigned long delay)
{
	net->link.hold_until = jiffies + delay;
	run_in(net, delay);
}

static void start_frames(struct ivshmem_net *net)
{
	const struct ivshm_peer *peer = &net->ring.peer;

	ivshmem_count(&net->link.counters, LINK_UPS, 1);
	napi_enable(&net->napi);
	WRITE_ONCE(net->link.running, true);
	ivshmem_tx_enable(net);
	netif_carrier_on(net->dev);
	if (message_allowed(net))
		netdev_info(net->dev, "link is up, peer %s\n",
			    peer->extended ? "has extensions" : "speaks the base protocol");

	/* What came before NAPI was enabled rang in vain. */
	local_bh_disable();
	napi_schedule(&net->napi);
	local_bh_enable();
}

static void stop_frames(struct ivshmem_net *net)
{
	WRITE_ONCE(net->link.running, false);
	netif_carrier_off(net->dev);
	/* In this order: the poll could wake the queue. */
	napi_disable(&net->napi);
	ivshmem_tx_disable(net);
	ivshmem_rx_stop(net);
	if (message_allowed(net))
		netdev_info(net->dev, "link is down\n");
}

static void set_running(struct ivshmem_net *net, bool running)
{
	if (running == net->link.running)
		return;
	if (running) {
		start_frames(net);
	} else {
		stop_frames(net);
		hold(net, HOLD_AFTER_RESET);
	}
}

/* Does what a step says. It is given up if the peer, in @peer so far, changes its state meanwhile. */
static void apply(struct ivshmem_net *net, struct ivshm_link_step step, u32 peer)
{
	if (step.actions & IVSHM_LINK_STOP) {
		set_running(net, false);
		hold(net, HOLD_AFTER_RESET);
		ivshmem_count(&net->link.counters, LINK_RESETS, 1);
	}
	if (step.actions & IVSHM_LINK_SETUP) {
		ivshm_ring_setup(&net->ring);
		ivshmem_tx_reset(net);
		/* It takes its time. */
		if (ivshmem_device_peer_state(&net->device) != peer)
			return;
	}
	if (step.actions & IVSHM_LINK_START) {
		ivshm_ring_start(&net->ring);
		netdev_update_features(net->dev);
	}
	if (step.actions & IVSHM_LINK_WRITE)
		ivshmem_device_set_state(&net->device, step.state);
	if (step.actions & IVSHM_LINK_RING)
		ivshmem_device_ring_state(&net->device);
	net->link.state = step.state;
}

static void drop(struct ivshmem_net *net)
{
	apply(net, ivshm_link_drop(net->link.state), IVSHM_RESET);
}

static unsigned int inputs(struct ivshmem_net *net)
{
	unsigned int inputs = 0;

	if (net->link.up)
		inputs |= IVSHM_LINK_UP;
	if (net->device.model->state_always_rings)
		inputs |= IVSHM_LINK_CLASSIC;
	if (test_and_clear_bit(LINK_RUNG, &net->link.flags))
		inputs |= IVSHM_LINK_RUNG;
	return inputs;
}

/* Steps until nothing changes, or until the peer has changed its state too often for now. */
static void shake_hands(struct ivshmem_net *net)
{
	unsigned int known = inputs(net), rounds = ROUNDS;
	struct ivshm_link_step step;
	bool again;
	u32 peer;

	do {
		peer = ivshmem_device_peer_state(&net->device);
		step = ivshm_link_step(net->link.state, peer, known);
		again = step.state != net->link.state && !(step.actions & IVSHM_LINK_STOP);
		apply(net, step, peer);
		known &= ~IVSHM_LINK_RUNG;
	} while (again && --rounds);
	if (again)
		hold(net, HOLD_AFTER_RESET);
	set_running(net, ivshm_link_carrier(net->link.state, peer));
}

static void reset_after_failure(struct ivshmem_net *net)
{
	if (net->link.running && __ratelimit(&net->link.messages))
		netdev_warn(net->dev, "link reset: %s\n", READ_ONCE(net->link.failure));
	drop(net);
	clear_bit(LINK_FAILED, &net->link.flags);
	hold(net, HOLD_AFTER_FAILURE);
}

static void link_work(struct work_struct *work)
{
	struct ivshmem_link *link = container_of(to_delayed_work(work), struct ivshmem_link, work);
	struct ivshmem_net *net = container_of(link, struct ivshmem_net, link);

	rtnl_lock();
	if (test_bit(LINK_FAILED, &link->flags))
		reset_after_failure(net);
	if (time_before(jiffies, link->hold_until))
		run_in(net, link->hold_until - jiffies);
	else
		shake_hands(net);
	rtnl_unlock();
}

void ivshmem_link_init(struct ivshmem_net *net)
{
	struct ivshmem_link *link = &net->link;

	INIT_DELAYED_WORK(&link->work, link_work);
	ratelimit_state_init(&link->messages, MESSAGES_INTERVAL, MESSAGES_BURST);
	ratelimit_set_flags(&link->messages, RATELIMIT_MSG_ON_RELEASE);
	link->hold_until = jiffies;
	link->state = IVSHM_RESET;
	/* Whatever a former driver left there. */
	ivshmem_device_set_state(&net->device, IVSHM_RESET);
}

void ivshmem_link_start(struct ivshmem_net *net)
{
	WRITE_ONCE(net->link.started, true);
	/* Interrupts that came before were ignored. */
	set_bit(LINK_RUNG, &net->link.flags);
	run_in(net, 0);
}

void ivshmem_link_exit(struct ivshmem_net *net)
{
	WRITE_ONCE(net->link.started, false);
	cancel_delayed_work_sync(&net->link.work);
	drop(net);
}

void ivshmem_link_open(struct ivshmem_net *net)
{
	net->link.up = true;
	run_in(net, 0);
}

void ivshmem_link_close(struct ivshmem_net *net)
{
	net->link.up = false;
	drop(net);
	run_in(net, 0);
}

void ivshmem_link_restart(struct ivshmem_net *net)
{
	drop(net);
	ivshmem_net_init_ring(net);
	run_in(net, 0);
}

void ivshmem_link_interrupt(struct ivshmem_net *net, bool shared)
{
	const struct ivshmem_device *device = &net->device;
	unsigned long delay = 0;

	if (!READ_ONCE(net->link.started))
		return;
	if (shared && READ_ONCE(net->link.running)) {
		if (!device->model->state_in_memory)
			delay = CHECK_DELAY;
		else if (ivshmem_device_peer_state(device) == IVSHM_RUN)
			return;
	}
	set_bit(LINK_RUNG, &net->link.flags);
	/* Not if it is queued already: during a hold, or to check the state. */
	queue_delayed_work(system_wq, &net->link.work, delay);
}

void ivshmem_link_fail(struct ivshmem_net *net, const char *reason)
{
	WRITE_ONCE(net->link.failure, reason);
	if (!test_and_set_bit(LINK_FAILED, &net->link.flags))
		run_in(net, 0);
}

bool ivshmem_link_failed(const struct ivshmem_net *net)
{
	return test_bit(LINK_FAILED, &net->link.flags);
}
