/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * A channel of the cell: the boards of its peers, and what is done at each interrupt.
 */
#ifndef IVSHMEM_DEMO_CHANNEL_H
#define IVSHMEM_DEMO_CHANNEL_H

#include <inmate/inmate.h>
#include <inmate/ivshmem.h>

#include "board.h"

struct channel;

struct channel_vector {
	struct channel *channel;
	unsigned int number;
};

struct channel {
	struct ivshmem device;
	char name[8]; /* bus:device.function */
	/* One's own board, and those of all by ID */
	volatile struct board *own;
	const volatile struct board *boards[IVSHMEM_PEERS_LIMIT];
	struct channel_vector vectors[IVSHMEM_VECTORS_LIMIT];
	/* Set by the interrupt handler: look at texts and states */
	volatile bool look;
	/* Whether peers that are no demos are answered */
	bool echo;
	/* Last seen of each peer */
	u32 states[IVSHMEM_PEERS_LIMIT];
	char texts[IVSHMEM_PEERS_LIMIT][BOARD_TEXT_SIZE];
};

/* Puts "bus:device.function" into @name. */
void channel_name(char *name, size_t size, u16 bdf);

/* Opens the device, clears the own board, enables interrupts and enters @state. 0 or an error. */
int channel_open(struct channel *channel, u16 bdf, u32 state, bool echo);

/* Whether a peer is there and is a demo. */
bool channel_is_demo(const struct channel *channel, unsigned int peer);

/* Rings a peer, counted. */
void channel_ring(struct channel *channel, unsigned int peer, unsigned int vector);

/* Whether a peer has, when last looked at, answered a hello. */
bool channel_is_answered(const struct channel *channel);

/* Puts a text on the own board. */
void channel_say(struct channel *channel, const char *text);

/* Puts a text on the own board and rings all peers. */
void channel_say_to_all(struct channel *channel, const char *text, unsigned int vector);

/* Prints what peers say and which states they have, if that is new, and answers new texts. */
void channel_look(struct channel *channel);

/* Holds all interrupts back, or lets them come again. */
void channel_mask(struct channel *channel, bool masked);

/* Prints the counters. */
void channel_report(const struct channel *channel);

#endif /* IVSHMEM_DEMO_CHANNEL_H */
