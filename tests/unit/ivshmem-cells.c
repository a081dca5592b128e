// SPDX-License-Identifier: GPL-2.0-only
/*
 * The simulated cells of ivshmem-cells.h. No cmocka here: the fuzzer uses it as well.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "hypervisor/arch/x86/irq-route.h"
#include "hypervisor/device-map.h"
#include "hypervisor/page-pool.h"
#include "ivshmem-cells.h"
#include "stubs.h"

#define GARBAGE 0xa5

struct cell cells[NUM_CELLS];
u8 shared_memory[TABLE_SIZE + COMMON_SIZE] __attribute__((aligned(4096)));

static struct jailhouse_system system_config;
static size_t pages_before;
static unsigned int mapped;

/* The machine has no physical devices. */

volatile void *device_map(u64 phys, u64 size)
{
	(void)phys;
	(void)size;
	abort();
}

u64 register_read(const volatile void *reg, unsigned int size)
{
	(void)reg;
	(void)size;
	abort();
}

void register_write(volatile void *reg, unsigned int size, u64 value)
{
	(void)reg;
	(void)size;
	(void)value;
	abort();
}

bool irq_message_permitted(struct cell *cell, const struct irq_message *message)
{
	(void)cell;
	(void)message;
	abort();
}

/* Only the state table is ever mapped. */
void *memory_map(u64 phys, u64 size)
{
	assert(phys >= SHMEM && phys + size <= SHMEM + TABLE_SIZE);
	__atomic_fetch_add(&mapped, 1, __ATOMIC_RELAXED);
	return shared_memory + (phys - SHMEM);
}

/* Also of registers that were never mapped. */
void device_unmap(volatile void *start, u64 size)
{
	(void)size;
	if (start)
		__atomic_fetch_sub(&mapped, 1, __ATOMIC_RELAXED);
}

void irq_message_send(const struct cell *cell, const struct irq_message *message)
{
	struct cell *target = &cells[cell - cells];

	assert(__atomic_load_n(&target->exists, __ATOMIC_RELAXED));
	if (message->destination == target->cpu && !message->logical && !message->delivery_mode)
		__atomic_fetch_add(&target->received[message->vector], 1, __ATOMIC_RELAXED);
}

void ivshmem_cells_reset(void)
{
	unsigned int cell;

	stub_reset(NULL);
	pages_before = stub_pages_used;
	memset(shared_memory, GARBAGE, sizeof(shared_memory));
	pci_init(&system_config);
	for (cell = 0; cell < NUM_CELLS; cell++)
		ivshmem_cell_init(cell);
}

void ivshmem_cell_init(unsigned int index)
{
	struct cell *cell = &cells[index];

	memset(cell, 0, sizeof(*cell));
	cell->index = index;
	cell->cpu = 0x10 + index;
	strcpy(cell->config.desc.name, "cell");
	cell->config.desc.num_memory_regions = ARRAY_SIZE(cell->config.mem);
	mmio_map_init(&cell->map, cell->regions, ARRAY_SIZE(cell->regions));
}

static void add_regions(struct cell *cell, unsigned int peers)
{
	struct jailhouse_memory *mem = cell->config.mem;
	unsigned int id;

	mem[0] = (struct jailhouse_memory){ SHMEM, 0, TABLE_SIZE, JAILHOUSE_MEM_READ };
	mem[1] = (struct jailhouse_memory){ SHMEM + TABLE_SIZE, 0, COMMON_SIZE,
					    JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE };
	for (id = 0; id < peers; id++)
		mem[2 + id] = (struct jailhouse_memory){ mem[1].phys_start + COMMON_SIZE +
								 id * OUTPUT_SIZE,
							 0, OUTPUT_SIZE, JAILHOUSE_MEM_READ };
	for (id = 0; id < 2 + peers; id++)
		mem[id].virt_start = mem[id].phys_start + VIRT_OFFSET(cell->index);
}

void ivshmem_cell_add(unsigned int index, u16 bdf, unsigned int peers, unsigned int vectors)
{
	struct cell *cell = &cells[index];
	struct jailhouse_pci_device *device =
		&cell->config.devices[cell->config.desc.num_pci_devices++];
	const struct jailhouse_pci_device revision2 = JAILHOUSE_IVSHMEM_DEVICE(
		bdf, 0, index, peers, JAILHOUSE_SHMEM_PROTO_VETH, vectors);
	const struct jailhouse_pci_device classic = JAILHOUSE_IVSHMEM_CLASSIC_DEVICE(
		bdf, 2 + 16, JAILHOUSE_SHMEM_PROTO_CUSTOM + 0x23);

	*device = is_classic(bdf) ? classic : revision2;
	device->num_msix_vectors = vectors;
	cell->config.mem[2 + 16] = (struct jailhouse_memory){
		CLASSIC_MEM,
		CLASSIC_MEM + VIRT_OFFSET(index),
		CLASSIC_SIZE,
		JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE,
	};
	if (!is_classic(bdf))
		add_regions(cell, peers);
}

int ivshmem_cell_create(unsigned int index)
{
	struct cell *cell = &cells[index];
	int err;

	__atomic_store_n(&cell->exists, true, __ATOMIC_RELAXED);
	err = pci_cell_init(&cell->pci, cell, &cell->config.desc, &cell->map);
	if (err)
		__atomic_store_n(&cell->exists, false, __ATOMIC_RELAXED);
	return err;
}

void ivshmem_cell_destroy(unsigned int index)
{
	struct cell *cell = &cells[index];

	if (!cell->exists)
		return;
	pci_cell_exit(&cell->pci);
	__atomic_store_n(&cell->exists, false, __ATOMIC_RELAXED);
	assert(cell->map.num_regions == 0);
}

void ivshmem_cell_reset(unsigned int cell)
{
	pci_cell_reset(&cells[cell].pci);
}

void ivshmem_cells_finish(void)
{
	unsigned int cell;

	for (cell = 0; cell < NUM_CELLS; cell++)
		ivshmem_cell_destroy(cell);
	assert(stub_pages_used == pages_before);
	assert(mapped == 0);
}

u32 state_in_memory(unsigned int id)
{
	return __atomic_load_n((u32 *)shared_memory + id, __ATOMIC_ACQUIRE);
}

void check_shared_memory(unsigned int peers)
{
	size_t i;

	for (i = peers * sizeof(u32); i < TABLE_SIZE; i++)
		assert(shared_memory[i] == 0);
	for (; i < sizeof(shared_memory); i++)
		assert(shared_memory[i] == GARBAGE);
}

u32 config_get(unsigned int cell, u16 bdf, u16 address, unsigned int size)
{
	struct mmio_access access = { .address = bdf << 12 | address, .size = size };

	pci_config_access(&cells[cell].pci, &access);
	return access.value;
}

void config_set(unsigned int cell, u16 bdf, u16 address, unsigned int size, u32 value)
{
	struct mmio_access access = {
		.address = bdf << 12 | address, .size = size, .is_write = true, .value = value
	};

	pci_config_access(&cells[cell].pci, &access);
}

u8 find_capability(unsigned int cell, u16 bdf, u8 id)
{
	u8 address = config_get(cell, bdf, 0x34, 1);

	while (address && config_get(cell, bdf, address, 1) != id)
		address = config_get(cell, bdf, address + 1, 1);
	return address;
}

u64 window(u16 bdf, unsigned int bar)
{
	u64 address = 0x80000000 + bdf * 0x10000ULL + bar * 0x1000;

	return is_classic(bdf) ? address + 0x700000000ULL : address;
}

enum mmio_result memory_access(unsigned int cell, u64 address, bool is_write, unsigned int size,
			       u64 *value)
{
	struct mmio_access access = {
		.address = address, .size = size, .is_write = is_write, .value = *value
	};
	enum mmio_result result = mmio_dispatch(&cells[cell].map, &access);

	*value = access.value;
	return result;
}

u32 get(unsigned int cell, u16 bdf, unsigned int bar, u64 offset)
{
	u64 value = 0x5555;

	if (memory_access(cell, window(bdf, bar) + offset, false, 4, &value) != MMIO_HANDLED)
		abort();
	assert(!(value >> 32));
	return value;
}

void set(unsigned int cell, u16 bdf, unsigned int bar, u64 offset, u32 value)
{
	u64 wide = value;

	if (memory_access(cell, window(bdf, bar) + offset, true, 4, &wide) != MMIO_HANDLED)
		abort();
}

static void place_windows(unsigned int cell, u16 bdf)
{
	unsigned int table_bar = is_classic(bdf) ? CLASSIC_TABLE_BAR : TABLE_BAR;

	config_set(cell, bdf, PCI_BAR, 4, window(bdf, 0));
	config_set(cell, bdf, PCI_BAR + 4 * table_bar, 4, window(bdf, table_bar));
	if (is_classic(bdf)) {
		config_set(cell, bdf, PCI_BAR + 4, 4, window(bdf, 0) >> 32);
		config_set(cell, bdf, PCI_BAR + 20, 4, window(bdf, table_bar) >> 32);
	}
	config_set(cell, bdf, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
}

void set_up_device(unsigned int cell, u16 bdf)
{
	u8 msix = find_capability(cell, bdf, PCI_CAP_ID_MSIX);
	unsigned int table_bar = is_classic(bdf) ? CLASSIC_TABLE_BAR : TABLE_BAR;
	unsigned int n, num;

	place_windows(cell, bdf);
	if (!msix)
		return;
	num = (config_get(cell, bdf, msix + MSIX_CONTROL, 2) & MSIX_CONTROL_SIZE) + 1;
	for (n = 0; n < num; n++) {
		set(cell, bdf, table_bar, 16 * n, 0xfee00000 | cells[cell].cpu << 12);
		set(cell, bdf, table_bar, 16 * n + 8, INTERRUPT(bdf, n));
		set(cell, bdf, table_bar, 16 * n + 12, 0);
	}
	config_set(cell, bdf, msix + MSIX_CONTROL, 2, MSIX_CONTROL_ENABLE);
	if (!is_classic(bdf))
		set(cell, bdf, 0, IVSHMEM_INT_CONTROL, IVSHMEM_INT_CONTROL_ENABLE);
}

unsigned int take_interrupts(unsigned int cell, u16 bdf, unsigned int n)
{
	return __atomic_exchange_n(&cells[cell].received[INTERRUPT(bdf, n)], 0, __ATOMIC_RELAXED);
}

unsigned int take_all_interrupts(unsigned int cell)
{
	unsigned int vector, sum = 0;

	for (vector = 0; vector < 256; vector++)
		sum += __atomic_exchange_n(&cells[cell].received[vector], 0, __ATOMIC_RELAXED);
	return sum;
}
