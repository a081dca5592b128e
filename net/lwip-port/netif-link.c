// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The link's state machine, as net/ring defines it: when to look at the peer's state, what the step
 * says, and carrier and interface in accordance with it.
 */
#include "netif-private.h"

#include "lwip/sys.h"

/* Times in milliseconds. */

/*
 * No handshake for so long after a reset: a peer that flaps, or that breaks the protocol at once
 * again, costs no more than a few link changes per second.
 */
#define HOLD_AFTER_RESET   20
#define HOLD_AFTER_FAILURE 200

/* Where the peer's state is expensive to read, it is read so often at most while frames flow. */
#define CHECK_DELAY 10

/* No more than one message in that time. */
#define MESSAGE_INTERVAL 10000

/* Steps at a time. */
#define ROUNDS 16

static u32_t peer_state(struct ivshm_netif *net)
{
	return net->device->ops->peer_state(net->device);
}

/* ---------------------------------------------------------------------------- when to look */

/* Makes a step due in @delay ms, or when the time of holding back is over. */
static void look_in(struct ivshm_netif *net, u32_t delay)
{
	struct ivshm_netif_link *link = &net->link;
	u32_t when = sys_now() + delay;

	/* Only for as long: milliseconds come round again after some weeks. */
	if (link->held && !ivshm_netif_time_reached(when, link->held_until))
		when = link->held_until;
	if (!link->pending || !ivshm_netif_time_reached(when, link->when))
		link->when = when;
	link->pending = true;
}

static void hold(struct ivshm_netif *net, u32_t delay)
{
	net->link.held_until = sys_now() + delay;
	net->link.held = true;
	net->link.pending = false;
	look_in(net, delay);
}

/* ------------------------------------------------------------------------------ what to do */

static void set_running(struct ivshm_netif *net, bool running)
{
	if (running == net->link.running)
		return;
	net->link.running = running;
	if (running) {
		net->link_counters.ups++;
		netif_set_link_up(&net->netif);
	} else {
		netif_set_link_down(&net->netif);
		hold(net, HOLD_AFTER_RESET);
	}
}

/* False if the peer changed its state meanwhile, so that the step is not to be completed. */
static bool apply(struct ivshm_netif *net, struct ivshm_link_step step, u32_t peer)
{
	if (step.actions & IVSHM_LINK_STOP) {
		set_running(net, false);
		hold(net, HOLD_AFTER_RESET);
		net->link_counters.resets++;
	}
	if (step.actions & IVSHM_LINK_SETUP) {
		ivshm_ring_setup(&net->ring);
		ivshm_netif_tx_reset(net);
		/* It takes its time. */
		if (peer_state(net) != peer)
			return false;
	}
	if (step.actions & IVSHM_LINK_START) {
		ivshm_ring_start(&net->ring);
		ivshm_netif_adapt(net);
	}
	if (step.actions & IVSHM_LINK_WRITE)
		net->device->ops->set_state(net->device, step.state);
	if (step.actions & IVSHM_LINK_RING)
		net->device->ops->ring(net->device, IVSHM_NETIF_VECTOR_STATE);
	net->link.state = step.state;
	return true;
}

static void drop(struct ivshm_netif *net)
{
	apply(net, ivshm_link_drop(net->link.state), IVSHM_RESET);
}

static unsigned int inputs(struct ivshm_netif *net)
{
	unsigned int inputs = 0;

	if (net->link.up)
		inputs |= IVSHM_LINK_UP;
	if (net->device->classic)
		inputs |= IVSHM_LINK_CLASSIC;
	if (net->link.rung)
		inputs |= IVSHM_LINK_RUNG;
	net->link.rung = false;
	return inputs;
}

/* Steps until nothing changes; a reset ends it, and so does a peer that never gets enough. */
static void shake_hands(struct ivshm_netif *net)
{
	unsigned int known = inputs(net);
	struct ivshm_netif_link *link = &net->link;
	int rounds = ROUNDS;
	bool again;

	link->pending = false;
	link->held = false;
	do {
		struct ivshm_link_step step;

		link->peer = peer_state(net);
		step = ivshm_link_step(link->state, link->peer, known);
		again = step.state != link->state && !(step.actions & IVSHM_LINK_STOP);
		apply(net, step, link->peer);
		known &= ~IVSHM_LINK_RUNG;
	} while (again && --rounds);
	if (again)
		hold(net, HOLD_AFTER_RESET);
	set_running(net, ivshm_link_carrier(link->state, link->peer));
}

/* -------------------------------------------------------------------------- what has happened */

static void print_failure(struct ivshm_netif *net)
{
	struct ivshm_netif_link *link = &net->link;
	u32_t now = sys_now();

	if (link->messages++ &&
	    !ivshm_netif_time_reached(now, link->message_time + MESSAGE_INTERVAL))
		return;
	LWIP_PLATFORM_DIAG(("iv%u: link reset: %s (%lu so far)\n", net->netif.num, link->failure,
			    (unsigned long)link->messages));
	link->message_time = now;
}

static void reset_after_failure(struct ivshm_netif *net)
{
	print_failure(net);
	drop(net);
	net->link.failure = NULL;
	hold(net, HOLD_AFTER_FAILURE);
}

static void set_up(struct ivshm_netif *net, bool up)
{
	net->link.up = up;
	if (!up)
		drop(net);
	look_in(net, 0);
}

/*
 * The interrupt may be one for frames. That need not be known if the state can be had for nothing;
 * else the look at it can wait while frames flow.
 */
static void take_interrupt(struct ivshm_netif *net)
{
	net->link.rung = true;
	if (!net->link.running)
		look_in(net, 0);
	else if (!net->device->state_in_memory)
		look_in(net, CHECK_DELAY);
}

static void collect_events(struct ivshm_netif *net)
{
	bool up = netif_is_up(&net->netif);

	if (net->link.failure)
		reset_after_failure(net);
	if (up != net->link.up)
		set_up(net, up);
	if (__atomic_load_n(&net->interrupted, __ATOMIC_RELAXED) &&
	    __atomic_exchange_n(&net->interrupted, false, __ATOMIC_ACQUIRE))
		take_interrupt(net);
	if (net->device->state_in_memory && peer_state(net) != net->link.peer) {
		net->link.rung = true;
		look_in(net, 0);
	}
}

void ivshm_netif_link_poll(struct ivshm_netif *net)
{
	collect_events(net);
	if (net->link.pending && ivshm_netif_time_reached(sys_now(), net->link.when))
		shake_hands(net);
}

u32_t ivshm_netif_link_idle(struct ivshm_netif *net)
{
	struct ivshm_netif_link *link = &net->link;
	u32_t now;

	collect_events(net);
	if (!link->pending)
		return IVSHM_NETIF_FOREVER;
	now = sys_now();
	return ivshm_netif_time_reached(now, link->when) ? 0 : link->when - now;
}

void ivshm_netif_link_fail(struct ivshm_netif *net, const char *reason)
{
	if (!net->link.failure)
		net->link.failure = reason;
}

void ivshm_netif_link_init(struct ivshm_netif *net)
{
	net->link.state = IVSHM_RESET;
	net->link.held = false;
	/* Whatever a former program left there. */
	net->device->ops->set_state(net->device, IVSHM_RESET);
	/* Interrupts may have come before. */
	net->link.rung = true;
	look_in(net, 0);
}

void ivshm_netif_link_exit(struct ivshm_netif *net)
{
	drop(net);
	net->link.pending = false;
}
