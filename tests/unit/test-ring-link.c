/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The link's state machine: its table, and an exhaustive search through two of them, driven through
 * all interleavings of their steps, of the interrupts between them, and of all that happens to them
 * from outside (interface up and down, driver out and in, cell destroyed, peer error, stray
 * interrupt).
 *
 * suite: net
 * sources: net/ring/ring-link.c
 * flags: -Inet/ring -O2
 */
#include "unit.h"
#include "ivshm-ring.h"

/* ------------------------------------------------------------------------------- the table */

struct row {
	uint8_t own, peer, state;
	uint8_t actions;
	unsigned int inputs;
};

#define UP      IVSHM_LINK_UP
#define CLASSIC IVSHM_LINK_CLASSIC
#define RUNG    IVSHM_LINK_RUNG

static const struct row rows[] = {
	{ IVSHM_RESET, IVSHM_RESET, IVSHM_INIT, IVSHM_LINK_WRITE, 0 },
	{ IVSHM_RESET, IVSHM_INIT, IVSHM_INIT, IVSHM_LINK_WRITE, UP },
	{ IVSHM_RESET, IVSHM_READY, IVSHM_RESET, 0, UP },
	{ IVSHM_RESET, IVSHM_RUN, IVSHM_RESET, 0, UP | CLASSIC | RUNG },
	{ IVSHM_INIT, IVSHM_RESET, IVSHM_INIT, 0, UP },
	{ IVSHM_INIT, IVSHM_RESET, IVSHM_INIT, IVSHM_LINK_RING, UP | RUNG },
	{ IVSHM_INIT, IVSHM_RESET, IVSHM_INIT, 0, UP | CLASSIC },
	{ IVSHM_INIT, IVSHM_RESET, IVSHM_INIT, IVSHM_LINK_WRITE, CLASSIC | RUNG },
	{ IVSHM_INIT, IVSHM_INIT, IVSHM_READY, IVSHM_LINK_SETUP | IVSHM_LINK_WRITE, 0 },
	{ IVSHM_INIT, IVSHM_READY, IVSHM_READY, IVSHM_LINK_SETUP | IVSHM_LINK_WRITE, UP },
	{ IVSHM_INIT, IVSHM_RUN, IVSHM_READY, IVSHM_LINK_SETUP | IVSHM_LINK_WRITE, RUNG },
	{ IVSHM_READY, IVSHM_RESET, IVSHM_RESET, IVSHM_LINK_STOP | IVSHM_LINK_WRITE, UP },
	{ IVSHM_READY, IVSHM_INIT, IVSHM_READY, 0, UP | CLASSIC | RUNG },
	{ IVSHM_READY, IVSHM_READY, IVSHM_READY, 0, 0 },
	{ IVSHM_READY, IVSHM_RUN, IVSHM_READY, 0, CLASSIC | RUNG },
	{ IVSHM_READY, IVSHM_READY, IVSHM_RUN, IVSHM_LINK_START | IVSHM_LINK_WRITE, UP },
	{ IVSHM_READY, IVSHM_RUN, IVSHM_RUN, IVSHM_LINK_START | IVSHM_LINK_WRITE, UP },
	{ IVSHM_RUN, IVSHM_RESET, IVSHM_RESET, IVSHM_LINK_STOP | IVSHM_LINK_WRITE, UP },
	{ IVSHM_RUN, IVSHM_INIT, IVSHM_RESET, IVSHM_LINK_STOP | IVSHM_LINK_WRITE, UP },
	{ IVSHM_RUN, IVSHM_READY, IVSHM_RUN, 0, UP },
	{ IVSHM_RUN, IVSHM_RUN, IVSHM_RUN, 0, UP | RUNG },
};

static void table_is_as_specified(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct ivshm_link_step step = ivshm_link_step(rows[i].own, rows[i].peer,
							      rows[i].inputs);

		if (step.state != rows[i].state || step.actions != rows[i].actions)
			fail_msg("row %zu: %s, peer %s: %s, actions %x", i,
				 ivshm_state_text(rows[i].own), ivshm_state_text(rows[i].peer),
				 ivshm_state_text(step.state), step.actions);
	}
}

static void drop_leads_to_reset(void **unused)
{
	const uint8_t in_use = IVSHM_LINK_STOP | IVSHM_LINK_WRITE;
	static const uint8_t actions[] = { 0, IVSHM_LINK_WRITE, in_use, in_use };

	(void)unused;
	for (uint8_t own = 0; own < 4; own++) {
		struct ivshm_link_step step = ivshm_link_drop(own);

		assert_int_equal(step.state, IVSHM_RESET);
		assert_int_equal(step.actions, actions[own]);
	}
}

static void invalid_peer_state_is_reset(void **unused)
{
	static const uint32_t invalid[] = { 4, 7, 0x100, 0x10002, 0x80000003, UINT32_MAX };

	(void)unused;
	for (unsigned int inputs = 0; inputs < 8; inputs++) {
		for (uint8_t own = 0; own < 4; own++) {
			struct ivshm_link_step expected = ivshm_link_step(own, IVSHM_RESET, inputs);

			for (size_t i = 0; i < ARRAY_SIZE(invalid); i++) {
				struct ivshm_link_step step = ivshm_link_step(own, invalid[i],
									      inputs);

				assert_int_equal(step.state, expected.state);
				assert_int_equal(step.actions, expected.actions);
				assert_false(ivshm_link_carrier(own, invalid[i]));
			}
		}
	}
	assert_string_equal(ivshm_state_text(2), "READY");
	assert_string_equal(ivshm_state_text(4), "invalid");
}

/* Against a peer whose state does not change, the step settles in at most four rounds. */
static void step_settles(void **unused)
{
	(void)unused;
	for (unsigned int inputs = 0; inputs < 8; inputs++) {
		for (unsigned int start = 0; start < 16; start++) {
			uint8_t own = start / 4;
			unsigned int now = inputs;
			int rounds = 0;

			for (bool changed = true; changed; rounds++) {
				struct ivshm_link_step step = ivshm_link_step(own, start % 4, now);

				changed = step.state != own;
				own = step.state;
				now &= UP | CLASSIC;
			}
			assert_in_range(rounds, 1, 5);
		}
	}
}

/* ----------------------------------------------------------------------------- the search */

/* Kinds of drivers. All but ours follow the base table, without its rule for classic devices. */
enum kind {
	OURS,
	BASE,        /* runs its step until nothing changes */
	BASE_SINGLE, /* makes one step per interrupt */
	BASE_TRAP,   /* and falls from READY to RESET when it sees INIT */
};

static const char *const kind_names[] = { "ours", "base", "base, single step", "base, trap" };

enum phase {
	IDLE,
	READING, /* about to read the peer's state */
	ACTING,  /* about to do what follows from what was read */
};

/* One end of the link, in 16 bits. */
struct side {
	uint16_t present : 1; /* its driver runs */
	uint16_t up : 1;
	uint16_t state : 2;
	uint16_t phase : 2;
	uint16_t seen : 2; /* of the peer's state, last time */
	uint16_t irq : 1;  /* pending */
	uint16_t kick : 1; /* something happened on this side */
	uint16_t drop : 1; /* and wants a reset */
	uint16_t rung : 1; /* this round was started by an interrupt */
	uint16_t carrier : 1;
	uint16_t fresh : 1; /* its section is set up and unused */
};

struct world {
	struct side side[2];
};

/* The search at hand. */
static enum kind kinds[2];
static bool classic;
static bool atomic; /* nothing comes between reading the peer's state and writing one's own */
static bool stuck_expected;
static size_t stuck_count;
static const char *broken;

static uint32_t encode(const struct world *world)
{
	uint32_t code;

	_Static_assert(sizeof(*world) == sizeof(code), "a world fits one word");
	memcpy(&code, world, sizeof(code));
	return code;
}

static struct world decode(uint32_t code)
{
	struct world world;

	memcpy(&world, &code, sizeof(world));
	return world;
}

/* A value written to the state register of side @i. */
static void write_state(struct world *world, int i, uint8_t state)
{
	if ((classic || world->side[i].state != state) && world->side[!i].present)
		world->side[!i].irq = 1;
	world->side[i].state = state;
}

static struct ivshm_link_step step_of(enum kind kind, uint8_t own, uint8_t peer,
				      unsigned int inputs)
{
	struct ivshm_link_step stay = { .state = own };

	if (kind == OURS)
		return ivshm_link_step(own, peer, inputs | (classic ? CLASSIC : 0));
	if (kind == BASE_TRAP && own == IVSHM_READY && peer == IVSHM_INIT)
		peer = IVSHM_RESET;
	if (own == IVSHM_RUN && peer == IVSHM_INIT)
		return stay;
	return ivshm_link_step(own, peer, inputs & ~RUNG);
}

/* What a step says is done to the world. */
static void perform(struct world *world, int i, struct ivshm_link_step step)
{
	struct side *side = &world->side[i];
	struct side *peer = &world->side[!i];

	if (step.actions & IVSHM_LINK_SETUP) {
		if (peer->carrier)
			broken = "set up under a peer that still uses the section";
		side->fresh = 1;
	}
	if ((step.actions & IVSHM_LINK_START) && (!side->fresh || !peer->fresh))
		broken = "started on a section that is not fresh";
	if (step.actions & IVSHM_LINK_WRITE)
		write_state(world, i, step.state);
	if ((step.actions & IVSHM_LINK_RING) && peer->present)
		peer->irq = 1;
}

static void act(struct world *world, int i)
{
	struct side *side = &world->side[i];
	unsigned int inputs = (side->up ? UP : 0) | (side->rung ? RUNG : 0);
	struct ivshm_link_step step = step_of(kinds[i], side->state, side->seen, inputs);
	bool changed = step.state != side->state;

	perform(world, i, step);
	side->carrier = ivshm_link_carrier(side->state, side->seen);
	if (side->carrier)
		side->fresh = 0;
	side->rung = 0;
	side->phase = changed && kinds[i] <= BASE ? READING : IDLE;
}

/* Something woke the driver of side @i. */
static void begin(struct world *world, int i)
{
	struct side *side = &world->side[i];
	bool dropped = side->drop && side->state != IVSHM_RESET;

	side->rung = side->irq;
	side->irq = 0;
	side->kick = 0;
	if (side->drop) {
		perform(world, i, ivshm_link_drop(side->state));
		side->drop = 0;
		side->carrier = 0;
	}
	side->phase = dropped && kinds[i] > BASE ? IDLE : READING;
}

/* The next thing side @i does by itself; false if it waits. */
static bool advance(struct world *world, int i)
{
	struct side *side = &world->side[i];

	switch (side->phase) {
	case IDLE:
		if (!side->present || (!side->irq && !side->kick))
			return false;
		begin(world, i);
		return true;
	case READING:
		side->seen = world->side[!i].state;
		side->phase = ACTING;
		if (atomic)
			act(world, i);
		return true;
	default:
		act(world, i);
		return true;
	}
}

enum event {
	TOGGLE_UP,
	REMOVE_OR_INSERT,
	DESTROY,
	PEER_ERROR,
	STRAY_IRQ,
	EVENTS,
};

static void insert(struct world *world, int i)
{
	struct side *side = &world->side[i];

	side->present = 1;
	write_state(world, i, IVSHM_RESET);
	side->kick = 1;
}

static void leave(struct world *world, int i)
{
	bool fresh = world->side[i].fresh;

	write_state(world, i, IVSHM_RESET);
	world->side[i] = (struct side){ .fresh = fresh };
}

/* What happens to side @i from outside; false if it cannot happen now. */
static bool happen(struct world *world, int i, enum event event)
{
	struct side *side = &world->side[i];

	switch (event) {
	case TOGGLE_UP:
		if (!side->present)
			return false;
		side->drop |= side->up;
		side->up ^= 1;
		side->kick = 1;
		return true;
	case REMOVE_OR_INSERT:
		if (side->phase != IDLE) /* a driver ends its step first */
			return false;
		if (side->present)
			leave(world, i);
		else
			insert(world, i);
		return true;
	case DESTROY: /* at any point of its program */
		if (!side->present)
			return false;
		leave(world, i);
		return true;
	case PEER_ERROR:
		if (!side->present || !side->carrier)
			return false;
		side->drop = 1;
		side->kick = 1;
		return true;
	default:
		if (!side->present)
			return false;
		side->irq = 1;
		return true;
	}
}

/* Where a side has to be in the end. */
static bool settled_side(const struct side *side, const struct side *peer, enum kind kind)
{
	bool flow = side->present && peer->present && side->up && peer->up;

	if (side->carrier != flow)
		return false;
	if (!side->present)
		return side->state == IVSHM_RESET;
	if (!peer->present)
		return side->state <= IVSHM_INIT && (kind > BASE || side->state == IVSHM_INIT);
	if (flow)
		return side->state == IVSHM_RUN;
	/* One who makes single steps may wait for the other's RUN, which will ring. */
	return side->state == (side->up ? IVSHM_RUN : IVSHM_READY) || kind > BASE;
}

static bool settled_well(const struct world *world)
{
	return settled_side(&world->side[0], &world->side[1], kinds[0]) &&
	       settled_side(&world->side[1], &world->side[0], kinds[1]);
}

/*
 * The worlds found so far, in the order of finding, each with a mark for the walk; and a hash table
 * of their places there.
 */
#define TABLE_BITS 21
#define WORLDS_MAX (1u << (TABLE_BITS - 1))

enum mark {
	NEW,
	ENTERED,
	FINISHED,
	ENDS
};

static uint32_t *found, table[1 << TABLE_BITS];
static uint8_t *marks;
static size_t found_count, longest;

/* Place of a world in found[]; appended if it is new. */
static size_t place_of(const struct world *world)
{
	uint32_t code = encode(world);
	uint32_t hash = (code * 2654435761u) >> (32 - TABLE_BITS);

	while (table[hash] != 0 && found[table[hash] - 1] != code)
		hash = (hash + 1) % ARRAY_SIZE(table);
	if (table[hash] == 0) {
		assert_true(found_count < WORLDS_MAX);
		found[found_count++] = code;
		table[hash] = found_count;
	}
	return table[hash] - 1;
}

static void print_world(const struct world *world)
{
	for (int i = 0; i < 2; i++) {
		const struct side *side = &world->side[i];

		print_message(
			"  %c %-5s seen %-5s phase %u present %u up %u irq %u kick %u drop %u "
			"carrier %u fresh %u\n",
			'A' + i, ivshm_state_text(side->state), ivshm_state_text(side->seen),
			side->phase, side->present, side->up, side->irq, side->kick, side->drop,
			side->carrier, side->fresh);
	}
}

static void complain(const char *what, const struct world *world)
{
	print_message("%s and %s, %s device:\n", kind_names[kinds[0]], kind_names[kinds[1]],
		      classic ? "classic" : "revision 2");
	print_world(world);
	fail_msg("%s", what);
}

/* All worlds that can be reached, events included. */
static void explore(void)
{
	struct world start = { 0 };

	place_of(&start);
	for (size_t n = 0; n < found_count; n++) {
		for (int i = 0; i < 2; i++) {
			struct world next = decode(found[n]);

			if (advance(&next, i))
				place_of(&next);
			if (broken)
				complain(broken, &next);
			for (int event = 0; event < EVENTS; event++) {
				next = decode(found[n]);
				if (happen(&next, i, event))
					place_of(&next);
			}
		}
	}
}

/* With no more events: does each run from here end, and well? True if one goes round. */
static bool walk(size_t place, size_t depth)
{
	struct world world = decode(found[place]);
	bool stuck = true, round = false;

	if (marks[place] != NEW)
		return marks[place] == ENTERED;
	marks[place] = ENTERED;
	if (depth > longest)
		longest = depth;
	for (int i = 0; i < 2; i++) {
		struct world next = world;

		if (advance(&next, i)) {
			stuck = false;
			round |= walk(place_of(&next), depth + 1);
		}
	}
	marks[place] = FINISHED;
	if (stuck && !settled_well(&world)) {
		stuck_count++;
		if (!stuck_expected)
			complain("stuck", &world);
	}
	return round;
}

static bool has_successor_that_ends(size_t place)
{
	bool stuck = true;

	for (int i = 0; i < 2; i++) {
		struct world next = decode(found[place]);

		if (!advance(&next, i))
			continue;
		stuck = false;
		if (marks[place_of(&next)] == ENDS)
			return true;
	}
	return stuck;
}

/*
 * From everywhere there is a way to the end: where all that can happen next does so sooner or
 * later, each run gets there, even if an unlucky one could go round for a while.
 */
static void all_can_end(void)
{
	size_t left = found_count;

	for (size_t before = left + 1; left != 0 && left != before;) {
		before = left;
		for (size_t n = found_count; n-- > 0;) {
			if (marks[n] != ENDS && has_successor_that_ends(n)) {
				marks[n] = ENDS;
				left--;
			}
		}
	}
	assert_int_equal(left, 0);
}

/* Returns whether some run goes round for ever. */
static bool search(enum kind a, enum kind b, bool on_classic, bool atomic_steps)
{
	bool round = false;

	kinds[0] = a;
	kinds[1] = b;
	classic = on_classic;
	atomic = atomic_steps;
	broken = NULL;
	found_count = 0;
	longest = 0;
	memset(table, 0, sizeof(table));
	memset(marks, NEW, WORLDS_MAX);
	explore();
	for (size_t n = 0; n < found_count; n++)
		round |= walk(n, 0);
	all_can_end();
	print_message("%s and %s, %s%s: %zu states, longest run %zu steps%s\n", kind_names[a],
		      kind_names[b], classic ? "classic" : "revision 2", atomic ? ", atomic" : "",
		      found_count, longest, round ? ", may go round" : "");
	return round;
}

/*
 * Two drivers that each act on what the other has just left can in theory chase one another through
 * the states; that takes a change of the peer between the reading and the writing of each of their
 * steps, for ever. The protocol cannot exclude it; so, one after the other: without such
 * changes every run ends, with them from everywhere runs end.
 */
static void search_all(enum kind peer, bool on_classic)
{
	assert_false(search(OURS, peer, on_classic, true));
	search(OURS, peer, on_classic, false);
}

static void ours_with_ours(void **unused)
{
	(void)unused;
	search_all(OURS, false);
	search_all(OURS, true);
}

static void ours_with_base(void **unused)
{
	(void)unused;
	search_all(BASE, false);
	search_all(BASE, true);
}

static void ours_with_base_single(void **unused)
{
	(void)unused;
	search_all(BASE_SINGLE, false);
	search_all(BASE_SINGLE, true);
}

static void ours_with_trap(void **unused)
{
	(void)unused;
	search_all(BASE_TRAP, true);
}

/* What the search is worth: without the rule for classic devices it finds the known trap. */
static void base_gets_stuck_with_trap(void **unused)
{
	(void)unused;
	stuck_expected = true;
	stuck_count = 0;
	search(BASE, BASE_TRAP, true, true);
	stuck_expected = false;
	assert_int_not_equal(stuck_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_as_specified),
		cmocka_unit_test(drop_leads_to_reset),
		cmocka_unit_test(invalid_peer_state_is_reset),
		cmocka_unit_test(step_settles),
		cmocka_unit_test(ours_with_ours),
		cmocka_unit_test(ours_with_base),
		cmocka_unit_test(ours_with_base_single),
		cmocka_unit_test(ours_with_trap),
		cmocka_unit_test(base_gets_stuck_with_trap),
	};

	int failed;

	found = calloc(WORLDS_MAX, sizeof(*found));
	marks = calloc(WORLDS_MAX, sizeof(*marks));
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	free(found);
	free(marks);
	return failed;
}
