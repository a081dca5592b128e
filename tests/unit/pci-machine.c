// SPDX-License-Identifier: GPL-2.0-only
/*
 * The simulated machine of pci-machine.h. No cmocka here: the fuzzer uses it as well.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "hypervisor/device-map.h"
#include "hypervisor/ivshmem.h"
#include "hypervisor/page-pool.h"
#include "hypervisor/pci-device.h"
#include "hypervisor/arch/x86/irq-route.h"
#include "pci-machine.h"
#include "stubs.h"

struct machine machine;

static const u16 addresses[NUM_FUNCTIONS] = { HOST_BRIDGE, BRIDGE, NIC, DISK, UNLISTED };

/* Capabilities of the configuration of each device that has any */
static const struct jailhouse_pci_capability nic_caps[] = {
	{ PCI_CAP_ID_PM, NIC_PM, 8, 0 },
	{ PCI_CAP_ID_MSI, NIC_MSI, 0x18, JAILHOUSE_PCICAPS_WRITE },
	{ PCI_CAP_ID_MSIX, NIC_MSIX, 12, JAILHOUSE_PCICAPS_WRITE },
	{ PCI_CAP_ID_EXP, NIC_EXP, 10, JAILHOUSE_PCICAPS_WRITE },
	{ PCI_EXT_CAP_ID_DSN, NIC_EXT, 6, JAILHOUSE_PCICAPS_WRITE },
};
static const struct jailhouse_pci_capability disk_caps[] = {
	{ PCI_CAP_ID_MSI, DISK_MSI, 10, JAILHOUSE_PCICAPS_WRITE },
};

struct sim_function *find_function(u16 bdf)
{
	unsigned int i;

	for (i = 0; i < NUM_FUNCTIONS; i++)
		if (machine.functions[i].bdf == bdf)
			return &machine.functions[i];
	return NULL;
}

u32 hardware_read(u16 bdf, u16 address, unsigned int size)
{
	struct sim_function *function = find_function(bdf);
	u32 value = 0xffffffff;

	assert((address & 3) + size <= 4 && address < PCI_CONFIG_SIZE);
	if (function) {
		value = 0;
		memcpy(&value, function->config + address, size);
	}
	return value & size_mask(size);
}

void hardware_write(u16 bdf, u16 address, unsigned int size, u32 value)
{
	memcpy(find_function(bdf)->config + address, &value, size);
}

u32 table_hardware(unsigned int entry, unsigned int reg)
{
	u32 value;

	memcpy(&value, find_function(NIC)->window + NIC_TABLE + 16 * entry + 4 * reg, 4);
	return value;
}

void write_message(struct cell *cell, unsigned int entry, u32 address, u32 data)
{
	memory_write(cell, TABLE(entry, 0), 4, address);
	memory_write(cell, TABLE(entry, 1), 4, 0);
	memory_write(cell, TABLE(entry, 2), 4, data);
}

bool irq_message_permitted(struct cell *cell, const struct irq_message *message)
{
	return message->destination == cell->cpu && message->vector >= 16 && !message->logical &&
	       message->delivery_mode == 0;
}

/* The rules that no write to the hardware may break, on hardware's own terms. */
static void assert_message(const struct sim_function *function, u64 address, u32 data, u32 vectors)
{
	u8 destination = address >> 12;

	assert((address & ~0xff00cULL) == 0xfee00000);
	/* The previous owner's messages disappear, and come back, while a function changes hands. */
	assert((function->owner && destination == function->owner->cpu) ||
	       (!machine.current && function->previous && destination == function->previous->cpu));
	assert((data & 0xff & ~(vectors - 1)) >= 16 && !(data & 0xffff0700));
	assert(!(address & 4));
}

static void check_msi(const struct sim_function *function)
{
	u16 control = hardware_read(function->bdf, function->msi + 2, 2);
	unsigned int data = function->msi + (control & 0x80 ? 12 : 8);
	u64 address = hardware_read(function->bdf, function->msi + 4, 4);

	if (!function->msi || !(control & 1))
		return;
	if (control & 0x80)
		address |= (u64)hardware_read(function->bdf, function->msi + 8, 4) << 32;
	assert((control >> 4 & 7) <= (control >> 1 & 7));
	assert_message(function, address, hardware_read(function->bdf, data, 2),
		       1U << (control >> 4 & 7));
}

static void check_msix(const struct sim_function *function)
{
	unsigned int i;

	for (i = 0; function->msix && i < NIC_VECTORS; i++) {
		u32 entry[4];

		memcpy(entry, function->window + NIC_TABLE + 16 * i, sizeof(entry));
		if (!(entry[3] & 1))
			assert_message(function, (u64)entry[1] << 32 | entry[0], entry[2], 1);
	}
}

static void note_access(struct sim_function *function)
{
	if (!function)
		return;
	if (machine.current && function->owner != machine.current)
		abort();
	function->accesses++;
}

/* Base addresses may be written, but only with what they had in the beginning. */
static void check_bars(const struct sim_function *function, u16 address, unsigned int size,
		       u32 value)
{
	unsigned int index = (address - PCI_BAR) / 4;

	assert(function->bdf == BRIDGE || address != PCI_ROM);
	assert(function->bdf != BRIDGE || address < PCI_BAR + 8 || address >= PCI_HEADER_SIZE - 4);
	if (address >= PCI_BAR && index < PCI_NUM_BARS)
		assert(size == 4 && value == function->bars[index]);
}

static void write_config(struct sim_function *function, u16 address, unsigned int size, u32 value)
{
	unsigned int i;

	assert(address % size == 0);
	note_access(function);
	check_bars(function, address, size, value);
	for (i = 0; i < size; i++, value >>= 8) {
		u8 writable = function->writable[address + i];
		u8 *byte = &function->config[address + i];

		*byte = (*byte & ~writable) | (value & writable);
	}
	check_msi(function);
}

/* Registers of functions are where their simulation is; those of absent ones read all ones. */
volatile void *device_map(u64 phys, u64 size)
{
	static u8 absent[PCI_CONFIG_SIZE];
	struct sim_function *function = find_function((phys - MMCONFIG_BASE) >> 12);

	if (machine.mapped >= machine.map_limit)
		return NULL;
	machine.mapped++;
	if (phys >= NIC_WINDOW && phys + size <= NIC_WINDOW + NIC_WINDOW_SIZE)
		return find_function(NIC)->window + (phys - NIC_WINDOW);
	assert(size == PCI_CONFIG_SIZE && !(phys & 0xfff));
	assert(phys >= MMCONFIG_BASE && phys < MMCONFIG_BASE + MMCONFIG_SIZE);
	memset(absent, 0xff, sizeof(absent));
	return function ? function->config : absent;
}

void device_unmap(volatile void *registers, u64 size)
{
	(void)size;
	if (registers)
		machine.mapped--;
}

static bool nic_decodes(void)
{
	return hardware_read(NIC, PCI_COMMAND, 2) & PCI_COMMAND_MEMORY;
}

static bool contains(const void *memory, size_t length, const volatile void *reg)
{
	return (const u8 *)reg >= (const u8 *)memory &&
	       (const u8 *)reg < (const u8 *)memory + length;
}

/* The function whose configuration space this is, or NULL. */
static struct sim_function *find_config(const volatile void *reg)
{
	unsigned int i;

	for (i = 0; i < NUM_FUNCTIONS; i++)
		if (contains(machine.functions[i].config, PCI_CONFIG_SIZE, reg))
			return &machine.functions[i];
	return NULL;
}

static bool is_window(const volatile void *reg, unsigned int size)
{
	struct sim_function *nic = find_function(NIC);

	if (!contains(nic->window, NIC_WINDOW_SIZE, reg))
		return false;
	assert(contains(nic->window, NIC_WINDOW_SIZE, (const volatile u8 *)reg + size - 1));
	note_access(nic);
	return true;
}

u64 register_read(const volatile void *reg, unsigned int size)
{
	struct sim_function *function = find_config(reg);
	u64 value = 0;

	memcpy(&value, (const void *)reg, size);
	if (is_window(reg, size))
		return nic_decodes() ? value : size_mask(size);
	if (function)
		note_access(function);
	return value;
}

void register_write(volatile void *reg, unsigned int size, u64 value)
{
	struct sim_function *function = find_config(reg);

	if (function) {
		write_config(function, (u8 *)reg - function->config, size, value);
	} else if (is_window(reg, size) && nic_decodes()) {
		memcpy((void *)reg, &value, size);
		check_msix(find_function(NIC));
	}
}

static void set_writable(u16 bdf, u16 address, unsigned int size, u32 mask)
{
	memcpy(find_function(bdf)->writable + address, &mask, size);
}

static void init_function(struct sim_function *function, unsigned int index)
{
	unsigned int i;

	function->bdf = addresses[index];
	/* Recognisable, different everywhere, and writable beyond the header as far as bytes go */
	for (i = 0; i < PCI_CONFIG_SIZE; i++)
		function->config[i] = 0x40 + index + i * 7;
	memset(function->writable + PCI_HEADER_SIZE, 0xff, PCI_CONFIG_SIZE - PCI_HEADER_SIZE);
	hardware_write(function->bdf, PCI_VENDOR_ID, 4, 0x10020000 + 0x1af0 + index);
	hardware_write(function->bdf, PCI_COMMAND, 4, 0x00100007);
	set_writable(function->bdf, PCI_COMMAND, 4, 0xf9000547);
	hardware_write(function->bdf, PCI_CACHE_LINE, 4, 0x00000010);
	set_writable(function->bdf, PCI_CACHE_LINE, 4, 0x4000ffff);
	set_writable(function->bdf, PCI_INTERRUPT_LINE, 4, 0xffff00ff);
	for (i = 0; i < PCI_NUM_BARS; i++) {
		hardware_write(function->bdf, PCI_BAR + 4 * i, 4,
			       0xf0000000 + index * 0x100000 + i * 0x10000);
		set_writable(function->bdf, PCI_BAR + 4 * i, 4, 0xfffff000);
	}
	memcpy(function->bars, function->config + PCI_BAR, sizeof(function->bars));
	set_writable(function->bdf, PCI_ROM, 4, 0xffff0001);
	set_writable(function->bdf, PCI_BRIDGE_ROM, 4, 0xffff0001);
}

static void init_msi(u16 bdf, u8 start, u16 control)
{
	unsigned int i;

	find_function(bdf)->msi = start;
	for (i = 0; i < 6; i++)
		hardware_write(bdf, start + 4 * i, 4, 0);
	hardware_write(bdf, start, 4, (u32)control << 16 | PCI_CAP_ID_MSI);
	set_writable(bdf, start, 4, 0x00710000);
	set_writable(bdf, start + 4, 4, 0xfffffffc);
}

static void init_nic(void)
{
	struct sim_function *nic = find_function(NIC);
	unsigned int i;

	hardware_write(NIC, PCI_BAR + 4, 4, 0x0000c001);
	hardware_write(NIC, PCI_BAR + 8, 4, (u32)NIC_WINDOW | 0xc);
	hardware_write(NIC, PCI_BAR + 12, 4, NIC_WINDOW >> 32);
	init_msi(NIC, NIC_MSI, 0x0180 | 2 << 1);
	nic->msix = NIC_MSIX;
	hardware_write(NIC, NIC_MSIX, 4, (NIC_VECTORS - 1) << 16 | PCI_CAP_ID_MSIX);
	set_writable(NIC, NIC_MSIX, 4, 0xc0000000);
	hardware_write(NIC, NIC_MSIX + 4, 4, NIC_TABLE | 2);
	hardware_write(NIC, NIC_MSIX + 8, 4, NIC_PBA | 2);
	set_writable(NIC, NIC_MSIX + 4, 4, 0);
	set_writable(NIC, NIC_MSIX + 8, 4, 0);
	memcpy(nic->bars, nic->config + PCI_BAR, sizeof(nic->bars));
	hardware_write(NIC, NIC_PM, 1, PCI_CAP_ID_PM);
	for (i = 0; i < NIC_WINDOW_SIZE; i++)
		nic->window[i] = i;
	for (i = 0; i < NIC_VECTORS; i++) {
		memset(nic->window + NIC_TABLE + 16 * i + 12, 0, 4);
		nic->window[NIC_TABLE + 16 * i + 12] = 1;
	}
}

void machine_init(void)
{
	unsigned int i;

	memset(&machine, 0, sizeof(machine));
	machine.map_limit = ~0U;
	for (i = 0; i < NUM_FUNCTIONS; i++)
		init_function(&machine.functions[i], i);
	hardware_write(BRIDGE, PCI_HEADER_TYPE, 1, 0x81);
	init_nic();
	init_msi(DISK, DISK_MSI, 0);
	machine.system.platform_info.pci_mmconfig_base = MMCONFIG_BASE;
	machine.system.platform_info.pci_mmconfig_end_bus = MMCONFIG_SIZE / 0x100000 - 1;
	pci_init(&machine.system);
}

void machine_init_root(void)
{
	machine_init();
	config_init(&machine.root, "root", 0);
	config_add(&machine.root, HOST_BRIDGE);
	config_add(&machine.root, BRIDGE);
	config_add(&machine.root, NIC);
	config_add(&machine.root, MISSING);
	config_add(&machine.root, DISK);
	if (machine_create(&machine.root))
		abort();
	config_init(&machine.cell, "cell", 1);
}

void config_init(struct cell *cell, const char *name, u8 cpu)
{
	memset(cell, 0, sizeof(*cell));
	cell->cpu = cpu;
	strcpy(cell->config.name, name);
	mmio_map_init(&cell->map, cell->regions, MAX_REGIONS);
}

struct jailhouse_pci_device *config_device(struct cell *cell, u32 index)
{
	return (struct jailhouse_pci_device *)jailhouse_cell_pci_devices(&cell->config) + index;
}

/* Makes room for a device behind the others, in front of the capabilities. */
static struct jailhouse_pci_device *append_device(struct cell *cell)
{
	struct jailhouse_pci_device *device = config_device(cell, cell->config.num_pci_devices);
	size_t caps_size = cell->config.num_pci_caps * sizeof(struct jailhouse_pci_capability);

	memmove(device + 1, device, caps_size);
	memset(device, 0, sizeof(*device));
	cell->config.num_pci_devices++;
	device->caps_start = cell->config.num_pci_caps;
	return device;
}

static void append_caps(struct cell *cell, struct jailhouse_pci_device *device,
			const struct jailhouse_pci_capability *caps, u16 num)
{
	memcpy((void *)(jailhouse_cell_pci_caps(&cell->config) + cell->config.num_pci_caps), caps,
	       num * sizeof(*caps));
	cell->config.num_pci_caps += num;
	device->num_caps = num;
}

void config_add(struct cell *cell, u16 bdf)
{
	struct jailhouse_pci_device *device = append_device(cell);

	device->type = bdf == BRIDGE ? JAILHOUSE_PCI_TYPE_BRIDGE : JAILHOUSE_PCI_TYPE_DEVICE;
	device->bdf = bdf;
	device->bar_mask[0] = 0xffffc000;
	device->bar_mask[2] = 0xfffe0000;
	device->bar_mask[3] = 0xffffffff;
	if (bdf == NIC) {
		append_caps(cell, device, nic_caps, ARRAY_SIZE(nic_caps));
		device->num_msix_vectors = NIC_VECTORS;
		device->msix_address = NIC_WINDOW;
		device->msix_region_size = NIC_WINDOW_SIZE;
	} else if (bdf == DISK) {
		append_caps(cell, device, disk_caps, ARRAY_SIZE(disk_caps));
	}
}

void config_add_virtual(struct cell *cell, u16 bdf, const u32 *bar_mask)
{
	struct jailhouse_pci_device *device = append_device(cell);

	device->type = JAILHOUSE_PCI_TYPE_IVSHMEM;
	device->bdf = bdf;
	memcpy(device->bar_mask, bar_mask, sizeof(device->bar_mask));
}

/* What virtual devices are, unless a test has a model of its own: nothing but zeros. */

#define WEAK __attribute__((weak))

WEAK int ivshmem_init(struct pci_device *device)
{
	(void)device;
	return 0;
}

WEAK void ivshmem_exit(struct pci_device *device)
{
	(void)device;
}

WEAK void ivshmem_reset(struct pci_device *device)
{
	(void)device;
}

WEAK void ivshmem_register_written(struct pci_device *device)
{
	(void)device;
}

WEAK enum mmio_result ivshmem_bar_access(struct pci_device *device, unsigned int bar,
					 struct mmio_access *access)
{
	(void)device;
	(void)bar;
	(void)access;
	return MMIO_HANDLED;
}

static void set_owner(struct cell *cell, struct cell *owner)
{
	u32 i;

	for (i = 0; i < cell->config.num_pci_devices; i++) {
		struct sim_function *function = find_function(config_device(cell, i)->bdf);

		if (!function)
			continue;
		function->previous = function->owner;
		function->owner = owner;
		if (owner == &machine.root && function->bdf == UNLISTED)
			function->owner = NULL;
	}
}

static void undo_set_owner(struct cell *cell)
{
	u32 i;

	for (i = 0; i < cell->config.num_pci_devices; i++) {
		struct sim_function *function = find_function(config_device(cell, i)->bdf);

		if (function)
			function->owner = function->previous;
	}
}

int machine_create(struct cell *cell)
{
	int err;

	set_owner(cell, cell);
	err = pci_cell_init(&cell->pci, cell, &cell->config, &cell->map);
	if (err)
		undo_set_owner(cell);
	return err;
}

void machine_destroy(struct cell *cell)
{
	if (cell->pci.config)
		set_owner(cell, &machine.root);
	pci_cell_exit(&cell->pci);
}

u32 config_read(struct cell *cell, u16 bdf, u16 address, unsigned int size)
{
	struct mmio_access access = { .address = (bdf << 12) + address, .size = size };

	machine.current = cell;
	pci_config_access(&cell->pci, &access);
	machine.current = NULL;
	return access.value;
}

void config_write(struct cell *cell, u16 bdf, u16 address, unsigned int size, u32 value)
{
	struct mmio_access access = {
		.address = (bdf << 12) + address, .size = size, .is_write = true, .value = value
	};

	machine.current = cell;
	pci_config_access(&cell->pci, &access);
	machine.current = NULL;
}

enum mmio_result memory_access(struct cell *cell, u64 address, bool is_write, unsigned int size,
			       u64 *value)
{
	struct mmio_access access = { .address = address, .size = size, .is_write = is_write };
	enum mmio_result result;

	if (is_write)
		access.value = *value;
	machine.current = cell;
	result = mmio_dispatch(&cell->map, &access);
	machine.current = NULL;
	*value = access.value;
	return result;
}

u64 memory_read(struct cell *cell, u64 address, unsigned int size)
{
	u64 value = 0;

	assert(memory_access(cell, address, false, size, &value) == MMIO_HANDLED);
	return value;
}

void memory_write(struct cell *cell, u64 address, unsigned int size, u64 value)
{
	assert(memory_access(cell, address, true, size, &value) == MMIO_HANDLED);
}

bool port_access(struct cell *cell, u16 port, bool is_write, unsigned int size, u32 *value)
{
	bool result;

	machine.current = cell;
	result = pci_io_access(&cell->pci, port, is_write, size, value);
	machine.current = NULL;
	return result;
}
