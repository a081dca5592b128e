/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Cells that talk to each other, and to root, by ivshmem devices. Opens all channels that are not
 * for networks, says hello to its peers now and then, prints what they say, and answers: a text by
 * a text, an interrupt of a peer that is no demo by an interrupt. See board.h for the protocol.
 *
 * Parameters
 *   period_ms=1000   time between two hellos; 0: says nothing by itself
 *   channel=BUS:DEV.FN  opens this one only, as 00:11.0
 *   state=1          of this peer in its channels
 *   echo=1           0: interrupts of peers that are no demos are not answered
 *   poll_ms=10       how often it looks for messages from the hypervisor
 *   mask             holds interrupts back during every other poll_ms; none may get lost by that
 *   mode=talk        talk: no more than that. The others begin with something special, in the first
 *                    channel, when the peer is a demo that is there:
 *                    pingpong: rings and waits for the answer, count times
 *                    flood: rings count times, in bursts of 1 to burst rings
 *                    storm: rings count times, does not wait for the peer, nor for its being there
 *                    output, table: says hello until some demo answers, which so has seen this
 *                    peer's state; then writes to the peer's output section, or to its entry in the
 *                    state table, for which the cell is stopped
 *   peer=N vector=0 count=1000 burst=16  for these; default for peer: the first other one
 */
#include "channel.h"
#include "measure.h"
#include "rules.h"

#define MAX_CHANNELS 8

/* Protocol of classic network devices, with existing drivers */
#define PROTOCOL_VETH_CLASSIC 0x0100

static struct channel channels[MAX_CHANNELS];
static unsigned int num_channels;

static struct {
	u64 period_ns;
	bool mask;
	char only[16]; /* name of a channel, or nothing */
	char mode[16];
} config;

/* The timer wakes the program up, which may have to answer the hypervisor. */
static void tick(void *arg)
{
	static bool masked;
	unsigned int n;

	(void)arg;
	if (!config.mask)
		return;
	masked = !masked;
	for (n = 0; n < num_channels; n++)
		channel_mask(&channels[n], masked);
}

static bool is_wanted(u16 bdf)
{
	u16 protocol = ivshmem_protocol(bdf);
	char name[8];

	if (protocol == JAILHOUSE_SHMEM_PROTO_VETH || protocol == PROTOCOL_VETH_CLASSIC)
		return false;
	channel_name(name, sizeof(name), bdf);
	return !config.only[0] || strcmp(name, config.only) == 0;
}

static void open_channels(void)
{
	u32 state = cmdline_parse_int("state", 1);
	bool echo = cmdline_parse_bool("echo", true);
	int bdf = ivshmem_find(IVSHMEM_ANY_PROTOCOL, 0);

	while (bdf >= 0 && num_channels < MAX_CHANNELS) {
		if (is_wanted(bdf) && !channel_open(&channels[num_channels], bdf, state, echo))
			num_channels++;
		bdf = ivshmem_find(IVSHMEM_ANY_PROTOCOL, bdf + 1);
	}
}

static void look(void)
{
	unsigned int n;

	comm_poll();
	for (n = 0; n < num_channels; n++)
		channel_look(&channels[n]);
}

static void say_hello(u64 number)
{
	char text[BOARD_TEXT_SIZE];
	unsigned int n;

	for (n = 0; n < num_channels; n++) {
		snprintf(text, sizeof(text), "hello %llu from peer %u", number,
			 channels[n].device.id);
		channel_say_to_all(&channels[n], text, number);
	}
}

static void __attribute__((noreturn)) talk(void)
{
	u64 next = get_time_ns(), number = 0;

	for (;;) {
		look();
		if (config.period_ns && get_time_ns() >= next) {
			next += config.period_ns;
			say_hello(number++);
		}
		cpu_wait_for_interrupt();
	}
}

static void wait_for_demo(const struct measurement *measurement)
{
	while (!channel_is_demo(measurement->channel, measurement->peer)) {
		look();
		cpu_wait_for_interrupt();
	}
}

static void wait_until_heard(const struct channel *channel)
{
	u64 number = 0;

	while (!channel_is_answered(channel)) {
		say_hello(number++);
		cpu_wait_for_interrupt();
		look();
	}
}

static void do_something_special(void)
{
	struct measurement measurement = {
		.channel = &channels[0],
		.peer = cmdline_parse_int("peer", channels[0].device.id == 0),
		.vector = cmdline_parse_int("vector", 0),
		.count = cmdline_parse_int("count", 1000),
		.burst = cmdline_parse_int("burst", 16),
	};

	if (measurement.peer >= channels[0].device.max_peers ||
	    measurement.peer == channels[0].device.id ||
	    measurement.vector >= channels[0].device.num_vectors || !measurement.burst) {
		printf("ivshmem-demo: no such peer, vector or burst\n");
	} else if (strcmp(config.mode, "pingpong") == 0) {
		wait_for_demo(&measurement);
		measure_pingpong(&measurement);
	} else if (strcmp(config.mode, "flood") == 0) {
		wait_for_demo(&measurement);
		measure_flood(&measurement);
	} else if (strcmp(config.mode, "storm") == 0) {
		measure_storm(&measurement);
	} else {
		wait_until_heard(&channels[0]);
		rule_break(&channels[0], config.mode, measurement.peer);
	}
}

static bool may_shut_down(void *arg)
{
	unsigned int n;

	(void)arg;
	for (n = 0; n < num_channels; n++) {
		channel_report(&channels[n]);
		ivshmem_close(&channels[n].device);
	}
	printf("ivshmem-demo: shutting down\n");
	return true;
}

void inmate_main(void)
{
	config.period_ns = cmdline_parse_int("period_ms", 1000) * NS_PER_MS;
	config.mask = cmdline_parse_bool("mask", false);
	cmdline_parse_str("channel", config.only, sizeof(config.only), "");
	cmdline_parse_str("mode", config.mode, sizeof(config.mode), "talk");
	comm_set_shutdown_handler(may_shut_down, NULL);
	open_channels();
	if (!num_channels)
		panic("ivshmem-demo: no channel");
	timer_set_handler(tick, NULL);
	timer_start_periodic(cmdline_parse_int("poll_ms", 10) * NS_PER_MS);
	cpu_enable_interrupts();

	printf("ivshmem-demo: ready\n");
	if (strcmp(config.mode, "talk") != 0)
		do_something_special();
	talk();
}
