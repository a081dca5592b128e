/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IOAPICs, shared by cells pin by pin: each cell has its own index register and sees the pins that
 * its configuration lists, root those that no other cell has; others read 0 and ignore writes. The
 * hardware gets an unmasked entry only if its message is permitted (irq-route.h).
 *
 * Locks: ioapic_init, ioapic_cell_init, ioapic_cell_exit, ioapic_cell_reset,
 * ioapic_cell_update_irqs and ioapic_restore are management operations, the caller runs one at a
 * time. Accesses of cells may run at the same time; each IOAPIC has a lock, irq_message_permitted
 * and printk are called with it held.
 */
#ifndef HYPERVISOR_ARCH_X86_IOAPIC_H
#define HYPERVISOR_ARCH_X86_IOAPIC_H

#include <jailhouse/cell-config.h>
#include <jailhouse/types.h>

#include "mmio.h"

/* Number of IOAPICs of a machine that are supported, and of MMIO regions that a cell may need. */
#define IOAPIC_MAX_CHIPS 8
/* Pins of an IOAPIC that its index register of 8 bits can select. */
#define IOAPIC_MAX_PINS 120

struct cell;
struct ioapic;
struct ioapic_cell;

/* What a cell sees of one IOAPIC; NULL chip: the cell has no pin of it. */
struct ioapic_view {
	struct ioapic *chip;
	struct ioapic_cell *owner;
	/* The cell's index register */
	u8 select;
};

/* IOAPIC state of a cell, a part of struct cell. */
struct ioapic_cell {
	struct cell *cell;
	/* NULL before ioapic_cell_init and after ioapic_cell_exit. */
	const struct jailhouse_cell_desc *config;
	struct mmio_map *mmio;
	/* How many more refused interrupt messages may be reported. */
	unsigned int reports_left;
	struct ioapic_view views[IOAPIC_MAX_CHIPS];
};

/* Once at enable, before the root cell's ioapic_cell_init. */
void ioapic_init(void);

/*
 * Gives a cell the pins of its irqchips and registers the pages of these IOAPICs in @mmio. The
 * first call is for the root cell; it finds the IOAPICs and takes over what they contain. Pins of
 * other cells leave root here and are masked. @config, which has passed the checks of
 * common/config-check.h (all pins are root's, and no other cell's), and @mmio must stay until
 * ioapic_cell_exit.
 *
 * Returns 0; -EINVAL if there is no IOAPIC at an address, -ENOMEM, -EEXIST if the page is taken in
 * @mmio. After an error nothing has changed, and ioapic_cell_exit is not needed, but harmless.
 */
int ioapic_cell_init(struct ioapic_cell *ioapic, struct cell *cell,
		     const struct jailhouse_cell_desc *config, struct mmio_map *mmio);

/*
 * Gives the pins of a non-root cell back to root, with what root had programmed. The cell's CPUs
 * are stopped. No effect on a cell without ioapic_cell_init.
 */
void ioapic_cell_exit(struct ioapic_cell *ioapic);

/* At start and at the end of a cell: its pins are masked, its registers as after a reset. */
void ioapic_cell_reset(struct ioapic_cell *ioapic);

/* Checks all entries of the cell again, after its CPU set has changed. */
void ioapic_cell_update_irqs(struct ioapic_cell *ioapic);

/* At disable, when only the root cell is left: the hardware gets what root has programmed. */
void ioapic_restore(void);

#endif /* HYPERVISOR_ARCH_X86_IOAPIC_H */
