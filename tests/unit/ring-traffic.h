/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Traffic over a link between threads or processes: both directions at once, each frame checked,
 * everyone asleep when there is nothing to do, so that a wake-up that is lost shows.
 */
#ifndef TESTS_UNIT_RING_TRAFFIC_H
#define TESTS_UNIT_RING_TRAFFIC_H

#include "ring-pair.h"

struct traffic {
	enum device device;
	size_t size;        /* of a section */
	uint64_t frames;    /* each way */
	uint32_t min, max;  /* bytes per frame */
	uint32_t batch;     /* most frames per publish */
	unsigned int spins; /* looks before sleeping */
	bool processes;     /* one per end; else all in this one */
	bool reclaimer;     /* who reclaims is another thread than who sends */
};

/* Does it; ends the program with a message if a frame is wrong or nobody moves any more. */
void traffic_run(const struct traffic *traffic);

/* @frames, or many more if the environment has SOAK. */
uint64_t traffic_frames(uint64_t frames);

#endif /* TESTS_UNIT_RING_TRAFFIC_H */
