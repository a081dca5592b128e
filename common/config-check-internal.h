/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the files of the configuration checker share: how findings are made, and the parts of the
 * check, one file per kind of resource. Each is checked alone, and against the cells that exist,
 * root included (_beside): it must have been root's, and be no other cell's.
 */
#ifndef COMMON_CONFIG_CHECK_INTERNAL_H
#define COMMON_CONFIG_CHECK_INTERNAL_H

#include <jailhouse/cell-config.h>
#include <jailhouse/errno.h>

#include "config-check.h"

/* Physical addresses have at most 52 bits (AMD APM vol. 2, 5.3). */
#define PHYS_ADDRESS_LIMIT (1ULL << 52)
#define PORT_LIMIT         0x10000

/* One check of one configuration. */
struct check {
	const struct config_report *report;
	/* NULL if a cell is checked alone, without its system */
	const struct jailhouse_system *system;
	/* Whose findings these are; its name is printed once it is known to be sane. */
	const struct jailhouse_cell_desc *cell;
	bool is_root;
	/* Value of the first finding, or 0. */
	int error;
	unsigned int num_findings;
	/* What findings begin with: the element and its fields' common part, "mem_regions[3]." */
	char place[80];
};

/* Sets the place of the findings that follow. */
void __attribute__((format(printf, 2, 3))) check_at(struct check *check, const char *format, ...);

/* Reports one finding at that place. @error: a negative errno value. */
void __attribute__((format(printf, 3, 4)))
check_finding(struct check *check, int error, const char *format, ...);

/* Unless @valid, reports the field with its value and what @format says about it; -EINVAL. */
void __attribute__((format(printf, 5, 6)))
check_value(struct check *check, bool valid, const char *field, u64 value, const char *format, ...);

/*
 * Reports the resource that is the place, unless @other is root and @has it, or is another cell and
 * has it not. @error and @missing: what to say in the case of root.
 */
void check_owner(struct check *check, const struct jailhouse_cell_desc *other, bool has, int error,
		 const char *missing);

/* @value has no other bits than @valid. */
void check_bits(struct check *check, const char *field, u64 value, u64 valid);

/* @value is from @min to @max. */
void check_limits(struct check *check, const char *field, u64 value, u64 min, u64 max);

/* @value is a positive number of pages. */
void check_pages(struct check *check, const char *field, u64 value);

/* The range that two fields give ends at or below @limit. */
void check_range(struct check *check, const char *size_field, u64 size, const char *start_field,
		 u64 start, u64 limit);

static inline bool is_root(const struct check *check, const struct jailhouse_cell_desc *cell)
{
	return cell == &check->system->root_cell;
}

/* Whether a range ends above @limit. */
static inline bool range_exceeds(u64 start, u64 size, u64 limit)
{
	return start > limit || size > limit - start;
}

static inline bool is_page_aligned(u64 value)
{
	return value % JAILHOUSE_MEMORY_PAGE_SIZE == 0;
}

/* Bytes of memory-mapped configuration space, 1 MiB each bus (PCI Express 7.2.2); 0: there is none. */
u64 config_mmconfig_size(const struct jailhouse_system *system);

/* config-check-cell.c: the descriptor, CPUs, interrupt pins, ports */
bool config_name_valid(const struct jailhouse_cell_desc *cell);
/* All arrays, which begin at @offset, lie within the file. */
void config_check_counts(struct check *check, u64 offset, u64 size, u64 max_size);
void config_check_console(struct check *check, const char *place,
			  const struct jailhouse_console *console);
void config_check_resources(struct check *check);
/* Returns false if the names differ. */
bool config_check_name_beside(struct check *check, const struct jailhouse_cell_desc *other);
void config_check_resources_beside(struct check *check, const struct jailhouse_cell_desc *other);

/* config-check-memory.c */
void config_check_memory(struct check *check);
void config_check_memory_beside(struct check *check, const struct jailhouse_cell_desc *other);

/* config-check-pci.c */
void config_check_pci(struct check *check);
void config_check_pci_beside(struct check *check, const struct jailhouse_cell_desc *other);

/*
 * Returns the device of @cell that @device is an end of the same channel with, or for a physical one,
 * the same device; NULL if there is none.
 */
const struct jailhouse_pci_device *config_find_device(const struct jailhouse_cell_desc *cell,
						      const struct jailhouse_pci_device *device);

static inline bool is_virtual(const struct jailhouse_pci_device *device)
{
	return device->type == JAILHOUSE_PCI_TYPE_IVSHMEM;
}

/* config-check-channel.c: ivshmem devices */
void config_check_ivshmem(struct check *check, u32 index);
/* Both ends of each channel between the two cells; channels are apart, also within one cell. */
void config_check_channels_beside(struct check *check, const struct jailhouse_cell_desc *other);
/* No classic channel has a third end. */
void config_check_classic_peers(struct check *check,
				const struct jailhouse_cell_desc *const others[],
				unsigned int num_others);
/* Returns an ivshmem device that uses memory region @region of @cell, or NULL. */
const struct jailhouse_pci_device *config_region_channel(const struct jailhouse_cell_desc *cell,
							 u32 region);

#endif /* COMMON_CONFIG_CHECK_INTERNAL_H */
