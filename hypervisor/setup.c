/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Late launch: all CPUs enter from Linux at the same time. The first one builds what they share, then
 * each prepares itself, and only if that has worked everywhere Linux becomes a guest; otherwise all
 * return the same error, with nothing changed.
 */
#include <jailhouse/errno.h>

#include "../common/config-check.h"
#include "arch/x86/apic.h"
#include "arch/x86/descriptors.h"
#include "arch/x86/ioapic.h"
#include "arch/x86/percpu.h"
#include "arch/x86/svm.h"
#include "cell.h"
#include "console.h"
#include "hypervisor.h"
#include "pci.h"

const struct jailhouse_system *system_config;

static struct {
	/* CPUs that have arrived at a step */
	unsigned int entered, prepared;
	/* The first CPU is done with what is shared. */
	bool shared_done;
	/* First error of any CPU */
	int error;
} init;

struct per_cpu *per_cpu(unsigned int cpu_id)
{
	return (struct per_cpu *)(__core_end + (u64)cpu_id * PER_CPU_SIZE);
}

static void report_line(void *arg, const char *line)
{
	(void)arg;
	printk("%s\n", line);
}

const struct config_report config_report_console = { .line = report_line };

static void note_error(int err)
{
	int none = 0;

	if (err)
		__atomic_compare_exchange_n(&init.error, &none, err, false, __ATOMIC_ACQ_REL,
					    __ATOMIC_ACQUIRE);
}

static int has_error(void)
{
	return __atomic_load_n(&init.error, __ATOMIC_ACQUIRE);
}

/* The configuration lies behind the per-CPU blocks, the page pool behind the configuration. */
static int init_memory(void)
{
	u64 config = (u64)__core_end + (u64)hypervisor_header.max_cpus * PER_CPU_SIZE;
	const struct jailhouse_memory *memory;
	u64 config_end, end;
	int err;

	system_config = (const struct jailhouse_system *)config;
	/* How far the driver has copied is not known, but the memory behind is ours anyway. */
	err = config_check_system(system_config, CONFIG_CHECK_MAX_SYSTEM_SIZE,
				  &config_report_console);
	if (err)
		return err;
	memory = &system_config->hypervisor_memory;
	end = JAILHOUSE_BASE + memory->size;
	config_end = config + PAGES(jailhouse_system_config_size(system_config)) * PAGE_SIZE;
	if (config_end >= end) {
		printk("hypervisor_memory.size 0x%llx is too small, at least 0x%llx needed\n",
		       memory->size, config_end - JAILHOUSE_BASE);
		return -ENOMEM;
	}
	page_pool_init((void *)config_end, (end - config_end) >> PAGE_SHIFT,
		       memory->phys_start + (config_end - JAILHOUSE_BASE));
	return address_space_init();
}

static int init_root_cell(void)
{
	int err;

	cell_alloc(&system_config->root_cell, &err);
	if (err) {
		printk("Root cell: error %d\n", err);
		return err;
	}
	cell_reset_comm_page(root_cell);
	return 0;
}

static void warn_about_dma(void)
{
	if (system_config->platform_info.iommu_units[0].base)
		printk("IOMMU units are not used yet: ");
	printk("DMA of the root cell's devices is NOT restricted\n");
}

/* What all CPUs share, in the order in which parts need each other. */
static int init_shared(void)
{
	int err;

	err = init_memory();
	if (!err)
		err = address_space_init_cpu();
	if (!err)
		err = console_init(&system_config->debug_console);
	if (err)
		return err;
	printk("Hypervisor for \"%s\", %u CPUs, %u pages of memory\n",
	       system_config->root_cell.name, hypervisor_header.online_cpus, page_pool_size());
	err = apic_init();
	if (!err)
		err = svm_init();
	if (err)
		return err;
	pci_init(system_config);
	ioapic_init();
	err = init_root_cell();
	if (!err)
		warn_about_dma();
	return err;
}

/* What each CPU needs and what can fail. */
static int prepare_cpu(struct per_cpu *cpu)
{
	int err;

	err = address_space_init_cpu();
	if (err)
		return err;
	if (!cpu_set_has(&root_cell->cpus, cpu->cpu_id)) {
		printk("CPU %u is not in the root cell's CPU set\n", cpu->cpu_id);
		return -EINVAL;
	}
	cpu->cell = root_cell;
	err = apic_init_cpu(cpu);
	if (!err)
		cpu->online = true;
	return err;
}

static void wait_for_shared(void)
{
	while (!__atomic_load_n(&init.shared_done, __ATOMIC_ACQUIRE))
		cpu_relax();
}

static void wait_for_all(unsigned int *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_ACQ_REL);
	while (__atomic_load_n(counter, __ATOMIC_ACQUIRE) < hypervisor_header.online_cpus)
		cpu_relax();
}

/*
 * From entry.S. @resume: Linux address at which the guest goes on. Returns a negative errno value,
 * or does not return.
 */
int hypervisor_init(unsigned int cpu_id, u64 resume);

int hypervisor_init(unsigned int cpu_id, u64 resume)
{
	bool is_first = __atomic_fetch_add(&init.entered, 1, __ATOMIC_ACQ_REL) == 0;
	struct per_cpu *cpu = this_cpu();

	cpu->cpu_id = cpu_id;
	cpu->linux_resume = resume;
	svm_save_linux(cpu);
	if (is_first) {
		descriptors_init();
		descriptors_load();
		note_error(init_shared());
		__atomic_store_n(&init.shared_done, true, __ATOMIC_RELEASE);
	} else {
		wait_for_shared();
		descriptors_load();
	}
	if (!has_error())
		note_error(prepare_cpu(cpu));
	wait_for_all(&init.prepared);
	if (has_error())
		return has_error();

	svm_init_cpu(cpu);
	if (is_first)
		printk("The root cell is running\n");
	vmrun_loop();
}
