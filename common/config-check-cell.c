// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The configuration checker: what a cell configuration, root's included, holds beside memory and
 * PCI devices: counts, name, flags, CPU set, console, caches, interrupt pins and ports.
 */
#include "config-check-internal.h"

/* Registers of an 8250, one port each. */
#define UART_PORTS 8
/* Bits 8..11 of the flags of an EFI frame buffer select its format. */
#define EFIFB_FORMAT_MASK 0x0f00
/* An x86 CPU starts in real mode, the base of its code segment is below 4 GiB. */
#define RESET_ADDRESS_MAX 0xffffffffULL
/* CPU sets are given in units of 64 bits. */
#define CPU_SET_UNIT 8

#define IRQCHIP_PINS (8 * sizeof(((struct jailhouse_irqchip *)0)->pin_bitmap))

bool config_name_valid(const struct jailhouse_cell_desc *cell)
{
	for (unsigned int i = 0; i <= JAILHOUSE_CELL_NAME_MAXLEN; i++) {
		if (!cell->name[i])
			return i > 0;
		if (cell->name[i] < ' ' || cell->name[i] > '~')
			return false;
	}
	return false;
}

/* The CPU set is read by bytes: behind the descriptor it is not aligned to its words. */
static bool has_cpu(const struct jailhouse_cell_desc *cell, u64 cpu)
{
	const u8 *set = (const u8 *)(cell + 1);

	return cpu / 8 < cell->cpu_set_size && (set[cpu / 8] >> (cpu % 8) & 1);
}

void config_check_counts(struct check *check, u64 offset, u64 size, u64 max_size)
{
	const struct jailhouse_cell_desc *cell = check->cell;
	const struct array {
		const char *name;
		u32 count;
		u32 element_size;
	} arrays[] = {
		{ "cpu_set_size", cell->cpu_set_size, 1 },
		{ "num_memory_regions", cell->num_memory_regions, sizeof(struct jailhouse_memory) },
		{ "num_cache_regions", cell->num_cache_regions, sizeof(struct jailhouse_cache) },
		{ "num_irqchips", cell->num_irqchips, sizeof(struct jailhouse_irqchip) },
		{ "num_pio_regions", cell->num_pio_regions, sizeof(struct jailhouse_pio) },
		{ "num_pci_devices", cell->num_pci_devices, sizeof(struct jailhouse_pci_device) },
		{ "num_pci_caps", cell->num_pci_caps, sizeof(struct jailhouse_pci_capability) },
		{ "num_stream_ids", cell->num_stream_ids, sizeof(u32) },
	}, *outside = NULL;
	u64 limit = size < max_size ? size : max_size;

	/* The sum of all fits into 64 bits. */
	for (unsigned int i = 0; i < ARRAY_SIZE(arrays); i++) {
		offset += (u64)arrays[i].count * arrays[i].element_size;
		if (offset > limit && !outside)
			outside = &arrays[i];
	}
	check_value(check, cell->cpu_set_size % CPU_SET_UNIT == 0, "cpu_set_size",
		    cell->cpu_set_size, " is not a multiple of 0x%x", CPU_SET_UNIT);
	if (outside && !check->error)
		check_finding(check, offset > max_size ? -E2BIG : -EINVAL,
			      "%s 0x%x: needs 0x%llx bytes, but there are 0x%llx", outside->name,
			      outside->count, offset, limit);
}

static void check_descriptor(struct check *check)
{
	const struct jailhouse_cell_desc *cell = check->cell;
	u64 cpu = 0;

	check_at(check, "%s", "");
	check_bits(check, "flags", cell->flags, JAILHOUSE_CELL_FLAGS_VALID);
	check_limits(check, "cpu_reset_address", cell->cpu_reset_address, 0, RESET_ADDRESS_MAX);
	if (!config_name_valid(cell))
		check_finding(check, -EINVAL,
			      "name is empty, not terminated, or has unprintable characters");

	while (cpu / 8 < cell->cpu_set_size && !has_cpu(cell, cpu))
		cpu++;
	check_at(check, "cpus: ");
	if (!has_cpu(cell, cpu))
		check_finding(check, -EINVAL, "the set of 0x%x bytes names no CPU",
			      cell->cpu_set_size);
	if (check->is_root && !has_cpu(cell, 0))
		check_finding(check, -EINVAL, "CPU 0 is missing; it always stays with root");
}

void config_check_console(struct check *check, const char *place,
			  const struct jailhouse_console *console)
{
	bool is_uart = console->type == JAILHOUSE_CON_TYPE_8250;
	bool is_efifb = console->type == JAILHOUSE_CON_TYPE_EFIFB;
	bool is_mmio = JAILHOUSE_CON_IS_MMIO(console->flags);
	u64 limit = is_mmio ? PHYS_ADDRESS_LIMIT : PORT_LIMIT;
	u64 size = is_mmio ? console->size : UART_PORTS;

	check_at(check, "%s", place);
	check_value(check, is_uart || is_efifb || console->type == JAILHOUSE_CON_TYPE_NONE, "type",
		    console->type, " does not exist on x86");
	check_bits(check, "flags", console->flags,
		   JAILHOUSE_CON_FLAGS_VALID | (is_efifb ? EFIFB_FORMAT_MASK : 0));
	if (is_uart)
		check_value(check,
			    console->address && size &&
				    !range_exceeds(console->address, size, limit),
			    "address", console->address, " with size 0x%llx is no UART", size);
}

static void check_caches(struct check *check)
{
	const struct jailhouse_cache *cache = jailhouse_cell_cache_regions(check->cell);

	for (u32 i = 0; i < check->cell->num_cache_regions; i++) {
		check_at(check, "cache_regions[%u].", i);
		check_value(check, cache[i].type && !(cache[i].type & ~JAILHOUSE_CACHE_L3), "type",
			    cache[i].type, " is unknown");
		check_bits(check, "flags", cache[i].flags, JAILHOUSE_CACHE_ROOTSHARED);
	}
}

static bool has_bit(const struct jailhouse_irqchip *chip, u64 bit)
{
	return bit < IRQCHIP_PINS && chip->pin_bitmap[bit / 32] >> (bit % 32) & 1;
}

static bool has_pin(const struct jailhouse_cell_desc *cell, u64 address, u64 pin)
{
	const struct jailhouse_irqchip *chip = jailhouse_cell_irqchips(cell);
	bool found = false;

	for (u32 i = 0; i < cell->num_irqchips; i++)
		found |= chip[i].address == address && has_bit(&chip[i], pin - chip[i].pin_base);
	return found;
}

static void check_irqchips(struct check *check)
{
	const struct jailhouse_irqchip *chip = jailhouse_cell_irqchips(check->cell);

	for (u32 i = 0; i < check->cell->num_irqchips; i++) {
		check_at(check, "irqchips[%u].", i);
		check_pages(check, "address", chip[i].address);
	}
}

static void check_pio(struct check *check)
{
	const struct jailhouse_pio *pio = jailhouse_cell_pio(check->cell);

	for (u32 i = 0; i < check->cell->num_pio_regions; i++) {
		check_at(check, "pio_regions[%u].", i);
		check_range(check, "length", pio[i].length, "base", pio[i].base, PORT_LIMIT);
	}
}

void config_check_resources(struct check *check)
{
	check_descriptor(check);
	config_check_console(check, "console.", &check->cell->console);
	check_caches(check);
	check_irqchips(check);
	check_pio(check);
}

bool config_check_name_beside(struct check *check, const struct jailhouse_cell_desc *other)
{
	const char *name = check->cell->name;
	unsigned int i = 0;

	/* Both are terminated. */
	while (name[i] && name[i] == other->name[i])
		i++;
	if (name[i] != other->name[i])
		return false;
	check_at(check, "name");
	check_finding(check, -EEXIST, " is that of %s",
		      is_root(check, other) ? "the root cell" : "an existing cell");
	return true;
}

static void check_cpus_beside(struct check *check, const struct jailhouse_cell_desc *other)
{
	for (u64 cpu = 0; cpu / 8 < check->cell->cpu_set_size; cpu++) {
		if (!has_cpu(check->cell, cpu))
			continue;
		check_at(check, "cpus: CPU %llu", cpu);
		check_owner(check, other, has_cpu(other, cpu), -EBUSY, " is not root's");
		if (cpu == 0)
			check_finding(check, -EINVAL, " always stays with root");
	}
}

static void check_pins_beside(struct check *check, u32 i, const struct jailhouse_cell_desc *other)
{
	const struct jailhouse_irqchip *chip = jailhouse_cell_irqchips(check->cell) + i;

	for (unsigned int bit = 0; bit < IRQCHIP_PINS; bit++) {
		u64 pin = (u64)chip->pin_base + bit;

		if (!has_bit(chip, bit))
			continue;
		check_at(check, "irqchips[%u].pin_bitmap: %spin of bit %u at 0x%llx", i,
			 is_root(check, other) ? "root has no " : "", bit, chip->address);
		check_owner(check, other, has_pin(other, chip->address, pin), -EINVAL, "");
	}
}

void config_check_resources_beside(struct check *check, const struct jailhouse_cell_desc *other)
{
	check_cpus_beside(check, other);
	for (u32 i = 0; i < check->cell->num_irqchips; i++)
		check_pins_beside(check, i, other);
}
