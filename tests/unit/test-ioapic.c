/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IOAPICs shared by cells, against simulated ones.
 *
 * suite: hypervisor
 * sources: hypervisor/mmio.c hypervisor/arch/x86/ioapic.c
 */
#include "unit.h"

#include "hypervisor/device-map.h"
#include "hypervisor/page-pool.h"
#include "hypervisor/arch/x86/ioapic.h"
#include "hypervisor/arch/x86/irq-route.h"

#define NUM_PINS    24
#define NUM_CHIPS   2
#define FIRST_CHIP  0xfec00000ULL
#define SECOND_CHIP 0xfec20000ULL
#define MASKED      0x10000U
#define LEVEL       0x8000U
#define REMOTE_IRR  0x4000U

#define IOAPIC_INDEX 0x00
#define IOAPIC_DATA  0x10
#define IOAPIC_EOI   0x40

/* Stands in for the hypervisor's structure. */
struct cell {
	/* The only CPU that the cell may interrupt */
	u8 cpu;
	struct ioapic_cell ioapic;
	struct mmio_map map;
	struct mmio_region regions[IOAPIC_MAX_CHIPS];
	struct {
		struct jailhouse_cell_desc desc;
		struct jailhouse_irqchip irqchips[4];
	} __attribute__((packed)) config;
};

struct chip {
	/* Where the code sees its registers; not used otherwise */
	u8 registers[0x1000];
	u8 select;
	u32 version;
	u64 entries[IOAPIC_MAX_PINS];
	unsigned int writes;
	int eoi;
};

static struct chip chips[NUM_CHIPS];
static struct cell root, cell, other;
static bool no_more_maps;
/* Whether a cell may interrupt somebody else's CPU now: while pins change hands */
static bool unchecked;

bool irq_message_permitted(struct cell *sender, const struct irq_message *message)
{
	if (message->delivery_mode == 7)
		return sender == &root;
	return message->destination == sender->cpu && message->vector >= 16 &&
	       message->delivery_mode == 0 && !message->logical;
}

volatile void *device_map(u64 phys, u64 size)
{
	assert_int_equal(size, 0x1000);
	if (no_more_maps)
		return NULL;
	return chips[phys == SECOND_CHIP].registers;
}

void device_unmap(volatile void *registers, u64 size)
{
	(void)registers;
	(void)size;
}

/* Chips stay until the hypervisor ends: their pages are taken from here, anew for each test. */
static u8 arena[16][4096] __attribute__((aligned(4096)));
static unsigned int arena_used;
static bool no_more_pages;

void *page_alloc(unsigned int num)
{
	void *pages = arena[arena_used];

	if (no_more_pages)
		return NULL;
	arena_used += num;
	assert_true(arena_used <= ARRAY_SIZE(arena));
	return memset(pages, 0, num * PAGE_SIZE);
}

static bool has_pin(const struct cell *owner, unsigned int chip, unsigned int pin)
{
	const struct jailhouse_irqchip *irqchip = owner->config.irqchips;
	u32 i;

	for (i = 0; owner->ioapic.config && i < owner->config.desc.num_irqchips; i++)
		if (irqchip[i].address == (chip ? SECOND_CHIP : FIRST_CHIP) &&
		    pin >= irqchip[i].pin_base &&
		    irqchip[i].pin_bitmap[0] >> (pin - irqchip[i].pin_base) & 1)
			return true;
	return false;
}

/* What the hardware may do by itself now. */
static void check_entry(unsigned int chip, unsigned int pin)
{
	u64 entry = chips[chip].entries[pin];
	const struct cell *owner = has_pin(&cell, chip, pin)    ? &cell
				   : has_pin(&other, chip, pin) ? &other
								: &root;

	if (unchecked || entry & MASKED)
		return;
	if ((entry & 0x700) == 0x700)
		assert_ptr_equal(owner, &root);
	else
		assert_true(entry >> 56 == owner->cpu && (entry & 0xf00) == 0 &&
			    (entry & 0xff) >= 16);
}

static u32 *get_register(struct chip *chip, u8 index)
{
	assert_in_range(index, 0x10, 0xff);
	return (u32 *)&chip->entries[(index - 0x10) / 2] + (index & 1);
}

static u32 read_chip(struct chip *chip)
{
	if (chip->select == 0)
		return 0x0f000000;
	return chip->select == 1 ? chip->version : *get_register(chip, chip->select);
}

static void write_chip(struct chip *chip, u32 value)
{
	u32 *reg = get_register(chip, chip->select);
	u32 kept = chip->select & 1 ? 0 : REMOTE_IRR | 0x1000;

	chip->writes++;
	*reg = (*reg & kept) | (value & ~kept);
	check_entry(chip - chips, (chip->select - 0x10) / 2);
}

static struct chip *find_chip(const volatile void *reg, unsigned int *offset)
{
	size_t index = ((u8 *)reg - (u8 *)chips) / sizeof(chips[0]);

	*offset = (u8 *)reg - chips[index].registers;
	return &chips[index];
}

u64 register_read(const volatile void *reg, unsigned int size)
{
	unsigned int offset;
	struct chip *chip = find_chip(reg, &offset);

	assert_int_equal(size, 4);
	assert_int_equal(offset, IOAPIC_DATA);
	return read_chip(chip);
}

void register_write(volatile void *reg, unsigned int size, u64 value)
{
	unsigned int offset;
	struct chip *chip = find_chip(reg, &offset);

	assert_int_equal(size, 4);
	if (offset == IOAPIC_INDEX)
		chip->select = value;
	else if (offset == IOAPIC_EOI)
		chip->eoi = value;
	else if (offset == IOAPIC_DATA)
		write_chip(chip, value);
	else
		fail();
}

static void init_cell(struct cell *new, const char *name, u8 cpu)
{
	memset(new, 0, sizeof(*new));
	new->cpu = cpu;
	strcpy(new->config.desc.name, name);
	mmio_map_init(&new->map, new->regions, IOAPIC_MAX_CHIPS);
}

static void add_irqchip(struct cell *owner, u64 address, u32 pin_base, u32 pins)
{
	struct jailhouse_irqchip *irqchip =
		&owner->config.irqchips[owner->config.desc.num_irqchips++];

	irqchip->address = address;
	irqchip->id = 0xff00 + owner->cpu;
	irqchip->pin_base = pin_base;
	irqchip->pin_bitmap[0] = pins;
}

static int create(struct cell *new)
{
	int err;

	unchecked = true;
	err = ioapic_cell_init(&new->ioapic, new, &new->config.desc, &new->map);
	unchecked = false;
	return err;
}

static void destroy(struct cell *old)
{
	unchecked = true;
	ioapic_cell_exit(&old->ioapic);
	unchecked = false;
}

/* Entries as Linux leaves them: pin 0 as ExtINT, pin 2 the timer, pin 9 level, others masked. */
static void init_chips(void)
{
	unsigned int i, pin;

	memset(chips, 0, sizeof(chips));
	for (i = 0; i < NUM_CHIPS; i++) {
		chips[i].version = 0x20 | (NUM_PINS - 1) << 16;
		chips[i].eoi = -1;
		for (pin = 0; pin < NUM_PINS; pin++)
			chips[i].entries[pin] = MASKED | pin;
	}
	chips[0].entries[0] = 0x700;
	chips[0].entries[2] = 0x30;
	chips[0].entries[9] = 0x31 | LEVEL;
}

static int set_up(void **state)
{
	stub_reset(state);
	no_more_maps = false;
	no_more_pages = false;
	arena_used = 0;
	init_chips();
	init_cell(&root, "root", 0);
	init_cell(&cell, "cell", 1);
	init_cell(&other, "other", 2);
	add_irqchip(&root, FIRST_CHIP, 0, 0xffffffff);
	add_irqchip(&root, SECOND_CHIP, 0, 0x0000ffff);
	ioapic_init();
	assert_int_equal(create(&root), 0);
	return 0;
}

static u32 read_offset(struct cell *owner, u64 chip, u64 offset, unsigned int size)
{
	struct mmio_access access = { .address = chip + offset, .size = size };

	assert_int_equal(mmio_dispatch(&owner->map, &access), MMIO_HANDLED);
	return access.value;
}

static void write_offset(struct cell *owner, u64 chip, u64 offset, unsigned int size, u64 value)
{
	struct mmio_access access = {
		.address = chip + offset, .size = size, .is_write = true, .value = value
	};

	assert_int_equal(mmio_dispatch(&owner->map, &access), MMIO_HANDLED);
}

static u32 read_register(struct cell *owner, u64 chip, u8 index)
{
	write_offset(owner, chip, IOAPIC_INDEX, 4, index);
	return read_offset(owner, chip, IOAPIC_DATA, 4);
}

static void write_register(struct cell *owner, u64 chip, u8 index, u32 value)
{
	write_offset(owner, chip, IOAPIC_INDEX, 4, index);
	write_offset(owner, chip, IOAPIC_DATA, 4, value);
}

static u64 read_pin(struct cell *owner, unsigned int pin)
{
	return read_register(owner, FIRST_CHIP, 0x10 + 2 * pin) |
	       (u64)read_register(owner, FIRST_CHIP, 0x11 + 2 * pin) << 32;
}

static void write_pin(struct cell *owner, unsigned int pin, u64 entry)
{
	write_register(owner, FIRST_CHIP, 0x11 + 2 * pin, entry >> 32);
	write_register(owner, FIRST_CHIP, 0x10 + 2 * pin, entry);
}

#define TO_CPU(cpu) ((u64)(cpu) << 56)

static void root_takes_over_what_is_there(void **state)
{
	unsigned int pin;

	(void)state;
	assert_int_equal(chips[0].writes, 0);
	for (pin = 0; pin < NUM_PINS; pin++)
		assert_int_equal(read_pin(&root, pin), chips[0].entries[pin]);
	assert_int_equal(read_register(&root, FIRST_CHIP, 0), 0x0f000000);
	assert_int_equal(read_register(&root, FIRST_CHIP, 1), 0x170020);
	assert_int_equal(read_register(&root, FIRST_CHIP, 2), 0);
	assert_int_equal(read_register(&root, FIRST_CHIP, 0x10 + 2 * NUM_PINS), 0);
	assert_int_equal(read_register(&root, FIRST_CHIP, 0xff), 0);
}

static void pins_of_others_read_0_and_ignore_writes(void **state)
{
	unsigned int pin;

	(void)state;
	add_irqchip(&cell, FIRST_CHIP, 0, 1 << 5);
	assert_int_equal(create(&cell), 0);
	for (pin = 0; pin < NUM_PINS; pin++) {
		u64 before = chips[0].entries[pin];
		struct cell *stranger = pin == 5 ? &root : &cell;

		write_pin(stranger, pin, TO_CPU(stranger->cpu) | 0x77);
		assert_int_equal(chips[0].entries[pin], before);
		assert_int_equal(read_pin(stranger, pin), 0);
	}
	assert_int_equal(read_pin(&cell, 5), MASKED);
	write_pin(&cell, 5, TO_CPU(1) | 0x77);
	assert_int_equal(read_pin(&cell, 5), TO_CPU(1) | 0x77);
	assert_int_equal(chips[0].entries[5], TO_CPU(1) | 0x77);
}

static void each_cell_has_an_index_register(void **state)
{
	(void)state;
	add_irqchip(&cell, FIRST_CHIP, 0, 1 << 5);
	assert_int_equal(create(&cell), 0);
	write_offset(&root, FIRST_CHIP, IOAPIC_INDEX, 4, 0x14);
	write_offset(&cell, FIRST_CHIP, IOAPIC_INDEX, 4, 0x1a);
	assert_int_equal(read_offset(&root, FIRST_CHIP, IOAPIC_INDEX, 4), 0x14);
	assert_int_equal(read_offset(&root, FIRST_CHIP, IOAPIC_DATA, 4), 0x30);
	assert_int_equal(read_offset(&cell, FIRST_CHIP, IOAPIC_DATA, 4), MASKED);
}

static void other_offsets_and_widths_do_nothing(void **state)
{
	static const unsigned int sizes[] = { 1, 2, 8 };
	unsigned int i, offset;

	(void)state;
	write_offset(&root, FIRST_CHIP, IOAPIC_INDEX, 4, 0x14);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		write_offset(&root, FIRST_CHIP, IOAPIC_INDEX, sizes[i], 0x16);
		write_offset(&root, FIRST_CHIP, IOAPIC_DATA, sizes[i], 0);
		assert_int_equal(read_offset(&root, FIRST_CHIP, IOAPIC_DATA, sizes[i]), 0);
	}
	for (offset = 0; offset < 0x1000 - 4; offset++) {
		if (offset == IOAPIC_INDEX || offset == IOAPIC_DATA)
			continue;
		write_offset(&root, FIRST_CHIP, offset, 4, 0x1234);
		assert_int_equal(read_offset(&root, FIRST_CHIP, offset, 4), 0);
	}
	assert_int_equal(chips[0].writes, 0);
	assert_int_equal(read_offset(&root, FIRST_CHIP, IOAPIC_INDEX, 4), 0x14);
}

static void entries_must_be_permitted_when_unmasked(void **state)
{
	(void)state;
	add_irqchip(&cell, FIRST_CHIP, 0, 1 << 5);
	assert_int_equal(create(&cell), 0);
	/* Masked: anything */
	write_pin(&cell, 5, TO_CPU(0) | MASKED | 0x441);
	assert_int_equal(read_pin(&cell, 5), TO_CPU(0) | MASKED | 0x441);
	assert_string_equal(stub_printk_text, "");
	write_pin(&cell, 5, TO_CPU(0) | 0x41);
	assert_true(chips[0].entries[5] & MASKED);
	assert_int_equal(read_pin(&cell, 5), TO_CPU(0) | 0x41);
	assert_non_null(strstr(stub_printk_text, "cell \"cell\", pin 5 of fec00000"));
	/* The other half makes it right, then wrong again. */
	write_register(&cell, FIRST_CHIP, 0x1b, 0x01000000);
	assert_int_equal(chips[0].entries[5], TO_CPU(1) | 0x41);
	write_register(&cell, FIRST_CHIP, 0x1b, 0x02000000);
	assert_true(chips[0].entries[5] & MASKED);
	write_pin(&cell, 5, TO_CPU(1) | 0x700);
	assert_true(chips[0].entries[5] & MASKED);
	write_pin(&cell, 5, TO_CPU(1) | 0x0f);
	assert_true(chips[0].entries[5] & MASKED);
	write_pin(&cell, 5, TO_CPU(1) | 0x800 | 0x41);
	assert_true(chips[0].entries[5] & MASKED);
	write_pin(&root, 7, 0x700);
	assert_int_equal(chips[0].entries[7], 0x700);
}

static void reports_are_limited(void **state)
{
	unsigned int i, reports = 0;
	const char *text;

	(void)state;
	add_irqchip(&cell, FIRST_CHIP, 0, 1 << 5);
	assert_int_equal(create(&cell), 0);
	for (i = 0; i < 1000; i++)
		write_pin(&cell, 5, TO_CPU(2) | 0x41);
	for (text = stub_printk_text; (text = strstr(text, "withheld")); text++)
		reports++;
	assert_in_range(reports, 1, 20);
}

static void status_bits_are_the_hardware(void **state)
{
	(void)state;
	chips[0].entries[9] |= REMOTE_IRR;
	assert_int_equal(read_pin(&root, 9), 0x31 | LEVEL | REMOTE_IRR);
	write_pin(&root, 9, 0x31 | LEVEL);
	assert_int_equal(read_pin(&root, 9), 0x31 | LEVEL | REMOTE_IRR);
	chips[0].entries[9] &= ~(u64)REMOTE_IRR;
	write_pin(&root, 9, 0x31 | LEVEL | REMOTE_IRR | 0x1000);
	assert_int_equal(read_pin(&root, 9), 0x31 | LEVEL);
	write_register(&root, FIRST_CHIP, 0x10 + 18, 0xfffff000 | MASKED);
	assert_int_equal(read_pin(&root, 9), 0xa000 | MASKED);
}

static void masking_costs_one_write(void **state)
{
	(void)state;
	chips[0].writes = 0;
	write_register(&root, FIRST_CHIP, 0x10 + 18, 0x31 | LEVEL | MASKED);
	assert_int_equal(chips[0].writes, 1);
	write_register(&root, FIRST_CHIP, 0x10 + 18, 0x31 | LEVEL);
	assert_int_equal(chips[0].writes, 2);
	write_register(&root, FIRST_CHIP, 0x10 + 18, 0x31 | LEVEL);
	assert_int_equal(chips[0].writes, 2);
}

static void eoi_is_for_own_level_interrupts(void **state)
{
	(void)state;
	add_irqchip(&cell, FIRST_CHIP, 0, 1 << 5);
	assert_int_equal(create(&cell), 0);
	write_offset(&cell, FIRST_CHIP, IOAPIC_EOI, 4, 0x31);
	assert_int_equal(chips[0].eoi, -1);
	write_pin(&cell, 5, TO_CPU(1) | 0x31);
	write_offset(&cell, FIRST_CHIP, IOAPIC_EOI, 4, 0x31);
	assert_int_equal(chips[0].eoi, -1);
	write_pin(&cell, 5, TO_CPU(1) | 0x31 | LEVEL);
	write_offset(&cell, FIRST_CHIP, IOAPIC_EOI, 4, 0x31);
	assert_int_equal(chips[0].eoi, 0x31);
	chips[0].eoi = -1;
	write_offset(&root, FIRST_CHIP, IOAPIC_EOI, 4, 0x30);
	assert_int_equal(chips[0].eoi, -1);
	write_offset(&root, FIRST_CHIP, IOAPIC_EOI, 4, 0x31);
	assert_int_equal(chips[0].eoi, 0x31);
}

static void old_chips_have_no_eoi(void **state)
{
	(void)state;
	chips[0].version = 0x11 | (NUM_PINS - 1) << 16;
	init_cell(&root, "root", 0);
	add_irqchip(&root, FIRST_CHIP, 0, 0xffffffff);
	ioapic_init();
	assert_int_equal(create(&root), 0);
	write_offset(&root, FIRST_CHIP, IOAPIC_EOI, 4, 0x31);
	assert_int_equal(chips[0].eoi, -1);
}

static void pins_come_back_as_root_left_them(void **state)
{
	u64 before[NUM_PINS];

	(void)state;
	write_pin(&root, 5, MASKED | 0x55);
	memcpy(before, chips[0].entries, sizeof(before));
	add_irqchip(&cell, FIRST_CHIP, 0, 1 << 5 | 1 << 9);
	assert_int_equal(create(&cell), 0);
	assert_int_equal(chips[0].entries[5], MASKED);
	assert_int_equal(chips[0].entries[9] & ~(u64)REMOTE_IRR, MASKED);
	write_pin(&cell, 9, TO_CPU(1) | 0x99);
	destroy(&cell);
	assert_memory_equal(chips[0].entries, before, sizeof(before));
	assert_int_equal(read_pin(&root, 5), before[5]);
	assert_int_equal(cell.map.num_regions, 0);
	destroy(&cell);
}

static void reset_masks_the_pins_of_the_cell(void **state)
{
	(void)state;
	add_irqchip(&cell, FIRST_CHIP, 0, 1 << 5);
	assert_int_equal(create(&cell), 0);
	write_pin(&cell, 5, TO_CPU(1) | 0x99);
	ioapic_cell_reset(&cell.ioapic);
	assert_int_equal(chips[0].entries[5], MASKED);
	assert_int_equal(read_offset(&cell, FIRST_CHIP, IOAPIC_INDEX, 4), 0);
	assert_int_equal(read_pin(&cell, 5), MASKED);
	assert_int_equal(chips[0].entries[9], 0x31 | LEVEL);
}

static void entries_of_one_chip_add_up(void **state)
{
	(void)state;
	add_irqchip(&cell, FIRST_CHIP, 0, 1 << 5);
	add_irqchip(&cell, FIRST_CHIP, 16, 1 << 4 | 1 << 30);
	assert_int_equal(create(&cell), 0);
	assert_int_equal(read_pin(&cell, 20), MASKED);
	assert_int_equal(read_pin(&root, 20), 0);
	assert_int_equal(read_pin(&root, 4), MASKED | 4);
	assert_int_equal(cell.map.num_regions, 1);
}

static void several_chips_work(void **state)
{
	(void)state;
	add_irqchip(&cell, SECOND_CHIP, 0, 1 << 5);
	assert_int_equal(create(&cell), 0);
	write_register(&cell, SECOND_CHIP, 0x1b, 0x01000000);
	write_register(&cell, SECOND_CHIP, 0x1a, 0x41);
	assert_int_equal(chips[1].entries[5], TO_CPU(1) | 0x41);
	assert_int_equal(chips[0].entries[5], MASKED | 5);
	destroy(&cell);
	assert_int_equal(read_register(&root, SECOND_CHIP, 0x1a), MASKED | 5);
	/* Root's configuration lists 16 pins, but those of nobody are root's, too. */
	assert_int_equal(read_register(&root, SECOND_CHIP, 0x10 + 36), MASKED | 18);
}

static void unusable_chips_are_refused(void **state)
{
	(void)state;
	add_irqchip(&cell, FIRST_CHIP, 0, 1);
	add_irqchip(&cell, 0xfec40000, 0, 1);
	assert_int_equal(create(&cell), -EINVAL);
	assert_non_null(strstr(stub_printk_text, "no usable IOAPIC at fec40000"));
	assert_int_equal(cell.map.num_regions, 0);
	assert_int_equal(read_pin(&root, 0), 0x700);
	cell.config.desc.num_irqchips = 1;
	cell.map.max_regions = 0;
	assert_int_equal(create(&cell), -ENOMEM);
	cell.config.desc.num_irqchips = 0;
	assert_int_equal(create(&cell), 0);

	ioapic_init();
	init_cell(&root, "root", 0);
	add_irqchip(&root, FIRST_CHIP, 0, 1);
	chips[0].version = 0xffffffff;
	assert_int_equal(create(&root), -EINVAL);
	/* More pins than can be selected: the rest is not touched. */
	chips[0].version = 0x20 | 239 << 16;
	ioapic_init();
	init_cell(&root, "root", 0);
	add_irqchip(&root, FIRST_CHIP, 0, 1);
	assert_int_equal(create(&root), 0);
	ioapic_init();
	init_cell(&root, "root", 0);
	add_irqchip(&root, FIRST_CHIP, 0, 1);
	no_more_maps = true;
	assert_int_equal(create(&root), -ENOMEM);
	ioapic_init();
	no_more_maps = false;
	no_more_pages = true;
	assert_int_equal(create(&root), -ENOMEM);
}

static void entries_follow_the_cpu_set(void **state)
{
	(void)state;
	add_irqchip(&cell, FIRST_CHIP, 0, 1 << 5);
	assert_int_equal(create(&cell), 0);
	write_pin(&cell, 5, TO_CPU(1) | 0x41);
	cell.cpu = 3;
	ioapic_cell_update_irqs(&cell.ioapic);
	assert_true(chips[0].entries[5] & MASKED);
	cell.cpu = 1;
	ioapic_cell_update_irqs(&cell.ioapic);
	assert_int_equal(chips[0].entries[5], TO_CPU(1) | 0x41);
	assert_int_equal(chips[0].entries[9], 0x31 | LEVEL);
}

static void disable_restores_what_root_wrote(void **state)
{
	(void)state;
	write_pin(&root, 6, TO_CPU(2) | 0x66);
	assert_true(chips[0].entries[6] & MASKED);
	write_offset(&root, FIRST_CHIP, IOAPIC_INDEX, 4, 0x22);
	unchecked = true;
	ioapic_restore();
	unchecked = false;
	assert_int_equal(chips[0].entries[6], TO_CPU(2) | 0x66);
	assert_int_equal(chips[0].entries[9], 0x31 | LEVEL);
	assert_int_equal(chips[0].select, 0x22);
}

/* The simulated hardware checks each write. */
static void random_accesses_break_no_rule(void **state)
{
	static struct cell *const cells[] = { &root, &cell, &other };
	static const u32 values[] = { 0x00000000, 0x01000000, 0x02000000, 0x41,  0x8041,
				      0x10041,    0x700,      0x441,      0x841, 0xffffffff };
	unsigned int i;

	(void)state;
	add_irqchip(&cell, FIRST_CHIP, 0, 0xf0);
	add_irqchip(&other, FIRST_CHIP, 0, 0xf00);
	assert_int_equal(create(&cell), 0);
	assert_int_equal(create(&other), 0);
	srand(1);
	for (i = 0; i < 200000; i++) {
		struct cell *sender = cells[rand() % ARRAY_SIZE(cells)];

		if (rand() % 2)
			write_offset(sender, FIRST_CHIP, IOAPIC_INDEX, 4, 0x10 + rand() % 50);
		else
			write_offset(sender, FIRST_CHIP, rand() % 8 ? IOAPIC_DATA : rand() % 4092,
				     4, values[rand() % ARRAY_SIZE(values)]);
		if (i % 5000 == 0)
			ioapic_cell_reset(&cell.ioapic);
	}
}

#define TEST(function) cmocka_unit_test_setup(function, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(root_takes_over_what_is_there),
		TEST(pins_of_others_read_0_and_ignore_writes),
		TEST(each_cell_has_an_index_register),
		TEST(other_offsets_and_widths_do_nothing),
		TEST(entries_must_be_permitted_when_unmasked),
		TEST(reports_are_limited),
		TEST(status_bits_are_the_hardware),
		TEST(masking_costs_one_write),
		TEST(eoi_is_for_own_level_interrupts),
		TEST(old_chips_have_no_eoi),
		TEST(pins_come_back_as_root_left_them),
		TEST(reset_masks_the_pins_of_the_cell),
		TEST(entries_of_one_chip_add_up),
		TEST(several_chips_work),
		TEST(unusable_chips_are_refused),
		TEST(entries_follow_the_cpu_set),
		TEST(disable_restores_what_root_wrote),
		TEST(random_accesses_break_no_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
