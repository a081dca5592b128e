/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * ivshmem devices: registers, states, interrupts. Finding and mapping is in ivshmem-open.c.
 */
#include <inmate/inmate.h>
#include <inmate/ivshmem.h>

#include "ivshmem-registers.h"

void *ivshmem_output(const struct ivshmem *device, unsigned int peer)
{
	if (!device->outputs || peer >= device->max_peers)
		return NULL;
	return device->outputs + peer * device->output_size;
}

void ivshmem_set_state(struct ivshmem *device, u32 state)
{
	ivshmem_write(device, device->classic ? IVSHMEM_CLASSIC_LSTATE : IVSHMEM_STATE, state);
}

u32 ivshmem_state(const struct ivshmem *device, unsigned int peer)
{
	if (peer >= device->max_peers)
		return 0;
	if (device->states)
		return __atomic_load_n(&device->states[peer], __ATOMIC_ACQUIRE);
	return ivshmem_read(device,
			    peer == device->id ? IVSHMEM_CLASSIC_LSTATE : IVSHMEM_CLASSIC_RSTATE);
}

void ivshmem_ring(const struct ivshmem *device, unsigned int peer, unsigned int vector)
{
	if (peer >= device->max_peers || vector >= device->num_vectors)
		return;
	/* The classic device takes any value for the peer's vector; there is no ringing oneself. */
	if (device->classic && peer == device->id)
		return;
	ivshmem_write(device, device->classic ? IVSHMEM_CLASSIC_DOORBELL : IVSHMEM_DOORBELL,
		      IVSHMEM_DOORBELL_VALUE(peer, vector));
}

int ivshmem_irq_enable(struct ivshmem *device, unsigned int vector, unsigned int cpu,
		       irq_handler handler, void *arg)
{
	int irq;

	if (vector >= device->num_vectors)
		return -EINVAL;
	irq = device->irqs[vector] ? device->irqs[vector] : irq_allocate();
	if (irq < 0)
		return irq;
	device->irqs[vector] = irq;
	irq_enable(irq, handler, arg);
	pci_msix_route(&device->msix, vector, cpu, irq);
	ivshmem_irq_rearm(device);
	return 0;
}

void ivshmem_irq_mask(struct ivshmem *device, unsigned int vector)
{
	if (vector < device->num_vectors)
		pci_msix_mask(&device->msix, vector);
}

void ivshmem_irq_unmask(struct ivshmem *device, unsigned int vector)
{
	if (vector < device->num_vectors && device->irqs[vector])
		pci_msix_unmask(&device->msix, vector);
}

void ivshmem_set_one_shot(struct ivshmem *device, bool one_shot)
{
	unsigned int capability = pci_find_capability(device->bdf, PCI_CAP_ID_VNDR);

	if (!device->classic && capability)
		pci_write_config(device->bdf, capability + IVSHMEM_VNDR_PRIVILEGED,
				 one_shot ? IVSHMEM_PRIVILEGED_ONESHOT : 0, 1);
}

void ivshmem_irq_rearm(struct ivshmem *device)
{
	if (!device->classic)
		ivshmem_write(device, IVSHMEM_INT_CONTROL, IVSHMEM_INT_CONTROL_ENABLE);
}
