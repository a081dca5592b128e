/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Channels to other cells: ivshmem devices, both the classic one and revision 2. A channel is memory
 * that its peers share, an interrupt to each of them, and a number for each, its state.
 *
 *	static struct ivshmem channel;
 *	int bdf = ivshmem_find(IVSHMEM_ANY_PROTOCOL, 0);
 *
 *	if (bdf < 0 || ivshmem_open(&channel, bdf))
 *		panic("no channel");
 *	ivshmem_irq_enable(&channel, 0, smp_cpu(), handler, NULL);
 *	ivshmem_set_state(&channel, 1);
 *	...
 *	ivshmem_ring(&channel, peer, 0);
 *
 * Peers need not be friends: what is read from memory that they can write may be anything, and
 * change at any time.
 */
#ifndef INMATE_IVSHMEM_H
#define INMATE_IVSHMEM_H

#include <jailhouse/ivshmem.h>

#include <inmate/irq.h>
#include <inmate/pci.h>

#define IVSHMEM_ANY_PROTOCOL 0x10000

struct ivshmem {
	u16 bdf;
	u16 protocol; /* JAILHOUSE_SHMEM_PROTO_* */
	bool classic;
	unsigned int id;          /* of this cell among the peers, from 0 */
	unsigned int max_peers;   /* 2 with the classic device */
	unsigned int num_vectors; /* interrupts; 1 with the classic device, or 0 */

	/*
	 * Memory that all peers write, NULL if there is none. Of a classic device it is all memory that
	 * there is; by custom, peer n writes in the nth half only.
	 */
	void *common;
	u64 common_size; /* bytes */

	/* Bytes of each output section, of which a peer has one: see ivshmem_output. May be 0. */
	u64 output_size;

	/* For the library */
	void *registers;
	const u32 *states;
	u8 *outputs;
	struct pci_msix msix;
	u8 irqs[IVSHMEM_VECTORS_LIMIT];
};

/*
 * Returns the bdf of the first ivshmem device at or behind the bdf @start whose protocol is
 * @protocol, which may be IVSHMEM_ANY_PROTOCOL, or -ENODEV. Looking through a bus costs 512 exits.
 */
int ivshmem_find(u32 protocol, u32 start);

/* The protocol of an ivshmem device. */
u16 ivshmem_protocol(u16 bdf);

/*
 * Sets up a device: places its BARs (pci_bar_assign), maps its memory - read-only what this cell
 * must not write - and fills in @device. Interrupts stay off, the state is left alone. Returns 0,
 * -ENODEV (no such device, or one that makes no sense) or -ENOMEM. Not from interrupt handlers.
 */
int ivshmem_open(struct ivshmem *device, u16 bdf);

/* The state becomes 0, interrupts end. The memory stays mapped. */
void ivshmem_close(struct ivshmem *device);

/*
 * The output section of a peer: written by it alone, read by all. NULL if there are none, or no such
 * peer. Revision 2 only.
 */
void *ivshmem_output(const struct ivshmem *device, unsigned int peer);

/*
 * Sets the own state and interrupts the others by vector 0: always with the classic device, with
 * revision 2 if it changes. Whoever sees the new state sees what was written to memory before. Any
 * context. One exit.
 */
void ivshmem_set_state(struct ivshmem *device, u32 state);

/*
 * The state of a peer, one's own included; 0 is that of a peer who is not there. What the peer wrote
 * before it changed its state is seen after this. Any context. Costs an exit with the classic device.
 */
u32 ivshmem_state(const struct ivshmem *device, unsigned int peer);

/*
 * Interrupts a peer; what was written to memory before is there when it comes. A peer who is not
 * there, or a vector that it does not have, or has not enabled: nothing happens. Rings that come
 * before the peer has taken the last are one interrupt. Any context. One exit.
 */
void ivshmem_ring(const struct ivshmem *device, unsigned int peer, unsigned int vector);

/*
 * Calls @handler(@arg) on @cpu for interrupts by @vector from now on; a second call changes that.
 * Returns 0, -EINVAL (no such vector) or -EBUSY (irq.h has none left). Vector 0 also comes when a
 * peer changes its state.
 */
int ivshmem_irq_enable(struct ivshmem *device, unsigned int vector, unsigned int cpu,
		       irq_handler handler, void *arg);

/*
 * Holds the interrupts of a vector back, and lets them come again: those that came meanwhile come
 * as one. Any context.
 */
void ivshmem_irq_mask(struct ivshmem *device, unsigned int vector);
void ivshmem_irq_unmask(struct ivshmem *device, unsigned int vector);

/*
 * Whether the device switches all its interrupts off whenever one is delivered, until
 * ivshmem_irq_rearm. What comes while they are off is lost: look into the memory after switching
 * them on. Revision 2 only, nothing happens otherwise. Any context.
 */
void ivshmem_set_one_shot(struct ivshmem *device, bool one_shot);
void ivshmem_irq_rearm(struct ivshmem *device);

#endif /* INMATE_IVSHMEM_H */
