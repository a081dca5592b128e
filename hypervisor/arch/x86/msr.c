/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MSR permission maps and emulation. Root uses all registers but those that would undo the
 * partitioning. Other cells have a list of registers that belong to their CPU alone; access to any
 * other one raises #GP, and writing to those of memory types or of the APIC's address breaks a rule.
 */
#include "msr.h"

#include <jailhouse/errno.h>

#include "cell.h"
#include "string.h"
#include "apic-registers.h"
#include "apic.h"
#include "processor.h"
#include "svm.h"

/* Each 2 KiB of a map cover 8192 registers with 2 bits each: read, write. */
#define MAP_BYTES_PER_RANGE 2048
#define MSRS_PER_RANGE      8192

#define READ  1U
#define WRITE 2U

static const u32 map_ranges[] = { 0x00000000, 0xc0000000, 0xc0010000 };

struct msr_rule {
	u32 first, last;
	unsigned int access;
};

/* Accesses of root that are intercepted */
static const struct msr_rule root_intercepts[] = {
	{ MSR_APIC_BASE, MSR_APIC_BASE, WRITE },
	{ MSR_EFER, MSR_EFER, READ | WRITE },
	{ MSR_VM_CR, MSR_VM_CR, WRITE },
	{ MSR_SMM_CTL, MSR_SMM_CTL, WRITE },
	{ MSR_VM_HSAVE_PA, MSR_VM_HSAVE_PA, READ | WRITE },
	{ MSR_X2APIC_ICR, MSR_X2APIC_ICR, WRITE },
};

#define MSR_MPERF    0x000000e7
#define MSR_APERF    0x000000e8
#define MSR_MTRR_CAP 0x000000fe

/* Accesses of other cells that are not intercepted */
static const struct msr_rule cell_permissions[] = {
	{ MSR_TSC, MSR_TSC, READ },
	{ MSR_MPERF, MSR_APERF, READ },
	{ MSR_MTRR_CAP, MSR_MTRR_CAP, READ },
	{ MSR_SYSENTER_CS, MSR_SYSENTER_EIP, READ | WRITE },
	{ MSR_MTRR_FIRST, MSR_MTRR_LAST, READ },
	{ MSR_PAT, MSR_PAT, READ | WRITE },
	{ MSR_SPEC_CTRL, MSR_PRED_CMD, READ | WRITE },
	{ MSR_XSS, MSR_XSS, READ | WRITE },
	{ MSR_TSC_DEADLINE, MSR_TSC_DEADLINE, READ | WRITE },
	{ MSR_STAR, MSR_SFMASK, READ | WRITE },
	{ MSR_FS_BASE, MSR_TSC_AUX, READ | WRITE },
	{ MSR_PERF_LEGACY_SELECT_0, MSR_PERF_LEGACY_LAST, READ | WRITE },
	{ MSR_PERF_FIRST, MSR_PERF_LAST, READ | WRITE },
};

/*
 * The same if the machine's APICs are in x2APIC mode. Writes to LVTs and to the ICR are checked, and
 * reading the ICR is not worth a rule.
 */
#define X2APIC(reg) (MSR_X2APIC_FIRST + (reg))

static const struct msr_rule cell_x2apic_permissions[] = {
	{ MSR_X2APIC_FIRST, MSR_X2APIC_ICR - 1, READ },
	{ MSR_X2APIC_ICR + 1, MSR_X2APIC_LAST, READ },
	{ X2APIC(APIC_TPR), X2APIC(APIC_TPR), WRITE },
	{ X2APIC(APIC_EOI), X2APIC(APIC_EOI), WRITE },
	{ X2APIC(APIC_SVR), X2APIC(APIC_SVR), WRITE },
	{ X2APIC(APIC_ESR), X2APIC(APIC_ESR), WRITE },
	{ X2APIC(APIC_TIMER_INITIAL), X2APIC(APIC_TIMER_INITIAL), WRITE },
	{ X2APIC(APIC_TIMER_DIVIDE), X2APIC(APIC_SELF_IPI), WRITE },
};

static u8 *root_map, *cell_map;

/* Bits of EFER that a guest may set */
static u64 efer_mask;

/* Where in a map the bits of a register are; -1 outside of all ranges, which always exits. */
static int map_bit(u32 msr)
{
	unsigned int range;

	for (range = 0; range < ARRAY_SIZE(map_ranges); range++)
		if (msr - map_ranges[range] < MSRS_PER_RANGE)
			return range * MAP_BYTES_PER_RANGE * 8 + (msr - map_ranges[range]) * 2;
	return -1;
}

/* Sets or clears the intercept bits of one register. */
static void set_intercept(u8 *map, u32 msr, unsigned int access, bool intercept)
{
	int bit = map_bit(msr);

	if (bit < 0)
		return;
	map += bit / 8;
	*map = intercept ? *map | access << bit % 8 : *map & ~(access << bit % 8);
}

static void apply_rules(u8 *map, const struct msr_rule *rules, unsigned int num, bool intercept)
{
	unsigned int n;
	u32 msr;

	for (n = 0; n < num; n++)
		for (msr = rules[n].first; msr <= rules[n].last; msr++)
			set_intercept(map, msr, rules[n].access, intercept);
}

/* Bits of EFER that the processor lets software set, APM vol. 2, 3.1.7; tried out. */
static u64 efer_supported(void)
{
	u64 now = read_msr(MSR_EFER), supported = now | X86_EFER_LME | X86_EFER_LMA, bit, value;

	for (bit = X86_EFER_SCE; bit <= X86_EFER_AUTOIBRS; bit <<= 1) {
		if (!write_msr_checked(MSR_EFER, now | bit) && !read_msr_checked(MSR_EFER, &value))
			supported |= value & bit;
	}
	write_msr(MSR_EFER, now);
	return supported;
}

int msr_init(void)
{
	efer_mask = efer_supported();
	root_map = page_alloc(MSRPM_PAGES);
	cell_map = page_alloc(MSRPM_PAGES);
	if (!root_map || !cell_map)
		return -ENOMEM;
	apply_rules(root_map, root_intercepts, ARRAY_SIZE(root_intercepts), true);
	memset(cell_map, 0xff, MSRPM_PAGES * PAGE_SIZE);
	apply_rules(cell_map, cell_permissions, ARRAY_SIZE(cell_permissions), false);
	if (apic_is_x2apic())
		apply_rules(cell_map, cell_x2apic_permissions, ARRAY_SIZE(cell_x2apic_permissions),
			    false);
	return 0;
}

const u8 *msr_permission_map(const struct cell *cell)
{
	return cell == root_cell ? root_map : cell_map;
}

/* Cells other than root have x2APIC registers whatever the machine has. */
static bool is_x2apic_msr(const struct per_cpu *cpu, u32 msr)
{
	return msr >= MSR_X2APIC_FIRST && msr <= MSR_X2APIC_LAST &&
	       (cpu->cell != root_cell || apic_is_x2apic());
}

static void count_msr_exit(struct per_cpu *cpu, u32 msr)
{
	count_exit(cpu, msr == MSR_X2APIC_ICR ? JAILHOUSE_CPU_STAT_VMEXITS_MSR_X2APIC_ICR
					      : JAILHOUSE_CPU_STAT_VMEXITS_MSR_OTHER);
}

/* A register that root could access without exit if the permission maps covered it. */
static bool is_roots_own(const struct per_cpu *cpu, u32 msr)
{
	return cpu->cell == root_cell && map_bit(msr) < 0;
}

enum msr_result msr_read(struct per_cpu *cpu, u32 msr, u64 *value)
{
	count_msr_exit(cpu, msr);
	if (is_x2apic_msr(cpu, msr))
		return apic_msr_read(cpu, msr, value) ? MSR_DONE : MSR_FAULT;
	switch (msr) {
	case MSR_EFER:
		*value = cpu->vmcb.efer & ~X86_EFER_SVME;
		return MSR_DONE;
	case MSR_APIC_BASE:
		/* Cells see an APIC in x2APIC mode. */
		*value = read_msr(msr) | APIC_BASE_X2APIC;
		return MSR_DONE;
	case MSR_MTRR_DEF_TYPE:
		*value = cpu->mtrr_def_type;
		return MSR_DONE;
	case MSR_VM_HSAVE_PA:
		if (cpu->cell != root_cell)
			return MSR_FAULT;
		*value = 0;
		return MSR_DONE;
	default:
		if (is_roots_own(cpu, msr) && !read_msr_checked(msr, value))
			return MSR_DONE;
		return MSR_FAULT;
	}
}

static enum msr_result write_efer(struct per_cpu *cpu, u64 value)
{
	bool paging = cpu->vmcb.cr0 & X86_CR0_PG;

	if ((value & ~efer_mask) || (paging && ((value ^ cpu->vmcb.efer) & X86_EFER_LME)))
		return MSR_FAULT;
	/* LMA follows from LME and paging; software cannot write it. */
	cpu->vmcb.efer = (value & ~X86_EFER_LMA) | (cpu->vmcb.efer & X86_EFER_LMA) | X86_EFER_SVME;
	svm_flush_tlb(cpu);
	return MSR_DONE;
}

static enum msr_result write_of_root(struct per_cpu *cpu, u32 msr, u64 value)
{
	/* Linux writes back what it has read; mode and address stay. */
	if (msr == MSR_APIC_BASE && value == read_msr(msr))
		return MSR_DONE;
	if (is_roots_own(cpu, msr) && !write_msr_checked(msr, value))
		return MSR_DONE;
	return MSR_FAULT;
}

static enum msr_result write_of_cell(struct per_cpu *cpu, u32 msr, u64 value)
{
	if (msr == MSR_APIC_BASE || (msr >= MSR_MTRR_FIRST && msr <= MSR_MTRR_LAST))
		return MSR_VIOLATION;
	if (msr != MSR_MTRR_DEF_TYPE)
		return MSR_FAULT;
	cpu->mtrr_def_type = value;
	return MSR_DONE;
}

enum msr_result msr_write(struct per_cpu *cpu, u32 msr, u64 value)
{
	count_msr_exit(cpu, msr);
	if (is_x2apic_msr(cpu, msr))
		return apic_msr_write(cpu, msr, value) ? MSR_DONE : MSR_FAULT;
	if (msr == MSR_EFER)
		return write_efer(cpu, value);
	return cpu->cell == root_cell ? write_of_root(cpu, msr, value)
				      : write_of_cell(cpu, msr, value);
}
