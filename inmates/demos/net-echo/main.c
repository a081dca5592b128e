/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * net-echo: the smallest peer of an Ethernet link, straight on net/ring. It answers ARP for every
 * address, ICMP echo and UDP (each datagram goes back to its sender), on one link.
 *
 * Parameters:
 *
 *	bdf=N	the channel; without it, the first one of protocol 0001
 *	base	speak the base protocol only, as peers without extensions do
 *	bell	ring at each frame, as simple peers do
 */
#include <inmate/inmate.h>
#include <inmate/ivshmem.h>

#include <net/ring/ivshm-ring.h>

#include "echo.h"

#define VECTOR_STATE 0

static struct ivshmem device;
static struct ivshm_ring ring;
static u8 frame_buffer[IVSHM_FRAME_MAX];
static u8 state = IVSHM_RESET;
static bool running, always_ring;
static volatile bool rung;

static void interrupt(void *unused)
{
	(void)unused;
	rung = true;
}

static void open_device(void)
{
	int bdf = (int)cmdline_parse_int("bdf", -1);
	unsigned int vector;

	if (bdf < 0)
		bdf = ivshmem_find(JAILHOUSE_SHMEM_PROTO_VETH, 0);
	if (bdf < 0 || ivshmem_open(&device, (u16)bdf))
		panic("net-echo: no channel");
	for (vector = 0; vector < device.num_vectors && vector < 2; vector++)
		ivshmem_irq_enable(&device, vector, smp_cpu(), interrupt, NULL);
}

static void open_ring(void)
{
	struct ivshm_config config = { .base = cmdline_parse_bool("base", false) };
	struct ivshm_geometry geometry;
	int result;

	if (device.classic)
		ivshm_config_classic(&config, device.common, device.common_size, device.id);
	else
		ivshm_config_revision2(&config, ivshmem_output(&device, device.id),
				       ivshmem_output(&device, !device.id), device.output_size);
	result = ivshm_geometry_init(&geometry, config.size);
	if (result != IVSHM_OK)
		panic("net-echo: %s", ivshm_result_text(result));
	config.mtu = geometry.max_mtu;
	config.mac[0] = 0x02; /* locally administered */
	config.mac[3] = (u8)(device.bdf >> 8);
	config.mac[4] = (u8)device.bdf;
	config.mac[5] = (u8)device.id;
	config.shadow = malloc(ivshm_shadow_size(&geometry));
	if (!config.shadow || ivshm_ring_init(&ring, &config) != IVSHM_OK)
		panic("net-echo: no memory for %u entries", geometry.entries);
}

static void ring_for_frames(void)
{
	ivshmem_ring(&device, !device.id, device.num_vectors > 1);
}

static void step_done(struct ivshm_link_step step)
{
	if (step.actions & IVSHM_LINK_STOP)
		running = false;
	if (step.actions & IVSHM_LINK_SETUP)
		ivshm_ring_setup(&ring);
	if (step.actions & IVSHM_LINK_START)
		ivshm_ring_start(&ring);
	if (step.actions & IVSHM_LINK_WRITE)
		ivshmem_set_state(&device, step.state);
	if (step.actions & IVSHM_LINK_RING)
		ivshmem_ring(&device, !device.id, VECTOR_STATE);
	state = step.state;
}

static void shake_hands(void)
{
	unsigned int inputs = IVSHM_LINK_UP | IVSHM_LINK_RUNG;
	struct ivshm_link_step step;
	bool changed, carrier;
	u32 peer;

	if (device.classic)
		inputs |= IVSHM_LINK_CLASSIC;
	do {
		peer = ivshmem_state(&device, !device.id);
		step = ivshm_link_step(state, peer, inputs);
		changed = step.state != state;
		step_done(step);
		inputs &= ~IVSHM_LINK_RUNG;
	} while (changed);
	carrier = ivshm_link_carrier(state, peer);
	if (carrier != running)
		printf("net-echo: link %s\n", carrier ? "up" : "down");
	running = carrier;
}

/* A frame that finds no room is dropped. */
static int answer(u32 len)
{
	struct ivshm_tally tally;
	void *slot;
	int result = ivshm_tx_reclaim(&ring, &tally);

	if (result != IVSHM_OK)
		return result;
	if (echo_answer(frame_buffer, len, ring.mac) &&
	    ivshm_tx_reserve(&ring, len, NULL, &slot) == IVSHM_OK) {
		memcpy(slot, frame_buffer, len);
		ivshm_tx_commit(&ring);
	}
	return IVSHM_OK;
}

/* Takes what is there, and answers it in one batch. Frames taken, or a peer error. */
static int serve(void)
{
	struct ivshm_frame frame;
	int result, frames = 0;

	while ((result = ivshm_rx_peek(&ring, &frame)) > 0 && frames < 64) {
		memcpy(frame_buffer, frame.data, frame.len);
		ivshm_rx_release(&ring);
		frames++;
		result = answer(frame.len);
		if (result < 0)
			break;
	}
	if (result < 0)
		return result;
	ivshm_rx_publish(&ring);
	ivshm_tx_publish(&ring);
	if (ivshm_rx_notify_needed(&ring) | ivshm_tx_notify_needed(&ring) ||
	    (always_ring && frames))
		ring_for_frames();
	return frames;
}

/* True if there is nothing to do before the next interrupt, whatever it is for. */
static bool work(void)
{
	int result;

	if (rung || !running) {
		rung = false;
		shake_hands();
	}
	if (!running)
		return true;
	result = serve();
	if (result < 0) {
		printf("net-echo: %s\n", ivshm_result_text(result));
		step_done(ivshm_link_drop(state));
		return false;
	}
	return result == 0 && !ivshm_rx_enable_events(&ring, 0);
}

void inmate_main(void)
{
	open_device();
	open_ring();
	always_ring = cmdline_parse_bool("bell", false);
	ivshmem_set_state(&device, IVSHM_RESET);
	printf("net-echo: %s device %02x:%02x.%x, peer %u\n",
	       device.classic ? "classic" : "revision 2", PCI_BUS(device.bdf),
	       PCI_DEVICE(device.bdf), PCI_FUNCTION(device.bdf), device.id);

	timer_start_periodic(100 * NS_PER_MS);
	for (;;) {
		comm_poll();
		if (!work())
			continue;
		cpu_disable_interrupts();
		if (!rung)
			cpu_wait_for_interrupt();
		cpu_enable_interrupts();
	}
}
