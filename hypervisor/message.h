/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages to cells through their communication regions.
 */
#ifndef HYPERVISOR_MESSAGE_H
#define HYPERVISOR_MESSAGE_H

#include "cell.h"

struct per_cpu;

/*
 * Wait for a reply if msg_reply_timeout is 0: long enough for a cell that shares its host CPU with
 * others, and two of them, as for destroying a cell, short enough for Linux's watchdogs (10 s).
 */
#define MESSAGE_DEFAULT_TIMEOUT_MS 4000

/*
 * Asks a cell whether it agrees to be shut down, and waits on @cpu, the running one, for its answer,
 * but for a millisecond at a time, with the control lock held: HYPERCALL_AGAIN if there is none yet.
 * Returns 0, or -EPERM if the cell denies. One that does not answer in time is stopped and failed,
 * which counts as agreement.
 */
int message_request_shutdown(struct per_cpu *cpu, struct cell *cell);

/* Tells all cells but root that cells came or went, and waits for their replies likewise. */
void message_reconfigured(struct per_cpu *cpu);

#endif /* HYPERVISOR_MESSAGE_H */
