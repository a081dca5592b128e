/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VMCB set-up: Linux as it entered, CPUs of cells from reset, parked CPUs; injection of events.
 */
#include "svm.h"

#include <jailhouse/errno.h>

#include "cell.h"
#include "console.h"
#include "hypervisor.h"
#include "paging.h"
#include "string.h"
#include "apic.h"
#include "fpu.h"
#include "guest-memory.h"
#include "msr.h"
#include "processor.h"

#define REAL_MODE_LIMIT 0xffff
#define DR6_RESET       0xffff0ff0
#define DR7_RESET       0x400

/* What a parked CPU executes, at guest-physical 0: hlt; jmp to it */
static const u8 parking_code[] = { 0xf4, 0xeb, 0xfd };

bool svm_has_next_rip;
bool svm_has_decode_assists;

static u64 *parking_npt;

static int make_parking_npt(void)
{
	void *page = page_alloc(1);

	parking_npt = page_alloc(1);
	if (!page || !parking_npt)
		return -ENOMEM;
	memcpy(page, parking_code, sizeof(parking_code));
	return paging_map(parking_npt, 0, page_to_phys(page), PAGE_SIZE, PTE_PRESENT | PTE_USER,
			  PAGING_LEVEL_4K);
}

int svm_init(void)
{
	u32 features = cpuid(CPUID_LEAF_SVM, 0).edx;

	if (!(cpuid(CPUID_LEAF_EXT_FEATURES, 0).ecx & CPUID_EXT_ECX_SVM) ||
	    !(features & CPUID_SVM_EDX_NP)) {
		printk("This processor has no AMD-V with nested paging\n");
		return -EIO;
	}
	svm_has_next_rip = features & CPUID_SVM_EDX_NRIPS;
	svm_has_decode_assists = features & CPUID_SVM_EDX_DECODE;
	if (make_parking_npt())
		return -ENOMEM;
	return msr_init();
}

static void set_segment(struct vmcb_segment *segment, u16 selector, u16 attributes, u32 limit,
			u64 base)
{
	segment->selector = selector;
	segment->attributes = attributes;
	segment->limit = limit;
	segment->base = base;
}

/* Linux's segments are flat; unused ones hold the null selector. */
static void set_flat(struct vmcb_segment *segment, u16 selector, u16 attributes)
{
	set_segment(segment, selector, selector ? attributes : 0, ~0U, 0);
}

void svm_save_linux(struct per_cpu *cpu)
{
	struct descriptor_table gdtr, idtr;
	struct vmcb *vmcb = &cpu->vmcb;

	asm volatile("sgdt %0" : "=m"(gdtr));
	asm volatile("sidt %0" : "=m"(idtr));
	set_segment(&vmcb->gdtr, 0, 0, gdtr.limit, gdtr.base);
	set_segment(&vmcb->idtr, 0, 0, idtr.limit, idtr.base);
	set_flat(&vmcb->cs, read_cs(), VMCB_SEG_CODE64);
	set_flat(&vmcb->ds, read_ds(), VMCB_SEG_DATA);
	set_flat(&vmcb->es, read_es(), VMCB_SEG_DATA);
	set_segment(&vmcb->ss, read_ss(), VMCB_SEG_DATA, ~0U, 0);

	vmcb->efer = read_msr(MSR_EFER);
	vmcb->cr0 = read_cr0();
	vmcb->cr2 = read_cr2();
	vmcb->cr3 = cpu->linux_cr3;
	vmcb->cr4 = read_cr4();
	vmcb->dr6 = read_dr6();
	vmcb->dr7 = read_dr7();
	vmcb->g_pat = read_msr(MSR_PAT);
	vmcb->rflags = X86_RFLAGS_FIXED;
	vmcb->rip = cpu->linux_resume;
	vmcb->rsp = cpu->linux_frame;
}

static void set_intercepts(struct vmcb *vmcb)
{
	vmcb->intercept_misc1 = INTERCEPT_NMI | INTERCEPT_CPUID | INTERCEPT_INVD |
				INTERCEPT_INVLPGA | INTERCEPT_IOIO | INTERCEPT_MSR |
				INTERCEPT_SHUTDOWN;
	vmcb->intercept_misc2 = INTERCEPT_VMRUN | INTERCEPT_VMMCALL | INTERCEPT_VMLOAD |
				INTERCEPT_VMSAVE | INTERCEPT_STGI | INTERCEPT_CLGI |
				INTERCEPT_SKINIT | INTERCEPT_XSETBV;
	/* VMCALL raises #UD on AMD processors, and is a hypercall nevertheless. */
	vmcb->intercept_exceptions = 1U << X86_EXC_UD;
}

/*
 * Further intercepts for cells that nobody trusts: endless #DB or #AC would lock NMIs out, CR4 may
 * be set to what VMRUN refuses, a cache flush of one cell is felt by all, and FERR# of a coprocessor
 * in its old mode would be an interrupt of the machine's, that is root's.
 */
static void set_cell_intercepts(struct vmcb *vmcb)
{
	vmcb->intercept_exceptions |= 1U << X86_EXC_DB | 1U << X86_EXC_AC;
	vmcb->intercept_cr_write = 1U << 4;
	vmcb->intercept_misc1 |= INTERCEPT_FERR;
	vmcb->intercept_misc2 |= INTERCEPT_WBINVD;
}

void svm_flush_tlb(struct per_cpu *cpu)
{
	cpu->vmcb.tlb_control = VMCB_TLB_FLUSH_ALL;
}

void svm_assign_cell(struct per_cpu *cpu)
{
	struct vmcb *vmcb = &cpu->vmcb;

	set_intercepts(vmcb);
	vmcb->intercept_cr_write = 0;
	vmcb->np_enable = VMCB_NP_ENABLE;
	/* Linux has found the instructions before it became a guest, and uses them; no other cell may
	 * flush TLBs of other CPUs.
	 */
	if (cpu->cell != root_cell)
		set_cell_intercepts(vmcb);
	else if (cpuid(CPUID_LEAF_EXT_SIZES, 0).ebx & CPUID_EXT_SIZES_EBX_INVLPGB)
		vmcb->np_enable |= VMCB_INVLPGB_ENABLE;
	vmcb->iopm_base = page_to_phys(cpu->cell->iopm);
	vmcb->msrpm_base = page_to_phys(msr_permission_map(cpu->cell));
	vmcb->n_cr3 = page_to_phys(cpu->cell->npt);
	svm_flush_tlb(cpu);
}

/* Control registers of the hypervisor, into which each exit leads. */
static void set_host_registers(void)
{
	u64 cr4 = X86_CR4_PAE | X86_CR4_OSFXSR | X86_CR4_OSXMMEXCPT | (read_cr4() & X86_CR4_MCE);

	if (cpuid(CPUID_LEAF_FEATURES, 0).ecx & CPUID_1_ECX_XSAVE)
		cr4 |= X86_CR4_OSXSAVE;
	write_cr0(X86_CR0_PG | X86_CR0_WP | X86_CR0_NE | X86_CR0_ET | X86_CR0_PE);
	write_cr4(cr4);
}

void svm_init_cpu(struct per_cpu *cpu)
{
	struct vmcb *vmcb = &cpu->vmcb;

	cpu->regs.vmcb_phys = page_to_phys(vmcb);
	asm volatile("vmsave" : : "a"(cpu->regs.vmcb_phys) : "memory");
	vmcb->asid = 1;
	cpu->mtrr_def_type = read_msr(MSR_MTRR_DEF_TYPE);
	svm_assign_cell(cpu);
	set_host_registers();
	write_msr(MSR_VM_HSAVE_PA, page_to_phys(cpu->host_save_area));
}

/* Frame that the exit stub expects on the stack, see driver/trampoline.S */
struct exit_frame {
	struct descriptor_table gdtr;
	u8 padding1[6];
	struct descriptor_table idtr;
	u8 padding2[6];
	u64 ds, es;
	/* From R15 down */
	u64 registers[X86_NUM_REGISTERS];
	u64 rip, cs, rflags, rsp, ss;
} __attribute__((packed));

void leave_to_linux(u64 cr3, u64 frame, s64 result);

static void fill_exit_frame(struct exit_frame *frame, const struct per_cpu *cpu)
{
	const struct vmcb *vmcb = &cpu->vmcb;
	unsigned int n;

	*frame = (struct exit_frame){
		.gdtr = { .limit = vmcb->gdtr.limit, .base = vmcb->gdtr.base },
		.idtr = { .limit = vmcb->idtr.limit, .base = vmcb->idtr.base },
		.ds = vmcb->ds.selector,
		.es = vmcb->es.selector,
		.rip = vmcb->rip,
		.cs = vmcb->cs.selector,
		.rflags = vmcb->rflags,
		.rsp = vmcb->rsp,
		.ss = vmcb->ss.selector,
	};
	for (n = 0; n < X86_NUM_REGISTERS; n++)
		frame->registers[X86_NUM_REGISTERS - 1 - n] = cpu->regs.by_number[n];
}

void svm_leave(struct per_cpu *cpu)
{
	struct vmcb *vmcb = &cpu->vmcb;
	struct exit_frame frame;
	u64 address = vmcb->rsp - sizeof(frame);

	fill_exit_frame(&frame, cpu);
	if (guest_write(cpu, address, &frame, sizeof(frame)))
		return;
	write_msr(MSR_EFER, vmcb->efer);
	write_msr(MSR_PAT, vmcb->g_pat);
	write_cr2(vmcb->cr2);
	write_dr6(vmcb->dr6);
	write_dr7(vmcb->dr7);
	write_cr0(vmcb->cr0);
	write_cr4(vmcb->cr4);
	leave_to_linux(vmcb->cr3, address, 0);
}

/* State after INIT, APM vol. 2, table 14-1. */
static void reset_guest(struct per_cpu *cpu, u16 cs_selector, u64 cs_base, u64 rip)
{
	struct vmcb *vmcb = &cpu->vmcb;
	struct vmcb_segment data;

	set_segment(&data, 0, VMCB_SEG_DATA16, REAL_MODE_LIMIT, 0);
	vmcb->ds = vmcb->es = vmcb->ss = vmcb->fs = vmcb->gs = data;
	set_segment(&vmcb->cs, cs_selector, VMCB_SEG_CODE16, REAL_MODE_LIMIT, cs_base);
	set_segment(&vmcb->gdtr, 0, 0, REAL_MODE_LIMIT, 0);
	set_segment(&vmcb->idtr, 0, 0, REAL_MODE_LIMIT, 0);
	set_segment(&vmcb->ldtr, 0, VMCB_SEG_LDT, REAL_MODE_LIMIT, 0);
	set_segment(&vmcb->tr, 0, VMCB_SEG_TSS16, REAL_MODE_LIMIT, 0);

	vmcb->efer = X86_EFER_SVME;
	vmcb->cr0 = X86_CR0_ET;
	vmcb->cr2 = vmcb->cr3 = vmcb->cr4 = 0;
	vmcb->dr6 = DR6_RESET;
	vmcb->dr7 = DR7_RESET;
	vmcb->rflags = X86_RFLAGS_FIXED;
	vmcb->rip = rip;
	vmcb->rsp = vmcb->rax = 0;
	vmcb->g_pat = PAT_RESET_VALUE;
	vmcb->cpl = 0;
	vmcb->star = vmcb->lstar = vmcb->cstar = vmcb->sfmask = vmcb->kernel_gs_base = 0;
	vmcb->sysenter_cs = vmcb->sysenter_esp = vmcb->sysenter_eip = 0;
	vmcb->event_injection = 0;
	vmcb->interrupt_shadow = 0;
	asm volatile("vmload" : : "a"(cpu->regs.vmcb_phys) : "memory");

	memset(cpu->regs.by_number, 0, sizeof(cpu->regs.by_number));
	/* Family, model and stepping */
	cpu->regs.rdx = cpuid(CPUID_LEAF_FEATURES, 0).eax;
	cpu->nmi_pending = cpu->nmi_blocked = cpu->nmi_returning = false;
	vmcb->virtual_interrupt = 0;
	svm_flush_tlb(cpu);
}

static void stop_counters(void)
{
	u32 msr;

	for (msr = MSR_PERF_LEGACY_SELECT_0; msr <= MSR_PERF_LEGACY_SELECT_3; msr++)
		write_msr(msr, 0);
	if (!(cpuid(CPUID_LEAF_EXT_FEATURES, 0).ecx & CPUID_EXT_ECX_PERF_CORE))
		return;
	for (msr = MSR_PERF_FIRST; msr <= MSR_PERF_LAST; msr += 2)
		write_msr(msr, 0);
}

/* Registers that a processor may lack, and that a cell may have changed */
static const u32 optional_msrs[] = { MSR_SPEC_CTRL, MSR_XSS };

/* What the previous owner of the CPU left in registers that no reset of the guest touches. */
static void clear_residue(struct per_cpu *cpu)
{
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(optional_msrs); n++)
		write_msr_checked(optional_msrs[n], 0);
	write_dr0(0);
	write_dr1(0);
	write_dr2(0);
	write_dr3(0);
	fpu_reset();
	stop_counters();
	cpu->mtrr_def_type = 0;
	apic_reset(cpu);
}

static void start_guest(struct per_cpu *cpu, u16 cs_selector, u64 cs_base, u64 rip)
{
	svm_assign_cell(cpu);
	reset_guest(cpu, cs_selector, cs_base, rip);
	clear_residue(cpu);
}

void svm_park_cpu(struct per_cpu *cpu, bool wait_for_sipi)
{
	start_guest(cpu, 0, 0, 0);
	cpu->vmcb.n_cr3 = page_to_phys(parking_npt);
	cpu->parked = true;
	cpu->wait_for_sipi = wait_for_sipi;
}

static void run_from(struct per_cpu *cpu, u16 cs_selector, u64 cs_base, u64 rip)
{
	start_guest(cpu, cs_selector, cs_base, rip);
	cpu->parked = cpu->wait_for_sipi = false;
}

void svm_start_cpu(struct per_cpu *cpu)
{
	u64 address = cpu->cell->config->cpu_reset_address;

	run_from(cpu, (address >> 4) & 0xf000, address & ~0xffffULL, address & 0xffff);
}

void svm_startup_ipi(struct per_cpu *cpu, u8 vector)
{
	run_from(cpu, (u16)vector << 8, (u64)vector << 12, 0);
}

void svm_inject_exception(struct per_cpu *cpu, unsigned int vector, u32 error_code)
{
	u64 event = vector | VMCB_EVENT_TYPE_EXCEPTION | VMCB_EVENT_VALID;

	if (vector == X86_EXC_GP || vector == X86_EXC_PF || vector == X86_EXC_AC)
		event |= VMCB_EVENT_ERROR_CODE | (u64)error_code << 32;
	cpu->vmcb.event_injection = event;
}

/* Asks for an exit as soon as the guest has interrupts enabled, so not before its IRET. */
static void set_interrupt_window(struct vmcb *vmcb, bool open)
{
	if (open) {
		vmcb->virtual_interrupt |= VMCB_VIRTUAL_IRQ | VMCB_IGNORE_TPR;
		vmcb->intercept_misc1 |= INTERCEPT_VINTR;
	} else {
		vmcb->virtual_interrupt &= ~(u64)(VMCB_VIRTUAL_IRQ | VMCB_IGNORE_TPR);
		vmcb->intercept_misc1 &= ~INTERCEPT_VINTR;
	}
}

static void unblock_nmi(struct per_cpu *cpu)
{
	cpu->nmi_blocked = cpu->nmi_returning = false;
	cpu->vmcb.intercept_misc1 &= ~INTERCEPT_IRET;
	set_interrupt_window(&cpu->vmcb, false);
}

void svm_inject_pending_nmi(struct per_cpu *cpu)
{
	struct vmcb *vmcb = &cpu->vmcb;

	if (cpu->nmi_returning &&
	    (vmcb->rip != cpu->nmi_iret_rip || cpu->regs.rsp != cpu->nmi_iret_rsp))
		unblock_nmi(cpu);
	if (!cpu->nmi_pending || cpu->parked)
		return;
	if (cpu->nmi_blocked || (vmcb->event_injection & VMCB_EVENT_VALID)) {
		set_interrupt_window(vmcb, !cpu->nmi_blocked || cpu->nmi_returning);
		return;
	}
	vmcb->event_injection = X86_EXC_NMI | VMCB_EVENT_TYPE_NMI | VMCB_EVENT_VALID;
	vmcb->intercept_misc1 |= INTERCEPT_IRET;
	cpu->nmi_pending = false;
	cpu->nmi_blocked = true;
}

void svm_nmi_returns(struct per_cpu *cpu)
{
	cpu->vmcb.intercept_misc1 &= ~INTERCEPT_IRET;
	cpu->nmi_returning = true;
	cpu->nmi_iret_rip = cpu->vmcb.rip;
	cpu->nmi_iret_rsp = cpu->regs.rsp;
}

void svm_interrupt_window(struct per_cpu *cpu)
{
	if (cpu->nmi_returning)
		unblock_nmi(cpu);
	set_interrupt_window(&cpu->vmcb, false);
}
