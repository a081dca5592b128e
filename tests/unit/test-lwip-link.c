/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The link of the lwIP driver against peers of all manners: in any order of events, it is up as soon
 * as both ends want it, and it never costs more than a few steps at a time.
 *
 * suite: net
 * sources: tests/unit/lwip-end.c tests/unit/lwip-peer.c tests/unit/lwip-stream.c
 * lwip: polled
 */
#include "lwip-peer.h"
#include "ring-private.h"

#include "lwip/sys.h"

#define SECTION 8192

static struct channel channel;
static struct end end;
static struct peer peer;
static u64_t random_state = 1;

static u32_t random_below(u32_t limit)
{
	random_state = random_state * 6364136223846793005ull + 1442695040888963407ull;
	return (u32_t)(random_state >> 33) % limit;
}

static void open_all(bool classic)
{
	channel_open(&channel, SECTION, classic);
	end_open(&end, &channel, 1, NULL);
	peer_open(&peer, &channel, 0, NULL);
}

static void close_all(void)
{
	peer_close(&peer);
	end_close(&end);
	channel_close(&channel);
}

/* ---------------------------------------------------------------------- random sequences */

static void do_something(void)
{
	switch (random_below(8)) {
	case 0:
		netif_set_down(&end.net.netif);
		break;
	case 1:
		netif_set_up(&end.net.netif);
		break;
	case 2:
		peer.up = !peer.up;
		break;
	case 3:
		peer_drop(&peer);
		break;
	case 4:
		/* The peer's cell was destroyed, or something that is no driver ran there. */
		channel_set_state(&channel, 0, random_below(4) ? IVSHM_RESET : random_below(100));
		peer.state = IVSHM_RESET;
		break;
	case 5:
		peer_step(&peer);
		break;
	default:
		end_step(&end);
		break;
	}
	end_skip_time(random_below(4) ? 0 : random_below(30));
}

static void any_order(bool classic)
{
	open_all(classic);
	for (int round = 0; round < 3000; round++) {
		for (u32_t i = random_below(20); i > 0; i--)
			do_something();
		/* A driver's first act. */
		if (peer.state == IVSHM_RESET)
			channel_set_state(&channel, 0, IVSHM_RESET);
		netif_set_up(&end.net.netif);
		peer.up = true;
		assert_true(peer_connect(&peer, &end));
	}
	close_all();
}

static void any_order_revision2(void **unused)
{
	(void)unused;
	any_order(false);
}

static void any_order_classic(void **unused)
{
	(void)unused;
	any_order(true);
}

/*
 * An existing driver: in READY it goes to RESET if it sees the peer in INIT, and there it waits to be
 * rung.
 */
static void step_existing_driver(void)
{
	u32_t other = channel_state(&channel, 1);
	u8_t next = peer.state;

	switch (peer.state) {
	case IVSHM_RESET:
		if (other < IVSHM_READY)
			next = IVSHM_INIT;
		break;
	case IVSHM_INIT:
		if (other > IVSHM_RESET) {
			ivshm_ring_setup(&peer.ring);
			next = IVSHM_READY;
		}
		break;
	default:
		if (other >= IVSHM_READY)
			next = IVSHM_RUN;
		else
			next = IVSHM_RESET;
		if (peer.state == IVSHM_READY && next == IVSHM_RUN)
			ivshm_ring_start(&peer.ring);
	}
	if (next == peer.state)
		return;
	peer.state = next;
	channel_set_state(&channel, 0, next);
}

/* It acts on interrupts only. */
static bool connect_existing_driver(void)
{
	for (int i = 0; i < 1000; i++) {
		if (random_below(2) && peer_interrupts(&peer))
			step_existing_driver();
		if (random_below(2))
			end_step(&end);
		if (peer_has_carrier(&peer) && netif_is_link_up(&end.net.netif))
			return true;
		end_skip_time(random_below(20));
	}
	return false;
}

static void existing_driver(void **unused)
{
	(void)unused;
	for (int round = 0; round < 2000; round++) {
		open_all(true);
		if (random_below(2))
			end_step(&end);
		/* Loaded: it resets, and looks once. */
		channel_set_state(&channel, 0, IVSHM_RESET);
		step_existing_driver();
		assert_true(connect_existing_driver());
		close_all();
	}
}

/* ---------------------------------------------------------------------------- bad peers */

static unsigned int state_reads;

static u32_t changing_state(struct ivshm_netif_device *device)
{
	(void)device;
	state_reads++;
	return random_below(4);
}

/* Another state at every look. */
static void flapping_peer(void **unused)
{
	struct ivshm_netif_device_ops ops;

	(void)unused;
	open_all(false);
	ops = *end.device.ops;
	ops.peer_state = changing_state;
	end.device.ops = &ops;
	for (int i = 0; i < 10000; i++) {
		u64_t resets = end.net.link_counters.resets;

		state_reads = 0;
		end_step(&end);
		end_skip_time(1);
		assert_true(state_reads < 50);
		assert_true(end.net.link_counters.resets - resets <= 1);
	}
	/* No more than one reset in the time of holding back. */
	assert_true(end.net.link_counters.resets < 600);
	assert_true(end.net.link_counters.resets > 50);
	close_all();
}

/* One who breaks the protocol has to wait for the next handshake. */
static void holding_back(void **unused)
{
	u32_t left;

	(void)unused;
	open_all(false);
	assert_true(peer_connect(&peer, &end));
	ivshm_write_once(&peer.ring.own.avail->idx, 0x4000);
	end_step(&end);
	end_step(&end);
	assert_int_equal(end.net.rx_counters.ring_errors, 1);
	assert_int_equal(end.net.link_counters.resets, 1);
	assert_false(netif_is_link_up(&end.net.netif));
	left = ivshm_netif_idle(&end.net);
	assert_in_range(left, 150, 200);
	peer_step(&peer);
	end_skip_time(left - 50);
	end_step(&end);
	assert_int_equal(channel_state(&channel, 1), IVSHM_RESET);
	end_skip_time(60);
	end_step(&end);
	assert_int_not_equal(channel_state(&channel, 1), IVSHM_RESET);
	assert_true(peer_connect(&peer, &end));
	close_all();
}

static void failures_are_told_once(void **unused)
{
	(void)unused;
	open_all(false);
	for (int i = 0; i < 100; i++) {
		assert_true(peer_connect(&peer, &end));
		ivshm_write_once(&peer.ring.own.avail->idx, 0x4000);
		end_step(&end);
		end_step(&end);
	}
	assert_int_equal(end.net.rx_counters.ring_errors, 100);
	assert_int_equal(end.net.link.messages, 100);
	close_all();
}

/* While frames flow over a classic device, its state register is read once in a while only. */
static void state_register_is_spared(void **unused)
{
	u32_t left;

	(void)unused;
	open_all(true);
	assert_true(peer_connect(&peer, &end));
	end_skip_time(1000);
	end_run(&end, 50, NULL, NULL);
	assert_int_equal(ivshm_netif_idle(&end.net), IVSHM_NETIF_FOREVER);
	ivshm_netif_interrupt(&end.net);
	ivshm_netif_poll(&end.net, 1);
	left = ivshm_netif_idle(&end.net);
	assert_in_range(left, 1, 10);
	ivshm_netif_interrupt(&end.net);
	ivshm_netif_poll(&end.net, 1);
	assert_true(ivshm_netif_idle(&end.net) <= left);
	end_skip_time(10);
	assert_int_equal(ivshm_netif_idle(&end.net), 0);
	ivshm_netif_poll(&end.net, 1);
	assert_int_equal(ivshm_netif_idle(&end.net), IVSHM_NETIF_FOREVER);
	close_all();
}

/* Milliseconds of 32 bits come round: what was held back for once is not held back for weeks then. */
static void after_weeks(void **unused)
{
	(void)unused;
	open_all(false);
	assert_true(peer_connect(&peer, &end));
	end_skip_time(0x80000000 + 1000);
	end_step(&end);
	peer_drop(&peer);
	end_step(&end);
	assert_false(netif_is_link_up(&end.net.netif));
	assert_true(peer_connect(&peer, &end));
	close_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order_revision2),
		cmocka_unit_test(any_order_classic),
		cmocka_unit_test(existing_driver),
		cmocka_unit_test(flapping_peer),
		cmocka_unit_test(holding_back),
		cmocka_unit_test(failures_are_told_once),
		cmocka_unit_test(state_register_is_spared),
		cmocka_unit_test(after_weeks),
	};

	end_set_speed(0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
