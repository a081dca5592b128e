/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How CPUs make each other do something: an NMI forces an exit, then the target looks at what is
 * wanted of it. See per_cpu.events.
 */
#ifndef HYPERVISOR_ARCH_X86_EVENTS_H
#define HYPERVISOR_ARCH_X86_EVENTS_H

#include "percpu.h"

/*
 * Stops a CPU inside the hypervisor, and waits until it is there. In two steps, so that the CPUs of
 * a cell that disturb each other all get the request first. Then the caller may change the CPU's
 * state, but for what only the CPU itself uses, until cpu_resume. Not for the running CPU. Any number
 * of events may be added meanwhile.
 */
void cpu_request_suspend(struct per_cpu *cpu);
void cpu_await_suspend(struct per_cpu *cpu);
void cpu_resume(struct per_cpu *cpu);

/* Adds @events for a CPU, and kicks it unless it is the running one. */
void cpu_post_events(struct per_cpu *cpu, u32 events);

/* CPU_EVENT_SIPI with its vector. */
void cpu_post_sipi(struct per_cpu *cpu, u8 vector);

/*
 * To be called wherever GIF was 1 for a moment. If an NMI came meanwhile, returns whether no CPU has
 * sent it by one of these functions.
 */
bool cpu_take_foreign_nmi(struct per_cpu *cpu);

/* Carries out what is wanted of the running CPU; stays here while it is suspended. */
void cpu_process_events(struct per_cpu *cpu);

#endif /* HYPERVISOR_ARCH_X86_EVENTS_H */
