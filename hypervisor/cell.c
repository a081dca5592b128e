/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cells as objects: set-up and tear-down, states, communication region.
 */
#include "cell.h"

#include <jailhouse/errno.h>

#include "arch/x86/percpu.h"
#include "arch/x86/vmcb.h"
#include "bitmap.h"
#include "cell-memory.h"
#include "console.h"
#include "hypervisor.h"
#include "paging.h"
#include "string.h"
#include "subpage.h"

#define CELL_PAGES PAGES(sizeof(struct cell))
#define PORTS      0x10000

struct cell *root_cell;

struct cell *cell_by_id(u32 id)
{
	struct cell *cell;

	for_each_cell (cell)
		if (cell->config->id == id)
			break;
	return cell;
}

static void read_cpu_set(struct cell *cell)
{
	const struct jailhouse_cell_desc *config = cell->config;
	const u8 *bytes = (const u8 *)jailhouse_cell_cpu_set(config);
	unsigned int cpu;

	for (cpu = 0; cpu < config->cpu_set_size * 8 && cpu < MAX_CPUS; cpu++)
		if (bytes[cpu / 8] & (1 << cpu % 8))
			cpu_set_add(&cell->cpus, cpu);
}

static int init_mmio(struct cell *cell)
{
	const struct jailhouse_cell_desc *config = cell->config;
	unsigned int num = subpage_num_regions(config) + pci_num_mmio_regions(config) +
			   IOAPIC_MAX_CHIPS;
	struct mmio_region *regions;

	regions = page_alloc(PAGES(num * sizeof(*regions)));
	if (!regions)
		return -ENOMEM;
	mmio_map_init(&cell->mmio, regions, num);
	return 0;
}

static void set_ports(struct cell *cell, unsigned int port, unsigned int num, bool open)
{
	struct bitmap intercepted = { .bits = cell->iopm };

	bitmap_mark(&intercepted, port, port + num < PORTS ? num : PORTS - port, !open);
}

static void set_configured_ports(struct cell *cell, const struct jailhouse_cell_desc *config,
				 bool open)
{
	const struct jailhouse_pio *pio = jailhouse_cell_pio(config);
	unsigned int n;

	for (n = 0; n < config->num_pio_regions; n++)
		set_ports(cell, pio[n].base, pio[n].length, open);
}

#define PM_TIMER_PORTS 4

static void init_ports(struct cell *cell)
{
	u16 pm_timer = system_config->platform_info.x86.pm_timer_address;
	struct cell *other;

	memset(cell->iopm, 0xff, IOPM_PAGES * PAGE_SIZE);
	set_configured_ports(cell, cell->config, true);
	if (cell == root_cell)
		for_each_non_root_cell (other)
			set_configured_ports(cell, other->config, false);
	if (pm_timer)
		set_ports(cell, pm_timer, PM_TIMER_PORTS, true);
	set_ports(cell, PCI_PORT_FIRST, PCI_PORT_LAST - PCI_PORT_FIRST + 1, false);
}

void root_update_resources(void)
{
	init_ports(root_cell);
	subpage_update_root();
}

static int init_tables(struct cell *cell)
{
	int err;

	cell->npt = page_alloc(1);
	cell->iopm = page_alloc(IOPM_PAGES);
	cell->comm_page = page_alloc(1);
	if (!cell->npt || !cell->iopm || !cell->comm_page)
		return -ENOMEM;
	init_ports(cell);
	err = init_mmio(cell);
	return err ? err : cell_memory_map(cell);
}

static int init_devices(struct cell *cell)
{
	int err = subpage_init(cell);

	if (!err)
		err = ioapic_cell_init(&cell->ioapic, cell, cell->config, &cell->mmio);
	return err ? err : pci_cell_init(&cell->pci, cell, cell->config, &cell->mmio);
}

void cell_free(struct cell *cell)
{
	pci_cell_exit(&cell->pci);
	ioapic_cell_exit(&cell->ioapic);
	subpage_exit(cell);
	page_free(cell->mmio.regions, PAGES(cell->mmio.max_regions * sizeof(struct mmio_region)));
	page_free(cell->comm_page, 1);
	page_free(cell->iopm, IOPM_PAGES);
	paging_destroy(cell->npt);
	if (cell->config_pages)
		page_free((void *)cell->config, cell->config_pages);
	page_free(cell, CELL_PAGES);
}

struct cell *cell_alloc(const struct jailhouse_cell_desc *config, int *err)
{
	struct cell *cell = page_alloc(CELL_PAGES);

	if (!cell) {
		*err = -ENOMEM;
		return NULL;
	}
	/* Which cell is root decides on what it gets. */
	if (!root_cell)
		root_cell = cell;
	cell->config = config;
	read_cpu_set(cell);
	*err = init_tables(cell);
	if (!*err)
		*err = init_devices(cell);
	if (*err) {
		cell_free(cell);
		return NULL;
	}
	return cell;
}

int cell_state(const struct cell *cell)
{
	u32 state = cell->stopped_state;

	if (state == JAILHOUSE_CELL_RUNNING)
		state = cell->comm_page->region.cell_state;
	return state <= JAILHOUSE_CELL_FAILED_COMM_REV ? (int)state : -EINVAL;
}

bool cell_is_stopped(const struct cell *cell)
{
	int state = cell_state(cell);

	return state == JAILHOUSE_CELL_SHUT_DOWN || state == JAILHOUSE_CELL_FAILED ||
	       state == JAILHOUSE_CELL_FAILED_COMM_REV;
}

void cell_reset_comm_page(struct cell *cell)
{
	struct jailhouse_comm_region *region = &cell->comm_page->region;
	const struct jailhouse_cell_desc *config = cell->config;

	memset(cell->comm_page, 0, PAGE_SIZE);
	*region = (struct jailhouse_comm_region){
		.signature = COMM_REGION_MAGIC,
		.revision = COMM_REGION_ABI_REVISION,
		.console = config->console,
		.pci_mmconfig_base = system_config->platform_info.pci_mmconfig_base,
		.pm_timer_address = system_config->platform_info.x86.pm_timer_address,
		.num_cpus = cpu_set_count(&cell->cpus),
		.tsc_khz = system_config->platform_info.x86.tsc_khz,
		.apic_khz = system_config->platform_info.x86.apic_khz,
	};
	if (CELL_FLAGS_VIRTUAL_CONSOLE_PERMITTED(config->flags))
		region->flags |= JAILHOUSE_COMM_FLAG_DBG_PUTC_PERMITTED;
	if (CELL_FLAGS_VIRTUAL_CONSOLE_ACTIVE(config->flags))
		region->flags |= JAILHOUSE_COMM_FLAG_DBG_PUTC_ACTIVE;
}
