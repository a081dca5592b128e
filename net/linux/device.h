/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ivshmem device below a link, revision 2 or classic, behind one interface: its shared memory,
 * the two state registers, the doorbell. Knows nothing of Ethernet.
 */
#ifndef IVSHMEM_NET_DEVICE_H
#define IVSHMEM_NET_DEVICE_H

#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/types.h>

struct ivshm_config;
struct ivshmem_device;
struct pci_dev;

/* Registers in BAR0, all of 32 bits; both models have less than these. */
#define IVSHMEM_REGISTERS 6

/* What differs between the models. */
struct ivshmem_model {
	const char *name;
	u16 doorbell; /* offset of the register */
	u16 state;    /* likewise */

	/* The peer's state can be had without an access that traps into the hypervisor. */
	bool state_in_memory;

	/* The peer is rung by each write to the state register, not only by a change. */
	bool state_always_rings;

	/* Finds memory and IDs, and sets all fields that follow from them; 0 or an errno value. */
	int (*find)(struct ivshmem_device *device);

	/* Once the memory is mapped: where the transmit sections lie. */
	void (*sections)(const struct ivshmem_device *device, struct ivshm_config *config);

	u32 (*peer_state)(const struct ivshmem_device *device);

	/* May be NULL. */
	void (*enable_interrupts)(const struct ivshmem_device *device, bool enable);
};

extern const struct ivshmem_model ivshmem_revision2, ivshmem_classic;

struct ivshmem_device {
	struct device *dev; /* for messages */
	u32 address;        /* PCI domain, bus, device and function: 16, 8, 5 and 3 bits */
	const struct ivshmem_model *model;
	void __iomem *registers;
	unsigned int id, peer; /* 0 and 1, or 1 and 0 */
	unsigned int vectors;  /* 1: one for everything; 2: state, frames */
	u32 ring_value;        /* what rings the peer for frames */

	resource_size_t start; /* of the shared memory */
	resource_size_t size;
	void *memory;

	/* Revision 2 only: offset of the first output section, and bytes of each. */
	resource_size_t output;
	resource_size_t output_size;
};

/* PCI interrupt vectors, indices. */
#define IVSHMEM_VECTOR_STATE  0
#define IVSHMEM_VECTOR_FRAMES 1
#define IVSHMEM_VECTORS_MAX   2

/*
 * Enables the device, maps registers and memory, allocates vectors. Logs what is wrong; returns 0
 * or an errno value. All but the vectors goes when the driver is unbound; see
 * ivshmem_device_exit(). May sleep.
 */
int ivshmem_device_init(struct ivshmem_device *device, struct pci_dev *pdev,
			const struct ivshmem_model *model);
void ivshmem_device_exit(struct ivshmem_device *device);

/* Tells the device whether to deliver interrupts at all. */
void ivshmem_device_enable_interrupts(const struct ivshmem_device *device, bool enable);

/*
 * Calls @handler with @data for a vector from now on; @purpose goes into its name. 0 or an errno
 * value, logged. May sleep, as does the reverse, which waits for the handler, masked or not.
 */
int ivshmem_device_request_irq(struct ivshmem_device *device, unsigned int vector,
			       irq_handler_t handler, void *data, const char *purpose);
void ivshmem_device_free_irq(struct ivshmem_device *device, unsigned int vector, void *data);

/*
 * Holds a vector back, and lets it come again: what came meanwhile comes as one. To be called in
 * pairs. Any context; @wait: and waits for the handler, may sleep.
 */
void ivshmem_device_mask_irq(struct ivshmem_device *device, unsigned int vector, bool wait);
void ivshmem_device_unmask_irq(struct ivshmem_device *device, unsigned int vector);

/* Fills in where the sections are. */
void ivshmem_device_sections(const struct ivshmem_device *device, struct ivshm_config *config);

/* The register with the offset @offset. Any context; costs an exit to the hypervisor. */
u32 ivshmem_device_read(const struct ivshmem_device *device, unsigned int offset);

/* What the peer has in its state register; any number, if the peer wants. Any context. */
u32 ivshmem_device_peer_state(const struct ivshmem_device *device);

/*
 * Writes our state register and so rings the peer. All memory writes before it are visible to a
 * peer that sees the new state. Any context.
 */
void ivshmem_device_set_state(const struct ivshmem_device *device, u32 state);

/* Rings the peer for frames. Orders memory writes likewise. Any context. */
void ivshmem_device_ring(const struct ivshmem_device *device);

/* Rings the peer as a change of our state does. Any context. */
void ivshmem_device_ring_state(const struct ivshmem_device *device);

/* For the models: a 64-bit field of the configuration space. */
u64 ivshmem_read_config64(const struct ivshmem_device *device, int offset);

#endif /* IVSHMEM_NET_DEVICE_H */
