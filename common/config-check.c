// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The configuration checker: entry points, findings, and what only a system configuration has.
 */
#include "config-check-internal.h"
#include "format.h"

/* Four ports (ACPI 4.8.2.1). */
#define PM_TIMER_SIZE 4
/* Of memory-mapped configuration space (PCI Express 7.2.2). */
#define MMCONFIG_BUS_SIZE 0x100000ULL

void check_at(struct check *check, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	format_string(check->place, sizeof(check->place), format, args);
	va_end(args);
}

static int __attribute__((format(printf, 3, 4)))
format_text(char *text, size_t size, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = format_string(text, size, format, args);
	va_end(args);
	return length;
}

/* @subject stands between the place and what @format makes. */
static void report(struct check *check, int error, const char *subject, const char *format,
		   va_list args)
{
	bool named = check->cell && config_name_valid(check->cell);
	char line[CONFIG_CHECK_LINE_SIZE];
	int length;

	if (!check->error)
		check->error = error;
	if (check->num_findings++ >= CONFIG_CHECK_MAX_FINDINGS)
		return;

	length = format_text(line, sizeof(line), named ? "%s \"%s\": %s%s" : "%s %s: %s%s",
			     check->is_root ? "system" : "cell",
			     named ? check->cell->name : "configuration", check->place, subject);
	format_string(line + length, sizeof(line) - length, format, args);
	check->report->line(check->report->arg, line);
}

void check_finding(struct check *check, int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report(check, error, "", format, args);
	va_end(args);
}

void check_value(struct check *check, bool valid, const char *field, u64 value, const char *format,
		 ...)
{
	char subject[48];
	va_list args;

	if (valid)
		return;
	format_text(subject, sizeof(subject), "%s 0x%llx", field, value);
	va_start(args, format);
	report(check, -EINVAL, subject, format, args);
	va_end(args);
}

void check_owner(struct check *check, const struct jailhouse_cell_desc *other, bool has, int error,
		 const char *missing)
{
	if (is_root(check, other) && !has)
		check_finding(check, error, "%s", missing);
	if (!is_root(check, other) && has)
		check_finding(check, -EBUSY, " belongs to cell \"%s\"", other->name);
}

void check_bits(struct check *check, const char *field, u64 value, u64 valid)
{
	check_value(check, !(value & ~valid), field, value, " has unknown bits 0x%llx",
		    value & ~valid);
}

void check_limits(struct check *check, const char *field, u64 value, u64 min, u64 max)
{
	check_value(check, value >= min && value <= max, field, value, " is not 0x%llx to 0x%llx",
		    min, max);
}

void check_pages(struct check *check, const char *field, u64 value)
{
	check_value(check, value && is_page_aligned(value), field, value,
		    " is 0 or not a multiple of 0x%x", JAILHOUSE_MEMORY_PAGE_SIZE);
}

void check_range(struct check *check, const char *size_field, u64 size, const char *start_field,
		 u64 start, u64 limit)
{
	check_value(check, !range_exceeds(start, size, limit), size_field, size,
		    " from %s 0x%llx on exceeds 0x%llx", start_field, start, limit);
}

/* Tells how many findings were not printed. Returns the result of the whole check. */
static int check_end(struct check *check)
{
	unsigned int num_findings = check->num_findings;

	check->num_findings = 0;
	check->place[0] = '\0';
	if (num_findings > CONFIG_CHECK_MAX_FINDINGS)
		check_finding(check, check->error, "%u more findings",
			      num_findings - CONFIG_CHECK_MAX_FINDINGS);
	return check->error;
}

/* Both descriptors start alike; nothing else may be read of one that is too short. */
static void check_header(struct check *check, const struct jailhouse_cell_desc *desc, u64 size,
			 u32 header_size, const char *signature)
{
	if (size >= JAILHOUSE_SIGNATURE_LEN &&
	    __builtin_memcmp(desc->signature, signature, JAILHOUSE_SIGNATURE_LEN) != 0) {
		check_finding(check, -EINVAL, "signature is not \"%s\"", signature);
	} else if (size < header_size) {
		check_finding(check, -EINVAL, "0x%llx bytes are too short, the header has 0x%x",
			      size, header_size);
	} else {
		check_value(check, desc->architecture == JAILHOUSE_X86, "architecture",
			    desc->architecture, " is not 0x%x (x86)", JAILHOUSE_X86);
		check_value(check, desc->revision == JAILHOUSE_CONFIG_REVISION, "revision",
			    desc->revision, " is not 0x%x; compile it again",
			    JAILHOUSE_CONFIG_REVISION);
	}
}

u64 config_mmconfig_size(const struct jailhouse_system *system)
{
	if (!system->platform_info.pci_mmconfig_base)
		return 0;
	return (system->platform_info.pci_mmconfig_end_bus + 1) * MMCONFIG_BUS_SIZE;
}

static bool overlaps_hypervisor(const struct jailhouse_system *system, u64 start, u64 size)
{
	const struct jailhouse_memory *mem = &system->hypervisor_memory;

	return ranges_overlap(start, size, mem->phys_start, mem->size);
}

static void check_iommu_unit(struct check *check, const struct jailhouse_system *system,
			     const struct jailhouse_iommu *unit)
{
	check_value(check, unit->type == JAILHOUSE_IOMMU_AMD, "type", unit->type,
		    unit->type == JAILHOUSE_IOMMU_INTEL
			    ? " is Intel's; this hypervisor runs on AMD-V"
			    : " is unknown");
	check_pages(check, "base", unit->base);
	check_pages(check, "size", unit->size);
	check_range(check, "size", unit->size, "base", unit->base, PHYS_ADDRESS_LIMIT);
	check_value(check, !overlaps_hypervisor(system, unit->base, unit->size), "base", unit->base,
		    " overlaps hypervisor memory");
}

static void check_platform(struct check *check, const struct jailhouse_system *system)
{
	u64 mmconfig = system->platform_info.pci_mmconfig_base;
	u64 mmconfig_size = config_mmconfig_size(system);
	u16 pm_timer = system->platform_info.x86.pm_timer_address;

	check_at(check, "platform_info.");
	check_value(check,
		    mmconfig % MMCONFIG_BUS_SIZE == 0 &&
			    !range_exceeds(mmconfig, mmconfig_size, PHYS_ADDRESS_LIMIT),
		    "pci_mmconfig_base", mmconfig, " is not aligned to 1 MiB or exceeds 0x%llx",
		    PHYS_ADDRESS_LIMIT);
	check_value(check, !overlaps_hypervisor(system, mmconfig, mmconfig_size),
		    "pci_mmconfig_base", mmconfig, " overlaps hypervisor memory");
	check_value(check, pm_timer && !range_exceeds(pm_timer, PM_TIMER_SIZE, PORT_LIMIT),
		    "x86.pm_timer_address", pm_timer, " is not four ports; inmates need the timer");
	check_limits(check, "x86.apic_mode", system->platform_info.x86.apic_mode,
		     JAILHOUSE_APIC_MODE_AUTO, JAILHOUSE_APIC_MODE_X2APIC);
}

static void check_system_fields(struct check *check, const struct jailhouse_system *system)
{
	const struct jailhouse_memory *mem = &system->hypervisor_memory;
	const struct jailhouse_iommu *unit = system->platform_info.iommu_units;

	check_bits(check, "flags", system->flags, JAILHOUSE_SYS_FLAGS_VALID);
	check_at(check, "hypervisor_memory.");
	check_pages(check, "phys_start", mem->phys_start);
	check_pages(check, "size", mem->size);
	check_range(check, "size", mem->size, "phys_start", mem->phys_start, PHYS_ADDRESS_LIMIT);
	config_check_console(check, "debug_console.", &system->debug_console);
	check_platform(check, system);
	for (u32 i = 0; i < JAILHOUSE_MAX_IOMMU_UNITS && unit[i].base; i++) {
		check_at(check, "iommu_units[%u].", i);
		check_iommu_unit(check, system, &unit[i]);
	}
}

/* @config is @cell, or the system configuration that ends with it. */
static void check_config(struct check *check, const void *config, u32 header_size, u64 size,
			 u64 max_size)
{
	const char *signature = check->is_root ? JAILHOUSE_SYSTEM_SIGNATURE
					       : JAILHOUSE_CELL_DESC_SIGNATURE;

	check_header(check, config, size, header_size, signature);
	if (check->error)
		return;
	check->cell = config + header_size - sizeof(*check->cell);
	config_check_counts(check, header_size, size, max_size);
	if (check->error)
		return;

	if (check->is_root)
		check_system_fields(check, config);
	config_check_resources(check);
	config_check_memory(check);
	config_check_pci(check);
	if (!check->error)
		config_check_channels_beside(check, check->cell);
}

/* Channels first, as ends that do not fit have memory that does not either. */
static void check_beside(struct check *check, const struct jailhouse_cell_desc *other)
{
	/* A cell that exists already would conflict with itself in everything. */
	if (config_check_name_beside(check, other))
		return;
	config_check_channels_beside(check, other);
	config_check_resources_beside(check, other);
	config_check_memory_beside(check, other);
	config_check_pci_beside(check, other);
}

int config_check_system(const struct jailhouse_system *system, u64 size,
			const struct config_report *report)
{
	struct check check = { .report = report, .system = system, .is_root = true };

	check_config(&check, system, sizeof(*system), size, CONFIG_CHECK_MAX_SYSTEM_SIZE);
	return check_end(&check);
}

int config_check_cell(const struct jailhouse_system *system, const struct jailhouse_cell_desc *cell,
		      u64 size, const struct config_report *report)
{
	struct check check = { .report = report, .system = system };

	check_config(&check, cell, sizeof(*cell), size, CONFIG_CHECK_MAX_CELL_SIZE);
	if (system && !check.error)
		check_beside(&check, &system->root_cell);
	return check_end(&check);
}

int config_check_beside(const struct jailhouse_system *system,
			const struct jailhouse_cell_desc *cell,
			const struct jailhouse_cell_desc *const others[], unsigned int num_others,
			const struct config_report *report)
{
	struct check check = { .report = report, .system = system, .cell = cell };

	for (unsigned int i = 0; i < num_others; i++)
		check_beside(&check, others[i]);
	config_check_classic_peers(&check, others, num_others);
	return check_end(&check);
}
