/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The configuration checker: everything about a configuration that can be known before any of it
 * takes effect. The same source runs in the hypervisor (at enable and cell create), in the
 * `jailhouse` command, in the unit tests and in the fuzzer. No allocation, no operating system,
 * no writes to what is checked; needs common/format.c.
 *
 * A configuration in memory that somebody else can write has to be copied before it is checked.
 */
#ifndef COMMON_CONFIG_CHECK_H
#define COMMON_CONFIG_CHECK_H

#include <jailhouse/cell-config.h>

/* Longest line that a report receives, with its terminating NUL. */
#define CONFIG_CHECK_LINE_SIZE 200

/* Further findings of one call are counted, but not printed. */
#define CONFIG_CHECK_MAX_FINDINGS 16

/* Limits of a configuration in bytes; the first one is that of the hypercall "cell create". */
#define CONFIG_CHECK_MAX_CELL_SIZE   (16 * 4096)
#define CONFIG_CHECK_MAX_SYSTEM_SIZE (64 * 4096)

/*
 * Receives one finding per call: a line without newline that names the configuration, the field
 * with its index and value, and what it conflicts with. May be called with the same @arg only.
 */
struct config_report {
	void (*line)(void *arg, const char *line);
	void *arg;
};

/*
 * Checks a system configuration. @size: bytes that may be read from @system on; they may be more
 * than the configuration has.
 *
 * Returns 0, -EINVAL, or -E2BIG (over CONFIG_CHECK_MAX_SYSTEM_SIZE): the first finding's value.
 */
int config_check_system(const struct jailhouse_system *system, u64 size,
			const struct config_report *report);

/*
 * Checks a cell configuration: format, bounds, flags, overlaps within the cell. With @system, which
 * must have passed config_check_system and else is NULL: also what the system keeps for itself and,
 * if all that finds nothing, the cell against root: resources that it must have in order to give
 * them away, channels. @size: bytes that may be read from @cell on; they may be more than it has.
 *
 * Returns 0, -EINVAL, -E2BIG (over CONFIG_CHECK_MAX_CELL_SIZE), -EBUSY (a CPU that is not root's)
 * or -EEXIST (name of root). After anything else than 0, config_check_beside may not be called with
 * this cell.
 */
int config_check_cell(const struct jailhouse_system *system, const struct jailhouse_cell_desc *cell,
		      u64 size, const struct config_report *report);

/*
 * Checks a cell against those that exist beside it, root excluded: names, CPUs, memory, interrupt
 * pins, PCI devices, and both ends of every channel. All must have passed config_check_cell with
 * @system.
 *
 * Returns 0, -EEXIST (name taken), -EBUSY (resource or place in a channel taken) or -EINVAL (ends
 * of a channel do not fit).
 */
int config_check_beside(const struct jailhouse_system *system,
			const struct jailhouse_cell_desc *cell,
			const struct jailhouse_cell_desc *const others[], unsigned int num_others,
			const struct config_report *report);

/* How messages name a PCI device: bus:device.function. */
#define BDF_FORMAT    "%02x:%02x.%x"
#define BDF_ARGS(bdf) (bdf) >> 8, ((bdf) >> 3) & 0x1f, (bdf)&7

/* What "overlaps" means to the checker, and to those who act on what it has checked. */

/* Whether [a, a + a_size) and [b, b + b_size) have a byte in common; no wrap-around, no 0 size. */
static inline bool ranges_overlap(u64 a, u64 a_size, u64 b, u64 b_size)
{
	if (!a_size || !b_size)
		return false;
	return a <= b ? b - a < a_size : a - b < b_size;
}

/* Whether the physical range counts in overlap checks. */
static inline bool config_region_has_memory(const struct jailhouse_memory *mem)
{
	return mem->size && !(mem->flags & JAILHOUSE_MEM_COMM_REGION);
}

/* Whether two regions have physical memory in common. */
static inline bool config_regions_overlap(const struct jailhouse_memory *a,
					  const struct jailhouse_memory *b)
{
	return config_region_has_memory(a) && config_region_has_memory(b) &&
	       ranges_overlap(a->phys_start, a->size, b->phys_start, b->size);
}

#endif /* COMMON_CONFIG_CHECK_H */
