/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Local APIC registers: access in both modes, reset, and what cells may write.
 */
#include "apic.h"

#include <jailhouse/errno.h>

#include "cell.h"
#include "console.h"
#include "device-map.h"
#include "hypervisor.h"
#include "apic-registers.h"
#include "descriptors.h"
#include "events.h"
#include "processor.h"
#include "vmexit.h"

/* Rounds of acknowledging; each takes at least one of the interrupts that can be pending. */
#define MAX_DRAIN_ROUNDS 512

static bool x2apic;
static volatile u32 *mmio;

int apic_init(void)
{
	u8 wanted = system_config->platform_info.x86.apic_mode;

	x2apic = read_msr(MSR_APIC_BASE) & APIC_BASE_X2APIC;
	if (wanted != JAILHOUSE_APIC_MODE_AUTO &&
	    (wanted == JAILHOUSE_APIC_MODE_X2APIC) != x2apic) {
		printk("platform_info.x86.apic_mode %u does not match the machine: %s\n", wanted,
		       x2apic ? "x2APIC" : "xAPIC");
		return -EINVAL;
	}
	if (!x2apic) {
		mmio = device_map(APIC_BASE_ADDRESS, PAGE_SIZE);
		if (!mmio)
			return -ENOMEM;
	}
	printk("Local APIC: %s mode\n", x2apic ? "x2APIC" : "xAPIC");
	return 0;
}

bool apic_is_x2apic(void)
{
	return x2apic;
}

u32 apic_read(unsigned int reg)
{
	return x2apic ? (u32)read_msr(MSR_X2APIC_FIRST + reg) : mmio[reg * 4];
}

void apic_write(unsigned int reg, u32 value)
{
	if (x2apic)
		write_msr(MSR_X2APIC_FIRST + reg, value);
	else
		mmio[reg * 4] = value;
}

int apic_init_cpu(struct per_cpu *cpu)
{
	u64 base = read_msr(MSR_APIC_BASE);

	if (!(base & APIC_BASE_ENABLE) || !!(base & APIC_BASE_X2APIC) != x2apic ||
	    (base & APIC_BASE_MSR_ADDRESS) != APIC_BASE_ADDRESS) {
		printk("CPU %u: APIC base MSR %llx is not supported\n", cpu->cpu_id, base);
		return -EINVAL;
	}
	cpu->apic_id = apic_read(APIC_ID);
	if (!x2apic) {
		cpu->apic_id >>= XAPIC_ID_SHIFT;
		cpu->apic_ldr = apic_read(APIC_LDR);
		cpu->apic_dfr = apic_read(APIC_DFR);
	}
	return 0;
}

static bool any_bit_set(unsigned int first_reg)
{
	unsigned int n;

	for (n = 0; n < APIC_VECTOR_REGS; n++)
		if (apic_read(first_reg + n))
			return true;
	return false;
}

/* Acknowledges what is in service, takes what is pending. */
static void drain(void)
{
	unsigned int rounds;

	for (rounds = 0; rounds < MAX_DRAIN_ROUNDS; rounds++) {
		if (any_bit_set(APIC_ISR))
			apic_write(APIC_EOI, 0);
		else if (any_bit_set(APIC_IRR))
			descriptors_take_interrupts();
		else
			return;
		/* The CPU is being reset, so NMIs for its guest are out of date. */
		cpu_take_foreign_nmi(this_cpu());
	}
	if (vmexit_may_report(this_cpu()))
		printk("CPU %u: interrupts keep coming during reset\n", this_cpu()->cpu_id);
}

void apic_discard_interrupt(void)
{
	apic_write(APIC_EOI, 0);
}

/* All that the processor has */
static void mask_lvts(void)
{
	unsigned int max_lvt = (apic_read(APIC_VERSION) >> 16) & 0xff, num_ext = 0, reg;

	for (reg = APIC_LVT_TIMER; reg <= APIC_LVT_ERROR; reg++)
		if ((reg != APIC_LVT_PERFORMANCE || max_lvt >= 4) &&
		    (reg != APIC_LVT_THERMAL || max_lvt >= 5))
			apic_write(reg, APIC_LVT_MASKED);
	if (apic_read(APIC_VERSION) & APIC_VERSION_EXTENDED)
		num_ext = (apic_read(APIC_EXT_FEATURE) >> 16) & 0xff;
	for (reg = 0; reg < num_ext; reg++)
		apic_write(APIC_EXT_LVT + reg, APIC_LVT_MASKED);
}

void apic_reset(struct per_cpu *cpu)
{
	mask_lvts();
	apic_write(APIC_TIMER_INITIAL, 0);
	apic_write(APIC_TPR, 0);

	/* Interrupts are only taken while the APIC is enabled. */
	apic_write(APIC_SVR, APIC_SVR_ENABLE | APIC_SVR_RESET);
	drain();
	if (!x2apic) {
		cpu->apic_ldr = 0;
		cpu->apic_dfr = ~0U;
		apic_write(APIC_LDR, cpu->apic_ldr);
		apic_write(APIC_DFR, cpu->apic_dfr);
		apic_write(APIC_ICR_HIGH, 0);
	}
	apic_write(APIC_TIMER_DIVIDE, APIC_TIMER_DIVIDE_16);
	apic_write(APIC_ESR, 0);
	mask_lvts();
	apic_write(APIC_SVR, APIC_SVR_RESET);
}

/*
 * Local interrupts may not enter system management mode or reset the CPU, and only root may have
 * the machine's interrupt controllers and firmware behind them. A cell's NMIs come from performance
 * counters alone: from a fast timer, they could keep the hypervisor busy for good. Others are masked.
 */
static u32 permitted_lvt(const struct per_cpu *cpu, unsigned int reg, u32 value)
{
	unsigned int mode = (value & APIC_DELIVERY_MASK) >> APIC_DELIVERY_SHIFT;

	if (mode == APIC_DELIVERY_FIXED || cpu->cell == root_cell ||
	    (mode == APIC_DELIVERY_NMI && reg == APIC_LVT_PERFORMANCE))
		return value;
	return (value & ~APIC_DELIVERY_MASK) | APIC_LVT_MASKED;
}

static bool is_lvt(unsigned int reg)
{
	return reg >= APIC_LVT_TIMER && reg <= APIC_LVT_ERROR;
}

u32 apic_mmio_read(unsigned int offset)
{
	return offset & 0xf ? 0 : mmio[offset / sizeof(*mmio)];
}

bool apic_mmio_write(struct per_cpu *cpu, unsigned int offset, u32 value)
{
	unsigned int reg = offset >> 4;

	if (offset & 0xf)
		return false;
	/* By far the most frequent one */
	if (reg == APIC_EOI) {
		mmio[APIC_EOI * 4] = 0;
		return true;
	}
	if (reg == APIC_ICR)
		return apic_send_ipi(cpu, value, mmio[APIC_ICR_HIGH * 4] >> XAPIC_ID_SHIFT, false);
	if (reg == APIC_LDR)
		cpu->apic_ldr = value;
	else if (reg == APIC_DFR)
		cpu->apic_dfr = value;
	else if (reg == APIC_ID)
		return true;
	else if (is_lvt(reg))
		value = permitted_lvt(cpu, reg, value);
	apic_write(reg, value);
	return true;
}

/* Logical ID in x2APIC mode, which follows from the APIC ID. */
u32 apic_x2apic_ldr(const struct per_cpu *cpu)
{
	return (cpu->apic_id >> 4) << 16 | 1U << (cpu->apic_id & 0xf);
}

static bool is_readable(unsigned int reg)
{
	return reg == APIC_ID || reg == APIC_VERSION || reg == APIC_TPR || reg == APIC_PPR ||
	       reg == APIC_LDR || reg == APIC_SVR || (reg >= APIC_ISR && reg <= APIC_ESR) ||
	       reg == APIC_ICR || is_lvt(reg) || reg == APIC_TIMER_INITIAL ||
	       reg == APIC_TIMER_CURRENT || reg == APIC_TIMER_DIVIDE;
}

bool apic_msr_read(struct per_cpu *cpu, u32 msr, u64 *value)
{
	unsigned int reg = msr - MSR_X2APIC_FIRST;

	if (!is_readable(reg))
		return false;
	if (reg == APIC_ID)
		*value = cpu->apic_id;
	else if (reg == APIC_LDR)
		*value = apic_x2apic_ldr(cpu);
	else if (reg == APIC_ICR && x2apic)
		*value = read_msr(msr);
	else if (reg == APIC_ICR)
		*value = apic_read(reg) | (u64)(apic_read(APIC_ICR_HIGH) >> XAPIC_ID_SHIFT) << 32;
	else
		*value = apic_read(reg);
	return true;
}

static bool is_writable(unsigned int reg)
{
	return reg == APIC_TPR || reg == APIC_EOI || reg == APIC_SVR || reg == APIC_ESR ||
	       reg == APIC_ICR || is_lvt(reg) || reg == APIC_TIMER_INITIAL ||
	       reg == APIC_TIMER_DIVIDE || reg == APIC_SELF_IPI;
}

bool apic_msr_write(struct per_cpu *cpu, u32 msr, u64 value)
{
	unsigned int reg = msr - MSR_X2APIC_FIRST;

	if (reg == APIC_ICR)
		return apic_send_ipi(cpu, (u32)value, value >> 32, true);
	if (!is_writable(reg) || value >> 32 || ((reg == APIC_EOI || reg == APIC_ESR) && value))
		return false;
	if (reg == APIC_SELF_IPI)
		return apic_send_ipi(cpu, (value & APIC_VECTOR_MASK) | APIC_SHORTHAND_SELF, 0,
				     true);
	if (is_lvt(reg))
		value = permitted_lvt(cpu, reg, value);
	if (x2apic)
		return !write_msr_checked(msr, value);
	apic_write(reg, value);
	return true;
}
