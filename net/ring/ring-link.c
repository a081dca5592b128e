// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The link's state machine, as a table.
 */
#include "ring-private.h"

#define STATES 4

#define STEP(next, what)                                 \
	{                                                \
		.state = IVSHM_##next, .actions = (what) \
	}
#define STAY(in) STEP(in, 0)
#define TO_INIT  STEP(INIT, IVSHM_LINK_WRITE)
#define TO_READY STEP(READY, IVSHM_LINK_SETUP | IVSHM_LINK_WRITE)
#define TO_RUN   STEP(RUN, IVSHM_LINK_START | IVSHM_LINK_WRITE)
#define TO_RESET STEP(RESET, IVSHM_LINK_STOP | IVSHM_LINK_WRITE)

/*
 * [we are in][the peer is in]. RUN against INIT happens only if the peer went through RESET without
 * waiting for us; its ring is about to start anew, so ours has to.
 */
/* clang-format off */
static const struct ivshm_link_step table[STATES][STATES] = {
	/*                RESET       INIT         READY        RUN */
	[IVSHM_RESET] = { TO_INIT,    TO_INIT,     STAY(RESET), STAY(RESET) },
	[IVSHM_INIT]  = { STAY(INIT), TO_READY,    TO_READY,    TO_READY },
	[IVSHM_READY] = { TO_RESET,   STAY(READY), TO_RUN,      TO_RUN },
	[IVSHM_RUN]   = { TO_RESET,   TO_RESET,    STAY(RUN),   STAY(RUN) },
};
/* clang-format on */

struct ivshm_link_step ivshm_link_drop(uint8_t own)
{
	struct ivshm_link_step step = STAY(RESET);

	if (own != IVSHM_RESET)
		step.actions = IVSHM_LINK_WRITE;
	if (own == IVSHM_READY || own == IVSHM_RUN)
		step.actions |= IVSHM_LINK_STOP;
	return step;
}

struct ivshm_link_step ivshm_link_step(uint8_t own, uint32_t peer, unsigned int inputs)
{
	struct ivshm_link_step step;

	if (peer >= STATES)
		peer = IVSHM_RESET;
	own %= STATES;
	step = table[own][peer];
	if (step.state == IVSHM_RUN && own == IVSHM_READY && !(inputs & IVSHM_LINK_UP))
		return (struct ivshm_link_step)STAY(READY);
	/*
	 * A peer that fell back to RESET, because it saw our INIT or for a reason of its own, may
	 * wait there for a ring. With a classic device, writing INIT once more is one; revision 2
	 * keeps quiet about an unchanged state and needs the doorbell.
	 */
	if (own == IVSHM_INIT && peer == IVSHM_RESET && (inputs & IVSHM_LINK_RUNG))
		step.actions = inputs & IVSHM_LINK_CLASSIC ? IVSHM_LINK_WRITE : IVSHM_LINK_RING;
	return step;
}

const char *ivshm_state_text(uint32_t state)
{
	static const char *const names[STATES] = { "RESET", "INIT", "READY", "RUN" };

	return state < STATES ? names[state] : "invalid";
}
