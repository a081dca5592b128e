// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSI-X of virtual devices. The PBA reads 0: pending flags are a matter of the hypervisor.
 */
#include "pci-device.h"

#include "arch/x86/irq-route.h"

void pci_msix_virtual_assign(struct pci_msix_virtual *msix, struct cell *cell)
{
	spin_lock(&msix->lock);
	msix->cell = cell;
	msix->control = 0;
	msix->command = 0;
	msix->gate_open = false;
	msix->one_shot = false;
	msix->pending = 0;
	pci_msix_reset_table(msix->table, msix->num_vectors);
	spin_unlock(&msix->lock);
}

static bool is_masked(const struct pci_msix_virtual *msix, unsigned int vector)
{
	return msix->control & MSIX_CONTROL_MASKALL ||
	       pci_msix_entry_is_masked(&msix->table[vector]);
}

static bool may_send(const struct pci_msix_virtual *msix)
{
	return msix->cell && msix->control & MSIX_CONTROL_ENABLE &&
	       msix->command & PCI_COMMAND_MASTER && msix->gate_open;
}

static void send(struct pci_msix_virtual *msix, unsigned int vector)
{
	const struct pci_msix_entry *entry = &msix->table[vector];
	struct irq_message message;

	if (msix->one_shot)
		__atomic_store_n(&msix->gate_open, false, __ATOMIC_RELAXED);
	if (pci_message_decode(pci_msix_entry_address(entry), entry->registers[MSIX_ENTRY_DATA],
			       &message))
		irq_message_send(msix->cell, &message);
}

/* After a change: what is no longer masked is sent or, if that is not possible, dropped. */
static void flush_pending(struct pci_msix_virtual *msix)
{
	unsigned int vector;

	if (!(msix->control & MSIX_CONTROL_ENABLE))
		msix->pending = 0;
	for (vector = 0; msix->pending >> vector; vector++) {
		if (!(msix->pending >> vector & 1) || is_masked(msix, vector))
			continue;
		msix->pending &= ~(1U << vector);
		if (may_send(msix))
			send(msix, vector);
	}
}

void pci_msix_virtual_control(struct pci_msix_virtual *msix, u16 control, u16 command,
			      bool one_shot)
{
	spin_lock(&msix->lock);
	msix->control = control;
	msix->command = command;
	msix->one_shot = one_shot;
	flush_pending(msix);
	spin_unlock(&msix->lock);
}

void pci_msix_virtual_set_gate(struct pci_msix_virtual *msix, bool open)
{
	spin_lock(&msix->lock);
	__atomic_store_n(&msix->gate_open, open, __ATOMIC_RELAXED);
	spin_unlock(&msix->lock);
}

void pci_msix_virtual_access(struct pci_msix_virtual *msix, struct mmio_access *access)
{
	spin_lock(&msix->lock);
	if (pci_msix_access_table(msix->table, msix->num_vectors, access))
		flush_pending(msix);
	spin_unlock(&msix->lock);
}

void pci_msix_virtual_raise(struct pci_msix_virtual *msix, unsigned int vector)
{
	spin_lock(&msix->lock);
	if (vector < msix->num_vectors && may_send(msix)) {
		if (is_masked(msix, vector))
			msix->pending |= 1U << vector;
		else
			send(msix, vector);
	}
	spin_unlock(&msix->lock);
}
