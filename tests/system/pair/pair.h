/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Both ends of a channel in one kernel, without a hypervisor: the network driver's own sources on a
 * device made of plain memory. What a doorbell would do, a call to another CPU does.
 */
#ifndef IVSHMEM_PAIR_H
#define IVSHMEM_PAIR_H

#include <linux/interrupt.h>
#include <linux/platform_device.h>
#include <linux/smp.h>

#include <device.h>

struct ivshmem_net;

#define PAIR_ENDS 2

struct pair_vector {
	call_single_data_t call;
	irq_handler_t handler;
	void *data;
	bool sent;       /* the call is on its way */
	atomic_t masked; /* times */
	bool pending;    /* came while it was masked */
};

struct pair_end {
	struct platform_device *device;
	u32 state; /* register */
	bool enabled;
	struct pair_vector vectors[IVSHMEM_VECTORS_MAX];
};

struct pair {
	struct pair_end ends[PAIR_ENDS];
	u8 *memory; /* two sections */
	size_t section;
};

extern struct pair pair;
extern bool pair_classic;
extern unsigned int pair_vectors;

/* Allocates the memory, or frees it. */
int pair_device_init(size_t section);
void pair_device_exit(void);

/* The end's device, for its driver. */
void pair_device_attach(struct ivshmem_device *device, struct device *dev, unsigned int id);

/* Interrupts the end @id, as the hypervisor would. Any context. */
void pair_interrupt(unsigned int id, unsigned int vector);

/* A write to the state register of the end @id. */
void pair_set_state(unsigned int id, u32 state);

/* Files for tests that play a peer: memory, states, doorbell. */
void pair_debug_init(void);
void pair_debug_exit(void);

#endif /* IVSHMEM_PAIR_H */
