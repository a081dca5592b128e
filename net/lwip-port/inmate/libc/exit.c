// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The end of a socket program: what it has sent is delivered first, as it would be by an operating
 * system that stays.
 */
#include <stdlib.h>
#include <unistd.h>

#include <inmate/inmate.h>

#include "links.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/tcpip.h"
#include "program.h"

#define DELIVERY_MAX_NS (5 * NS_PER_SEC)
#define LOOK_INTERVAL   (5 * NS_PER_MS)

static void close_sockets(void)
{
	int fd;

	for (fd = LWIP_SOCKET_OFFSET; fd < LWIP_SOCKET_OFFSET + MEMP_NUM_NETCONN; fd++)
		close(fd);
}

static bool all_delivered(void)
{
	const struct tcp_pcb *pcb;

	LOCK_TCPIP_CORE();
	for (pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
		if (pcb->unsent || pcb->unacked)
			break;
	UNLOCK_TCPIP_CORE();
	return !pcb && links_sent_all();
}

static void deliver(void)
{
	u64 end = deadline_after(DELIVERY_MAX_NS);

	while (!all_delivered() && get_time_ns() < end)
		thread_sleep(LOOK_INTERVAL);
}

void _exit(int status)
{
	links_stop();
	if (status == 0)
		comm_shut_down();
	printf("%s: exit status %d\n", program_name, status);
	comm_fail();
}

void exit(int status)
{
	static bool ending;

	/* The first thread that comes here does it. */
	while (__atomic_exchange_n(&ending, true, __ATOMIC_RELAXED))
		thread_sleep_until(WAIT_FOREVER);
	close_sockets();
	deliver();
	_exit(status);
}

void abort(void)
{
	panic("%s: aborted", program_name);
}
