// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traffic over a link between threads or processes.
 */
#include "ring-traffic.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE 60 /* seconds without a doorbell until the test has failed */

/* A doorbell: counts, and wakes who sleeps on it. */
struct bell {
	uint32_t rings;
	uint8_t padding[60];
};

struct shared {
	struct bell sender[2], receiver[2];
};

/* One end, its sender, its receiver, and perhaps its reclaimer. */
struct end {
	const struct traffic *traffic;
	struct pair_end pair;
	struct bell *own_sender, *own_receiver, *peer_sender, *peer_receiver;
	uint32_t sender_heard, receiver_heard;
	int number;
	bool sent;
};

static void die(const char *what, long detail)
{
	fprintf(stderr, "traffic: %s (%ld)\n", what, detail);
	abort();
}

static void bell_ring(struct bell *bell)
{
	__atomic_add_fetch(&bell->rings, 1, __ATOMIC_RELEASE);
	syscall(SYS_futex, &bell->rings, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Returns when the bell was rung since the last time. */
static void bell_wait(struct bell *bell, uint32_t *heard)
{
	const struct timespec patience = { .tv_sec = PATIENCE };
	uint32_t rings = __atomic_load_n(&bell->rings, __ATOMIC_ACQUIRE);

	while (rings == *heard) {
		if (syscall(SYS_futex, &bell->rings, FUTEX_WAIT, rings, &patience, NULL, 0) < 0 &&
		    errno == ETIMEDOUT)
			die("nobody rang", rings);
		rings = __atomic_load_n(&bell->rings, __ATOMIC_ACQUIRE);
	}
	*heard = rings;
}

static uint32_t length_of(const struct traffic *traffic, uint64_t number)
{
	uint64_t state = number;

	random_next(&state);
	return traffic->min + random_next(&state) % (traffic->max - traffic->min + 1);
}

static uint32_t seed_of(int from, uint64_t number)
{
	return (uint32_t)number * 2 + from;
}

/* ------------------------------------------------------------------------------ the sender */

static uint32_t reclaim(struct end *end)
{
	struct ivshm_tally tally;
	int result = ivshm_tx_reclaim(&end->pair.ring, &tally);

	if (result != IVSHM_OK)
		die(ivshm_result_text(result), result);
	return tally.frames;
}

static void flush(struct end *end)
{
	ivshm_tx_publish(&end->pair.ring);
	if (ivshm_tx_notify_needed(&end->pair.ring))
		bell_ring(end->peer_receiver);
}

/* Until something has come back. */
static void wait_for_room(struct end *end)
{
	struct ivshm_ring *ring = &end->pair.ring;

	if (end->traffic->reclaimer) {
		sched_yield();
		return;
	}
	for (unsigned int i = 0; i <= end->traffic->spins; i++) {
		if (reclaim(end) != 0)
			return;
	}
	if (!ivshm_tx_enable_events(ring, ivshm_tx_in_flight(ring) / 2))
		bell_wait(end->own_sender, &end->sender_heard);
}

static void send_frame(struct end *end, uint64_t number)
{
	uint32_t len = length_of(end->traffic, number);
	void *slot;
	int result;

	while ((result = ivshm_tx_reserve(&end->pair.ring, len, NULL, &slot)) == IVSHM_FULL) {
		flush(end);
		wait_for_room(end);
	}
	if (result != IVSHM_OK)
		die("frame refused", len);
	pattern_fill(slot, len, seed_of(end->number, number));
	ivshm_tx_commit(&end->pair.ring);
}

static void *sender(void *arg)
{
	struct end *end = arg;
	uint64_t state = end->number, number = 0;

	while (number < end->traffic->frames) {
		uint32_t batch = 1 + random_next(&state) % end->traffic->batch;

		while (batch-- > 0 && number < end->traffic->frames)
			send_frame(end, number++);
		flush(end);
	}
	while (ivshm_tx_in_flight(&end->pair.ring) != 0)
		wait_for_room(end);
	__atomic_store_n(&end->sent, true, __ATOMIC_RELEASE);
	return NULL;
}

static void *reclaimer(void *arg)
{
	struct end *end = arg;

	while (!__atomic_load_n(&end->sent, __ATOMIC_ACQUIRE)) {
		if (reclaim(end) == 0)
			sched_yield();
	}
	return NULL;
}

/* ---------------------------------------------------------------------------- the receiver */

static void give_back(struct end *end)
{
	ivshm_rx_publish(&end->pair.ring);
	if (ivshm_rx_notify_needed(&end->pair.ring))
		bell_ring(end->peer_sender);
}

static void check_frame(struct end *end, const struct ivshm_frame *frame, uint64_t number)
{
	if (frame->len != length_of(end->traffic, number))
		die("length is wrong", number);
	if (!pattern_matches(frame->data, frame->len, seed_of(!end->number, number)))
		die("content is wrong", number);
}

static void *receiver(void *arg)
{
	struct end *end = arg;
	uint64_t number = 0;
	unsigned int idle = 0;

	while (number < end->traffic->frames) {
		struct ivshm_frame frame;
		int result = ivshm_rx_peek(&end->pair.ring, &frame);

		if (result < 0)
			die(ivshm_result_text(result), result);
		if (result == 0) {
			give_back(end);
			if (idle++ < end->traffic->spins)
				continue;
			if (!ivshm_rx_enable_events(&end->pair.ring, 0))
				bell_wait(end->own_receiver, &end->receiver_heard);
			continue;
		}
		idle = 0;
		check_frame(end, &frame, number++);
		ivshm_rx_release(&end->pair.ring);
		if (number % end->traffic->batch == 0)
			give_back(end);
	}
	give_back(end);
	return NULL;
}

/* ------------------------------------------------------------------------------ both ends */

typedef void *(*role)(void *);

/* All that an end does, each in a thread. */
static int start_end(struct end *end, pthread_t *threads)
{
	const role roles[] = { sender, receiver, reclaimer };
	int count = end->traffic->reclaimer ? 3 : 2;

	for (int i = 0; i < count; i++) {
		if (pthread_create(&threads[i], NULL, roles[i], end) != 0)
			die("no thread", errno);
	}
	return count;
}

static void join(const pthread_t *threads, int count)
{
	for (int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
}

static void run_threads(struct end ends[2])
{
	pthread_t threads[6];
	int count = start_end(&ends[0], threads);

	count += start_end(&ends[1], threads + count);
	join(threads, count);
}

static void run_processes(struct end ends[2])
{
	pthread_t threads[3];
	pid_t child = fork();
	int status;

	if (child < 0)
		die("no process", errno);
	join(threads, start_end(&ends[child == 0], threads));
	if (child == 0)
		_exit(0);
	if (waitpid(child, &status, 0) != child || status != 0)
		die("the other process failed", status);
}

static void init_end(struct end *end, const struct traffic *traffic, struct shared *shared,
		     uint8_t *sections, int number)
{
	size_t other = (traffic->size + 63) & ~(size_t)63;
	struct pair_end *pair = &end->pair;
	struct ivshm_geometry geometry;

	memset(end, 0, sizeof(*end));
	end->traffic = traffic;
	end->number = number;
	end->own_sender = &shared->sender[number];
	end->own_receiver = &shared->receiver[number];
	end->peer_sender = &shared->sender[!number];
	end->peer_receiver = &shared->receiver[!number];
	if (traffic->device == CLASSIC_DEVICE)
		ivshm_config_classic(&pair->config, sections, 2 * traffic->size, number);
	else
		ivshm_config_revision2(&pair->config, sections + number * other,
				       sections + !number * other, traffic->size);
	ivshm_geometry_init(&geometry, traffic->size);
	pair->config.shadow = malloc(ivshm_shadow_size(&geometry));
	if (ivshm_ring_init(&pair->ring, &pair->config) != IVSHM_OK)
		die("bad section", traffic->size);
	ivshm_ring_setup(&pair->ring);
}

void traffic_run(const struct traffic *traffic)
{
	size_t size = sizeof(struct shared) + 2 * ((traffic->size + 63) & ~(size_t)63);
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct end ends[2];

	if (memory == MAP_FAILED)
		die("no memory", size);
	for (int i = 0; i < 2; i++)
		init_end(&ends[i], traffic, memory, (uint8_t *)memory + sizeof(struct shared), i);
	if (traffic->processes)
		run_processes(ends);
	else
		run_threads(ends);
	for (int i = 0; i < 2; i++)
		free(ends[i].pair.config.shadow);
	munmap(memory, size);
}

uint64_t traffic_frames(uint64_t frames)
{
	return getenv("SOAK") ? 50 * frames : frames;
}
