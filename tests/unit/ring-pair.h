/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two ends of a link for the tests of net/ring: sections on the heap (their ends are watched by the
 * address sanitizer), or in memory that the caller brings, and both rings ready to run.
 */
#ifndef TESTS_UNIT_RING_PAIR_H
#define TESTS_UNIT_RING_PAIR_H

#include "unit.h"
#include "ivshm-ring.h"
#include "ring-private.h"

enum device {
	REVISION2,
	CLASSIC_DEVICE
};

struct pair_end {
	struct ivshm_ring ring;
	struct ivshm_config config;
	uint8_t *section;
};

struct pair {
	struct pair_end end[2];
	enum device device;
	size_t size;  /* of one section */
	void *region; /* classic: both sections */
};

/* Options for both ends; zero is a peer of the base protocol with an extension block all the same. */
struct pair_options {
	enum device device;
	size_t size;
	uint32_t features;
	bool base[2];
};

/* Allocates the sections, initialises both rings, sets both up and starts both. */
void pair_open(struct pair *pair, const struct pair_options *options);
void pair_close(struct pair *pair);

/* Both ends through reset, set-up and start again. */
void pair_restart(struct pair *pair);

/* Sends one frame of @len bytes of pattern @seed and publishes it; a result of reserve. */
int pair_send(struct pair_end *end, uint32_t len, uint32_t seed);

/* Receives one frame, checks length and pattern, releases and publishes it. */
void pair_receive(struct pair_end *end, uint32_t len, uint32_t seed);

/* Reclaims, expecting @frames frames of @bytes bytes. */
void pair_reclaim(struct pair_end *end, uint32_t frames, uint32_t bytes);

/* The pattern for content checks: any byte depends on seed and place. */
void pattern_fill(uint8_t *to, uint32_t len, uint32_t seed);
bool pattern_matches(const uint8_t *from, uint32_t len, uint32_t seed);

/* Pseudo random numbers of a known sequence. */
uint32_t random_next(uint64_t *state);

#endif /* TESTS_UNIT_RING_PAIR_H */
