// SPDX-License-Identifier: GPL-2.0-only
/*
 * ivshmem ring, ivshmem wait, ivshmem state
 */
#include <stdio.h>
#include <stdlib.h>

#include "ivshmem.h"

#define SECONDS_MAX (UINT32_MAX - 1ULL)
#define ANY_VECTOR  UINT64_MAX

int ivshmem_command_ring(struct args *args)
{
	uint64_t count = 1;
	const struct option options[] = { { "--count", &count, UINT32_MAX, NULL } };
	unsigned int peer, vector;
	struct ivshmem device;
	int result = ivshmem_open_next(&device, args);

	if (result)
		return result;
	result = parse_target(&device, args, &peer, &vector);
	if (!result)
		result = parse_options(args, options, ARRAY_SIZE(options));
	for (uint64_t i = 0; i < count && !result; i++)
		ivshmem_ring(&device, peer, vector);
	ivshmem_close(&device);
	return result;
}

/* Interrupts since @before: of one vector, or of all */
static uint64_t count_new(const struct ivshmem_counts *before, const struct ivshmem_counts *now,
			  uint64_t vector)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < now->num_vectors; i++)
		if (vector == ANY_VECTOR || vector == i)
			sum += now->vectors[i] - before->vectors[i];
	return sum;
}

static void print_new(const struct ivshmem_counts *before, const struct ivshmem_counts *now)
{
	for (unsigned int i = 0; i < now->num_vectors; i++)
		if (now->vectors[i] != before->vectors[i])
			printf("vector %u: %llu\n", i,
			       (unsigned long long)(now->vectors[i] - before->vectors[i]));
}

static int wait_for(struct ivshmem *device, uint64_t count, uint64_t deadline, uint64_t vector)
{
	struct ivshmem_counts before, now;
	int ready = 1;

	ivshmem_read_counts(device, &before);
	if (!before.num_vectors)
		return complain("%s: driver %s does not count interrupts by vector",
				device->info.uio, device->info.driver);
	if (vector != ANY_VECTOR && vector >= before.num_vectors)
		return complain("%s has %u vectors", device->info.uio, before.num_vectors);
	now = before;
	while (ready > 0 && count_new(&before, &now, vector) < count) {
		ready = ivshmem_wait(device, deadline);
		ivshmem_read_counts(device, &now);
	}
	if (ready < 0)
		return EXIT_FAILURE;
	print_new(&before, &now);
	if (count_new(&before, &now, vector) >= count)
		return EXIT_SUCCESS;
	return complain("%llu of %llu interrupts came in time",
			(unsigned long long)count_new(&before, &now, vector),
			(unsigned long long)count);
}

int ivshmem_command_wait(struct args *args)
{
	uint64_t count = 1, seconds = SECONDS_MAX + 1, vector = ANY_VECTOR;
	const struct option options[] = {
		{ "--count", &count, UINT32_MAX, NULL },
		{ "--timeout", &seconds, SECONDS_MAX, NULL },
		{ "--vector", &vector, IVSHMEM_VECTORS_LIMIT - 1, NULL },
	};
	struct ivshmem device;
	int result = ivshmem_open_next(&device, args);

	if (result)
		return result;
	result = parse_options(args, options, ARRAY_SIZE(options));
	if (!result)
		result = wait_for(&device, count,
				  seconds > SECONDS_MAX ? NO_DEADLINE
							: now_ns() + seconds * NS_PER_SEC,
				  vector);
	ivshmem_close(&device);
	return result;
}

static void print_states(const struct ivshmem *device)
{
	for (unsigned int peer = 0; peer < device->max_peers; peer++)
		printf("peer %u%s: %u\n", peer, peer == device->id ? " (own)" : "",
		       ivshmem_state(device, peer));
}

int ivshmem_command_state(struct args *args)
{
	struct ivshmem device;
	uint64_t state = 0;
	int result = ivshmem_open_next(&device, args);
	bool has_value = args->count;

	if (result)
		return result;
	result = parse_number(args, "state", UINT32_MAX, &state);
	if (!result)
		result = args_end(args);
	if (!result && has_value)
		ivshmem_set_state(&device, state);
	else if (!result)
		print_states(&device);
	ivshmem_close(&device);
	return result;
}
