/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * A channel of the cell: set-up, interrupts, texts.
 */
#include "channel.h"

#define ANSWER "re: "

static bool is_demo(const volatile struct board *board)
{
	return board->signature == BOARD_SIGNATURE;
}

bool channel_is_demo(const struct channel *channel, unsigned int peer)
{
	return is_demo(channel->boards[peer]) && ivshmem_state(&channel->device, peer) != 0;
}

void channel_ring(struct channel *channel, unsigned int peer, unsigned int vector)
{
	/* Also rung by interrupt handlers */
	__atomic_fetch_add(&channel->own->rung[peer], 1, __ATOMIC_RELAXED);
	ivshmem_ring(&channel->device, peer, vector);
}

/* What a peer that is a demo wants by this interrupt, if it was its */
static void serve_demo(struct channel *channel, unsigned int peer, unsigned int vector)
{
	const volatile struct board *board = channel->boards[peer];
	unsigned int id = channel->device.id;
	u32 request = board->request[id];

	channel->own->seen[peer] = board->sequence[id];
	if (request != channel->own->answer[peer]) {
		channel->own->answer[peer] = request;
		channel_ring(channel, peer, vector);
	}
}

/* Who has rung, the device does not tell: all peers that may have are served. */
static void interrupt(void *arg)
{
	const struct channel_vector *vector = arg;
	struct channel *channel = vector->channel;
	unsigned int peer;

	channel->own->received[vector->number]++;
	for (peer = 0; peer < channel->device.max_peers; peer++) {
		if (peer == channel->device.id)
			continue;
		if (is_demo(channel->boards[peer]))
			serve_demo(channel, peer, vector->number);
		else if (channel->echo)
			channel_ring(channel, peer, vector->number);
	}
	channel->look = true;
}

/* Output section of a peer, or its part of the common memory; NULL if it is too small. */
static void *section(const struct ivshmem *device, unsigned int peer)
{
	u64 size = device->output_size;
	u8 *start = ivshmem_output(device, peer);

	if (!size && device->common && device->max_peers) {
		size = device->common_size / device->max_peers & PAGE_MASK;
		start = (u8 *)device->common + peer * size;
	}
	return size < sizeof(struct board) ? NULL : start;
}

static int find_boards(struct channel *channel)
{
	unsigned int peer;

	for (peer = 0; peer < channel->device.max_peers; peer++) {
		channel->boards[peer] = section(&channel->device, peer);
		if (!channel->boards[peer])
			return -EINVAL;
	}
	channel->own = section(&channel->device, channel->device.id);
	memset((void *)channel->own, 0, sizeof(*channel->own));
	channel->own->signature = BOARD_SIGNATURE;
	return 0;
}

static int enable_interrupts(struct channel *channel)
{
	unsigned int n;
	int err = 0;

	for (n = 0; n < channel->device.num_vectors && !err; n++) {
		channel->vectors[n] = (struct channel_vector){ channel, n };
		err = ivshmem_irq_enable(&channel->device, n, smp_cpu(), interrupt,
					 &channel->vectors[n]);
	}
	return err;
}

void channel_name(char *name, size_t size, u16 bdf)
{
	snprintf(name, size, "%02x:%02x.%x", PCI_BUS(bdf), PCI_DEVICE(bdf), PCI_FUNCTION(bdf));
}

int channel_open(struct channel *channel, u16 bdf, u32 state, bool echo)
{
	struct ivshmem *device = &channel->device;
	int err = ivshmem_open(device, bdf);

	channel_name(channel->name, sizeof(channel->name), bdf);
	channel->echo = echo;
	channel->look = true;
	if (!err)
		err = find_boards(channel);
	if (!err)
		err = enable_interrupts(channel);
	if (err) {
		printf("ivshmem-demo: %s cannot be used, error %d\n", channel->name, -err);
		return err;
	}
	printf("ivshmem-demo: %s %s, protocol %04x, peer %u of %u, %u vectors\n", channel->name,
	       device->classic ? "classic" : "revision 2", device->protocol, device->id,
	       device->max_peers, device->num_vectors);
	ivshmem_set_state(device, state);
	return 0;
}

bool channel_is_answered(const struct channel *channel)
{
	static const char answer[] = ANSWER "hello";
	unsigned int peer;

	for (peer = 0; peer < channel->device.max_peers; peer++)
		if (strncmp(channel->texts[peer], answer, strlen(answer)) == 0)
			return true;
	return false;
}

void channel_say(struct channel *channel, const char *text)
{
	size_t n = 0;

	for (; n < BOARD_TEXT_SIZE - 1 && text[n]; n++)
		channel->own->text[n] = text[n];
	channel->own->text[n] = '\0';
}

void channel_say_to_all(struct channel *channel, const char *text, unsigned int vector)
{
	unsigned int peer;

	channel_say(channel, text);
	if (channel->device.num_vectors == 0)
		return;
	for (peer = 0; peer < channel->device.max_peers; peer++)
		if (peer != channel->device.id)
			channel_ring(channel, peer, vector % channel->device.num_vectors);
}

/* The peer may change it meanwhile: copied once, then looked at. */
static void copy_text(char *text, const volatile struct board *board)
{
	size_t n;

	for (n = 0; n < BOARD_TEXT_SIZE - 1; n++) {
		text[n] = board->text[n];
		if (!text[n])
			break;
		if (text[n] < ' ' || text[n] > '~')
			text[n] = '?';
	}
	text[n] = '\0';
}

static void answer(struct channel *channel, unsigned int peer)
{
	char text[BOARD_TEXT_SIZE];

	snprintf(text, sizeof(text), ANSWER "%s", channel->texts[peer]);
	channel_say(channel, text);
	channel_ring(channel, peer, 0);
}

static void look_at(struct channel *channel, unsigned int peer)
{
	u32 state = ivshmem_state(&channel->device, peer);
	char text[BOARD_TEXT_SIZE];

	if (state != channel->states[peer])
		printf("ivshmem-demo: %s peer %u has state %u\n", channel->name, peer, state);
	channel->states[peer] = state;
	/* What a demo leaves behind is no news. */
	if (state == 0 && is_demo(channel->boards[peer]))
		return;

	copy_text(text, channel->boards[peer]);
	if (strcmp(text, channel->texts[peer]) == 0)
		return;
	memcpy(channel->texts[peer], text, sizeof(text));
	if (!text[0])
		return;
	printf("ivshmem-demo: %s peer %u says: %s\n", channel->name, peer, text);
	if (strncmp(text, ANSWER, strlen(ANSWER)) != 0)
		answer(channel, peer);
}

void channel_look(struct channel *channel)
{
	unsigned int peer;

	if (!channel->look)
		return;
	channel->look = false;
	for (peer = 0; peer < channel->device.max_peers; peer++)
		if (peer != channel->device.id)
			look_at(channel, peer);
}

void channel_mask(struct channel *channel, bool masked)
{
	unsigned int n;

	for (n = 0; n < channel->device.num_vectors; n++)
		if (masked)
			ivshmem_irq_mask(&channel->device, n);
		else
			ivshmem_irq_unmask(&channel->device, n);
}

static void print_counts(const volatile u64 *counts, unsigned int num)
{
	while (num-- > 0)
		printf(" %llu", *counts++);
}

void channel_report(const struct channel *channel)
{
	printf("ivshmem-demo: %s received", channel->name);
	print_counts(channel->own->received, channel->device.num_vectors);
	printf(" rung");
	print_counts(channel->own->rung, channel->device.max_peers);
	printf("\n");
}
