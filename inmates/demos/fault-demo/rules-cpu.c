/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Registers and instructions that are not for cells, and interrupts to CPUs of others.
 */
#include <stdint.h>

#include "rules.h"

#define MSR_APIC_BASE   0x1b
#define MSR_EFER        0xc0000080
#define MSR_UNKNOWN     0x12345678
#define MSR_VM_HSAVE_PA 0xc0010117
#define EFER_SVME       0x1000

/* x2APIC registers: reserved, and LVT entry of LINT0 with delivery mode SMI */
#define APIC_REG_RESERVED  0x3d
#define APIC_REG_LVT_LINT0 0x35
#define LVT_SMI            0x200

#define APIC_BROADCAST 0xffffffffU
#define IPI_VECTOR     0x40

#define CR0_PE        1ULL
#define CR4_RESERVED  (1ULL << 31)
#define CR4_OSXSAVE   (1ULL << 18)
#define CPUID_1_XSAVE (1U << 26)

#define CPUID_EXTENDED_FEATURES 0x80000001
#define CPUID_SVM               (1U << 2)

#define HYPERCALL_UNKNOWN 0x7fffffff

/* A CPU that root keeps, and how many are asked for */
#define ROOT_CPU 0
#define MAX_CPUS 8

static u32 msr(void)
{
	return cmdline_parse_int("msr", 0x200);
}

static u64 write_msr(void)
{
	wrmsr(msr(), 0);
	return 0;
}

static u64 write_apic_base(void)
{
	wrmsr(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) + PAGE_SIZE);
	return 0;
}

static u64 write_host_save_area(void)
{
	wrmsr(MSR_VM_HSAVE_PA, 0);
	return 0;
}

static u64 read_unknown_msr(void)
{
	return rdmsr(MSR_UNKNOWN);
}

static u64 write_unknown_msr(void)
{
	wrmsr(MSR_UNKNOWN, 0);
	return 0;
}

static u64 enable_svm(void)
{
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SVME);
	return rdmsr(MSR_EFER);
}

static u64 find_svm(void)
{
	return cpuid(CPUID_EXTENDED_FEATURES, 0).ecx & CPUID_SVM;
}

static u64 execute_vmrun(void)
{
	asm volatile("vmrun %%rax" : : "a"(PAGE_SIZE) : "memory");
	return 0;
}

static u64 execute_vmload(void)
{
	asm volatile("vmload %%rax" : : "a"(PAGE_SIZE) : "memory");
	return 0;
}

static u64 execute_vmsave(void)
{
	asm volatile("vmsave %%rax" : : "a"(PAGE_SIZE) : "memory");
	return 0;
}

static u64 execute_stgi(void)
{
	asm volatile("stgi" : : : "memory");
	return 0;
}

static u64 execute_clgi(void)
{
	asm volatile("clgi" : : : "memory");
	return 0;
}

static u64 execute_skinit(void)
{
	asm volatile("skinit %%eax" : : "a"(0) : "memory");
	return 0;
}

static u64 execute_invlpga(void)
{
	asm volatile("invlpga %%rax, %%ecx" : : "a"(0), "c"(0) : "memory");
	return 0;
}

static u64 execute_invd(void)
{
	asm volatile("invd" : : : "memory");
	return 0;
}

static u64 set_reserved_cr4(void)
{
	write_cr4(read_cr4() | CR4_RESERVED);
	return read_cr4();
}

static u64 leave_protected_mode(void)
{
	write_cr0(read_cr0() & ~CR0_PE);
	return read_cr0();
}

static u64 set_invalid_xcr0(void)
{
	if (cpuid(1, 0).ecx & CPUID_1_XSAVE)
		write_cr4(read_cr4() | CR4_OSXSAVE);
	asm volatile("xsetbv" : : "a"(0), "d"(0), "c"(0));
	return 0;
}

static u64 call_unknown(void)
{
	return hypercall(HYPERCALL_UNKNOWN, 0, 0);
}

/* Returns how many of the seven calls give -EPERM. */
static u64 call_management(void)
{
	u64 refused = 0;
	u32 number;

	for (number = JAILHOUSE_HC_DISABLE; number <= JAILHOUSE_HC_CELL_DESTROY; number++)
		refused += hypercall(number, 0, 0) == -EPERM;
	refused += hypercall(JAILHOUSE_HC_CELL_GET_STATE, 0, 0) == -EPERM;
	refused += hypercall(JAILHOUSE_HC_CPU_GET_INFO, ROOT_CPU, JAILHOUSE_CPU_INFO_STATE) ==
		   -EPERM;
	return refused;
}

/* Returns a bit for each CPU about which the hypervisor says something. */
static u64 ask_for_cpus(void)
{
	u64 answers = 0;
	u32 cpu;

	for (cpu = 0; cpu < MAX_CPUS; cpu++)
		if (hypercall(JAILHOUSE_HC_CPU_GET_INFO, cpu, JAILHOUSE_CPU_INFO_STATE) >= 0)
			answers |= 1ULL << cpu;
	return answers;
}

static void send(u32 command)
{
	apic_send(cmdline_parse_int("apic_id", 0), APIC_ICR_ASSERT | command);
	delay_us(1000);
}

static u64 send_irq(void)
{
	send(IPI_VECTOR);
	return 0;
}

static u64 send_nmi(void)
{
	send(APIC_ICR_NMI);
	return 0;
}

static u64 send_init(void)
{
	send(APIC_ICR_INIT);
	return 0;
}

static u64 send_startup(void)
{
	send(APIC_ICR_STARTUP);
	return 0;
}

/* Reaches all CPUs of the cell but the sender, and nobody else. */
static u64 send_broadcast(void)
{
	apic_send(APIC_BROADCAST, APIC_ICR_OTHERS | APIC_ICR_ASSERT | APIC_ICR_INIT);
	delay_us(1000);
	return 0;
}

static u64 send_smi(void)
{
	send(LVT_SMI);
	return 0;
}

static u64 write_reserved_apic(void)
{
	apic_write(APIC_REG_RESERVED, 1);
	return 0;
}

static u64 route_smi(void)
{
	apic_write(APIC_REG_LVT_LINT0, LVT_SMI);
	return 0;
}

static u64 send_nmi_to_self(void)
{
	apic_send(apic_id(), APIC_ICR_ASSERT | APIC_ICR_NMI);
	delay_us(100000);
	return 0;
}

static u64 triple_fault(void)
{
	struct {
		u16 limit;
		u64 base;
	} __attribute__((packed)) none = { 0, 0 };

	asm volatile("lidt %0; int3" : : "m"(none));
	return 0;
}

static u64 invalid_opcode(void)
{
	asm volatile("ud2");
	return 0;
}

static u64 null_pointer(void)
{
	u64 *pointer = NULL;

	asm volatile("" : "+r"(pointer));
	return *(volatile u64 *)pointer;
}

/* Not a tail call, and each with an area on the stack. */
static u64 __attribute__((noinline)) recurse(volatile u64 depth)
{
	volatile u64 area[32] = { depth };

	return depth == UINT64_MAX ? 0 : recurse(depth + 1) + area[0];
}

static u64 overflow_stack(void)
{
	return recurse(0);
}

static const struct rule rules[] = {
	{ "msr", "write to an MTRR", OUTCOME_PARKED, write_msr },
	{ "msr-apic-base", "move of the local APIC", OUTCOME_PARKED, write_apic_base },
	{ "msr-hsave", "write to VM_HSAVE_PA", OUTCOME_EXCEPTION, write_host_save_area },
	{ "msr-read", "read of an MSR that does not exist", OUTCOME_EXCEPTION, read_unknown_msr },
	{ "msr-write", "write to an MSR that does not exist", OUTCOME_EXCEPTION,
	  write_unknown_msr },
	{ "svm-enable", "EFER.SVME set", OUTCOME_HARMLESS, enable_svm },
	{ "cpuid", "look for SVM in CPUID, gives 0", OUTCOME_SURVIVED, find_svm },
	{ "vmrun", "VMRUN", OUTCOME_EXCEPTION, execute_vmrun },
	{ "vmload", "VMLOAD", OUTCOME_EXCEPTION, execute_vmload },
	{ "vmsave", "VMSAVE", OUTCOME_EXCEPTION, execute_vmsave },
	{ "stgi", "STGI", OUTCOME_EXCEPTION, execute_stgi },
	{ "clgi", "CLGI", OUTCOME_EXCEPTION, execute_clgi },
	{ "skinit", "SKINIT", OUTCOME_EXCEPTION, execute_skinit },
	{ "invlpga", "INVLPGA", OUTCOME_EXCEPTION, execute_invlpga },
	{ "invd", "INVD, which must not lose data", OUTCOME_SURVIVED, execute_invd },
	{ "cr4", "reserved bit of CR4", OUTCOME_EXCEPTION, set_reserved_cr4 },
	{ "cr0", "paging without protected mode", OUTCOME_CONTAINED, leave_protected_mode },
	{ "xsetbv", "invalid value for XCR0", OUTCOME_EXCEPTION, set_invalid_xcr0 },
	{ "hypercall", "hypercall that does not exist, gives -ENOSYS", OUTCOME_SURVIVED,
	  call_unknown },
	{ "hypercall-root", "hypercalls of the root cell, give -EPERM", OUTCOME_SURVIVED,
	  call_management },
	{ "hypercall-cpu", "counters of all CPUs, gives those of the cell", OUTCOME_SURVIVED,
	  ask_for_cpus },
	{ "ipi", "interrupt to a CPU of others", OUTCOME_SURVIVED, send_irq },
	{ "ipi-nmi", "NMI to a CPU of others", OUTCOME_SURVIVED, send_nmi },
	{ "ipi-init", "INIT to a CPU of others", OUTCOME_SURVIVED, send_init },
	{ "ipi-startup", "SIPI to a CPU of others", OUTCOME_SURVIVED, send_startup },
	{ "ipi-broadcast", "INIT to all", OUTCOME_SURVIVED, send_broadcast },
	{ "ipi-smi", "SMI to a CPU of others", OUTCOME_HARMLESS, send_smi },
	{ "apic-lvt", "SMI from the local APIC", OUTCOME_HARMLESS, route_smi },
	{ "apic-reserved", "write to a reserved APIC register", OUTCOME_EXCEPTION,
	  write_reserved_apic },
	{ "nmi", "NMI to itself", OUTCOME_EXCEPTION, send_nmi_to_self },
	{ "triple-fault", "exception without an IDT", OUTCOME_PARKED, triple_fault },
	{ "exception", "exception that nobody handles", OUTCOME_FAILED, invalid_opcode },
	{ "null", "access by a NULL pointer", OUTCOME_FAILED, null_pointer },
	{ "stack-overflow", "recursion without end", OUTCOME_FAILED, overflow_stack },
};

const struct rule_list cpu_rules = { rules, ARRAY_SIZE(rules) };
