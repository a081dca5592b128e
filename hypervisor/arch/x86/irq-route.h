/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What may be programmed into IOAPIC entries and MSI messages on behalf of a cell.
 */
#ifndef HYPERVISOR_ARCH_X86_IRQ_ROUTE_H
#define HYPERVISOR_ARCH_X86_IRQ_ROUTE_H

#include <jailhouse/types.h>

struct cell;

/* Where an interrupt message goes, AMD APM vol. 2, 16.11 and IOAPIC data sheet. */
struct irq_message {
	u8 vector;
	/* 0 fixed, 1 lowest priority; 2 SMI, 4 NMI, 5 INIT, 7 ExtINT are never permitted but for root's
	 * ExtINT and NMI
	 */
	u8 delivery_mode;
	bool logical;
	bool level_triggered;
	u8 destination;
};

/* Format of interrupt messages (MSI), APM vol. 2, 16.11 */
#define PCI_MESSAGE_ADDRESS           0xfee00000ULL
#define PCI_MESSAGE_DESTINATION_SHIFT 12
#define PCI_MESSAGE_LOGICAL           0x4
/* What may vary in an address: destination, redirection hint, destination mode. */
#define PCI_MESSAGE_ADDRESS_FIELDS 0xff00cULL

#define PCI_MESSAGE_VECTOR     0x00ff
#define PCI_MESSAGE_MODE_SHIFT 8
#define PCI_MESSAGE_MODE       0x7
#define PCI_MESSAGE_LEVEL      0x8000
/* What may vary in the data: these, assert and level. */
#define PCI_MESSAGE_DATA_FIELDS 0xc7ff

/*
 * Splits a message up. False if it is none: a write elsewhere in memory, or with reserved bits. No
 * device may be made to send that.
 */
static inline bool pci_message_decode(u64 address, u32 data, struct irq_message *message)
{
	if ((address & ~PCI_MESSAGE_ADDRESS_FIELDS) != PCI_MESSAGE_ADDRESS ||
	    data & ~PCI_MESSAGE_DATA_FIELDS)
		return false;
	message->vector = data & PCI_MESSAGE_VECTOR;
	message->delivery_mode = data >> PCI_MESSAGE_MODE_SHIFT & PCI_MESSAGE_MODE;
	message->logical = address & PCI_MESSAGE_LOGICAL;
	message->level_triggered = data & PCI_MESSAGE_LEVEL;
	message->destination = address >> PCI_MESSAGE_DESTINATION_SHIFT;
	return true;
}

/*
 * Whether the message reaches only CPUs of @cell, with a delivery mode the cell may use. A false
 * result is not a crime: Linux writes such messages while it has the interrupt masked. The caller
 * leaves the source masked then.
 */
bool irq_message_permitted(struct cell *cell, const struct irq_message *message);

/*
 * Delivers a message of a virtual device to those CPUs of @cell that it means; fixed and lowest
 * priority interrupts only, others are dropped. Any CPU may send to any cell that stays until the
 * return; bounded by the number of the cell's CPUs. Memory writes before are visible first.
 */
void irq_message_send(const struct cell *cell, const struct irq_message *message);

#endif /* HYPERVISOR_ARCH_X86_IRQ_ROUTE_H */
