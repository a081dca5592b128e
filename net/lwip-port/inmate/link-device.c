// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * An ivshmem device of the inmate library as the device of a link.
 */
#include <inmate/inmate.h>

#include "links-private.h"

/* Existing classic network drivers bind to this one, too. */
#define PROTOCOL_VETH_CLASSIC 0x0100

static struct link *link_of(struct ivshm_netif_device *device)
{
	return (struct link *)((char *)device - offsetof(struct link, device));
}

static u32_t peer_state(struct ivshm_netif_device *device)
{
	return ivshmem_state(&link_of(device)->channel, !device->id);
}

static void set_state(struct ivshm_netif_device *device, u32_t state)
{
	ivshmem_set_state(&link_of(device)->channel, state);
}

static void ring(struct ivshm_netif_device *device, unsigned int vector)
{
	struct ivshmem *channel = &link_of(device)->channel;

	ivshmem_ring(channel, !device->id, vector < channel->num_vectors ? vector : 0);
}

static const struct ivshm_netif_device_ops ops = {
	.peer_state = peer_state,
	.set_state = set_state,
	.ring = ring,
};

static bool is_network(u16 bdf)
{
	u16 protocol = ivshmem_protocol(bdf);

	return protocol == JAILHOUSE_SHMEM_PROTO_VETH ||
	       (protocol == PROTOCOL_VETH_CLASSIC &&
		pci_read_config(bdf, PCI_CFG_VENDOR, 2) == IVSHMEM_CLASSIC_VENDOR_ID);
}

static bool find_sections(struct link *link)
{
	const struct ivshmem *channel = &link->channel;
	unsigned int id = channel->id;

	if (id > 1)
		return false;
	if (channel->classic)
		ivshm_config_classic(&link->device.sections, channel->common, channel->common_size,
				     id);
	else
		ivshm_config_revision2(&link->device.sections, ivshmem_output(channel, id),
				       ivshmem_output(channel, !id), channel->output_size);
	return link->device.sections.own;
}

bool link_device_open(struct link *link, u16 bdf)
{
	struct ivshmem *channel = &link->channel;
	int err;

	/* Others are left alone: the program may use them, and their interrupts. */
	if (!is_network(bdf))
		return false;
	err = ivshmem_open(channel, bdf);
	if (err) {
		printf("%s: channel %02x:%02x.%x cannot be opened (%d)\n", link->name, PCI_BUS(bdf),
		       PCI_DEVICE(bdf), PCI_FUNCTION(bdf), err);
		return false;
	}
	if (!find_sections(link)) {
		printf("%s: channel %02x:%02x.%x has no sections for two\n", link->name,
		       PCI_BUS(bdf), PCI_DEVICE(bdf), PCI_FUNCTION(bdf));
		ivshmem_close(channel);
		return false;
	}
	link->device.ops = &ops;
	link->device.address = bdf;
	link->device.id = (u8_t)channel->id;
	link->device.classic = channel->classic;
	link->device.state_in_memory = !channel->classic;
	return true;
}

static void interrupt(void *arg)
{
	ivshm_netif_interrupt(arg);
	if (links_interrupted)
		links_interrupted();
}

void link_device_enable_irqs(struct link *link)
{
	unsigned int vector;

	for (vector = 0; vector < link->channel.num_vectors; vector++)
		if (vector <= IVSHM_NETIF_VECTOR_FRAMES)
			ivshmem_irq_enable(&link->channel, vector, smp_cpu(), interrupt,
					   &link->net);
}
