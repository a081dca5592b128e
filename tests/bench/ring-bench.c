// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shared ring between two processes: packets and bytes per second for some sizes of frames,
 * next to one plain memcpy of the same bytes by one process. Each frame is copied into the ring by
 * the sender and out of it by the receiver, as drivers do; doorbells are futexes.
 *
 * For what it is worth: on a machine that does other things as well, look at the ratio.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ivshm-ring.h"

#define SOURCE_SIZE (1u << 20) /* what is sent, over and over */
#define SIZES_MAX   16

static struct {
	double seconds; /* per size */
	size_t section;
	uint32_t batch;
	uint32_t spins; /* looks before sleeping */
	const char *json;
	uint32_t sizes[SIZES_MAX];
	int size_count;
} options = {
	.seconds = 1.0,
	.section = 0x7f000,
	.batch = 64,
	.spins = 200,
	.sizes = { 64, 1500, 16384, 65536 },
	.size_count = 4,
};

struct bell {
	uint32_t rings;
	uint8_t padding[60];
};

/* At the start of the shared memory; the sections follow. */
struct shared {
	struct bell to_receiver, to_sender;
	uint32_t stop;
	uint8_t padding[60];
	uint64_t received;
	uint64_t sleeps[2];
};

struct result {
	uint32_t size;
	double packets_per_second, bytes_per_second;
	double memcpy_packets, memcpy_bytes; /* per second */
	double doorbells;                    /* per packet, both directions */
};

static void die(const char *what)
{
	fprintf(stderr, "ring-bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec * 1e-9;
}

static void bell_ring(struct bell *bell)
{
	__atomic_add_fetch(&bell->rings, 1, __ATOMIC_RELEASE);
	syscall(SYS_futex, &bell->rings, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* For a while at most: the end of a run is not announced. */
static void bell_wait(struct bell *bell, uint32_t *heard)
{
	const struct timespec while_ = { .tv_nsec = 100 * 1000 * 1000 };
	uint32_t rings = __atomic_load_n(&bell->rings, __ATOMIC_ACQUIRE);

	if (rings == *heard)
		syscall(SYS_futex, &bell->rings, FUTEX_WAIT, rings, &while_, NULL, 0);
	*heard = __atomic_load_n(&bell->rings, __ATOMIC_ACQUIRE);
}

/* Keeps the two processes apart, if there are two CPUs. */
static void pin(int number)
{
	cpu_set_t allowed, one;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0 || CPU_COUNT(&allowed) < 2)
		return;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &allowed) || number-- > 0)
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof(one), &one);
		return;
	}
}

static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#endif
}

static bool stopped(const struct shared *shared)
{
	return __atomic_load_n(&shared->stop, __ATOMIC_RELAXED);
}

/* ------------------------------------------------------------------------------- both ends */

static void open_ring(struct ivshm_ring *ring, struct shared *shared, int number)
{
	uint8_t *sections = (uint8_t *)(shared + 1);
	struct ivshm_config config = { 0 };
	struct ivshm_geometry geometry;

	if (ivshm_geometry_init(&geometry, options.section) != IVSHM_OK) {
		fprintf(stderr, "ring-bench: section too small\n");
		exit(1);
	}
	ivshm_config_revision2(&config, sections + number * options.section,
			       sections + !number * options.section, options.section);
	config.shadow = malloc(ivshm_shadow_size(&geometry));
	if (!config.shadow || ivshm_ring_init(ring, &config) != IVSHM_OK)
		die("ring");
	ivshm_ring_setup(ring);
}

static void reclaim(struct ivshm_ring *ring)
{
	struct ivshm_tally tally;

	if (ivshm_tx_reclaim(ring, &tally) != IVSHM_OK)
		abort();
}

static void flush(struct ivshm_ring *ring, struct shared *shared)
{
	ivshm_tx_publish(ring);
	if (ivshm_tx_notify_needed(ring))
		bell_ring(&shared->to_receiver);
}

static void wait_for_room(struct ivshm_ring *ring, struct shared *shared, uint32_t size)
{
	static uint32_t heard;

	flush(ring, shared);
	for (uint32_t i = 0; i < options.spins; i++) {
		reclaim(ring);
		if (ivshm_tx_has_room(ring, size))
			return;
		relax();
	}
	if (!ivshm_tx_enable_events(ring, ivshm_tx_in_flight(ring) / 2)) {
		shared->sleeps[0]++;
		bell_wait(&shared->to_sender, &heard);
	}
	reclaim(ring);
}

/* In a process of its own, until it is told to stop. */
static void send_all(struct ivshm_ring *ring, struct shared *shared, const uint8_t *source,
		     uint32_t size)
{
	uint32_t offset = 0, pending = 0;
	void *slot;

	while (!stopped(shared)) {
		if (ivshm_tx_reserve(ring, size, NULL, &slot) == IVSHM_FULL) {
			wait_for_room(ring, shared, size);
			pending = 0;
			continue;
		}
		memcpy(slot, source + offset, size);
		offset = offset + 2 * size <= SOURCE_SIZE ? offset + size : 0;
		ivshm_tx_commit(ring);
		if (++pending == options.batch) {
			flush(ring, shared);
			pending = 0;
		}
	}
}

static void give_back(struct ivshm_ring *ring, struct shared *shared)
{
	ivshm_rx_publish(ring);
	if (ivshm_rx_notify_needed(ring))
		bell_ring(&shared->to_sender);
}

static void wait_for_frames(struct ivshm_ring *ring, struct shared *shared)
{
	static uint32_t heard, idle;

	if (idle++ < options.spins) {
		relax();
		return;
	}
	idle = 0;
	if (!ivshm_rx_enable_events(ring, 0)) {
		shared->sleeps[1]++;
		bell_wait(&shared->to_receiver, &heard);
	}
}

/*
 * Receives for the time given; frames per second. Slots are given back often enough that the sender
 * always finds some.
 */
static double receive_all(struct ivshm_ring *ring, struct shared *shared, uint8_t *copy,
			  uint32_t size)
{
	uint32_t often = options.section / size / 8 + 1, held = 0;
	uint64_t count = 0;
	double start = now(), end;

	if (often > options.batch)
		often = options.batch;
	do {
		for (int i = 0; i < 256; i++) {
			struct ivshm_frame frame;
			int result = ivshm_rx_peek(ring, &frame);

			if (result < 0 || (result && frame.len != size))
				abort();
			if (result) {
				memcpy(copy, frame.data, frame.len);
				ivshm_rx_release(ring);
				count++;
			}
			if (!result || ++held == often) {
				give_back(ring, shared);
				held = 0;
			}
			if (!result)
				wait_for_frames(ring, shared);
		}
		end = now();
	} while (end - start < options.seconds);
	shared->received = count;
	return count / (end - start);
}

/* --------------------------------------------------------------------------------- measures */

static double measure_ring(uint32_t size, const uint8_t *source, uint8_t *copy, double *doorbells)
{
	size_t length = sizeof(struct shared) + 2 * options.section;
	struct shared *shared = mmap(NULL, length, PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct ivshm_ring rings[2];
	double rate;
	pid_t child;

	if (shared == MAP_FAILED)
		die("mmap");
	open_ring(&rings[0], shared, 0);
	open_ring(&rings[1], shared, 1);
	child = fork();
	if (child < 0)
		die("fork");
	if (child == 0) {
		pin(0);
		send_all(&rings[0], shared, source, size);
		_exit(0);
	}
	pin(1);
	rate = receive_all(&rings[1], shared, copy, size);
	__atomic_store_n(&shared->stop, 1, __ATOMIC_RELAXED);
	bell_ring(&shared->to_sender);
	waitpid(child, NULL, 0);
	*doorbells = (double)(shared->to_receiver.rings + shared->to_sender.rings) /
		     (shared->received ? shared->received : 1);
	munmap(shared, length);
	return rate;
}

/* One copy by one CPU, from the same source, over a range as large as a section. */
static double measure_memcpy(uint32_t size, const uint8_t *source, uint8_t *to)
{
	uint32_t offset = 0, place = 0;
	uint64_t count = 0;
	double start = now(), end;

	do {
		for (int i = 0; i < 256; i++, count++) {
			memcpy(to + place, source + offset, size);
			__asm__ volatile("" : : "r"(to) : "memory");
			offset = offset + 2 * size <= SOURCE_SIZE ? offset + size : 0;
			place = place + 2 * size <= options.section ? place + size : 0;
		}
		end = now();
	} while (end - start < options.seconds / 2);
	return count / (end - start);
}

static void measure(struct result *result, uint32_t size)
{
	uint8_t *source = malloc(SOURCE_SIZE), *to = calloc(1, options.section + size);
	uint8_t *copy = calloc(1, size);

	if (!source || !to || !copy)
		die("malloc");
	memset(source, 0x5a, SOURCE_SIZE);
	result->size = size;
	result->packets_per_second = measure_ring(size, source, copy, &result->doorbells);
	result->bytes_per_second = result->packets_per_second * size;
	result->memcpy_packets = measure_memcpy(size, source, to);
	result->memcpy_bytes = result->memcpy_packets * size;
	free(source);
	free(to);
	free(copy);
}

/* ----------------------------------------------------------------------------------- output */

static void print_table(const struct result *results, int count)
{
	printf("Shared ring between two processes, section %zu bytes, batches of %u\n\n",
	       options.section, options.batch);
	printf("%8s  %12s  %10s  %12s  %10s  %8s  %12s\n", "bytes", "ring pkt/s", "MB/s",
	       "memcpy /s", "MB/s", "ratio", "bells/1000");
	for (int i = 0; i < count; i++) {
		const struct result *result = &results[i];

		printf("%8u  %12.0f  %10.1f  %12.0f  %10.1f  %8.2f  %12.2f\n", result->size,
		       result->packets_per_second, result->bytes_per_second / 1e6,
		       result->memcpy_packets, result->memcpy_bytes / 1e6,
		       result->packets_per_second / result->memcpy_packets,
		       1000 * result->doorbells);
	}
}

static void print_json(const struct result *results, int count)
{
	FILE *file = strcmp(options.json, "-") ? fopen(options.json, "w") : stdout;

	if (!file)
		die(options.json);
	fprintf(file, "{ \"section\": %zu, \"batch\": %u, \"results\": [\n", options.section,
		options.batch);
	for (int i = 0; i < count; i++) {
		const struct result *result = &results[i];

		fprintf(file,
			"  { \"bytes\": %u, \"packets_per_second\": %.0f, "
			"\"bytes_per_second\": %.0f, \"memcpy_packets_per_second\": %.0f, "
			"\"memcpy_bytes_per_second\": %.0f, \"doorbells_per_packet\": %.6f }%s\n",
			result->size, result->packets_per_second, result->bytes_per_second,
			result->memcpy_packets, result->memcpy_bytes, result->doorbells,
			i + 1 < count ? "," : "");
	}
	fprintf(file, "] }\n");
	if (file != stdout)
		fclose(file);
}

static void parse_sizes(char *list)
{
	options.size_count = 0;
	for (char *item = strtok(list, ","); item && options.size_count < SIZES_MAX;
	     item = strtok(NULL, ",")) {
		uint32_t size = strtoul(item, NULL, 0);

		if (size < IVSHM_FRAME_MIN || size > IVSHM_FRAME_MAX) {
			fprintf(stderr, "ring-bench: sizes are %d..%d bytes\n", IVSHM_FRAME_MIN,
				IVSHM_FRAME_MAX);
			exit(1);
		}
		options.sizes[options.size_count++] = size;
	}
}

static void usage(void)
{
	printf("usage: ring-bench [--seconds S] [--section BYTES] [--batch FRAMES] [--spins N]\n"
	       "                  [--sizes BYTES,...] [--json FILE|-]\n");
}

static void parse(int argc, char **argv)
{
	static const struct option known[] = {
		{ "seconds", required_argument, NULL, 's' },
		{ "section", required_argument, NULL, 'l' },
		{ "batch", required_argument, NULL, 'b' },
		{ "spins", required_argument, NULL, 'p' },
		{ "sizes", required_argument, NULL, 'z' },
		{ "json", required_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};

	for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
		switch (option) {
		case 's':
			options.seconds = strtod(optarg, NULL);
			break;
		case 'l':
			options.section = strtoul(optarg, NULL, 0) & ~(size_t)63;
			break;
		case 'b':
			options.batch = strtoul(optarg, NULL, 0);
			break;
		case 'p':
			options.spins = strtoul(optarg, NULL, 0);
			break;
		case 'z':
			parse_sizes(optarg);
			break;
		case 'j':
			options.json = optarg;
			break;
		default:
			usage();
			exit(option != 'h');
		}
	}
	if (options.batch == 0)
		options.batch = 1;
}

int main(int argc, char **argv)
{
	struct result results[SIZES_MAX];

	parse(argc, argv);
	for (int i = 0; i < options.size_count; i++) {
		if (isatty(STDERR_FILENO))
			fprintf(stderr, "\r%d of %d: %u bytes   ", i + 1, options.size_count,
				options.sizes[i]);
		measure(&results[i], options.sizes[i]);
	}
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%30s\r", "");
	if (!options.json || strcmp(options.json, "-"))
		print_table(results, options.size_count);
	if (options.json)
		print_json(results, options.size_count);
	return 0;
}
