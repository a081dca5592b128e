/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hypercalls: who may call what, and the small ones themselves.
 */
#include <jailhouse/errno.h>
#include <jailhouse/hypercall.h>

#include "arch/x86/percpu.h"
#include "cell.h"
#include "console.h"
#include "control.h"
#include "hypervisor.h"

/* Counters are told in 31 bits, so that they are never negative. */
#define STAT_MASK 0x7fffffff

static int carry_out(struct per_cpu *cpu, u32 code, u64 arg)
{
	struct cell *cell;

	if (code == JAILHOUSE_HC_DISABLE)
		return control_disable(cpu);
	if (code == JAILHOUSE_HC_CELL_CREATE)
		return control_cell_create(cpu, arg);
	cell = cell_by_id((u32)arg);
	if (!cell)
		return -ENOENT;
	if (cell == root_cell)
		return -EINVAL;
	if (code == JAILHOUSE_HC_CELL_START)
		return control_cell_start(cpu, cell);
	if (code == JAILHOUSE_HC_CELL_SET_LOADABLE)
		return control_cell_set_loadable(cpu, cell);
	return control_cell_destroy(cpu, cell);
}

/* Operations that only root may ask for and that exclude each other. */
static int manage(struct per_cpu *cpu, u32 code, u64 arg)
{
	int result = -EPERM;

	if (cpu->cell != root_cell)
		return -EPERM;
	control_lock(cpu);
	/* Another CPU may have given this one away meanwhile. */
	if (cpu->cell == root_cell)
		result = carry_out(cpu, code, arg);
	control_unlock();
	return result;
}

/*
 * Takes no lock, which a management operation may hold while it waits for a cell's answer: cells
 * come and go only while all other CPUs of root are suspended, and none of them is in here then.
 */
static int get_state(const struct per_cpu *cpu, u64 id)
{
	const struct cell *cell;

	if (cpu->cell != root_cell)
		return -EPERM;
	cell = cell_by_id((u32)id);
	return cell ? cell_state(cell) : -ENOENT;
}

static int get_info(u64 type)
{
	switch (type) {
	case JAILHOUSE_INFO_MEM_POOL_SIZE:
		return page_pool_size();
	case JAILHOUSE_INFO_MEM_POOL_USED:
		return page_pool_used();
	case JAILHOUSE_INFO_REMAP_POOL_SIZE:
		return REMAP_POOL_PAGES;
	case JAILHOUSE_INFO_REMAP_POOL_USED:
		return remap_pool_used();
	case JAILHOUSE_INFO_NUM_CELLS:
		return num_cells;
	default:
		return -EINVAL;
	}
}

static int get_cpu_info(struct per_cpu *cpu, u64 target_id, u64 type)
{
	struct per_cpu *target;

	if (target_id >= hypervisor_header.max_cpus)
		return -EINVAL;
	target = per_cpu(target_id);
	if (!target->online)
		return -EINVAL;
	if (cpu->cell != root_cell && target->cell != cpu->cell)
		return -EPERM;
	if (type == JAILHOUSE_CPU_INFO_STATE)
		return target->failed ? JAILHOUSE_CPU_FAILED : JAILHOUSE_CPU_RUNNING;
	if (type >= JAILHOUSE_CPU_INFO_STAT_BASE &&
	    type - JAILHOUSE_CPU_INFO_STAT_BASE < JAILHOUSE_NUM_CPU_STATS)
		return target->stats[type - JAILHOUSE_CPU_INFO_STAT_BASE] & STAT_MASK;
	return -EINVAL;
}

static int put_character(struct per_cpu *cpu, u64 c)
{
	if (!CELL_FLAGS_VIRTUAL_CONSOLE_PERMITTED(cpu->cell->config->flags))
		return -EPERM;
	console_putc(cpu->cell, (char)c);
	return 0;
}

int hypercall_handle(struct per_cpu *cpu, u32 code, u64 arg1, u64 arg2)
{
	switch (code) {
	case JAILHOUSE_HC_DISABLE:
	case JAILHOUSE_HC_CELL_CREATE:
	case JAILHOUSE_HC_CELL_START:
	case JAILHOUSE_HC_CELL_SET_LOADABLE:
	case JAILHOUSE_HC_CELL_DESTROY:
		return manage(cpu, code, arg1);
	case JAILHOUSE_HC_CELL_GET_STATE:
		return get_state(cpu, arg1);
	case JAILHOUSE_HC_HYPERVISOR_GET_INFO:
		return get_info(arg1);
	case JAILHOUSE_HC_CPU_GET_INFO:
		return get_cpu_info(cpu, arg1, arg2);
	case JAILHOUSE_HC_DEBUG_CONSOLE_PUTC:
		return put_character(cpu, arg1);
	default:
		return -ENOSYS;
	}
}
