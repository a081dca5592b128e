/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two cells do whatever they like to configuration space, ports and MSI-X tables, while devices
 * come and go; the simulated machine aborts when that breaks a rule.
 *
 * suite: hypervisor
 * sources: tests/unit/pci-machine.c hypervisor/mmio.c hypervisor/pci.c hypervisor/pci-physical.c hypervisor/pci-msi.c hypervisor/pci-msix.c hypervisor/pci-virtual.c hypervisor/arch/x86/pci-ports.c
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "hypervisor/ivshmem.h"
#include "pci-machine.h"
#include "stubs.h"

/* One operation, as it stands in the input */
struct step {
	u8 operation;
	u8 function;
	u16 address;
	u32 value;
} __attribute__((packed));

/* Bits of the operation */
#define STEP_KIND       0x0f
#define STEP_SIZE_SHIFT 4
#define STEP_CELL       0x80

int ivshmem_init(struct pci_device *device)
{
	device->shadows[0] = 0x11101af4;
	device->writable[PCI_COMMAND / 4] = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;
	device->shadows[PCI_BAR / 4] = PCI_BAR_64BIT;
	return 0;
}

enum mmio_result ivshmem_bar_access(struct pci_device *device, unsigned int bar,
				    struct mmio_access *access)
{
	assert(access->address + access->size <= device->bars[bar].size);
	return MMIO_HANDLED;
}

/* The cell gets what the value says, if nothing of it is wrong. */
static void create_cell(u32 value)
{
	static const u16 functions[] = { NIC, DISK, MISSING };
	static const u32 masks[6] = { 0xffffff00, 0xffffffff, 0xfffff000 };
	unsigned int i;

	if (machine.cell.pci.config)
		return;
	config_init(&machine.cell, "cell", 1);
	for (i = 0; i < ARRAY_SIZE(functions); i++)
		if (value >> i & 1)
			config_add(&machine.cell, functions[i]);
	if (value & 0x10)
		config_add_virtual(&machine.cell, VIRTUAL, masks);
	stub_pages_limit = value & 0x20 ? stub_pages_used + (value >> 8 & 7) : SIZE_MAX;
	machine.map_limit = value & 0x40 ? machine.mapped + (value >> 8 & 7) : ~0U;
	machine_create(&machine.cell);
	stub_pages_limit = SIZE_MAX;
	machine.map_limit = ~0U;
}

static void destroy_cell(void)
{
	if (machine.cell.pci.config)
		machine_destroy(&machine.cell);
}

static void access_memory(struct cell *cell, const struct step *step, u64 address)
{
	unsigned int size = 1 << (step->operation >> STEP_SIZE_SHIFT & 3);
	u64 value = step->value * 0x100000001ULL;

	memory_access(cell, address, step->operation & 1, size, &value);
	assert(step->operation & 1 || !(value & ~size_mask(size)) || value == ~0ULL);
}

static void access_config(struct cell *cell, const struct step *step, u16 bdf)
{
	unsigned int size = 1 << (step->operation >> STEP_SIZE_SHIFT & 3);
	u32 value = step->value;

	if (step->operation & 1)
		config_write(cell, bdf, step->address & 0xfff, size, value);
	else
		assert(!(config_read(cell, bdf, step->address & 0xfff, size) & ~size_mask(size)));
}

static void run_step(const struct step *step)
{
	static const u16 functions[] = {
		HOST_BRIDGE, BRIDGE, NIC, DISK, UNLISTED, MISSING, VIRTUAL
	};
	struct cell *cell = step->operation & STEP_CELL ? &machine.cell : &machine.root;
	u16 bdf = functions[step->function % ARRAY_SIZE(functions)];
	u32 value = step->value;

	switch (step->operation & STEP_KIND) {
	case 0:
		destroy_cell();
		return;
	case 1:
		create_cell(value);
		return;
	}
	if (!cell->pci.config)
		return;
	switch (step->operation & STEP_KIND) {
	case 2:
		if (cell != &machine.root)
			pci_cell_reset(&cell->pci);
		break;
	case 3:
		pci_cell_update_irqs(&cell->pci);
		break;
	case 4:
	case 5:
		port_access(cell, PCI_PORT_FIRST + (step->address & 7), step->operation & 1,
			    1 << (step->function % 3), &value);
		break;
	case 6:
	case 7:
		access_memory(cell, step, NIC_WINDOW + step->address % NIC_WINDOW_SIZE);
		break;
	case 8:
	case 9:
		access_memory(cell, step,
			      MMCONFIG_BASE + ((u64)bdf << 12) + step->address % 0x1000);
		break;
	case 10:
	case 11:
		access_memory(cell, step, step->value + step->address);
		break;
	default:
		access_config(cell, step, bdf);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct step step;

	stub_reset(NULL);
	machine_init_root();
	for (; size >= sizeof(step); data += sizeof(step), size -= sizeof(step)) {
		memcpy(&step, data, sizeof(step));
		run_step(&step);
	}
	destroy_cell();
	machine_destroy(&machine.root);
	assert(machine.mapped == 0 && stub_pages_used == 0);
	assert(machine.root.map.num_regions == 0 && machine.cell.map.num_regions == 0);
	return 0;
}
