// SPDX-License-Identifier: GPL-2.0-only
/*
 * IOAPICs: the redirection entries are shadows of the cells; the hardware has the entry of a pin's
 * owner, masked if its message is not permitted. 82093AA data sheet, 3.2.
 */
#include <jailhouse/errno.h>

#include "console.h"
#include "device-map.h"
#include "page-pool.h"
#include "spinlock.h"
#include "string.h"

#include "ioapic.h"
#include "irq-route.h"

#define IOAPIC_SIZE 0x1000

/* Directly accessible registers; EOI: ICH9 data sheet, 13.5.1 */
#define IOAPIC_INDEX 0x00
#define IOAPIC_DATA  0x10
#define IOAPIC_EOI   0x40

#define REGISTER_ID          0x00
#define REGISTER_VERSION     0x01
#define REGISTER_FIRST_ENTRY 0x10

/* Version register */
#define VERSION_NUMBER            0xff
#define VERSION_WITH_EOI          0x20
#define VERSION_LAST_PIN(version) ((version) >> 16 & 0xff)
#define NO_DEVICE                 0xffffffffU

/* Redirection entry */
#define ENTRY_VECTOR     0xff
#define ENTRY_MODE_SHIFT 8
#define ENTRY_MODE       0x7
#define ENTRY_LOGICAL    (1U << 11)
#define ENTRY_PENDING    (1U << 12)
#define ENTRY_REMOTE_IRR (1U << 14)
#define ENTRY_LEVEL      (1U << 15)
#define ENTRY_MASKED     (1U << 16)
#define ENTRY_DEST_SHIFT 56
#define ENTRY_READ_ONLY  (ENTRY_PENDING | ENTRY_REMOTE_IRR)
/* Destination, mask and what is below it */
#define ENTRY_WRITABLE (0xff0000000001ffffULL & ~(u64)ENTRY_READ_ONLY)

#define MAX_REPORTS 8

/* As a number and as the two registers that it is accessed by */
union ioapic_entry {
	u64 value;
	u32 halves[2];
};

struct ioapic_pin {
	struct ioapic *chip;
	unsigned int index;
	/* Pins that no other cell has are root's. */
	struct ioapic_cell *owner;
	/* What root has written, and what the owner has, if that is another cell. */
	union ioapic_entry root_entry;
	union ioapic_entry cell_entry;
	/* What the hardware has */
	union ioapic_entry hardware;
};

struct ioapic {
	/* 0: unused */
	u64 address;
	volatile u8 *registers;
	u32 version;
	unsigned int num_pins;
	/* Covers the pins, the hardware and the index registers of the cells. */
	spinlock_t lock;
	struct ioapic_pin *pins;
};

static struct ioapic chips[IOAPIC_MAX_CHIPS];
static struct ioapic_cell *root;
/* The hypervisor leaves: the hardware gets what root has written, permitted or not. */
static bool restoring;

static u32 read_register(const struct ioapic *chip, u8 index)
{
	register_write(chip->registers + IOAPIC_INDEX, 4, index);
	return register_read(chip->registers + IOAPIC_DATA, 4);
}

static void write_register(const struct ioapic *chip, u8 index, u32 value)
{
	register_write(chip->registers + IOAPIC_INDEX, 4, index);
	register_write(chip->registers + IOAPIC_DATA, 4, value);
}

static u8 entry_register(const struct ioapic_pin *pin)
{
	return REGISTER_FIRST_ENTRY + 2 * pin->index;
}

static union ioapic_entry *get_entry(struct ioapic_pin *pin)
{
	return pin->owner == root ? &pin->root_entry : &pin->cell_entry;
}

static bool is_permitted(const struct ioapic_pin *pin, u64 entry)
{
	struct irq_message message = {
		.vector = entry & ENTRY_VECTOR,
		.delivery_mode = entry >> ENTRY_MODE_SHIFT & ENTRY_MODE,
		.logical = entry & ENTRY_LOGICAL,
		.level_triggered = entry & ENTRY_LEVEL,
		.destination = entry >> ENTRY_DEST_SHIFT,
	};

	if (restoring || irq_message_permitted(pin->owner->cell, &message))
		return true;
	if (pin->owner->reports_left) {
		pin->owner->reports_left--;
		printk("IOAPIC: cell \"%s\", pin %u of %llx: interrupt withheld, entry %llx\n",
		       pin->owner->config->name, pin->index, pin->chip->address, entry);
	}
	return false;
}

static void write_half(const struct ioapic_pin *pin, union ioapic_entry entry, bool high)
{
	if (entry.halves[high] != pin->hardware.halves[high])
		write_register(pin->chip, entry_register(pin) + high, entry.halves[high]);
}

/*
 * Programs what the owner has written, as far as that is permitted. The lower half has the mask:
 * while a pin is unmasked, both halves are of one entry.
 */
static void update_pin(struct ioapic_pin *pin)
{
	union ioapic_entry entry = *get_entry(pin);
	bool unmasked = !(entry.value & ENTRY_MASKED) && is_permitted(pin, entry.value);

	if (!unmasked)
		entry.value |= ENTRY_MASKED;
	write_half(pin, entry, unmasked);
	write_half(pin, entry, !unmasked);
	pin->hardware = entry;
}

static void set_entry(struct ioapic_pin *pin, u64 value)
{
	get_entry(pin)->value = value & ENTRY_WRITABLE;
	update_pin(pin);
}

/* Half of an entry. Delivery status and remote IRR are the hardware's. */
static u32 read_entry(struct ioapic_pin *pin, bool high)
{
	u32 half = get_entry(pin)->halves[high];

	if (high)
		return half;
	return half | (read_register(pin->chip, entry_register(pin)) & ENTRY_READ_ONLY);
}

static void write_entry(struct ioapic_pin *pin, bool high, u32 value)
{
	union ioapic_entry entry = *get_entry(pin);

	entry.halves[high] = value;
	set_entry(pin, entry.value);
}

static u32 access_register(const struct ioapic_view *view, bool is_write, u32 value)
{
	const struct ioapic *chip = view->chip;
	unsigned int index = (view->select - REGISTER_FIRST_ENTRY) / 2;

	if (view->select == REGISTER_VERSION)
		return chip->version;
	if (view->select == REGISTER_ID)
		return read_register(chip, REGISTER_ID);
	if (view->select < REGISTER_FIRST_ENTRY || index >= chip->num_pins ||
	    chip->pins[index].owner != view->owner)
		return 0;
	if (!is_write)
		return read_entry(&chip->pins[index], view->select & 1);
	write_entry(&chip->pins[index], view->select & 1, value);
	return 0;
}

/* Only for vectors that the cell has programmed: those of other cells are not its business. */
static void end_of_interrupt(const struct ioapic_view *view, u8 vector)
{
	const struct ioapic *chip = view->chip;
	struct ioapic_pin *pin = chip->pins;
	struct ioapic_pin *end = pin + chip->num_pins;
	u32 wanted = ENTRY_LEVEL | vector;

	while (pin < end && (pin->owner != view->owner ||
			     (get_entry(pin)->value & (ENTRY_LEVEL | ENTRY_VECTOR)) != wanted))
		pin++;
	if (pin < end && (chip->version & VERSION_NUMBER) >= VERSION_WITH_EOI)
		register_write(chip->registers + IOAPIC_EOI, 4, vector);
}

static u32 access_chip(struct ioapic_view *view, u64 offset, bool is_write, u32 value)
{
	if (offset == IOAPIC_DATA)
		return access_register(view, is_write, value);
	if (offset == IOAPIC_INDEX && is_write)
		view->select = value;
	if (offset == IOAPIC_EOI && is_write)
		end_of_interrupt(view, value);
	return offset == IOAPIC_INDEX ? view->select : 0;
}

static enum mmio_result ioapic_access(void *arg, struct mmio_access *access)
{
	struct ioapic_view *view = arg;
	u32 value = 0;

	if (access->size == 4) {
		spin_lock(&view->chip->lock);
		value = access_chip(view, access->address, access->is_write, access->value);
		spin_unlock(&view->chip->lock);
	}
	if (!access->is_write)
		access->value = value;
	return MMIO_HANDLED;
}

/* NULL if there is none. The address 0 is that of unused ones. */
static struct ioapic *find_chip(u64 address)
{
	unsigned int i;

	for (i = 0; i < IOAPIC_MAX_CHIPS; i++)
		if (chips[i].address == address)
			return &chips[i];
	return NULL;
}

static void read_pin(struct ioapic *chip, unsigned int index)
{
	struct ioapic_pin *pin = &chip->pins[index];

	pin->chip = chip;
	pin->index = index;
	pin->owner = root;
	pin->root_entry.halves[0] = read_register(chip, entry_register(pin));
	pin->root_entry.halves[1] = read_register(chip, entry_register(pin) + 1);
	pin->root_entry.value &= ENTRY_WRITABLE;
	pin->hardware = pin->root_entry;
}

/* An error ends the attempt to enable the hypervisor: what was allocated is gone anyway. */
static int add_chip(u64 address)
{
	struct ioapic *chip = find_chip(0);
	unsigned int i;

	if (!chip)
		return -ENOMEM;
	chip->registers = device_map(address, IOAPIC_SIZE);
	chip->pins = page_alloc(PAGES(IOAPIC_MAX_PINS * sizeof(struct ioapic_pin)));
	if (!chip->registers || !chip->pins)
		return -ENOMEM;
	chip->version = read_register(chip, REGISTER_VERSION);
	if (chip->version == NO_DEVICE)
		return -EINVAL;
	chip->address = address;
	chip->num_pins = VERSION_LAST_PIN(chip->version) + 1;
	if (chip->num_pins > IOAPIC_MAX_PINS)
		chip->num_pins = IOAPIC_MAX_PINS;
	for (i = 0; i < chip->num_pins; i++)
		read_pin(chip, i);
	return 0;
}

/* Makes the cell's view of one irqchip; a second entry for the same chip only adds pins. */
static int init_view(struct ioapic_cell *ioapic, u64 address)
{
	struct ioapic_view *view;
	struct ioapic *chip;
	int err = 0;

	if (ioapic == root && !find_chip(address))
		err = add_chip(address);
	chip = find_chip(address);
	if (!chip) {
		printk("IOAPIC: cell \"%s\": no usable IOAPIC at %llx\n", ioapic->config->name,
		       address);
		return err ? err : -EINVAL;
	}
	view = &ioapic->views[chip - chips];
	if (view->chip)
		return 0;
	err = mmio_register(ioapic->mmio, address, IOAPIC_SIZE, ioapic_access, view);
	if (!err)
		*view = (struct ioapic_view){ .chip = chip, .owner = ioapic };
	return err;
}

/* Calls @verb for all pins that are @owner's, with the lock of the IOAPIC held. */
static void for_each_pin(struct ioapic_cell *owner, void (*verb)(struct ioapic_pin *pin))
{
	struct ioapic *chip;
	unsigned int i;

	for (chip = chips; chip < chips + IOAPIC_MAX_CHIPS; chip++) {
		spin_lock(&chip->lock);
		for (i = 0; i < chip->num_pins; i++)
			if (chip->pins[i].owner == owner)
				verb(&chip->pins[i]);
		spin_unlock(&chip->lock);
	}
}

static void take_pins(struct ioapic_cell *ioapic, const struct jailhouse_irqchip *irqchip)
{
	struct ioapic *chip = find_chip(irqchip->address);
	u32 bit, pin;

	spin_lock(&chip->lock);
	for (bit = 0; bit < IOAPIC_MAX_PINS; bit++) {
		pin = irqchip->pin_base + bit;
		if (!(irqchip->pin_bitmap[bit / 32] >> bit % 32 & 1) || pin >= chip->num_pins)
			continue;
		chip->pins[pin].owner = ioapic;
		set_entry(&chip->pins[pin], ENTRY_MASKED);
	}
	spin_unlock(&chip->lock);
}

static void return_pin(struct ioapic_pin *pin)
{
	pin->owner = root;
	update_pin(pin);
}

static void reset_pin(struct ioapic_pin *pin)
{
	set_entry(pin, ENTRY_MASKED);
}

void ioapic_init(void)
{
	root = NULL;
	restoring = false;
	memset(chips, 0, sizeof(chips));
}

static void release_views(struct ioapic_cell *ioapic)
{
	unsigned int i;

	for (i = 0; i < IOAPIC_MAX_CHIPS; i++)
		if (ioapic->views[i].chip)
			mmio_unregister(ioapic->mmio, chips[i].address);
	ioapic->config = NULL;
}

int ioapic_cell_init(struct ioapic_cell *ioapic, struct cell *cell,
		     const struct jailhouse_cell_desc *config, struct mmio_map *mmio)
{
	const struct jailhouse_irqchip *irqchips = jailhouse_cell_irqchips(config);
	int err = 0;
	u32 i;

	*ioapic = (struct ioapic_cell){ .cell = cell, .config = config, .mmio = mmio };
	ioapic->reports_left = MAX_REPORTS;
	if (!root)
		root = ioapic;
	for (i = 0; !err && i < config->num_irqchips; i++)
		err = init_view(ioapic, irqchips[i].address);
	if (err)
		release_views(ioapic);
	for (i = 0; !err && ioapic != root && i < config->num_irqchips; i++)
		take_pins(ioapic, &irqchips[i]);
	return err;
}

void ioapic_cell_exit(struct ioapic_cell *ioapic)
{
	if (!ioapic->config)
		return;
	for_each_pin(ioapic, return_pin);
	release_views(ioapic);
}

void ioapic_cell_reset(struct ioapic_cell *ioapic)
{
	unsigned int i;

	ioapic->reports_left = MAX_REPORTS;
	for (i = 0; i < IOAPIC_MAX_CHIPS; i++)
		ioapic->views[i].select = 0;
	for_each_pin(ioapic, reset_pin);
}

void ioapic_cell_update_irqs(struct ioapic_cell *ioapic)
{
	for_each_pin(ioapic, update_pin);
}

void ioapic_restore(void)
{
	unsigned int i;

	if (!root)
		return;
	restoring = true;
	for_each_pin(root, update_pin);
	for (i = 0; i < IOAPIC_MAX_CHIPS; i++)
		if (root->views[i].chip)
			register_write(chips[i].registers + IOAPIC_INDEX, 4, root->views[i].select);
}
