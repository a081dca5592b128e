/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Descriptor tables of a CPU, AMD APM vol. 2, 4.6 to 4.8.
 */
#include <inmate/cpu.h>

#include "cpu-block.h"
#include "trap.h"

#define MSR_GS_BASE 0xc0000101

#define DESCRIPTOR_CODE64 0x00af9a000000ffffULL
#define DESCRIPTOR_DATA   0x00cf92000000ffffULL
/* Available 64-bit TSS, present */
#define DESCRIPTOR_TSS (0x89ULL << 40)

/* Interrupt gate, present */
#define GATE_INTERRUPT 0x8e

#define NUM_VECTORS 256

struct gate {
	u16 offset0;
	u16 selector;
	u8 ist;
	u8 type;
	u16 offset16;
	u32 offset32;
	u32 reserved;
} __attribute__((packed));

struct table_pointer {
	u16 limit;
	u64 base;
} __attribute__((packed));

_Static_assert(offsetof(struct cpu, stack_top) == CPU_STACK_TOP, "used by start.S");
_Static_assert(sizeof(struct tss) == 104, "layout of a TSS");

struct cpu boot_cpu __attribute__((aligned(16)));

/* One for all CPUs */
static struct gate idt[NUM_VECTORS] __attribute__((aligned(16)));

static void idt_fill(void)
{
	unsigned int n;

	for (n = 0; n < NUM_VECTORS; n++) {
		u64 entry = (u64)trap_entries + n * TRAP_ENTRY_SIZE;

		idt[n] = (struct gate){
			.offset0 = entry,
			.selector = CODE_SEGMENT,
			.type = GATE_INTERRUPT,
			.offset16 = entry >> 16,
			.offset32 = entry >> 32,
		};
	}
	idt[8].ist = IST_DOUBLE_FAULT;
	idt[2].ist = IST_NMI;
	/* The guard page below a stack has been hit when that stack is used up. */
	idt[14].ist = IST_PAGE_FAULT;
}

static void gdt_fill(struct cpu *cpu)
{
	u64 tss = (u64)&cpu->tss;

	cpu->gdt[CODE_SEGMENT / 8] = DESCRIPTOR_CODE64;
	cpu->gdt[DATA_SEGMENT / 8] = DESCRIPTOR_DATA;
	cpu->gdt[TSS_SEGMENT / 8] = DESCRIPTOR_TSS | (sizeof(cpu->tss) - 1) |
				    (tss & 0xffffff) << 16 | (tss >> 24 & 0xff) << 56;
	cpu->gdt[TSS_SEGMENT / 8 + 1] = tss >> 32;
}

void cpu_block_load(struct cpu *cpu)
{
	struct table_pointer gdt_pointer = { sizeof(cpu->gdt) - 1, (u64)cpu->gdt };
	struct table_pointer idt_pointer = { sizeof(idt) - 1, (u64)idt };

	if (cpu == &boot_cpu)
		idt_fill();
	cpu->self = cpu;
	cpu->tss.ist[IST_DOUBLE_FAULT - 1] = (u64)(cpu->double_fault_stack + EMERGENCY_STACK);
	cpu->tss.ist[IST_NMI - 1] = (u64)(cpu->nmi_stack + EMERGENCY_STACK);
	cpu->tss.ist[IST_PAGE_FAULT - 1] = (u64)(cpu->page_fault_stack + EMERGENCY_STACK);
	cpu->tss.io_map = sizeof(cpu->tss);
	gdt_fill(cpu);

	/* Selectors are those of the boot GDT; CS, SS, DS and ES need no reload. */
	asm volatile("lgdt %0" : : "m"(gdt_pointer));
	asm volatile("lidt %0" : : "m"(idt_pointer));
	asm volatile("ltr %0" : : "r"((u16)TSS_SEGMENT));
	wrmsr(MSR_GS_BASE, (u64)cpu);
}
