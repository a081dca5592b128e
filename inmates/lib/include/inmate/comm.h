/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Communication region: what the hypervisor tells the cell, the state of the cell, and messages.
 */
#ifndef INMATE_COMM_H
#define INMATE_COMM_H

#include <jailhouse/hypercall.h>

/* The region itself, at JAILHOUSE_COMM_REGION_BASE. */
struct jailhouse_comm_region *comm_region(void);

/* @state: JAILHOUSE_CELL_RUNNING, RUNNING_LOCKED, SHUT_DOWN, FAILED */
void comm_set_state(u32 state);

/*
 * Asked whether the cell may be shut down. Returns false to refuse. If it returns true, the inmate
 * ends: it should leave its devices in order. May not return, after comm_shut_down().
 */
typedef bool (*comm_shutdown_handler)(void *arg);

/* Called when cells have been created or destroyed. */
typedef void (*comm_reconfig_handler)(void *arg);

/* Without a handler, every request to shut down is granted. */
void comm_set_shutdown_handler(comm_shutdown_handler handler, void *arg);
void comm_set_reconfig_handler(comm_reconfig_handler handler, void *arg);

/*
 * Answers the message that waits, if there is one. To be called often, on one CPU at a time: the
 * root cell waits for the answer. Does not return if the cell is to be shut down. Costs no more
 * than a memory access.
 */
void comm_poll(void);

/* Says yes to a waiting request, sets the state "shut down" and halts the cell. */
void __attribute__((noreturn)) comm_shut_down(void);

/* The state becomes "failed", and the cell halts. */
void __attribute__((noreturn)) comm_fail(void);

/*
 * For inmates that have nothing else to do: answers messages every @period_ms milliseconds and
 * halts in between. Takes over the running CPU's timer.
 */
void __attribute__((noreturn)) comm_serve(unsigned int period_ms);

#endif /* INMATE_COMM_H */
