// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copies configurations from user space.
 */
#define pr_fmt(fmt) "jailhouse: " fmt

#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <asm/tsc.h>

#include "apic-timer.h"
#include "config.h"
#include "report.h"

/* The request has no size: an upper limit for what a descriptor may claim. */
#define MAX_SYSTEM_SIZE SZ_1M
/* Limit of the hypercall "cell create": 16 pages. */
#define MAX_CELL_SIZE (16 * PAGE_SIZE)

static int check_format(const char *what, u8 architecture, u16 revision)
{
	if (revision != JAILHOUSE_CONFIG_REVISION)
		return refuse(-EINVAL, "%s configuration has revision %u, needed is %u", what,
			      revision, JAILHOUSE_CONFIG_REVISION);
	if (architecture != JAILHOUSE_X86)
		return refuse(-EINVAL,
			      "%s configuration is for architecture %u, needed is %u (x86)", what,
			      architecture, JAILHOUSE_X86);
	return 0;
}

static int check_system_format(const struct jailhouse_system *config)
{
	if (memcmp(config->signature, JAILHOUSE_SYSTEM_SIGNATURE, JAILHOUSE_SIGNATURE_LEN))
		return refuse(-EINVAL, "no system configuration: signature is not \"%s\"",
			      JAILHOUSE_SYSTEM_SIGNATURE);
	return check_format("system", config->architecture, config->revision);
}

static int check_cell_format(const struct jailhouse_cell_desc *cell)
{
	if (memcmp(cell->signature, JAILHOUSE_CELL_DESC_SIGNATURE, JAILHOUSE_SIGNATURE_LEN))
		return refuse(-EINVAL, "no cell configuration: signature is not \"%s\"",
			      JAILHOUSE_CELL_DESC_SIGNATURE);
	return check_format("cell", cell->architecture, cell->revision);
}

static int check_name(const struct jailhouse_cell_desc *cell)
{
	size_t length = strnlen(cell->name, sizeof(cell->name));

	if (length == 0 || length == sizeof(cell->name))
		return refuse(-EINVAL, "name of the cell is empty or not terminated");
	return 0;
}

static int check_system_size(u64 size)
{
	if (size > MAX_SYSTEM_SIZE)
		return refuse(-E2BIG,
			      "system configuration of %llu bytes: its counts are wrong, "
			      "or it is over %u bytes",
			      size, MAX_SYSTEM_SIZE);
	return 0;
}

/* User space may change it between the two reads, so that nothing read first counts later. */
static int check_system_again(const struct jailhouse_system *config, u64 size)
{
	int err;

	err = check_system_format(config);
	if (err)
		return err;
	if (jailhouse_system_config_size(config) != size)
		return refuse(-EINVAL, "system configuration changed while it was read");
	return check_name(&config->root_cell);
}

struct jailhouse_system *config_copy_system(const void __user *source)
{
	struct jailhouse_system *config, header;
	u64 size;
	int err;

	if (copy_from_user(&header, source, sizeof(header)))
		return ERR_PTR(refuse(-EFAULT, "system configuration cannot be read"));
	err = check_system_format(&header);
	if (err)
		return ERR_PTR(err);

	size = jailhouse_system_config_size(&header);
	err = check_system_size(size);
	if (err)
		return ERR_PTR(err);

	config = vmemdup_user(source, size);
	if (IS_ERR(config))
		return ERR_PTR(refuse(PTR_ERR(config),
				      "system configuration cannot be copied: "
				      "%llu bytes by its counts",
				      size));

	err = check_system_again(config, size);
	if (err) {
		kvfree(config);
		return ERR_PTR(err);
	}
	return config;
}

static int check_cell(const struct jailhouse_cell_desc *cell, u32 size)
{
	int err;

	err = check_cell_format(cell);
	if (err)
		return err;
	if (jailhouse_cell_config_size(cell) > size)
		return refuse(-EINVAL, "cell configuration has %u bytes, but %llu by its counts",
			      size, jailhouse_cell_config_size(cell));
	return check_name(cell);
}

struct jailhouse_cell_desc *config_copy_cell(const struct jailhouse_cell_create *request)
{
	struct jailhouse_cell_desc *cell;
	int err;

	if (request->config_size < sizeof(*cell))
		return ERR_PTR(refuse(-EINVAL, "cell configuration of %u bytes is too short",
				      request->config_size));
	if (request->config_size > MAX_CELL_SIZE)
		return ERR_PTR(refuse(-E2BIG, "cell configuration of %u bytes is over %lu bytes",
				      request->config_size, MAX_CELL_SIZE));

	cell = memdup_user(u64_to_user_ptr(request->config_address), request->config_size);
	if (IS_ERR(cell))
		return ERR_PTR(refuse(PTR_ERR(cell), "cell configuration cannot be read"));

	err = check_cell(cell, request->config_size);
	if (err) {
		kfree(cell);
		return ERR_PTR(err);
	}
	return cell;
}

int config_cpu_set(const struct jailhouse_cell_desc *cell, struct cpumask *cpus, int error)
{
	const u8 *bytes = (const u8 *)jailhouse_cell_cpu_set(cell);
	u64 cpu;

	cpumask_clear(cpus);
	for (cpu = 0; cpu < 8 * (u64)cell->cpu_set_size; cpu++) {
		if (!(bytes[cpu / 8] & BIT(cpu % 8)))
			continue;
		if (cpu >= nr_cpu_ids)
			return refuse(error, "CPU %llu of cell \"%s\" does not exist", cpu,
				      cell->name);
		cpumask_set_cpu(cpu, cpus);
	}
	return 0;
}

int config_fill_in(struct jailhouse_system *config)
{
	if (!config->platform_info.x86.tsc_khz)
		config->platform_info.x86.tsc_khz = tsc_khz;
	if (!config->platform_info.x86.tsc_khz)
		return refuse(-EIO, "Linux does not know the TSC's frequency: set tsc_khz");

	if (!config->platform_info.x86.apic_khz)
		config->platform_info.x86.apic_khz = apic_timer_measure_khz();
	if (!config->platform_info.x86.apic_khz)
		return refuse(-EIO, "the APIC timer does not count: set apic_khz");
	pr_info("TSC at %u kHz, APIC timer at %u kHz\n", config->platform_info.x86.tsc_khz,
		config->platform_info.x86.apic_khz);
	return 0;
}

int config_check_reserved(u64 start, u64 size, const char *what)
{
	bool whole_mib = IS_ALIGNED(size, SZ_1M);

	if (region_intersects(start, size, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) ==
	    REGION_DISJOINT)
		return 0;
	return refuse(-EADDRINUSE,
		      "%s is used by Linux: reserve it with the kernel parameter "
		      "memmap=%llu%c$0x%llx",
		      what, whole_mib ? size / SZ_1M : DIV_ROUND_UP(size, SZ_1K),
		      whole_mib ? 'M' : 'K', start);
}

/* Memory regions of a channel, beginning with shmem_regions_start */
static unsigned int num_channel_regions(const struct jailhouse_pci_device *device)
{
	if (device->type != JAILHOUSE_PCI_TYPE_IVSHMEM)
		return 0;
	return device->shmem_peers ? 2 + device->shmem_peers : 1;
}

int config_check_channels(const struct jailhouse_cell_desc *cell)
{
	const struct jailhouse_pci_device *device = jailhouse_cell_pci_devices(cell);
	const struct jailhouse_memory *regions = jailhouse_cell_mem_regions(cell);
	unsigned int n, i, region;
	char what[80];
	int err = 0;

	for (n = 0; n < cell->num_pci_devices; n++, device++) {
		for (i = 0; i < num_channel_regions(device) && !err; i++) {
			region = device->shmem_regions_start + i;
			/* The hypervisor will tell what is wrong with it. */
			if (region >= cell->num_memory_regions || !regions[region].size)
				continue;
			snprintf(what, sizeof(what),
				 "memory region %u, of a channel of cell \"%s\",", region,
				 cell->name);
			err = config_check_reserved(regions[region].phys_start,
						    regions[region].size, what);
		}
	}
	return err;
}
