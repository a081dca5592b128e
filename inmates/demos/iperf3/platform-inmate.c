/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The platform in an inmate: the inmate library's clock, threads and heap, and lwIP's lists.
 */
#include "platform.h"

#include <inmate/inmate.h>

#include "lwip-port.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/tcpip.h"
#include "lwip/udp.h"

/* Time for the links to be found and set up by both sides */
#define LINK_PATIENCE_MS 30000

uint64_t platform_now(void)
{
	return get_time_ns();
}

void platform_sleep(uint64_t ns)
{
	thread_sleep(ns);
}

void platform_random(void *buffer, size_t size)
{
	char *bytes = buffer;
	uint32_t word = 0;
	size_t i;

	for (i = 0; i < size; i++) {
		word = i % sizeof(word) ? word >> 8 : lwip_port_random();
		bytes[i] = (char)word;
	}
}

/* What other threads do, the network above all, is the system's. */
void platform_cpu_time(struct cpu_time *time)
{
	u64 user = thread_cpu_time(thread_self());
	u64 system = get_time_ns() - thread_idle_time() - user;

	time->user = (double)user / (double)NS_PER_SECOND;
	time->system = (double)system / (double)NS_PER_SECOND;
}

const char *platform_description(void)
{
	return "inmate";
}

uint64_t platform_wall_clock(void)
{
	return get_time_ns() / NS_PER_SECOND;
}

unsigned int platform_link_patience(void)
{
	return LINK_PATIENCE_MS;
}

static unsigned int count_pcbs(const struct tcp_pcb *pcb)
{
	unsigned int number = 0;

	for (; pcb; pcb = pcb->next)
		number++;
	return number;
}

static unsigned int count_udp_pcbs(void)
{
	const struct udp_pcb *pcb;
	unsigned int number = 0;

	for (pcb = udp_pcbs; pcb; pcb = pcb->next)
		number++;
	return number;
}

void platform_print_usage(void)
{
	unsigned int active, waiting, udp;
	struct heap_info heap;

	LOCK_TCPIP_CORE();
	active = count_pcbs(tcp_active_pcbs);
	waiting = count_pcbs(tcp_tw_pcbs);
	udp = count_udp_pcbs();
	UNLOCK_TCPIP_CORE();
	heap = heap_info();
	printf("heap: %zu bytes free, %zu blocks; pcbs: %u TCP, %u in TIME-WAIT, %u UDP\n",
	       heap.free, heap.blocks, active, waiting, udp);
}
