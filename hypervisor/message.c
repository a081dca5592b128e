/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages to cells. Everything in the communication region may be changed by the cell at any time.
 */
#include "message.h"

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

/* Returns the reply, or JAILHOUSE_MSG_NONE if the cell stopped or did not answer and was stopped. */
static u32 await_reply(struct per_cpu *cpu, struct cell *cell, u64 start)
{
	u64 timeout = timeout_of(cell);
	u32 reply;

	while (!cell_is_stopped(cell)) {
		reply = cell->comm_page->region.reply_from_cell;
		if (reply != JAILHOUSE_MSG_NONE)
			return reply;
		if (read_tsc() - start > timeout) {
			printk("Cell \"%s\" does not reply to message %u and is stopped\n",
			       cell->config->name, cell->comm_page->region.msg_to_cell);
			cell_stop(cell, JAILHOUSE_CELL_FAILED);
			break;
		}
		cpu_process_events(cpu);
		cpu_relax();
	}
	return JAILHOUSE_MSG_NONE;
}

bool message_request_shutdown(struct per_cpu *cpu, struct cell *cell)
{
	u32 reply;

	if (!is_asked(cell))
		return true;
	send(cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
	reply = await_reply(cpu, cell, read_tsc());
	return reply == JAILHOUSE_MSG_NONE || reply == JAILHOUSE_MSG_REQUEST_APPROVED;
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
			await_reply(cpu, cell, start);
}
