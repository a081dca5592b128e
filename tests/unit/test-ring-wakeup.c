/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * No wake-up is ever lost: a search through all interleavings of a sender and a receiver that run
 * the code of net/ring itself, at the granularity of single accesses to shared memory, each side
 * with a store buffer as a CPU has it.
 *
 * A side is a deterministic program, so its state is the list of values that it has loaded. To let
 * it go on by one access, it is run again from its start: the loads of the list are answered from
 * there, and the access after them ends the run by a longjmp and is performed on the modelled
 * memory. Orders of stores: TSO (x86) keeps them; PSO keeps only those to the same place and those
 * before a release, as arm64 does. Loads are made in program order.
 *
 * suite: net
 * sources: net/ring/ring-setup.c net/ring/ring-extension.c net/ring/ring-tx.c net/ring/ring-rx.c
 * flags: -Inet/ring -O2 -fno-sanitize=all -DIVSHM_RING_PORT='"tests/unit/ring-model-port.h"'
 */
#define IVSHM_RING_PORT "tests/unit/ring-model-port.h"
#include "unit.h"
#include "ivshm-ring.h"

#define SECTION    2816 /* the smallest there is: 32 descriptors, 1024 bytes of frames */
#define LOG_MAX    300
#define STORES_MAX 24
#define PLACES_MAX 100

enum op_kind {
	LOAD,
	STORE,
	BARRIER,
	RING,
	WAIT,
	END
};

struct op {
	uint8_t kind;
	uint8_t place; /* index in places[] */
	uint16_t value;
	bool release;
};

/* One side at one point of the search. */
struct side_state {
	uint16_t steps; /* accesses performed */
	uint16_t loads; /* of them, loads */
	uint8_t stores; /* in the buffer, oldest first */
	bool bell;      /* rung and not yet waited for */
	struct op next; /* the next access */
	struct op store[STORES_MAX];
	uint16_t log[LOG_MAX];
};

struct world {
	struct side_state side[2];
	int32_t memory[PLACES_MAX];
};

#define AS_IT_WAS -1 /* a place that was not written to: has what memory[] has */

/* What is searched. */
static struct {
	int frames;
	int batch; /* frames per publish */
	uint32_t len;
	uint16_t tx_after, rx_after;
	bool pso;
	/* Faults, which the search has to find. */
	bool no_barrier, no_release, no_recheck;
} model;

enum {
	SENDER,
	RECEIVER
};

static uint8_t memory[2 * SECTION] __attribute__((aligned(64)));
static uint8_t shadows[2][SECTION];
static struct ivshm_ring rings[2];

/* ----------------------------------------------- running a side up to its next access */

static struct {
	bool direct;   /* no model: for setting up */
	uint16_t *log; /* of the side that runs */
	int steps_left, loads_done;
	struct op next;
	jmp_buf out;
} run = { .direct = true };

static bool is_shared(const void *place)
{
	return (const uint8_t *)place >= memory && (const uint8_t *)place < memory + sizeof(memory);
}

/* All places that were accessed. */
static const uint8_t *places[PLACES_MAX];
static int place_count;

static uint8_t place_of(const void *address)
{
	int place;

	for (place = 0; place < place_count; place++) {
		if (places[place] == address)
			return place;
	}
	assert_true(place_count < PLACES_MAX);
	places[place_count++] = address;
	return place;
}

/* An access. Returns during the replay, leaves the program at the first one that is new. */
static void perform(struct op op)
{
	if (run.steps_left-- > 0)
		return;
	run.next = op;
	longjmp(run.out, 1);
}

uint64_t model_load(const void *place, size_t size)
{
	uint64_t value = 0;

	if (!run.direct && is_shared(place)) {
		perform((struct op){ .kind = LOAD, .place = place_of(place) });
		return run.log[run.loads_done++];
	}
	memcpy(&value, place, size);
	return value;
}

void model_store(void *place, uint64_t value, size_t size, bool release)
{
	if (!run.direct && is_shared(place))
		perform((struct op){ STORE, place_of(place), value, release && !model.no_release });
	else
		memcpy(place, &value, size);
}

void model_barrier(void)
{
	if (!run.direct && !model.no_barrier)
		perform((struct op){ .kind = BARRIER });
}

/* --------------------------------------------------------------------------- the programs */

static const char *fault; /* what a program found wrong */

static void wait_for_bell(void)
{
	perform((struct op){ .kind = WAIT });
}

static void ring_bell(void)
{
	perform((struct op){ .kind = RING });
}

static void reclaim(struct ivshm_ring *ring)
{
	struct ivshm_tally tally;

	if (ivshm_tx_reclaim(ring, &tally) != IVSHM_OK)
		fault = "reclaim found the ring broken";
}

static void wait_for_completion(struct ivshm_ring *ring)
{
	if (!ivshm_tx_enable_events(ring, model.tx_after) || model.no_recheck)
		wait_for_bell();
	reclaim(ring);
}

static void flush(struct ivshm_ring *ring)
{
	ivshm_tx_publish(ring);
	if (ivshm_tx_notify_needed(ring))
		ring_bell();
}

static void send(struct ivshm_ring *ring)
{
	void *frame;

	for (int i = 0; i < model.frames; i++) {
		while (ivshm_tx_reserve(ring, model.len, NULL, &frame) == IVSHM_FULL) {
			flush(ring);
			wait_for_completion(ring);
		}
		ivshm_write_once((uint32_t *)frame, (uint32_t)(0xf00 + i));
		ivshm_tx_commit(ring);
		if ((i + 1) % model.batch == 0 || i + 1 == model.frames)
			flush(ring);
	}
	while (!fault && ivshm_tx_in_flight(ring) != 0)
		wait_for_completion(ring);
}

static void receive(struct ivshm_ring *ring)
{
	struct ivshm_frame frame;
	int received = 0;

	while (received < model.frames && !fault) {
		int left = model.frames - received;
		int after = model.rx_after < left ? model.rx_after : left - 1;
		int result = ivshm_rx_peek(ring, &frame);

		if (result < 0) {
			fault = ivshm_result_text(result);
		} else if (result == 0) {
			if (!ivshm_rx_enable_events(ring, after) || model.no_recheck)
				wait_for_bell();
		} else {
			if (ivshm_read_once((const uint32_t *)frame.data) != 0xf00u + received)
				fault = "frame not there when its index was";
			received++;
			ivshm_rx_release(ring);
			ivshm_rx_publish(ring);
			if (ivshm_rx_notify_needed(ring))
				ring_bell();
		}
	}
}

static struct ivshm_ring ring_now;
static uint8_t shadow_now[SECTION];

/* Finds the access that side @i makes next. */
static void find_next(struct world *world, int i)
{
	struct side_state *side = &world->side[i];

	ring_now = rings[i];
	memcpy(shadow_now, shadows[i], ivshm_shadow_size(&ring_now.geometry));
	ring_now.tx.slots = (void *)shadow_now;
	ring_now.rx.ids = (void *)(shadow_now + ring_now.geometry.tx_shadow);
	run.direct = false;
	run.log = side->log;
	run.steps_left = side->steps;
	run.loads_done = 0;
	run.next = (struct op){ .kind = END };
	if (!setjmp(run.out)) {
		if (i == SENDER)
			send(&ring_now);
		else
			receive(&ring_now);
	}
	run.direct = true;
	side->next = run.next;
}

/* ------------------------------------------------------------------------------ the search */

/* What side @i finds at a place: its own youngest store, or what memory has. */
static uint16_t load(const struct world *world, int i, uint8_t place)
{
	const struct side_state *side = &world->side[i];

	for (int n = side->stores; n-- > 0;) {
		if (side->store[n].place == place)
			return side->store[n].value;
	}
	if (world->memory[place] != AS_IT_WAS)
		return world->memory[place];
	return places[place][0] | places[place][1] << 8;
}

/* Side @i makes its next access; false if it cannot now. */
static bool advance(struct world *world, int i)
{
	struct side_state *side = &world->side[i];

	switch (side->next.kind) {
	case END:
		return false;
	case LOAD:
		assert_true(side->loads < LOG_MAX);
		side->log[side->loads++] = load(world, i, side->next.place);
		break;
	case STORE:
		if (side->stores == STORES_MAX)
			return false;
		side->store[side->stores++] = side->next;
		break;
	case WAIT:
		if (!side->bell)
			return false;
		side->bell = false;
		break;
	case RING: /* a register write: comes after all stores */
		if (side->stores != 0)
			return false;
		world->side[!i].bell = true;
		break;
	case BARRIER:
		if (side->stores != 0)
			return false;
		break;
	}
	side->steps++;
	find_next(world, i);
	return true;
}

/* Store @n of side @i leaves its buffer; false if the order forbids it. */
static bool drain(struct world *world, int i, int n)
{
	struct side_state *side = &world->side[i];
	struct op op = side->store[n];

	if (n >= side->stores || (n > 0 && (!model.pso || op.release)))
		return false;
	for (int before = 0; before < n; before++) {
		if (side->store[before].place == op.place)
			return false;
	}
	world->memory[op.place] = op.value;
	memmove(&side->store[n], &side->store[n + 1],
		(side->stores - n - 1) * sizeof(side->store[0]));
	side->stores--;
	return true;
}

/*
 * Whether nobody else can tell when side @i makes its next access: then no other order needs to be
 * tried. A store only enters the buffer, an empty buffer passes a barrier.
 */
static bool goes_unseen(const struct side_state *side)
{
	return (side->next.kind == STORE && side->stores < STORES_MAX) ||
	       (side->next.kind == BARRIER && side->stores == 0);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15ull;
	return hash ^ (hash >> 29);
}

/*
 * Each place is written by one side only, so memory is known from what the sides have done and what
 * of that is still in their buffers.
 */
static uint64_t world_hash(const struct world *world)
{
	uint64_t hash = 1;

	for (int i = 0; i < 2; i++) {
		const struct side_state *side = &world->side[i];

		hash = mix(hash, side->steps);
		hash = mix(hash, side->bell);
		for (int n = 0; n < side->loads; n++)
			hash = mix(hash, side->log[n]);
		for (int n = 0; n < side->stores; n++) {
			hash = mix(hash, side->store[n].place);
			hash = mix(hash, side->store[n].value);
		}
	}
	return hash ? hash : 1;
}

#define VISITED_BITS 22

static uint64_t *visited;
static size_t states;
static const char *outcome; /* of the first run that went wrong */

static bool visit(uint64_t hash)
{
	size_t place = hash >> (64 - VISITED_BITS);

	while (visited[place] != 0) {
		if (visited[place] == hash)
			return false;
		place = (place + 1) % (1u << VISITED_BITS);
	}
	visited[place] = hash;
	states++;
	assert_true(states < 1u << (VISITED_BITS - 1));
	return true;
}

static void explore(const struct world *world);

/* Goes on from @next, which one more access or drained store has led to. */
static void follow(const struct world *next)
{
	if (fault)
		outcome = fault;
	else if (visit(world_hash(next)))
		explore(next);
}

static void explore(const struct world *world)
{
	struct world next = *world;
	bool moved = false;

	for (int i = 0; i < 2; i++) {
		if (goes_unseen(&world->side[i]) && advance(&next, i)) {
			follow(&next);
			return;
		}
	}
	for (int i = 0; i < 2; i++) {
		for (int n = -1; n < world->side[i].stores && !outcome; n++) {
			next = *world;
			if (!(n < 0 ? advance(&next, i) : drain(&next, i, n)))
				continue;
			moved = true;
			follow(&next);
		}
	}
	if (!moved && !outcome &&
	    (world->side[SENDER].next.kind != END || world->side[RECEIVER].next.kind != END))
		outcome = "both sleep: a wake-up was lost";
}

/* ---------------------------------------------------------------------------------- the tests */

/* Both rings as they are after @count frames that were sent and came back. */
static void set_up(int count)
{
	struct ivshm_config config = { 0 };
	struct ivshm_tally tally;
	struct ivshm_frame frame;
	void *slot;

	for (int i = 0; i < 2; i++) {
		ivshm_config_classic(&config, memory, sizeof(memory), i);
		config.shadow = shadows[i];
		assert_int_equal(ivshm_ring_init(&rings[i], &config), IVSHM_OK);
		ivshm_ring_setup(&rings[i]);
	}
	while (count-- > 0) {
		assert_int_equal(ivshm_tx_reserve(&rings[SENDER], model.len, NULL, &slot), 0);
		ivshm_tx_commit(&rings[SENDER]);
		ivshm_tx_publish(&rings[SENDER]);
		ivshm_tx_notify_needed(&rings[SENDER]);
		assert_int_equal(ivshm_rx_peek(&rings[RECEIVER], &frame), 1);
		ivshm_rx_release(&rings[RECEIVER]);
		ivshm_rx_publish(&rings[RECEIVER]);
		ivshm_rx_notify_needed(&rings[RECEIVER]);
		assert_int_equal(ivshm_tx_reclaim(&rings[SENDER], &tally), IVSHM_OK);
	}
}

/* NULL, or what went wrong in one of the runs that start behind @count frames. */
static const char *search(int count)
{
	struct world start = { 0 };

	set_up(count);
	visited = calloc(1u << VISITED_BITS, sizeof(*visited));
	assert_non_null(visited);
	states = 0;
	fault = NULL;
	outcome = NULL;
	place_count = 0;
	for (int place = 0; place < PLACES_MAX; place++)
		start.memory[place] = AS_IT_WAS;
	find_next(&start, SENDER);
	find_next(&start, RECEIVER);
	explore(&start);
	print_message("%s, %d frames, %d per publish, %u fit, from index %d: %zu states%s%s\n",
		      model.pso ? "PSO" : "TSO", model.frames, model.batch,
		      1024 / ((model.len + 18 + 63) / 64 * 64), count, states, outcome ? ": " : "",
		      outcome ? outcome : "");
	free(visited);
	return outcome;
}

static void configure(bool pso, int frames, int batch, uint32_t len)
{
	memset(&model, 0, sizeof(model));
	model.pso = pso;
	model.frames = frames;
	model.batch = batch;
	model.len = len;
}

#define ONE_FITS 960
#define TWO_FIT  480
#define MANY_FIT 64

static void no_wakeup_lost_one_at_a_time(void **unused)
{
	static const int starts[] = { 0, 65534, 65535 };

	(void)unused;
	configure(false, 3, 1, ONE_FITS);
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
		assert_null(search(starts[i]));
	configure(true, 3, 1, ONE_FITS);
	assert_null(search(65534));
	configure(true, 2, 1, ONE_FITS);
	assert_null(search(32767));
}

static void no_wakeup_lost_two_at_a_time(void **unused)
{
	(void)unused;
	for (int pso = 0; pso < 2; pso++) {
		configure(pso, 3, 1, TWO_FIT);
		assert_null(search(65535));
		configure(pso, 4, 2, TWO_FIT);
		model.tx_after = 1;
		assert_null(search(65534));
	}
}

static void no_wakeup_lost_with_delays(void **unused)
{
	(void)unused;
	for (int pso = 0; pso < 2; pso++) {
		configure(pso, 3, 3, MANY_FIT);
		model.tx_after = 2;
		model.rx_after = 2;
		assert_null(search(65534));
		configure(pso, 2, 1, MANY_FIT);
		model.tx_after = 1;
		model.rx_after = 1;
		assert_null(search(65535));
	}
}

/* What the search is worth: it finds the bug when a barrier, the order or the last look is gone. */
static void search_finds_faults(void **unused)
{
	(void)unused;
	configure(false, 2, 1, ONE_FITS);
	model.no_barrier = true;
	assert_non_null(search(0));
	configure(true, 2, 1, ONE_FITS);
	model.no_release = true;
	assert_non_null(search(0));
	configure(false, 2, 1, ONE_FITS);
	model.no_recheck = true;
	assert_non_null(search(0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_wakeup_lost_one_at_a_time),
		cmocka_unit_test(no_wakeup_lost_two_at_a_time),
		cmocka_unit_test(no_wakeup_lost_with_delays),
		cmocka_unit_test(search_finds_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
