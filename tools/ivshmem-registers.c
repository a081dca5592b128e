// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an open ivshmem device can do: states, doorbells, interrupts.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ivshmem.h"

static void write_register(struct ivshmem *device, unsigned int offset, uint32_t value)
{
	/* Whatever was written to memory before is there when the peer hears of this. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	device->registers[offset / 4] = value;
}

void ivshmem_set_state(struct ivshmem *device, uint32_t state)
{
	write_register(device, device->info.classic ? IVSHMEM_CLASSIC_LSTATE : IVSHMEM_STATE,
		       state);
}

uint32_t ivshmem_state(const struct ivshmem *device, unsigned int peer)
{
	const struct ivshmem_section *table = ivshmem_find_section(device, "state");

	if (table)
		return __atomic_load_n((uint32_t *)table->data + peer, __ATOMIC_ACQUIRE);
	return device
		->registers[(peer == device->id ? IVSHMEM_CLASSIC_LSTATE : IVSHMEM_CLASSIC_RSTATE) /
			    4];
}

void ivshmem_ring(struct ivshmem *device, unsigned int peer, unsigned int vector)
{
	write_register(device, device->info.classic ? IVSHMEM_CLASSIC_DOORBELL : IVSHMEM_DOORBELL,
		       IVSHMEM_DOORBELL_VALUE(peer, vector));
}

void ivshmem_read_counts(const struct ivshmem *device, struct ivshmem_counts *counts)
{
	char path[PATH_MAX], line[IVSHMEM_VECTORS_LIMIT * 24] = "", *word = line, *end;
	FILE *stream;

	*counts = (struct ivshmem_counts){ 0 };
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/interrupt_counts",
		 device->info.address);
	stream = fopen(path, "r");
	if (!stream)
		return;
	if (!fgets(line, sizeof(line), stream))
		line[0] = '\0';
	fclose(stream);
	while (counts->num_vectors < IVSHMEM_VECTORS_LIMIT) {
		uint64_t count = strtoull(word, &end, 10);

		if (end == word)
			break;
		counts->vectors[counts->num_vectors++] = count;
		word = end;
	}
}

uint64_t now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * NS_PER_SEC + time.tv_nsec;
}

static int wait_readable(const struct ivshmem *device, uint64_t deadline)
{
	struct pollfd pollfd = { .fd = device->fd, .events = POLLIN };
	uint64_t now = now_ns();
	struct timespec rest = { 0 };

	if (deadline != NO_DEADLINE && deadline > now) {
		rest.tv_sec = (deadline - now) / NS_PER_SEC;
		rest.tv_nsec = (deadline - now) % NS_PER_SEC;
	}
	return ppoll(&pollfd, 1, deadline == NO_DEADLINE ? NULL : &rest, NULL);
}

int ivshmem_wait(struct ivshmem *device, uint64_t deadline)
{
	uint32_t total;
	int ready;

	do
		ready = wait_readable(device, deadline);
	while (ready < 0 && errno == EINTR);
	if (ready > 0 && read(device->fd, &total, sizeof(total)) != sizeof(total))
		ready = -1;
	if (ready < 0)
		complain("%s: %s", device->info.uio,
			 errno == EIO ? "the device is gone, or has no interrupts"
				      : strerror(errno));
	return ready;
}
