/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Dispatch of exits, the small ones themselves, and the end of a guest that broke a rule.
 */
#include "vmexit.h"

#include "cell.h"
#include "console.h"
#include "control.h"
#include "hypervisor.h"
#include "string.h"
#include "apic.h"
#include "decode.h"
#include "events.h"
#include "fpu.h"
#include "guest-memory.h"
#include "msr.h"
#include "processor.h"
#include "svm.h"

/* Lengths of opcodes without prefixes */
#define LENGTH_RDMSR   2
#define LENGTH_INVD    2
#define LENGTH_VMMCALL 3
#define LENGTH_XSETBV  3

/* Least time between two messages of one CPU */
#define REPORT_INTERVAL_MS 1000

static const u8 vmcall_opcode[LENGTH_VMMCALL] = { 0x0f, 0x01, 0xc1 };

/* entry.S: takes the NMI that caused the exit. */
void consume_nmi(void);

void vmexit_advance(struct per_cpu *cpu, unsigned int length)
{
	struct vmcb *vmcb = &cpu->vmcb;

	vmcb->rip += length;
	if (guest_mode(cpu) != X86_MODE_64)
		vmcb->rip &= 0xffffffff;
	vmcb->interrupt_shadow &= ~VMCB_INTERRUPT_SHADOW;
	vmcb->rflags &= ~X86_RFLAGS_RF;
	if (vmcb->rflags & X86_RFLAGS_TF) {
		vmcb->dr6 |= X86_DR6_BS;
		svm_inject_exception(cpu, X86_EXC_DB, 0);
	}
}

void vmexit_skip(struct per_cpu *cpu, unsigned int opcode_length)
{
	u8 bytes[X86_MAX_INSN_LENGTH];
	unsigned int length;

	if (svm_has_next_rip) {
		vmexit_advance(cpu, cpu->vmcb.next_rip - cpu->vmcb.rip);
		return;
	}
	length = guest_fetch_instruction(cpu, bytes);
	vmexit_advance(cpu, x86_insn_prefix_length(bytes, length, guest_mode(cpu)) + opcode_length);
}

bool vmexit_may_report(struct per_cpu *cpu)
{
	u64 interval = (u64)system_config->platform_info.x86.tsc_khz * REPORT_INTERVAL_MS;
	u64 now = read_tsc();

	if (cpu->report_time && now - cpu->report_time < interval) {
		cpu->reports_suppressed++;
		return false;
	}
	if (cpu->reports_suppressed)
		printk("CPU %u: %u more messages like the last one\n", cpu->cpu_id,
		       cpu->reports_suppressed);
	cpu->reports_suppressed = 0;
	cpu->report_time = now;
	return true;
}

static void dump_segment(const char *name, const struct vmcb_segment *segment)
{
	printk("%s %04x base %016llx limit %08x attributes %03x\n", name, segment->selector,
	       segment->base, segment->limit, segment->attributes);
}

void vmexit_dump(struct per_cpu *cpu, const char *reason)
{
	const struct guest_registers *r = &cpu->regs;
	const struct vmcb *v = &cpu->vmcb;
	static spinlock_t dump_lock;

	spin_lock(&dump_lock);
	printk("Cell \"%s\", CPU %u: %s\n", cpu->cell->config->name, cpu->cpu_id, reason);
	printk("exit code %llx info1 %016llx info2 %016llx intinfo %llx\n", v->exit_code,
	       v->exit_info1, v->exit_info2, v->exit_int_info);
	printk("RIP %04x:%016llx RSP %04x:%016llx RFLAGS %08llx CPL %u\n", v->cs.selector, v->rip,
	       v->ss.selector, v->rsp, v->rflags, v->cpl);
	printk("RAX %016llx RBX %016llx RCX %016llx RDX %016llx\n", r->rax, r->rbx, r->rcx, r->rdx);
	printk("RSI %016llx RDI %016llx RBP %016llx R8  %016llx\n", r->rsi, r->rdi, r->rbp, r->r8);
	printk("R9  %016llx R10 %016llx R11 %016llx R12 %016llx\n", r->r9, r->r10, r->r11, r->r12);
	printk("R13 %016llx R14 %016llx R15 %016llx EFER %08llx\n", r->r13, r->r14, r->r15,
	       v->efer);
	printk("CR0 %016llx CR2 %016llx CR3 %016llx CR4 %016llx\n", v->cr0, v->cr2, v->cr3, v->cr4);
	dump_segment("CS", &v->cs);
	dump_segment("SS", &v->ss);
	dump_segment("DS", &v->ds);
	spin_unlock(&dump_lock);
}

static bool exit_xsetbv(struct per_cpu *cpu)
{
	u64 value = (u32)cpu->regs.rax | cpu->regs.rdx << 32;

	count_exit(cpu, JAILHOUSE_CPU_STAT_VMEXITS_XSETBV);
	if (!(cpu->vmcb.cr4 & X86_CR4_OSXSAVE)) {
		svm_inject_exception(cpu, X86_EXC_UD, 0);
	} else if (cpu->vmcb.cpl || (u32)cpu->regs.rcx || !xcr0_is_valid(value)) {
		svm_inject_exception(cpu, X86_EXC_GP, 0);
	} else {
		write_xcr0(value);
		vmexit_skip(cpu, LENGTH_XSETBV);
	}
	return true;
}

static bool exit_msr(struct per_cpu *cpu)
{
	struct guest_registers *regs = &cpu->regs;
	bool is_write = cpu->vmcb.exit_info1;
	enum msr_result result;
	u64 value = 0;

	if (is_write)
		result = msr_write(cpu, regs->rcx, (u32)regs->rax | regs->rdx << 32);
	else
		result = msr_read(cpu, regs->rcx, &value);

	if (result == MSR_VIOLATION) {
		printk("Forbidden write to MSR %08x\n", (u32)regs->rcx);
		return false;
	}
	if (result == MSR_FAULT) {
		svm_inject_exception(cpu, X86_EXC_GP, 0);
		return true;
	}
	if (!is_write) {
		regs->rax = (u32)value;
		regs->rdx = value >> 32;
	}
	vmexit_skip(cpu, LENGTH_RDMSR);
	return true;
}

static void do_hypercall(struct per_cpu *cpu, bool next_rip_is_valid)
{
	struct guest_registers *regs = &cpu->regs;
	bool is_64bit = guest_mode(cpu) == X86_MODE_64;
	u64 mask = is_64bit ? ~0ULL : 0xffffffff, rip = cpu->vmcb.rip;
	int result;

	count_exit(cpu, JAILHOUSE_CPU_STAT_VMEXITS_HYPERCALL);
	/* First, so that "disable" leaves to the instruction behind. */
	if (next_rip_is_valid)
		vmexit_skip(cpu, LENGTH_VMMCALL);
	else
		vmexit_advance(cpu, LENGTH_VMMCALL);
	if (cpu->vmcb.cpl || (cpu->vmcb.rflags & X86_RFLAGS_VM)) {
		regs->rax = (u32)-EPERM;
		return;
	}
	result = hypercall_handle(cpu, regs->rax, regs->rdi & mask, regs->rsi & mask);
	if (result == HYPERCALL_AGAIN)
		cpu->vmcb.rip = rip;
	else
		regs->rax = (u64)(s64)result;
}

static bool exit_exception(struct per_cpu *cpu, unsigned int vector)
{
	u8 bytes[X86_MAX_INSN_LENGTH];

	count_exit(cpu, JAILHOUSE_CPU_STAT_VMEXITS_EXCEPTION);
	if (vector == X86_EXC_UD && guest_fetch_instruction(cpu, bytes) >= LENGTH_VMMCALL &&
	    !memcmp(bytes, vmcall_opcode, LENGTH_VMMCALL))
		do_hypercall(cpu, false);
	else
		svm_inject_exception(cpu, vector, (u32)cpu->vmcb.exit_info1);
	return true;
}

static bool exit_nmi(struct per_cpu *cpu)
{
	count_exit(cpu, JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT);
	consume_nmi();
	/*
	 * One that no CPU sent on our behalf is the machine's own, which only root can be attached
	 * to, or one that the cell has asked its APIC for.
	 */
	if (cpu_take_foreign_nmi(cpu))
		cpu->nmi_pending = true;
	return true;
}

static void reset_machine(void)
{
	/* Reset control register of the chipset, then the keyboard controller */
	io_out(0xcf9, 1, 0x06);
	io_out(0x64, 1, 0xfe);
}

/* A guest that has triple-faulted; Linux does that to reboot if nothing else helps. */
static bool exit_shutdown(struct per_cpu *cpu)
{
	if (cpu->cell == root_cell) {
		vmexit_dump(cpu, "shutdown of the root cell (triple fault), resetting");
		reset_machine();
	}
	return false;
}

static bool dispatch(struct per_cpu *cpu)
{
	u64 code = cpu->vmcb.exit_code;

	switch (code) {
	case EXIT_NPF:
		return vmexit_nested_page_fault(cpu);
	case EXIT_NMI:
		return exit_nmi(cpu);
	case EXIT_VMMCALL:
		do_hypercall(cpu, true);
		return true;
	case EXIT_MSR:
		return exit_msr(cpu);
	case EXIT_IOIO:
		return vmexit_io(cpu);
	case EXIT_CPUID:
		return vmexit_cpuid(cpu);
	case EXIT_CR4_WRITE:
		return vmexit_control_register(cpu);
	case EXIT_XSETBV:
		return exit_xsetbv(cpu);
	case EXIT_IRET:
		count_exit(cpu, JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT);
		svm_nmi_returns(cpu);
		return true;
	case EXIT_VINTR:
		count_exit(cpu, JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT);
		svm_interrupt_window(cpu);
		return true;
	case EXIT_INVD:
	case EXIT_WBINVD:
		/* Discarding what other CPUs wrote is out of the question; memory is coherent. */
		vmexit_skip(cpu, LENGTH_INVD);
		return true;
	case EXIT_INVLPGA:
	case EXIT_VMRUN:
	case EXIT_VMMCALL + 1 ... EXIT_SKINIT:
		svm_inject_exception(cpu, X86_EXC_UD, 0);
		return true;
	case EXIT_SHUTDOWN:
		return exit_shutdown(cpu);
	case EXIT_EXCEPTION_FIRST ... EXIT_EXCEPTION_LAST:
		return exit_exception(cpu, code - EXIT_EXCEPTION_FIRST);
	default:
		return false;
	}
}

static const char *violation_reason(u64 code)
{
	switch (code) {
	case EXIT_NPF:
		return "invalid memory access";
	case EXIT_IOIO:
		return "invalid port access";
	case EXIT_MSR:
		return "invalid MSR access";
	case EXIT_SHUTDOWN:
		return "triple fault";
	case EXIT_INVALID:
		return "invalid guest state";
	default:
		return "unexpected exit";
	}
}

/*
 * An event whose delivery the exit interrupted is delivered again, unless that follows from running
 * the instruction that raised it: INT n, INT3, INTO. AMD APM vol. 2, 15.7.2.
 */
static u64 interrupted_event(u64 event)
{
	u32 type = event & VMCB_EVENT_TYPE_MASK;
	u8 vector = (u8)event;

	if (!(event & VMCB_EVENT_VALID) || type == VMCB_EVENT_TYPE_SOFTWARE ||
	    (type == VMCB_EVENT_TYPE_EXCEPTION && (vector == X86_EXC_BP || vector == X86_EXC_OF)))
		return 0;
	return event;
}

void vmexit_handle(struct guest_registers *regs)
{
	struct per_cpu *cpu = this_cpu();
	struct vmcb *vmcb = &cpu->vmcb;

	regs->rax = vmcb->rax;
	regs->rsp = vmcb->rsp;
	vmcb->tlb_control = 0;
	vmcb->event_injection = interrupted_event(vmcb->exit_int_info);
	count_exit(cpu, JAILHOUSE_CPU_STAT_VMEXITS_TOTAL);
	address_space_sync(cpu);

	if (!dispatch(cpu)) {
		vmexit_dump(cpu, violation_reason(vmcb->exit_code));
		cell_fail(cpu);
	}

	if (cpu->suspend || cpu->events)
		cpu_process_events(cpu);
	svm_inject_pending_nmi(cpu);
	vmcb->rax = regs->rax;
	vmcb->rsp = regs->rsp;
}
