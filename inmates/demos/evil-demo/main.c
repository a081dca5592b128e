/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * evil-demo: a peer of an Ethernet link that breaks every rule it can. It shakes hands as it has to,
 * then writes random and chosen bad values into what its peer will read, until the peer resets the
 * link, and begins anew. What it must not do is harm anybody: this is how that is tested.
 *
 * Parameters:
 *
 *	bdf=N		the channel; without it, the first one of protocol 0001
 *	kind=NAME	how to be evil; without it, all ways in turns: see the table below
 *	ms=N		for so long, in milliseconds (10000)
 *	resets=N	and until the peer has reset the link so often (0)
 *	seed=N		the same seed makes the same values
 */
#include "evil.h"

#define MS_DEFAULT    10000
#define LINK_MS       2000
#define VECTOR_STATE  0
#define NAME_MAX_SIZE 32

const struct attack attacks[] = {
	{ .name = "indices", .act = attack_indices, .linger_ms = 100 },
	{ .name = "descriptors", .act = attack_descriptors, .linger_ms = 5 },
	{ .name = "returns", .act = attack_returns, .linger_ms = 100 },
	{ .name = "changes", .act = attack_changes, .linger_ms = 5 },
	{ .name = "scribbles", .act = attack_scribbles, .linger_ms = 20 },
	{ .name = "headers", .act = attack_headers, .linger_ms = 1 },
	{ .name = "frames", .act = attack_frames, .linger_ms = 1 },
	{ .name = "states", .act = attack_states, .without_link = true },
	{ .name = "doorbells", .act = attack_doorbells },
	{ .name = "registers", .act = attack_registers, .without_link = true },
	{ .name = "extension", .act = attack_extension, .without_link = true, .linger_ms = 100 },
	{ .name = "silence", .act = attack_silence, .linger_ms = 10000 },
};
const unsigned int num_attacks = ARRAY_SIZE(attacks);

static struct evil evil;
static u32 links, resets, acts;

/* When it may end: a time, and how often the peer has reset the link by then. */
static u64 end;
static u32 wanted_resets;

static u32 peer_state(void)
{
	return ivshmem_state(&evil.device, !evil.device.id);
}

/* Interrupts are no more than something to wake up for. */
static void interrupt(void *unused)
{
	(void)unused;
}

static void open_device(void)
{
	int bdf = (int)cmdline_parse_int("bdf", -1);
	unsigned int vector;

	if (bdf < 0)
		bdf = ivshmem_find(JAILHOUSE_SHMEM_PROTO_VETH, 0);
	if (bdf < 0 || ivshmem_open(&evil.device, (u16)bdf))
		panic("evil-demo: no channel");
	for (vector = 0; vector < evil.device.num_vectors && vector < 2; vector++)
		ivshmem_irq_enable(&evil.device, vector, smp_cpu(), interrupt, NULL);
}

static void open_ring(void)
{
	struct ivshmem *device = &evil.device;
	struct ivshm_config config = { .features = IVSHM_F_ALL };

	if (device->classic) {
		ivshm_config_classic(&config, device->common, device->common_size, device->id);
		evil.writable = device->common;
	} else {
		ivshm_config_revision2(&config, ivshmem_output(device, device->id),
				       ivshmem_output(device, !device->id), device->output_size);
		evil.writable = config.own;
	}
	if (ivshm_geometry_init(&evil.geometry, config.size) != IVSHM_OK)
		panic("evil-demo: no ring fits");
	config.mtu = evil.geometry.max_mtu;
	config.mac[0] = 0x02; /* locally administered */
	config.mac[5] = 0x66;
	config.shadow = malloc(ivshm_shadow_size(&evil.geometry));
	if (!config.shadow || ivshm_ring_init(&evil.ring, &config) != IVSHM_OK)
		panic("evil-demo: no memory");
}

static void take_step(struct ivshm_link_step step)
{
	if (step.actions & IVSHM_LINK_SETUP) {
		ivshm_ring_setup(&evil.ring);
		evil.sent = 0;
	}
	if (step.actions & IVSHM_LINK_START)
		ivshm_ring_start(&evil.ring);
	if (step.actions & IVSHM_LINK_WRITE)
		evil_set_state(&evil, step.state);
	if (step.actions & IVSHM_LINK_RING)
		ivshmem_ring(&evil.device, !evil.device.id, VECTOR_STATE);
	evil.state = step.state;
}

static bool linked(void)
{
	return ivshm_link_carrier(evil.state, peer_state());
}

/* Shakes hands as one has to; false if the peer does not want to. */
static bool link_up(void)
{
	u64 limit = get_time_ns() + LINK_MS * NS_PER_MS;
	unsigned int inputs = IVSHM_LINK_UP | (evil.device.classic ? IVSHM_LINK_CLASSIC : 0);

	if (linked())
		return true;
	take_step(ivshm_link_drop(evil.state));
	while (!linked() && get_time_ns() < limit) {
		comm_poll();
		take_step(ivshm_link_step(evil.state, peer_state(), inputs));
	}
	if (linked())
		links++;
	return linked();
}

static bool enough(void)
{
	return get_time_ns() >= end && resets >= wanted_resets;
}

/* Gives the peer time to notice. */
static void linger(unsigned int ms)
{
	u64 limit = get_time_ns() + ms * NS_PER_MS;

	while (linked() && get_time_ns() < limit && !enough()) {
		comm_poll();
		cpu_relax();
	}
	if (evil.state == IVSHM_RUN && !linked())
		resets++;
}

static void attack(const struct attack *kind)
{
	if (!kind->without_link && !link_up())
		return;
	kind->act(&evil);
	acts++;
	linger(kind->linger_ms);
}

/* NULL: all of them. */
static const struct attack *chosen_kind(void)
{
	char name[NAME_MAX_SIZE];
	unsigned int n;

	cmdline_parse_str("kind", name, sizeof(name), "all");
	for (n = 0; n < num_attacks; n++)
		if (strcmp(attacks[n].name, name) == 0)
			return &attacks[n];
	if (strcmp(name, "all") != 0)
		panic("evil-demo: no way to be evil is called %s", name);
	return NULL;
}

static void be_evil(const struct attack *kind)
{
	while (!enough()) {
		comm_poll();
		attack(kind ? kind : &attacks[random_below(num_attacks)]);
	}
	evil_set_state(&evil, IVSHM_RESET);
	printf("evil-demo: %s done, %u acts, %u links, %u resets\n", kind ? kind->name : "all",
	       acts, links, resets);
}

void inmate_main(void)
{
	const struct attack *kind = chosen_kind();

	open_device();
	open_ring();
	random_seed((u64)cmdline_parse_int("seed", 1));
	evil_set_state(&evil, IVSHM_RESET);
	printf("evil-demo: %s device %02x:%02x.%x, peer %u\n",
	       evil.device.classic ? "classic" : "revision 2", PCI_BUS(evil.device.bdf),
	       PCI_DEVICE(evil.device.bdf), PCI_FUNCTION(evil.device.bdf), evil.device.id);
	end = get_time_ns() + (u64)cmdline_parse_int("ms", MS_DEFAULT) * NS_PER_MS;
	wanted_resets = (u32)cmdline_parse_int("resets", 0);
	be_evil(kind);

	timer_start_periodic(100 * NS_PER_MS);
	for (;;) {
		comm_poll();
		cpu_wait_for_interrupt();
	}
}
