/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages to cells. Everything in the communication region may be changed by the cell at any time.
 */
#include "message.h"

#include <jailhouse/errno.h>

#include "arch/x86/events.h"
#include "arch/x86/processor.h"
#include "console.h"
#include "control.h"
#include "hypervisor.h"

static bool is_asked(const struct cell *cell)
{
	return !(cell->config->flags & JAILHOUSE_CELL_PASSIVE_COMMREG) && !cell_is_stopped(cell);
}

static void send(struct cell *cell, u32 message)
{
	struct jailhouse_comm_region *region = &cell->comm_page->region;

	region->reply_from_cell = JAILHOUSE_MSG_NONE;
	/* The cell must not see the message and an old reply. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	region->msg_to_cell = message;
}

static u64 timeout_of(const struct cell *cell)
{
	u64 timeout = cell->config->msg_reply_timeout, limit = ~0ULL / ~0U;

	if (!timeout)
		timeout = MESSAGE_DEFAULT_TIMEOUT_MS;
	if (timeout > limit)
		timeout = limit;
	return timeout * system_config->platform_info.x86.tsc_khz;
}

/* Whether there is nothing to wait for any more; a cell that does not answer in time is stopped. */
static bool is_over(struct cell *cell, u64 start)
{
	const struct jailhouse_comm_region *region = &cell->comm_page->region;

	if (cell_is_stopped(cell) || region->reply_from_cell != JAILHOUSE_MSG_NONE)
		return true;
	if (read_tsc() - start <= timeout_of(cell))
		return false;
	printk("Cell \"%s\" does not reply to message %u and is stopped\n", cell->config->name,
	       region->msg_to_cell);
	cell_stop(cell, JAILHOUSE_CELL_FAILED);
	return true;
}

/* Waits for at most @patience of the TSC, for a message sent at @start; whether it is over. */
static bool await_reply(struct per_cpu *cpu, struct cell *cell, u64 start, u64 patience)
{
	u64 begin = read_tsc();

	while (!is_over(cell, start)) {
		if (read_tsc() - begin > patience)
			return false;
		cpu_process_events(cpu);
		cpu_relax();
	}
	return true;
}

int message_request_shutdown(struct per_cpu *cpu, struct cell *cell)
{
	u64 start = cell->asked_since;

	if (is_asked(cell)) {
		if (!start) {
			send(cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
			start = cell->asked_since = read_tsc();
		}
		if (!await_reply(cpu, cell, start, system_config->platform_info.x86.tsc_khz))
			return HYPERCALL_AGAIN;
	}
	cell->asked_since = 0;
	if (!is_asked(cell) ||
	    cell->comm_page->region.reply_from_cell == JAILHOUSE_MSG_REQUEST_APPROVED)
		return 0;
	return -EPERM;
}

void message_reconfigured(struct per_cpu *cpu)
{
	u64 start = read_tsc();
	struct cell *cell;

	/* All wait at the same time, or the waits could add up. */
	for_each_non_root_cell (cell)
		if (is_asked(cell))
			send(cell, JAILHOUSE_MSG_RECONFIG_COMPLETED);
	for_each_non_root_cell (cell)
		if (is_asked(cell))
			await_reply(cpu, cell, start, ~0ULL);
}
