/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events between CPUs.
 *
 * The lock makes "not suspended any more, and nothing is left to do" one step, so that a CPU that is
 * about to return to its guest cannot be taken for one that still waits.
 */
#include "events.h"

#include "apic.h"
#include "svm.h"

/*
 * After a change with the lock held: sends an NMI if that is needed. At most one is under way, so
 * that each that arrives is accounted for and those of the machine can be told apart.
 */
static void unlock_and_kick(struct per_cpu *cpu)
{
	bool kick = !cpu->kicked && !cpu->suspended && cpu != this_cpu();

	cpu->kicked |= kick;
	spin_unlock(&cpu->event_lock);
	if (kick)
		apic_kick(cpu);
}

bool cpu_take_foreign_nmi(struct per_cpu *cpu)
{
	bool kicked;

	if (!cpu->nmi_taken)
		return false;
	cpu->nmi_taken = false;
	spin_lock(&cpu->event_lock);
	kicked = cpu->kicked;
	cpu->kicked = false;
	spin_unlock(&cpu->event_lock);
	return !kicked;
}

void cpu_request_suspend(struct per_cpu *cpu)
{
	spin_lock(&cpu->event_lock);
	cpu->suspend = true;
	unlock_and_kick(cpu);
}

void cpu_await_suspend(struct per_cpu *cpu)
{
	while (!__atomic_load_n(&cpu->suspended, __ATOMIC_ACQUIRE))
		cpu_relax();
}

void cpu_resume(struct per_cpu *cpu)
{
	spin_lock(&cpu->event_lock);
	cpu->suspend = false;
	spin_unlock(&cpu->event_lock);
}

/* What one of these events undoes if it is still to come; the last one counts. */
static u32 outdated_by(u32 events)
{
	if (events & (CPU_EVENT_START | CPU_EVENT_PARK | CPU_EVENT_INIT))
		return CPU_EVENT_START | CPU_EVENT_PARK | CPU_EVENT_INIT | CPU_EVENT_SIPI |
		       CPU_EVENT_NMI;
	return 0;
}

void cpu_post_events(struct per_cpu *cpu, u32 events)
{
	spin_lock(&cpu->event_lock);
	cpu->events = (cpu->events & ~outdated_by(events)) | events;
	unlock_and_kick(cpu);
}

void cpu_post_sipi(struct per_cpu *cpu, u8 vector)
{
	spin_lock(&cpu->event_lock);
	cpu->sipi_vector = vector;
	spin_unlock(&cpu->event_lock);
	cpu_post_events(cpu, CPU_EVENT_SIPI);
}

/* Waits out a suspension, then takes the events. Returns false if there are none. */
static bool next_events(struct per_cpu *cpu, u32 *events)
{
	spin_lock(&cpu->event_lock);
	while (cpu->suspend) {
		cpu->suspended = true;
		spin_unlock(&cpu->event_lock);
		while (cpu->suspend)
			cpu_relax();
		spin_lock(&cpu->event_lock);
	}
	cpu->suspended = false;
	*events = cpu->events;
	cpu->events = 0;
	spin_unlock(&cpu->event_lock);
	return *events != 0;
}

static void handle_events(struct per_cpu *cpu, u32 events)
{
	if (events & CPU_EVENT_START)
		svm_start_cpu(cpu);
	if (events & CPU_EVENT_PARK)
		svm_park_cpu(cpu, false);
	if (events & CPU_EVENT_INIT)
		svm_park_cpu(cpu, true);
	if ((events & CPU_EVENT_SIPI) && cpu->wait_for_sipi)
		svm_startup_ipi(cpu, cpu->sipi_vector);
	if (events & CPU_EVENT_NMI)
		cpu->nmi_pending = true;
	if (events & CPU_EVENT_FLUSH_TLB)
		svm_flush_tlb(cpu);
}

void cpu_process_events(struct per_cpu *cpu)
{
	u32 events;

	while (next_events(cpu, &events))
		handle_events(cpu, events);
}
