/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the parts of evil-demo share.
 */
#ifndef EVIL_DEMO_EVIL_H
#define EVIL_DEMO_EVIL_H

#include <inmate/inmate.h>
#include <inmate/ivshmem.h>

#include <net/ring/ivshm-ring.h>

struct evil {
	struct ivshmem device;
	struct ivshm_geometry geometry;
	struct ivshm_ring ring; /* of which the pointers are used */
	u8 *writable;           /* our section; with a classic device, both */
	u8 state;
	u16 sent; /* our avail.idx */
};

/* A way to be evil. */
struct attack {
	const char *name;
	void (*act)(struct evil *evil); /* once */
	bool without_link;              /* needs no handshake before */
	unsigned int linger_ms; /* for the peer to notice, unless it resets the link before */
};

extern const struct attack attacks[];
extern const unsigned int num_attacks;

/* ------------------------------------------------------------------------------ random values */

/* The same at each run for the same seed. */
void random_seed(u64 seed);
u64 random(void);

/* One of 0 .. @limit - 1. */
u64 random_below(u64 limit);

/* True once in @n times. */
bool random_chance(unsigned int n);

/* ----------------------------------------------------------------------------- one bad thing */

/* Writes that the compiler keeps, in this order. */
void poke16(void *at, u16 value);
void poke32(void *at, u32 value);
void poke64(void *at, u64 value);

/* Rings the vector for frames. */
void evil_ring(struct evil *evil);

/* Writes to the register for states. */
void evil_set_state(struct evil *evil, u32 state);

/* What attacks on the ring, on what is in frames, and on the device do. */
void attack_indices(struct evil *evil);
void attack_descriptors(struct evil *evil);
void attack_returns(struct evil *evil);
void attack_changes(struct evil *evil);
void attack_scribbles(struct evil *evil);
void attack_headers(struct evil *evil);
void attack_frames(struct evil *evil);
void attack_states(struct evil *evil);
void attack_doorbells(struct evil *evil);
void attack_registers(struct evil *evil);
void attack_extension(struct evil *evil);
void attack_silence(struct evil *evil);

#endif /* EVIL_DEMO_EVIL_H */
