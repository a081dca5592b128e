// SPDX-License-Identifier: GPL-2.0-only
/*
 * Switches the hypervisor on and off.
 *
 * All CPUs enter and leave it at the same time, from stop_machine: a mere IPI could catch a CPU
 * that holds a lock for which another one waits with interrupts off.
 */
#define pr_fmt(fmt) "jailhouse: " fmt

#include <linux/cpu.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/rwsem.h>
#include <linux/stop_machine.h>

#include "bootstrap.h"
#include "cell.h"
#include "config.h"
#include "console.h"
#include "cpus.h"
#include "hypercall.h"
#include "hypervisor.h"
#include "image.h"
#include "pci-virtual.h"
#include "report.h"
#include "svm.h"
#include "trampoline.h"

/* Written with the driver's lock and, where it runs, @active held for writing. */
static struct {
	bool enabled;
	struct rw_semaphore active;
	/* Its memory in /proc/iomem. */
	struct resource *memory;
	/* What it was enabled with */
	struct jailhouse_system *config;
} hypervisor = {
	.active = __RWSEM_INITIALIZER(hypervisor.active),
};

/* Where the CPUs enter. */
struct entry {
	unsigned long address;
	unsigned long cr3;
};

bool hypervisor_enabled(void)
{
	return READ_ONCE(hypervisor.enabled);
}

int hypervisor_get(void)
{
	int err;

	err = down_read_interruptible(&hypervisor.active);
	if (err)
		return err;
	if (hypervisor.enabled)
		return 0;
	up_read(&hypervisor.active);
	return -ENODEV;
}

void hypervisor_put(void)
{
	up_read(&hypervisor.active);
}

static int check_memory(const struct jailhouse_memory *memory)
{
	u64 last = memory->phys_start + memory->size - 1;

	if (!memory->size || !PAGE_ALIGNED(memory->phys_start | memory->size) ||
	    last < memory->phys_start || last >> boot_cpu_data.x86_phys_bits)
		return refuse(-EINVAL,
			      "hypervisor_memory 0x%llx, size 0x%llx: not whole pages of "
			      "this machine",
			      memory->phys_start, memory->size);
	return config_check_reserved(memory->phys_start, memory->size, "hypervisor memory");
}

static int compare_cpus(const struct cpumask *configured)
{
	cpumask_var_t different;
	int err = 0;

	if (!alloc_cpumask_var(&different, GFP_KERNEL))
		return -ENOMEM;
	if (cpumask_andnot(different, configured, cpu_online_mask))
		err = refuse(-EINVAL, "the root cell's CPU set has CPU %*pbl, which is not online",
			     cpumask_pr_args(different));
	else if (cpumask_andnot(different, cpu_online_mask, configured))
		err = refuse(-EINVAL, "CPU %*pbl is online, but not in the root cell's CPU set",
			     cpumask_pr_args(different));
	free_cpumask_var(different);
	return err;
}

static int check_cpus(const struct jailhouse_system *config)
{
	cpumask_var_t configured;
	int err;

	if (!alloc_cpumask_var(&configured, GFP_KERNEL))
		return -ENOMEM;
	err = config_cpu_set(&config->root_cell, configured, -EINVAL);
	if (!err)
		err = compare_cpus(configured);
	free_cpumask_var(configured);
	return err;
}

static int check_machine(const struct jailhouse_system *config)
{
	int err;

	err = svm_check();
	if (err)
		return err;
	err = check_memory(&config->hypervisor_memory);
	if (!err)
		err = config_check_channels(&config->root_cell);
	if (err)
		return err;
	return check_cpus(config);
}

static int claim_memory(const struct jailhouse_memory *memory)
{
	hypervisor.memory = request_mem_region(memory->phys_start, memory->size,
					       "Jailhouse hypervisor");
	if (!hypervisor.memory)
		return refuse(-EADDRINUSE, "hypervisor memory is in use by another driver: see "
					   "/proc/iomem");
	return 0;
}

static void release_memory(void)
{
	release_mem_region(hypervisor.memory->start, resource_size(hypervisor.memory));
	hypervisor.memory = NULL;
}

/* On each CPU, all at the same time, with interrupts off. */
static int enter_cpu(void *arg)
{
	const struct entry *entry = arg;

	return jailhouse_enter(smp_processor_id(), entry->address, entry->cr3);
}

static int enter_refused(const struct image *image, int error)
{
	char line[CONSOLE_LINE_SIZE];

	if (console_log(image_console(image), "system ", line))
		return refuse(error, "the hypervisor refused: %s", line);
	return refuse(error, "the hypervisor could not start (%pe)", ERR_PTR(error));
}

static int enter_all_cpus(struct entry *entry)
{
	int err;

	err = svm_enable();
	if (err)
		return err;

	down_write(&hypervisor.active);
	err = stop_machine(enter_cpu, entry, cpu_online_mask);
	if (!err)
		hypervisor.enabled = true;
	up_write(&hypervisor.active);

	if (err)
		svm_disable();
	return err;
}

static int enter_by_bootstrap(const struct image *image, const struct jailhouse_memory *memory)
{
	struct bootstrap bootstrap;
	struct entry entry;
	int err;

	err = bootstrap_create(&bootstrap, memory->phys_start, memory->size);
	if (err)
		return err;
	entry.address = JAILHOUSE_BASE + image->header->entry;
	entry.cr3 = bootstrap_cr3(&bootstrap);

	err = enter_all_cpus(&entry);
	bootstrap_free(&bootstrap);
	if (err)
		return enter_refused(image, err);
	return 0;
}

/* The console has a mapping of its own: the rest cannot be reached while the hypervisor runs. */
static int launch_image(const struct image *image, const struct jailhouse_system *config)
{
	int err;

	err = console_map(config->hypervisor_memory.phys_start + image->header->console_page,
			  config->flags & JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE);
	if (err)
		return err;
	err = enter_by_bootstrap(image, &config->hypervisor_memory);
	if (err)
		console_unmap();
	else
		console_start();
	return err;
}

static int launch(const struct jailhouse_system *config)
{
	struct image image;
	int err;

	err = image_load(&image, config);
	if (err)
		return err;
	err = launch_image(&image, config);
	image_unmap(&image);
	return err;
}

static int launch_with_root_cell(const struct jailhouse_system *config)
{
	int err;

	err = claim_memory(&config->hypervisor_memory);
	if (err)
		return err;
	err = cell_create_root(config);
	if (err)
		goto release;
	err = launch(config);
	if (!err)
		return 0;

	cell_remove_root();
release:
	release_memory();
	return err;
}

static void announce(const struct jailhouse_system *config)
{
	pr_info("the hypervisor runs on %u CPUs, Linux is its root cell \"%s\"\n",
		num_online_cpus(), config->root_cell.name);
	pr_warn("DMA of the root cell's devices is not restricted: IOMMUs are not supported yet\n");
}

/* CPU hotplug is disabled, so that the CPUs that are online stay so. */
static int enable_with_fixed_cpus(struct jailhouse_system *config)
{
	int err;

	err = check_machine(config);
	if (err)
		return err;
	err = config_fill_in(config);
	if (err)
		return err;
	err = launch_with_root_cell(config);
	if (err)
		return err;

	cpus_restrict(cpu_online_mask);
	__module_get(THIS_MODULE);
	announce(config);
	return 0;
}

int hypervisor_enable(const void __user *arg)
{
	struct jailhouse_system *config;
	int err;

	if (hypervisor.enabled)
		return refuse(-EBUSY, "the hypervisor runs already");
	config = config_copy_system(arg);
	if (IS_ERR(config))
		return PTR_ERR(config);

	cpu_hotplug_disable();
	err = enable_with_fixed_cpus(config);
	cpu_hotplug_enable();
	if (err) {
		kvfree(config);
		return err;
	}
	hypervisor.config = config;
	pci_virtual_add(&config->root_cell);
	return 0;
}

static int leave_cpu(void *unused)
{
	int err = hypercall(JAILHOUSE_HC_DISABLE, 0, 0);

	if (!err)
		svm_disable_cpu();
	return err;
}

static int leave_all_cpus(void)
{
	int err;

	down_write(&hypervisor.active);
	err = stop_machine(leave_cpu, NULL, cpu_online_mask);
	if (!err)
		hypervisor.enabled = false;
	up_write(&hypervisor.active);
	return err;
}

static int disable_with_fixed_cpus(void)
{
	int err;

	err = cell_check_root_cpus();
	if (err)
		return err;
	err = leave_all_cpus();
	if (err)
		return refuse(err, "the hypervisor refuses to stop (%pe)", ERR_PTR(err));

	console_stop();
	console_unmap();
	cell_remove_root();
	release_memory();
	cpus_restrict(NULL);
	pr_info("the hypervisor has stopped\n");
	module_put(THIS_MODULE);
	return 0;
}

int hypervisor_disable(void)
{
	int err;

	if (!hypervisor.enabled)
		return refuse(-EINVAL, "the hypervisor does not run");
	/* Before any cell is lost. */
	err = cell_check_root_cpus();
	if (err)
		return err;
	err = cell_destroy_all();
	if (err)
		return err;

	pci_virtual_remove(&hypervisor.config->root_cell);
	cpu_hotplug_disable();
	err = disable_with_fixed_cpus();
	cpu_hotplug_enable();
	if (err) {
		pci_virtual_add(&hypervisor.config->root_cell);
		return err;
	}
	kvfree(hypervisor.config);
	hypervisor.config = NULL;
	return 0;
}
