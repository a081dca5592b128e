// SPDX-License-Identifier: GPL-2.0-only
/*
 * ivshmem bench: round trips of doorbell and interrupt, and the speed of the memory.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ivshmem.h"

#define ROUNDS_DEFAULT 1000
#define ROUNDS_MAX     10000000
#define COPIES         200
#define ROUND_SECONDS  1
#define SECONDS_MAX    3600
#define NS_PER_US      1000.0
#define MB             1e6
#define JSON_DIGITS    6

/* What is asked for, in per mille of the samples */
static const struct {
	const char *name;
	unsigned int per_mille;
} percentiles[] = {
	{ "min", 0 },   { "p10", 100 },   { "p50", 500 },  { "p90", 900 },
	{ "p99", 990 }, { "p99.9", 999 }, { "max", 1000 },
};

struct samples {
	double *values;
	size_t num;
};

struct round_trips {
	unsigned int peer, vector;
	uint64_t rounds, lost;
	uint64_t seconds; /* after which a round trip is lost */
	uint64_t interrupts;
	struct samples us;
};

struct copies {
	uint64_t size; /* bytes of each; 0: not done */
	struct samples mb_per_s;
};

static struct samples samples_new(size_t max)
{
	struct samples samples = { .values = calloc(max + 1, sizeof(*samples.values)) };

	if (!samples.values)
		abort();
	return samples;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void samples_sort(struct samples *samples)
{
	qsort(samples->values, samples->num, sizeof(*samples->values), compare);
}

/* Of sorted samples, by nearest rank; 0 if there are none. */
static double percentile(const struct samples *samples, unsigned int per_mille)
{
	size_t rank = (samples->num * per_mille + 999) / 1000;

	if (!samples->num)
		return 0;
	return samples->values[rank ? rank - 1 : 0];
}

static uint64_t total(const struct ivshmem *device, unsigned int vector)
{
	struct ivshmem_counts counts;

	ivshmem_read_counts(device, &counts);
	return counts.vectors[vector];
}

/* Interrupts that came before do not count as answers. */
static int drain(struct ivshmem *device)
{
	int ready;

	do
		ready = ivshmem_wait(device, now_ns());
	while (ready > 0);
	return ready < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int one_round(struct ivshmem *device, struct round_trips *trips)
{
	uint64_t start = now_ns();
	int ready;

	ivshmem_ring(device, trips->peer, trips->vector);
	ready = ivshmem_wait(device, start + trips->seconds * NS_PER_SEC);
	if (ready < 0)
		return EXIT_FAILURE;
	if (ready)
		trips->us.values[trips->us.num++] = (now_ns() - start) / NS_PER_US;
	else
		trips->lost++;
	trips->rounds++;
	return EXIT_SUCCESS;
}

static int measure_round_trips(struct ivshmem *device, struct round_trips *trips, uint64_t rounds)
{
	int result = drain(device);
	uint64_t before = total(device, trips->vector);

	trips->us = samples_new(rounds);
	while (!result && trips->rounds < rounds) {
		result = one_round(device, trips);
		/* A peer that does not answer the first will not answer the rest. */
		if (!result && !trips->us.num)
			result = complain("peer %u does not answer within %llu s", trips->peer,
					  (unsigned long long)trips->seconds);
	}
	trips->interrupts = total(device, trips->vector) - before;
	samples_sort(&trips->us);
	return result;
}

/* The compiler must not leave a copy out whose result nobody looks at. */
static void copy(uint8_t *to, const uint8_t *from, uint64_t size)
{
	memcpy(to, from, size);
	__asm__ volatile("" : : "r"(to) : "memory");
}

static void measure_copies(struct copies *copies, uint8_t *to, const uint8_t *from, uint64_t size)
{
	copies->size = size;
	copies->mb_per_s = samples_new(COPIES);
	/* The first one also makes the kernel map the pages. */
	copy(to, from, size);
	while (size && copies->mb_per_s.num < COPIES) {
		uint64_t start = now_ns(), end;

		copy(to, from, size);
		end = now_ns();
		copies->mb_per_s.values[copies->mb_per_s.num++] = size / MB * NS_PER_SEC /
								  (end > start ? end - start : 1);
	}
	samples_sort(&copies->mb_per_s);
}

/* Writes what is there already: peers see no change. */
static void measure_memory(const struct ivshmem *device, struct copies *reads,
			   struct copies *writes)
{
	struct ivshmem_section part = ivshmem_own_part(device);
	uint8_t *buffer = malloc(part.size + 1);

	if (!buffer)
		abort();
	measure_copies(reads, buffer, part.data, part.size);
	measure_copies(writes, part.data, buffer, part.size);
	free(buffer);
}

static void print_samples(const struct samples *samples, const char *unit)
{
	for (size_t i = 0; i < ARRAY_SIZE(percentiles); i++)
		printf("  %s %.1f", percentiles[i].name,
		       percentile(samples, percentiles[i].per_mille));
	printf(" %s\n", unit);
}

static void print_results(const struct round_trips *trips, const struct copies *reads,
			  const struct copies *writes)
{
	printf("Doorbell and interrupt, to peer %u and back by vector %u: %llu round trips, "
	       "%llu lost, %llu interrupts\n",
	       trips->peer, trips->vector, (unsigned long long)trips->rounds,
	       (unsigned long long)trips->lost, (unsigned long long)trips->interrupts);
	print_samples(&trips->us, "us");
	if (!writes->size)
		return;
	printf("Memory, %llu bytes at a time, read\n", (unsigned long long)reads->size);
	print_samples(&reads->mb_per_s, "MB/s");
	printf("Memory, %llu bytes at a time, written\n", (unsigned long long)writes->size);
	print_samples(&writes->mb_per_s, "MB/s");
}

static json_t *samples_to_json(const struct samples *samples)
{
	json_t *json = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(percentiles); i++)
		json_object_set_new(json, percentiles[i].name,
				    json_real(percentile(samples, percentiles[i].per_mille)));
	return json;
}

static json_t *copies_to_json(const struct copies *copies)
{
	return json_pack("{s:I, s:o}", "bytes", (json_int_t)copies->size, "mb_per_s",
			 samples_to_json(&copies->mb_per_s));
}

static void print_json(const struct round_trips *trips, const struct copies *reads,
		       const struct copies *writes)
{
	json_t *json = json_pack("{s:{s:i, s:i, s:I, s:I, s:I, s:o}, s:o, s:o}", "round_trips",
				 "peer", (int)trips->peer, "vector", (int)trips->vector, "rounds",
				 (json_int_t)trips->rounds, "lost", (json_int_t)trips->lost,
				 "interrupts", (json_int_t)trips->interrupts, "us",
				 samples_to_json(&trips->us), "read", copies_to_json(reads),
				 "write", copies_to_json(writes));

	json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(JSON_DIGITS));
	putchar('\n');
	json_decref(json);
}

static int bench(struct ivshmem *device, struct args *args)
{
	struct round_trips trips = { .seconds = ROUND_SECONDS };
	struct copies reads = { 0 }, writes = { 0 };
	uint64_t rounds = ROUNDS_DEFAULT;
	bool json = false;
	const struct option options[] = {
		{ "--count", &rounds, ROUNDS_MAX, NULL },
		{ "--timeout", &trips.seconds, SECONDS_MAX, NULL },
		{ .name = "--json", .flag = &json },
	};
	int result = parse_target(device, args, &trips.peer, &trips.vector);

	if (!result)
		result = parse_options(args, options, ARRAY_SIZE(options));
	if (!result)
		result = measure_round_trips(device, &trips, rounds);
	if (!result) {
		measure_memory(device, &reads, &writes);
		if (json)
			print_json(&trips, &reads, &writes);
		else
			print_results(&trips, &reads, &writes);
	}
	free(trips.us.values);
	free(reads.mb_per_s.values);
	free(writes.mb_per_s.values);
	if (!result && trips.lost)
		result = complain("%llu round trips took more than %llu s",
				  (unsigned long long)trips.lost,
				  (unsigned long long)trips.seconds);
	return result;
}

int ivshmem_command_bench(struct args *args)
{
	struct ivshmem device;
	int result = ivshmem_open_next(&device, args);

	if (result)
		return result;
	result = bench(&device, args);
	ivshmem_close(&device);
	return result;
}
