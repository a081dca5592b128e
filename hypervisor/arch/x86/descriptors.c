/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GDT, IDT and the end of a CPU on which the hypervisor itself failed. There is no TSS: exceptions
 * use the stack that is in use.
 */
#include "descriptors.h"

#include "console.h"
#include "hypervisor.h"
#include "percpu.h"
#include "processor.h"

#define NUM_VECTORS          256
#define EXCEPTION_ENTRY_SIZE 16

#define GDT_CODE_SELECTOR 8
#define GDT_DATA_SELECTOR 16
/* APM vol. 2, 4.8: present, DPL 0, 64-bit code and flat data */
#define GDT_CODE_DESCRIPTOR 0x00af9b000000ffffULL
#define GDT_DATA_DESCRIPTOR 0x00cf93000000ffffULL

/* Present, DPL 0, 64-bit interrupt gate */
#define IDT_INTERRUPT_GATE 0x8e00

struct gate {
	u16 offset_low;
	u16 selector;
	u16 attributes;
	u16 offset_middle;
	u32 offset_high;
	u32 reserved;
} __attribute__((packed));

struct exception_frame {
	u64 r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, rdx, rcx, rax;
	u64 vector, error_code;
	u64 rip, cs, rflags, rsp, ss;
};

/* entry.S: lets pending interrupts come, which apic_discard_interrupt then handles. */
void take_interrupts(void);

/* entry.S: instructions that may raise #GP, and where to go on then */
extern u8 checked_rdmsr[], checked_wrmsr[], checked_msr_fault[];

extern u8 exception_entries[], nmi_entry[], interrupt_entry[];

static const u64 gdt[] = { 0, GDT_CODE_DESCRIPTOR, GDT_DATA_DESCRIPTOR };
static struct gate idt[NUM_VECTORS];
/* For draining the APIC: interrupts may have any vector, also those that are exceptions otherwise. */
static struct gate drain_idt[NUM_VECTORS];

static void set_gate(struct gate *table, unsigned int vector, const u8 *entry)
{
	u64 address = (u64)entry;

	table[vector] = (struct gate){
		.offset_low = address,
		.selector = GDT_CODE_SELECTOR,
		.attributes = IDT_INTERRUPT_GATE,
		.offset_middle = address >> 16,
		.offset_high = address >> 32,
	};
}

void descriptors_init(void)
{
	unsigned int vector;

	for (vector = 0; vector < X86_NUM_EXCEPTIONS; vector++)
		set_gate(idt, vector, exception_entries + vector * EXCEPTION_ENTRY_SIZE);
	set_gate(idt, X86_EXC_NMI, nmi_entry);
	for (vector = 0; vector < NUM_VECTORS; vector++)
		set_gate(drain_idt, vector, interrupt_entry);
	set_gate(drain_idt, X86_EXC_NMI, nmi_entry);
}

static void load_idt(const struct gate *table)
{
	struct descriptor_table idtr = { sizeof(idt) - 1, (u64)table };

	asm volatile("lidt %0" : : "m"(idtr));
}

void descriptors_take_interrupts(void)
{
	load_idt(drain_idt);
	take_interrupts();
	load_idt(idt);
}

void descriptors_load(void)
{
	struct descriptor_table gdtr = { sizeof(gdt) - 1, (u64)gdt };

	asm volatile("lgdt %0" : : "m"(gdtr));
	load_idt(idt);
	asm volatile("pushq %0\n\t"
		     "leaq 1f(%%rip), %%rax\n\t"
		     "pushq %%rax\n\t"
		     "lretq\n"
		     "1:"
		     :
		     : "i"(GDT_CODE_SELECTOR)
		     : "rax", "memory");
	asm volatile("mov %0, %%ds\n\t"
		     "mov %0, %%es\n\t"
		     "mov %0, %%ss"
		     :
		     : "r"(GDT_DATA_SELECTOR));
}

static void __attribute__((noreturn)) die(const struct exception_frame *f)
{
	console_break_lock();
	printk("Hypervisor: exception %llu, error code %llx, CPU %u\n", f->vector, f->error_code,
	       this_cpu()->cpu_id);
	printk("RIP %016llx RSP %016llx RFLAGS %08llx CR2 %016llx\n", f->rip, f->rsp, f->rflags,
	       read_cr2());
	printk("RAX %016llx RBX %016llx RCX %016llx RDX %016llx\n", f->rax, f->rbx, f->rcx, f->rdx);
	printk("RSI %016llx RDI %016llx RBP %016llx R8  %016llx\n", f->rsi, f->rdi, f->rbp, f->r8);
	printk("R9  %016llx R10 %016llx R11 %016llx R12 %016llx\n", f->r9, f->r10, f->r11, f->r12);
	printk("R13 %016llx R14 %016llx R15 %016llx CR3 %016llx\n", f->r13, f->r14, f->r15,
	       read_cr3());
	/* Nobody has to wait for this CPU any more. */
	this_cpu()->suspended = true;
	for (;;)
		asm volatile("hlt");
}

void exception_handle(struct exception_frame *frame);

/* From entry.S. Returns if the frame was changed so that execution can go on. */
void exception_handle(struct exception_frame *frame)
{
	if (frame->vector != X86_EXC_GP ||
	    (frame->rip != (u64)checked_rdmsr && frame->rip != (u64)checked_wrmsr))
		die(frame);
	frame->rip = (u64)checked_msr_fault;
}
