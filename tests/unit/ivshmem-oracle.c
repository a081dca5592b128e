// SPDX-License-Identifier: GPL-2.0-only
/*
 * The model of ivshmem-oracle.h. Cells 0 to 2 are peers of the revision 2 channel; all four want the
 * classic one.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "ivshmem-cells.h"
#include "ivshmem-oracle.h"

#define PEERS         3
#define VECTORS       3
#define NUM_REGISTERS 64
#define MEMORY        0x2
#define MASTER        0x4
#define ONE_SHOT      (1U << 24)

/* What a cell sees of one device */
struct device {
	bool exists;
	unsigned int vectors;
	unsigned int id;
	u32 config[NUM_REGISTERS];
	bool gate;
	u32 state;
	u32 table[VECTORS][4];
	u32 pending;
};

static struct device devices[NUM_CELLS][2];
static unsigned int expected[NUM_CELLS][256];

/* By register number, for revision 2 and classic */
static const u32 writable[2][NUM_REGISTERS] = {
	{ [0x04 / 4] = 6,
	  [0x10 / 4] = ~0xfffU,
	  [0x14 / 4] = ~0xfffU,
	  [0x40 / 4] = ONE_SHOT,
	  [0x60 / 4] = 3U << 30 },
	{ [0x04 / 4] = 6,
	  [0x10 / 4] = ~0xfffU,
	  [0x14 / 4] = ~0U,
	  [0x20 / 4] = ~0xfffU,
	  [0x24 / 4] = ~0U,
	  [0x50 / 4] = 3U << 30 },
};

static u16 bdf_of(unsigned int classic)
{
	return classic ? CLASSIC : CHANNEL;
}

static unsigned int cell_of(const struct device *device)
{
	return (device - &devices[0][0]) / 2;
}

static unsigned int is_classic_device(const struct device *device)
{
	return (device - &devices[0][0]) % 2;
}

static unsigned int table_bar(unsigned int classic)
{
	return classic ? CLASSIC_TABLE_BAR : TABLE_BAR;
}

static u32 control(const struct device *device)
{
	return device->config[is_classic_device(device) ? 0x50 / 4 : 0x60 / 4] >> 16;
}

static bool is_one_shot(const struct device *device)
{
	return !is_classic_device(device) && device->config[0x40 / 4] & ONE_SHOT;
}

static bool is_masked(const struct device *device, unsigned int vector)
{
	return control(device) & 0x4000 || device->table[vector][3];
}

static bool may_send(const struct device *device)
{
	return device->exists && control(device) & 0x8000 && device->config[1] & MASTER &&
	       device->gate;
}

/* The simulated cells count fixed interrupts to their one CPU. */
static void send(struct device *device, unsigned int vector)
{
	const u32 *entry = device->table[vector];
	unsigned int cell = cell_of(device);

	if (is_one_shot(device))
		device->gate = false;
	if ((entry[0] & ~8U) == (0xfee00000 | cells[cell].cpu << 12) && !entry[1] &&
	    !(entry[2] & ~0xc0ffU))
		expected[cell][entry[2] & 0xff]++;
}

static void raise(struct device *device, unsigned int vector)
{
	if (vector >= device->vectors || !may_send(device))
		return;
	if (is_masked(device, vector))
		device->pending |= 1 << vector;
	else
		send(device, vector);
}

/* After a change of masks or switches */
static void deliver_pending(struct device *device)
{
	unsigned int vector;

	if (!(control(device) & 0x8000))
		device->pending = 0;
	for (vector = 0; vector < VECTORS; vector++) {
		if (!(device->pending >> vector & 1) || is_masked(device, vector))
			continue;
		device->pending &= ~(1U << vector);
		if (may_send(device))
			send(device, vector);
	}
}

static void notify_others(struct device *device)
{
	unsigned int cell;

	for (cell = 0; cell < NUM_CELLS; cell++)
		if (cell != cell_of(device))
			raise(&devices[cell][is_classic_device(device)], 0);
}

static void set_state(struct device *device, u32 state)
{
	bool changed = device->state != state;

	device->state = state;
	if (changed)
		notify_others(device);
}

static struct device *classic_peer(const struct device *device)
{
	unsigned int cell;

	for (cell = 0; cell < NUM_CELLS; cell++)
		if (devices[cell][1].exists && &devices[cell][1] != device)
			return &devices[cell][1];
	return NULL;
}

static u32 classic_register(const struct device *device, u64 offset)
{
	const struct device *peer = classic_peer(device);

	switch (offset) {
	case 0x08:
		return device->id;
	case 0x10:
		return device->state;
	case 0x14:
		return peer ? peer->state : 0;
	}
	return 0;
}

static u32 revision2_register(const struct device *device, u64 offset)
{
	switch (offset) {
	case 0x00:
		return device->id;
	case 0x04:
		return PEERS;
	case 0x08:
		return device->gate;
	case 0x10:
		return device->state;
	}
	return 0;
}

static void write_classic(struct device *device, u64 offset, u32 value)
{
	if (offset == 0x10)
		device->state = value;
	if (offset == 0x0c || offset == 0x10)
		notify_others(device);
}

static void write_revision2(struct device *device, u64 offset, u32 value)
{
	if (offset == 0x08)
		device->gate = value & 1;
	else if (offset == 0x0c && value >> 16 < PEERS)
		raise(&devices[value >> 16][0], value & 0xffff);
	else if (offset == 0x10)
		set_state(device, value);
}

static void reset(struct device *device)
{
	unsigned int i;

	for (i = 0; i < NUM_REGISTERS; i++)
		device->config[i] &= ~writable[is_classic_device(device)][i];
	for (i = 0; i < VECTORS; i++)
		memcpy(device->table[i], (const u32[4]){ 0, 0, 0, 1 }, 16);
	device->pending = 0;
	device->gate = is_classic_device(device);
	set_state(device, 0);
}

static void connect(unsigned int cell, unsigned int classic)
{
	struct device *device = &devices[cell][classic];
	struct device *peer = classic_peer(device);
	unsigned int i;

	memset(device, 0, sizeof(*device));
	if (!classic && cell >= PEERS)
		return;
	device->exists = true;
	device->vectors = classic ? 1 : VECTORS;
	device->id = classic ? peer && peer->id == 0 : cell;
	for (i = 0; i < NUM_REGISTERS; i++)
		device->config[i] = config_get(cell, bdf_of(classic), 4 * i, 4);
	reset(device);
}

static unsigned int num_classic(void)
{
	unsigned int cell, num = 0;

	for (cell = 0; cell < NUM_CELLS; cell++)
		num += devices[cell][1].exists;
	return num;
}

static void create(unsigned int cell)
{
	int err;

	if (cells[cell].exists)
		return;
	ivshmem_cell_init(cell);
	memset(expected[cell], 0, sizeof(expected[cell]));
	if (cell < PEERS)
		ivshmem_cell_add(cell, CHANNEL, PEERS, VECTORS);
	ivshmem_cell_add(cell, CLASSIC, 0, 1);
	err = ivshmem_cell_create(cell);
	if (num_classic() == IVSHMEM_CLASSIC_PEERS) {
		assert(err == -EBUSY);
		return;
	}
	assert(!err);
	connect(cell, 0);
	connect(cell, 1);
}

static void destroy(unsigned int cell)
{
	unsigned int classic;

	ivshmem_cell_destroy(cell);
	for (classic = 0; classic < 2; classic++) {
		devices[cell][classic].exists = false;
		set_state(&devices[cell][classic], 0);
	}
}

static void reset_cell(unsigned int cell)
{
	ivshmem_cell_reset(cell);
	if (cell < PEERS)
		reset(&devices[cell][0]);
	reset(&devices[cell][1]);
}

static void write_config(struct device *device, u16 address, unsigned int size, u32 value)
{
	unsigned int classic = is_classic_device(device), shift = (address & 3) * 8;
	u32 lanes = (size == 4 ? ~0U : (1U << 8 * size) - 1) << shift;
	u32 *reg = &device->config[address / 4 % NUM_REGISTERS];

	config_set(cell_of(device), bdf_of(classic), address, size, value);
	if (address % size || address >= 4 * NUM_REGISTERS)
		return;
	lanes &= writable[classic][address / 4];
	*reg = (*reg & ~lanes) | (value << shift & lanes);
	deliver_pending(device);
}

static void read_config(struct device *device, u16 address, unsigned int size)
{
	u32 value = config_get(cell_of(device), bdf_of(is_classic_device(device)), address, size);
	u32 mask = size == 4 ? ~0U : (1U << 8 * size) - 1;

	if (address % size)
		return;
	if (address < 4 * NUM_REGISTERS)
		assert(value == (device->config[address / 4] >> (address & 3) * 8 & mask));
	else
		assert(value == 0);
}

/* Where a window is; 0: the cell has not placed it, so that it may collide with others. */
static u64 bar_address(const struct device *device, unsigned int bar)
{
	const u32 *reg = &device->config[0x10 / 4 + bar];
	u64 address = reg[0] & ~0xfU;

	if (address && is_classic_device(device))
		address |= (u64)reg[1] << 32;
	return address;
}

static void access_window(struct device *device, unsigned int bar, u64 offset, bool is_write,
			  unsigned int size, u64 value)
{
	unsigned int classic = is_classic_device(device);
	u64 address = bar_address(device, bar), result = value;
	bool is_register = size == 4 && offset % 4 == 0, is_table;
	u32 *entry = device->table[offset / 16 % VECTORS];

	if (!address || offset + size > 0x1000)
		return;
	if (memory_access(cell_of(device), address + offset, is_write, size, &result) !=
	    MMIO_HANDLED) {
		assert(!(device->config[1] & MEMORY));
		return;
	}
	assert(device->config[1] & MEMORY);
	is_table = bar && is_register && offset / 16 < device->vectors;
	if (!is_write && is_table)
		assert(result == entry[offset / 4 % 4]);
	else if (!is_write && bar == 0 && is_register)
		assert(result == (classic ? classic_register(device, offset)
					  : revision2_register(device, offset)));
	else if (!is_write)
		assert(result == 0);
	else if (is_table && offset / 4 % 4 == 3)
		entry[3] = value & 1;
	else if (is_table)
		entry[offset / 4 % 4] = value;
	else if (bar == 0 && is_register && classic)
		write_classic(device, offset, value);
	else if (bar == 0 && is_register)
		write_revision2(device, offset, value);
	if (is_write && is_table)
		deliver_pending(device);
}

static void write_register(struct device *device, u64 offset, u32 value)
{
	access_window(device, 0, offset, true, 4, value);
}

/* Windows of different devices never collide, wherever they are moved. */
static void place_window(struct device *device, unsigned int bar, unsigned int position)
{
	u64 address = window(bdf_of(is_classic_device(device)), bar) + (position & 7) * 0x8000;

	write_config(device, 0x10 + 4 * bar, 4, address);
	if (is_classic_device(device))
		write_config(device, 0x14 + 4 * bar, 4, address >> 32);
}

static void program_vector(struct device *device, unsigned int vector, u32 value)
{
	unsigned int bar = table_bar(is_classic_device(device));
	u32 address = 0xfee00000 | cells[cell_of(device)].cpu << 12;

	access_window(device, bar, 16 * vector, true, 4, value & 0x700 ? address : value);
	access_window(device, bar, 16 * vector + 4, true, 4, value & 0x3800 ? 0 : value);
	access_window(device, bar, 16 * vector + 8, true, 4, value & 0xff);
	access_window(device, bar, 16 * vector + 12, true, 4, value >> 16);
}

static void set_up(struct device *device, u32 value)
{
	unsigned int classic = is_classic_device(device), vector;

	place_window(device, 0, value);
	place_window(device, table_bar(classic), value >> 3);
	write_config(device, 0x04, 2, MEMORY | MASTER);
	for (vector = 0; vector < device->vectors; vector++)
		program_vector(device, vector, 0xff20 + vector);
	write_config(device, classic ? 0x52 : 0x62, 2, 0x8000);
	write_register(device, 0x08, 1);
}

static bool is_bar_register(u16 address)
{
	return (address & 0xffc) >= 0x10 && (address & 0xffc) < 0x28;
}

static void use_device(struct device *device, const struct step *step)
{
	unsigned int classic = is_classic_device(device), size = 1 << (step->where >> 4 & 3);
	bool is_write = step->where & 8;
	u16 address = step->offset & 0xfff;

	switch (step->operation & 0xf) {
	case 0:
		set_up(device, step->value);
		break;
	case 1:
		if (is_write && size <= 4 && !is_bar_register(address))
			write_config(device, address, size, step->value);
		else if (size <= 4)
			read_config(device, address, size);
		break;
	case 2:
		write_config(device, 0x04, 2, step->value | (step->value >> 16 & MEMORY));
		break;
	case 3:
		write_config(device, classic ? 0x53 : 0x63, 1, step->value);
		break;
	case 4:
		place_window(device, step->offset & 1 ? table_bar(classic) : 0, step->value);
		break;
	case 5:
		write_config(device, 0x43, 1, step->value);
		break;
	case 6:
		program_vector(device, step->offset % VECTORS, step->value);
		break;
	case 7:
		access_window(device, table_bar(classic), 16 * (step->offset % VECTORS) + 12, true,
			      4, step->value);
		break;
	case 8:
		access_window(device, 0, address, is_write, size, step->value * 0x100000001ULL);
		break;
	case 9:
		access_window(device, table_bar(classic), address & (address & 1 ? ~0 : 0x3f),
			      is_write, size, step->value);
		break;
	case 10:
		access_window(device, 0, address & 0x1c, is_write, 4, step->value);
		break;
	case 11:
		write_register(device, 0x10, step->value & 3);
		break;
	case 12:
		write_register(device, 0x08, step->value);
		break;
	default:
		write_register(device, 0x0c, step->value & 0x00030003);
	}
}

static void check_agreement(void)
{
	unsigned int cell;

	for (cell = 0; cell < NUM_CELLS; cell++)
		assert(!memcmp(cells[cell].received, expected[cell], sizeof(expected[cell])));
	for (cell = 0; cell < PEERS; cell++)
		if (devices[cell][0].exists)
			assert(state_in_memory(cell) == devices[cell][0].state);
}

static void run_step(const struct step *step)
{
	unsigned int cell = step->where & 3;
	struct device *device = &devices[cell][step->where >> 2 & 1];

	if (!cells[cell].exists)
		create(cell);
	else if (step->operation == 0xff)
		destroy(cell);
	else if (step->operation == 0xfe)
		reset_cell(cell);
	else if (device->exists)
		use_device(device, step);
}

void oracle_run(const struct step *steps, size_t num)
{
	size_t i;

	memset(devices, 0, sizeof(devices));
	memset(expected, 0, sizeof(expected));
	ivshmem_cells_reset();
	for (i = 0; i < num; i++) {
		run_step(&steps[i]);
		check_agreement();
	}
	if (cells[0].exists || cells[1].exists || cells[2].exists)
		check_shared_memory(PEERS);
	ivshmem_cells_finish();
}
