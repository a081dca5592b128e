/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What each CPU of the inmate has for itself, found through the GS base.
 */
#ifndef INMATE_LIB_CPU_BLOCK_H
#define INMATE_LIB_CPU_BLOCK_H

#include <jailhouse/types.h>

#include "layout.h"

/* AMD APM vol. 2, 12.2.5 */
struct tss {
	u32 reserved0;
	u64 rsp[3];
	u64 reserved1;
	/* Stacks by number, from 1 on */
	u64 ist[8 - 1];
	u64 reserved2;
	u16 reserved3;
	u16 io_map;
} __attribute__((packed));

/* Interrupt stacks, for what may happen when the normal stack cannot be used */
#define IST_DOUBLE_FAULT 1
#define IST_NMI          2
#define IST_PAGE_FAULT   3

struct trap_frame;

/* What the threads of a CPU take part in, thread-machine.c */
struct cpu_hooks {
	/* At the end of each interrupt */
	void (*interrupt_return)(void);
	/* Before anybody else sees an exception; returns true if it is handled. */
	bool (*exception)(const struct trap_frame *frame);
	/* Adds a line to the dump of an exception. */
	void (*describe)(const struct trap_frame *frame);
};

struct cpu {
	struct cpu *self;
	void *stack_top;
	u32 number;
	u32 apic_id;
	/* The kind of timer that its LVT entry is set to, timer.c */
	u32 timer_mode;
	void (*function)(void *arg);
	void *arg;
	bool online;
	/* An interrupt handler is running, irq.c */
	bool in_interrupt;
	/* timer.h goes by way of timer-share.h */
	bool timer_shared;
	/* errno of what is not in a thread */
	int error_number;
	/* NULL on CPUs without threads */
	const struct cpu_hooks *hooks;
	u64 gdt[5];
	struct tss tss;
	u8 double_fault_stack[EMERGENCY_STACK] __attribute__((aligned(16)));
	u8 nmi_stack[EMERGENCY_STACK] __attribute__((aligned(16)));
	u8 page_fault_stack[EMERGENCY_STACK] __attribute__((aligned(16)));
};

static inline struct cpu *this_cpu(void)
{
	struct cpu *cpu;

	asm("mov %%gs:0, %0" : "=r"(cpu));
	return cpu;
}

/* Loads GDT, TSS, IDT and GS base of the running CPU. */
void cpu_block_load(struct cpu *cpu);

/* The block of CPU 0 */
extern struct cpu boot_cpu;

#endif /* INMATE_LIB_CPU_BLOCK_H */
