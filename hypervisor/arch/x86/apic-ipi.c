/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interprocessor interrupts: who is meant, and how it gets there. INIT, SIPI and NMI never reach the
 * hardware as such; they become events (events.h). Fixed interrupts are sent with a destination that
 * holds only CPUs of the sender's cell.
 */
#include "apic.h"

#include "cell.h"
#include "hypervisor.h"
#include "apic-registers.h"
#include "events.h"
#include "irq-route.h"
#include "processor.h"

/* Whether an xAPIC logical destination means a CPU; flat or cluster model. */
static bool xapic_logical_match(const struct per_cpu *cpu, u32 dest)
{
	u32 id = cpu->apic_ldr >> XAPIC_ID_SHIFT;

	if (cpu->apic_dfr >> XAPIC_DFR_SHIFT == XAPIC_DFR_FLAT)
		return id & dest;
	return (id & dest & 0xf) && ((id >> 4) == (dest >> 4) || (dest >> 4) == 0xf);
}

static bool matches(const struct per_cpu *cpu, u32 dest, bool logical, bool x2apic_format)
{
	u32 ldr;

	if (!x2apic_format) {
		if (logical)
			return xapic_logical_match(cpu, dest);
		return dest == XAPIC_BROADCAST || dest == cpu->apic_id;
	}
	if (dest == X2APIC_BROADCAST)
		return true;
	if (!logical)
		return dest == cpu->apic_id;
	ldr = apic_x2apic_ldr(cpu);
	return ldr >> 16 == dest >> 16 && (ldr & dest & 0xffff);
}

/* The CPUs of @cell that are meant. */
static struct cpu_set targets_in_cell(const struct cell *cell, u32 dest, bool logical,
				      bool x2apic_format)
{
	struct cpu_set targets = { 0 };
	unsigned int n;

	for_each_cpu (n, &cell->cpus)
		if (matches(per_cpu(n), dest, logical, x2apic_format))
			cpu_set_add(&targets, n);
	return targets;
}

static struct cpu_set ipi_targets(const struct per_cpu *cpu, u32 icr, u32 dest, bool x2apic_format)
{
	u32 shorthand = icr & APIC_SHORTHAND_MASK;
	struct cpu_set targets = { 0 };

	if (!shorthand)
		return targets_in_cell(cpu->cell, dest, icr & APIC_LOGICAL, x2apic_format);
	if (shorthand == APIC_SHORTHAND_SELF)
		cpu_set_add(&targets, cpu->cpu_id);
	else
		targets = cpu->cell->cpus;
	if (shorthand == APIC_SHORTHAND_OTHERS)
		cpu_set_remove(&targets, cpu->cpu_id);
	return targets;
}

/* Sends through the APIC of the running CPU, to a physical destination. */
static void send_physical(u32 dest, u32 command)
{
	if (apic_is_x2apic()) {
		/* Unlike MMIO writes, WRMSR to the x2APIC does not wait for earlier stores. */
		asm volatile("mfence" : : : "memory");
		write_msr(MSR_X2APIC_ICR, (u64)dest << 32 | command);
		return;
	}
	while (apic_read(APIC_ICR) & APIC_PENDING)
		cpu_relax();
	apic_write(APIC_ICR_HIGH, dest << XAPIC_ID_SHIFT);
	apic_write(APIC_ICR, command);
}

/* To @targets, or only to the first of them. */
static void send(const struct cpu_set *targets, u32 command, bool first_only)
{
	u32 saved = apic_is_x2apic() ? 0 : apic_read(APIC_ICR_HIGH);
	unsigned int n;

	for_each_cpu (n, targets) {
		send_physical(per_cpu(n)->apic_id, command | APIC_ASSERT);
		if (first_only)
			break;
	}
	/* The guest may be between its writes to the two halves. */
	if (!apic_is_x2apic())
		apic_write(APIC_ICR_HIGH, saved);
}

void apic_kick(struct per_cpu *cpu)
{
	struct cpu_set target = { 0 };

	cpu_set_add(&target, cpu->cpu_id);
	send(&target, APIC_DELIVERY_NMI << APIC_DELIVERY_SHIFT, false);
}

/* A level-triggered INIT without "assert" only synchronises arbitration IDs, long unused. */
static bool is_init_deassert(u32 icr)
{
	return (icr & APIC_TRIGGER_LEVEL) && !(icr & APIC_ASSERT);
}

bool apic_send_ipi(struct per_cpu *cpu, u32 icr, u32 dest, bool x2apic_format)
{
	struct cpu_set targets = ipi_targets(cpu, icr, dest, x2apic_format);
	u8 vector = icr & APIC_VECTOR_MASK;
	unsigned int n;

	switch ((icr & APIC_DELIVERY_MASK) >> APIC_DELIVERY_SHIFT) {
	case APIC_DELIVERY_FIXED:
		send(&targets, vector, false);
		return true;
	case APIC_DELIVERY_LOWEST:
		send(&targets, vector, true);
		return true;
	case APIC_DELIVERY_NMI:
		for_each_cpu (n, &targets)
			cpu_post_events(per_cpu(n), CPU_EVENT_NMI);
		return true;
	case APIC_DELIVERY_INIT:
		if (is_init_deassert(icr))
			return true;
		for_each_cpu (n, &targets)
			cpu_post_events(per_cpu(n), CPU_EVENT_INIT);
		return true;
	case APIC_DELIVERY_STARTUP:
		for_each_cpu (n, &targets)
			cpu_post_sipi(per_cpu(n), vector);
		return true;
	default:
		return false;
	}
}

void irq_message_send(const struct cell *cell, const struct irq_message *message)
{
	bool lowest = message->delivery_mode == APIC_DELIVERY_LOWEST;
	struct cpu_set targets;

	/* A wrong vector would be an error of the sender's APIC. */
	if ((message->delivery_mode != APIC_DELIVERY_FIXED && !lowest) ||
	    message->vector < APIC_FIRST_VECTOR)
		return;
	targets = targets_in_cell(cell, message->destination, message->logical, apic_is_x2apic());
	send(&targets, message->vector, lowest);
}

static bool delivery_permitted(const struct cell *cell, unsigned int mode)
{
	return mode == APIC_DELIVERY_FIXED || mode == APIC_DELIVERY_LOWEST ||
	       (cell == root_cell && (mode == APIC_DELIVERY_NMI || mode == APIC_DELIVERY_EXTINT));
}

bool irq_message_permitted(struct cell *cell, const struct irq_message *message)
{
	bool x2apic = apic_is_x2apic(), found = false;
	bool all = !message->logical && message->destination == XAPIC_BROADCAST; /* in any mode */
	const struct per_cpu *cpu;
	unsigned int n;

	if (!delivery_permitted(cell, message->delivery_mode))
		return false;
	/* By CPUs, as cells may come and go meanwhile. */
	for (n = 0; n < hypervisor_header.max_cpus; n++) {
		cpu = per_cpu(n);
		if (!cpu->online ||
		    (!all && !matches(cpu, message->destination, message->logical, x2apic)))
			continue;
		if (cpu->cell != cell)
			return false;
		found = true;
	}
	return found;
}
