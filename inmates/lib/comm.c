/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The inmate's side of the communication region.
 */
#include <inmate/inmate.h>

#include "init.h"

static struct {
	comm_shutdown_handler shutdown;
	void *shutdown_arg;
	comm_reconfig_handler reconfig;
	void *reconfig_arg;
} handlers;

struct jailhouse_comm_region *comm_region(void)
{
	return (struct jailhouse_comm_region *)JAILHOUSE_COMM_REGION_BASE;
}

void comm_set_state(u32 state)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	comm_region()->cell_state = state;
}

void comm_set_shutdown_handler(comm_shutdown_handler handler, void *arg)
{
	handlers.shutdown = handler;
	handlers.shutdown_arg = arg;
}

void comm_set_reconfig_handler(comm_reconfig_handler handler, void *arg)
{
	handlers.reconfig = handler;
	handlers.reconfig_arg = arg;
}

/* The message is cleared first: from the reply on, the hypervisor may send the next. */
static void reply(u32 value)
{
	comm_region()->msg_to_cell = JAILHOUSE_MSG_NONE;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	comm_region()->reply_from_cell = value;
}

void comm_poll(void)
{
	u32 message = comm_region()->msg_to_cell;

	switch (message) {
	case JAILHOUSE_MSG_NONE:
		break;
	case JAILHOUSE_MSG_SHUTDOWN_REQUEST:
		if (!handlers.shutdown || handlers.shutdown(handlers.shutdown_arg))
			comm_shut_down();
		reply(JAILHOUSE_MSG_REQUEST_DENIED);
		break;
	case JAILHOUSE_MSG_RECONFIG_COMPLETED:
		if (handlers.reconfig)
			handlers.reconfig(handlers.reconfig_arg);
		reply(JAILHOUSE_MSG_RECEIVED);
		break;
	default:
		reply(JAILHOUSE_MSG_UNKNOWN);
		break;
	}
}

/*
 * No other thread may run on. The state goes first: after the reply, the hypervisor may stop the
 * cell at any moment.
 */
void comm_shut_down(void)
{
	cpu_disable_interrupts();
	smp_stop_others();
	comm_set_state(JAILHOUSE_CELL_SHUT_DOWN);
	if (comm_region()->msg_to_cell == JAILHOUSE_MSG_SHUTDOWN_REQUEST)
		reply(JAILHOUSE_MSG_REQUEST_APPROVED);
	cpu_halt();
}

void comm_fail(void)
{
	cpu_disable_interrupts();
	comm_set_state(JAILHOUSE_CELL_FAILED);
	smp_stop_others();
	cpu_halt();
}

static void wake_up(void *arg)
{
	(void)arg;
}

void comm_serve(unsigned int period_ms)
{
	timer_set_handler(wake_up, NULL);
	timer_start_periodic(period_ms * NS_PER_MS);
	for (;;) {
		comm_poll();
		cpu_wait_for_interrupt();
	}
}
