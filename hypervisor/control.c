/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Management operations: create, start, set loadable, destroy, disable; and failure of cells.
 */
#include "control.h"

#include "../common/config-check.h"
#include "arch/x86/events.h"
#include "arch/x86/guest-memory.h"
#include "arch/x86/percpu.h"
#include "arch/x86/svm.h"
#include "arch/x86/vmexit.h"
#include "cell-memory.h"
#include "cell.h"
#include "console.h"
#include "hypervisor.h"
#include "message.h"
#include "string.h"

/* Cells beside root that a new one is checked against */
#define MAX_OTHER_CELLS 64

static spinlock_t lock;
unsigned int num_cells = 1;
/* Root CPUs that have issued "disable" */
static unsigned int num_leaving;

void control_lock(struct per_cpu *cpu)
{
	u16 ticket = __atomic_fetch_add(&lock.next, 1, __ATOMIC_RELAXED);

	while (__atomic_load_n(&lock.owner, __ATOMIC_ACQUIRE) != ticket) {
		/* The holder may want to suspend us. */
		cpu_process_events(cpu);
		cpu_relax();
	}
	address_space_sync(cpu);
}

void control_unlock(void)
{
	spin_unlock(&lock);
}

static void suspend_cell(const struct cell *cell)
{
	unsigned int n;

	for_each_cpu (n, &cell->cpus)
		if (per_cpu(n) != this_cpu())
			cpu_request_suspend(per_cpu(n));
	for_each_cpu (n, &cell->cpus)
		if (per_cpu(n) != this_cpu())
			cpu_await_suspend(per_cpu(n));
}

static void resume_cell(const struct cell *cell)
{
	unsigned int n;

	for_each_cpu (n, &cell->cpus)
		if (per_cpu(n) != this_cpu())
			cpu_resume(per_cpu(n));
}

static void post_to_cell(const struct cell *cell, u32 events)
{
	unsigned int n;

	for_each_cpu (n, &cell->cpus)
		cpu_post_events(per_cpu(n), events);
}

/* Tables of root may have changed, even if what was to be done has failed. */
static void resume_root(void)
{
	post_to_cell(root_cell, CPU_EVENT_FLUSH_TLB);
	resume_cell(root_cell);
}

/* What the hypervisor says of a stopped cell, in the communication region as well. */
static void set_state(struct cell *cell, u32 state)
{
	cell->stopped_state = state;
	cell->comm_page->region.cell_state = state;
}

void cell_stop(struct cell *cell, u32 state)
{
	suspend_cell(cell);
	set_state(cell, state);
	pci_cell_reset(&cell->pci);
	ioapic_cell_reset(&cell->ioapic);
	post_to_cell(cell, CPU_EVENT_PARK);
	resume_cell(cell);
}

void cell_fail(struct per_cpu *cpu)
{
	struct cell *cell = cpu->cell;

	cpu->failed = true;
	printk("%s CPU %u\n", cell == root_cell ? "Stopping" : "Stopping the cell of", cpu->cpu_id);
	cpu_post_events(cpu, CPU_EVENT_PARK);
	if (cell == root_cell)
		return;

	cell->stopped_state = JAILHOUSE_CELL_FAILED;
	control_lock(cpu);
	/* A management operation may have stopped or even destroyed the cell meanwhile. */
	if (cpu->cell == cell && cell->stopped_state == JAILHOUSE_CELL_FAILED)
		cell_stop(cell, JAILHOUSE_CELL_FAILED);
	control_unlock();
}

/* Copies a cell configuration from root's memory. Returns its pages, or NULL and stores the error. */
static struct jailhouse_cell_desc *copy_config(struct per_cpu *cpu, u64 phys, unsigned int *pages,
					       int *err)
{
	struct jailhouse_cell_desc header, *config;
	u64 size;

	*err = -EINVAL;
	if (guest_read_phys(cpu, phys, &header, sizeof(header)))
		return NULL;
	size = jailhouse_cell_config_size(&header);
	*err = -E2BIG;
	if (size > CONFIG_CHECK_MAX_CELL_SIZE)
		return NULL;
	*pages = PAGES(size);
	config = page_alloc(*pages);
	*err = config ? -EINVAL : -ENOMEM;
	if (config && guest_read_phys(cpu, phys, config, size)) {
		page_free(config, *pages);
		config = NULL;
	}
	return config;
}

static int check_beside(const struct jailhouse_cell_desc *config)
{
	const struct jailhouse_cell_desc *others[MAX_OTHER_CELLS];
	unsigned int num = 0;
	struct cell *cell;

	for_each_non_root_cell (cell) {
		if (num == MAX_OTHER_CELLS)
			return -ENOMEM;
		others[num++] = cell->config;
	}
	return config_check_beside(system_config, config, others, num, &config_report_console);
}

static int check_config(const struct jailhouse_cell_desc *config, u64 size)
{
	int err;

	if (cell_by_id(config->id)) {
		printk("Cell ID %u exists\n", config->id);
		return -EEXIST;
	}
	err = config_check_cell(system_config, config, size, &config_report_console);
	return err ? err : check_beside(config);
}

/* All must be root's, and root needs to keep the one that asks. */
static int check_cpus(const struct per_cpu *cpu, const struct cell *cell)
{
	unsigned int n;

	for_each_cpu (n, &cell->cpus) {
		if (!cpu_set_has(&root_cell->cpus, n) || per_cpu(n) == cpu) {
			printk("Cell \"%s\": CPU %u is not available\n", cell->config->name, n);
			return -EBUSY;
		}
	}
	return 0;
}

/* Moves CPUs between root and a cell, with all of them suspended. */
static void move_cpus(const struct cell *cell, struct cell *to, u32 events)
{
	struct per_cpu *cpu;
	unsigned int n;

	for_each_cpu (n, &cell->cpus) {
		cpu = per_cpu(n);
		cpu->cell = to;
		cpu->failed = false;
		memset((void *)cpu->stats, 0, sizeof(cpu->stats));
		if (to == root_cell)
			cpu_set_add(&root_cell->cpus, n);
		else
			cpu_set_remove(&root_cell->cpus, n);
		cpu_post_events(cpu, events);
	}
}

static void update_root_irqs(void)
{
	pci_cell_update_irqs(&root_cell->pci);
	ioapic_cell_update_irqs(&root_cell->ioapic);
}

static void append_cell(struct cell *cell)
{
	struct cell *last = root_cell;

	while (last->next)
		last = last->next;
	last->next = cell;
	num_cells++;
}

static void remove_cell(struct cell *cell)
{
	struct cell *previous = root_cell;

	while (previous->next != cell)
		previous = previous->next;
	previous->next = cell->next;
	num_cells--;
}

/* With the configuration copied and root suspended. On success it belongs to the cell. */
static int create_cell(struct per_cpu *cpu, struct jailhouse_cell_desc *config, unsigned int pages)
{
	struct cell *cell;
	int err;

	err = check_config(config, (u64)pages * PAGE_SIZE);
	if (err)
		return err;
	cell = cell_alloc(config, &err);
	if (!cell)
		return err;
	err = check_cpus(cpu, cell);
	if (!err)
		err = root_memory_revoke(cell);
	if (err) {
		cell_free(cell);
		return err;
	}
	cell->config_pages = pages;
	cell_reset_comm_page(cell);
	set_state(cell, JAILHOUSE_CELL_SHUT_DOWN);
	append_cell(cell);
	root_update_resources();
	move_cpus(cell, cell, CPU_EVENT_PARK);
	update_root_irqs();
	resume_cell(cell);
	printk("Created cell \"%s\"\n", config->name);
	return 0;
}

static bool any_cell_locked(const struct cell *except)
{
	struct cell *cell;

	for_each_non_root_cell (cell)
		if (cell != except && cell_state(cell) == JAILHOUSE_CELL_RUNNING_LOCKED)
			return true;
	return false;
}

int control_cell_create(struct per_cpu *cpu, u64 config_phys)
{
	struct jailhouse_cell_desc *config;
	unsigned int pages = 0;
	int err;

	if (num_leaving)
		return -EBUSY;
	if (any_cell_locked(NULL))
		return -EPERM;
	suspend_cell(root_cell);
	config = copy_config(cpu, config_phys, &pages, &err);
	if (config) {
		err = create_cell(cpu, config, pages);
		if (err)
			page_free(config, pages);
	}
	resume_root();
	if (!err)
		message_reconfigured(cpu);
	return err;
}

/*
 * Asks a running cell to end, and stops it. Returns 0, -EPERM if it does not want to, or
 * HYPERCALL_AGAIN: so this comes before anything is changed.
 */
static int shut_down(struct per_cpu *cpu, struct cell *cell)
{
	int err = message_request_shutdown(cpu, cell);

	if (err)
		return err;
	cell_stop(cell, cell_state(cell) == JAILHOUSE_CELL_FAILED ? JAILHOUSE_CELL_FAILED
								  : JAILHOUSE_CELL_SHUT_DOWN);
	return 0;
}

static int take_loadable(struct cell *cell)
{
	int err;

	if (!cell->loadable)
		return 0;
	suspend_cell(root_cell);
	err = root_memory_revoke(cell);
	resume_root();
	if (!err)
		cell->loadable = false;
	return err;
}

int control_cell_start(struct per_cpu *cpu, struct cell *cell)
{
	unsigned int n;
	int err;

	err = shut_down(cpu, cell);
	if (!err)
		err = take_loadable(cell);
	if (err)
		return err;

	suspend_cell(cell);
	pci_cell_reset(&cell->pci);
	ioapic_cell_reset(&cell->ioapic);
	cell_reset_comm_page(cell);
	cell->stopped_state = JAILHOUSE_CELL_RUNNING;
	for_each_cpu (n, &cell->cpus) {
		per_cpu(n)->failed = false;
		cpu_post_events(per_cpu(n), CPU_EVENT_START);
	}
	/* Before the cell can print anything itself */
	printk("Started cell \"%s\"\n", cell->config->name);
	resume_cell(cell);
	return 0;
}

int control_cell_set_loadable(struct per_cpu *cpu, struct cell *cell)
{
	int err = shut_down(cpu, cell);

	if (err)
		return err;
	set_state(cell, JAILHOUSE_CELL_SHUT_DOWN);
	/* Also if only a part gets mapped: the next start takes all of it away. */
	cell->loadable = true;
	suspend_cell(root_cell);
	err = root_memory_map_loadable(cell);
	resume_root();
	return err;
}

int control_cell_destroy(struct per_cpu *cpu, struct cell *cell)
{
	int err;

	if (any_cell_locked(cell))
		return -EPERM;
	err = shut_down(cpu, cell);
	if (err)
		return err;

	/* All of the cell's CPUs are parked now. After an error, the next start takes all away again. */
	cell->loadable = true;
	suspend_cell(root_cell);
	err = root_memory_return(cell);
	if (err) {
		resume_root();
		return err;
	}
	suspend_cell(cell);
	remove_cell(cell);
	root_update_resources();
	move_cpus(cell, root_cell, CPU_EVENT_INIT);
	update_root_irqs();
	resume_root();
	printk("Destroyed cell \"%s\"\n", cell->config->name);
	cell_free(cell);
	message_reconfigured(cpu);
	return 0;
}

/* The last root CPU to come restores what the hypervisor had taken from the machine. */
static void restore_machine(void)
{
	pci_restore_all();
	ioapic_restore();
	printk("Hypervisor disabled\n");
}

int control_disable(struct per_cpu *cpu)
{
	unsigned int num_cpus = cpu_set_count(&root_cell->cpus);

	if (root_cell->next)
		return -EBUSY;
	if (num_leaving + 1 == num_cpus)
		restore_machine();
	__atomic_store_n(&num_leaving, num_leaving + 1, __ATOMIC_RELEASE);
	control_unlock();
	while (__atomic_load_n(&num_leaving, __ATOMIC_ACQUIRE) < num_cpus) {
		cpu_process_events(cpu);
		cpu_relax();
	}
	svm_leave(cpu);
	vmexit_dump(cpu, "cannot write to the stack to leave");
	control_lock(cpu);
	return -EINVAL;
}
