/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupts of a link and the NAPI poll that they schedule.
 *
 * A peer can ring as often as it likes. So each interrupt has to be paid for: by a frame that was
 * received or returned, or out of a small allowance per timer tick. When that is used up, the
 * vector is masked until the next tick.
 */
#ifndef IVSHMEM_NET_INTERRUPTS_H
#define IVSHMEM_NET_INTERRUPTS_H

#include <linux/atomic.h>
#include <linux/timer.h>

#include "device.h"
#include "stats.h"

struct ivshmem_net;

struct ivshmem_vector {
	struct ivshmem_counters counters; /* by its handler */
	struct ivshmem_net *net;
	unsigned int index;

	atomic_t credit;        /* interrupts that may still come */
	unsigned long refilled; /* jiffies of the last allowance */
	struct timer_list unmask;
};

struct ivshmem_interrupts {
	struct ivshmem_vector vectors[IVSHMEM_VECTORS_MAX];
};

/* Prepares NAPI; no interrupt comes yet. */
void ivshmem_interrupts_init(struct ivshmem_net *net);

/* Requests all vectors. 0 or an errno value, logged. May sleep. */
int ivshmem_interrupts_request(struct ivshmem_net *net);

/* When it returns, no handler runs and none will. May sleep. */
void ivshmem_interrupts_free(struct ivshmem_net *net);

/* So many frames were received or returned. Any context. */
void ivshmem_interrupts_earn(struct ivshmem_net *net, unsigned int frames);

#endif /* IVSHMEM_NET_INTERRUPTS_H */
