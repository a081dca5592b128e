// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What lwIP needs beside the driver and does not depend on the system: the checksum, and the size
 * of TCP's buffers.
 */
#include "lwip-port.h"

#include <string.h>

#include "lwip/opt.h"

uint32_t lwip_port_wnd_cut, lwip_port_snd_buf_cut;

/* A connection with both buffers full takes no more than two of so many parts of the heap. */
#define BUFFERS_PER_HEAP 32

/* Two segments of the smallest MTU that IPv6 allows, bytes */
#define BUFFER_MIN 2560

static uint64_t add(uint64_t sum, const uint8_t *word)
{
	uint64_t value;

	memcpy(&value, word, sizeof(value));
	return sum + value + (sum + value < sum); /* the carry comes back in at the bottom */
}

static uint16_t fold(uint64_t sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

uint16_t lwip_port_checksum(const void *data, int len)
{
	const uint8_t *p = data;
	uint64_t sums[2] = { 0 };
	uint8_t rest[8] = { 0 };

	for (; len >= 32; len -= 32, p += 32) {
		sums[0] = add(sums[0], p);
		sums[1] = add(sums[1], p + 8);
		sums[0] = add(sums[0], p + 16);
		sums[1] = add(sums[1], p + 24);
	}
	for (; len >= 8; len -= 8, p += 8)
		sums[0] = add(sums[0], p);
	memcpy(rest, p, (size_t)len);
	return fold((uint64_t)fold(add(sums[0], rest)) + fold(sums[1]));
}

static uint32_t cut(size_t bytes, uint32_t most)
{
	size_t share = bytes / BUFFERS_PER_HEAP;

	if (share < BUFFER_MIN)
		share = BUFFER_MIN;
	return share < most ? most - (uint32_t)share : 0;
}

void lwip_port_fit_memory(size_t bytes)
{
	lwip_port_wnd_cut = cut(bytes, LWIP_PORT_TCP_WND);
	lwip_port_snd_buf_cut = cut(bytes, LWIP_PORT_TCP_SND_BUF);
}
