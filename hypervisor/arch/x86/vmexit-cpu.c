/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exits by CPUID and by writes to CR4.
 */
#include <jailhouse/hypercall.h>

#include "cell.h"
#include "console.h"
#include "decode.h"
#include "guest-memory.h"
#include "processor.h"
#include "svm.h"
#include "vmexit.h"

#define LENGTH_CPUID 2

#define CPUID_VENDOR_1 0x6c69614a /* "Jail" */
#define CPUID_VENDOR_2 0x73756f68 /* "hous" */
#define CPUID_VENDOR_3 0x00000065 /* "e" */

/* What the processor says, seen from inside a guest. */
static struct cpuid_result guest_cpuid(const struct per_cpu *cpu, u32 leaf, u32 subleaf)
{
	bool is_root = cpu->cell == root_cell;
	struct cpuid_result r = cpuid(leaf, subleaf);

	switch (leaf) {
	case CPUID_LEAF_FEATURES:
		r.ecx &= ~CPUID_1_ECX_OSXSAVE;
		if (cpu->vmcb.cr4 & X86_CR4_OSXSAVE)
			r.ecx |= CPUID_1_ECX_OSXSAVE;
		if (!is_root) {
			r.ecx &= ~CPUID_1_ECX_VMX;
			r.ecx |= CPUID_1_ECX_HYPERVISOR | CPUID_1_ECX_X2APIC;
		}
		break;
	case CPUID_LEAF_STRUCTURED:
		if (subleaf)
			break;
		r.ecx &= ~CPUID_7_ECX_OSPKE;
		if (cpu->vmcb.cr4 & X86_CR4_PKE)
			r.ecx |= CPUID_7_ECX_OSPKE;
		if (!is_root) {
			r.ecx &= ~CPUID_7_ECX_SHADOW_STACK;
			r.edx &= ~CPUID_7_EDX_IBT;
		}
		break;
	case CPUID_LEAF_EXT_FEATURES:
		if (!is_root)
			r.ecx &= ~CPUID_EXT_ECX_SVM;
		break;
	case CPUID_LEAF_EXT_SIZES:
		if (!is_root)
			r.ebx &= ~CPUID_EXT_SIZES_EBX_INVLPGB;
		break;
	case CPUID_LEAF_SVM:
		if (!is_root)
			r = (struct cpuid_result){ 0 };
		break;
	case JAILHOUSE_CPUID_SIGNATURE:
		r = (struct cpuid_result){ JAILHOUSE_CPUID_FEATURES, CPUID_VENDOR_1, CPUID_VENDOR_2,
					   CPUID_VENDOR_3 };
		break;
	case JAILHOUSE_CPUID_FEATURES:
		r = (struct cpuid_result){ 0 };
		break;
	}
	return r;
}

bool vmexit_cpuid(struct per_cpu *cpu)
{
	struct guest_registers *regs = &cpu->regs;
	struct cpuid_result r = guest_cpuid(cpu, regs->rax, regs->rcx);

	count_exit(cpu, JAILHOUSE_CPU_STAT_VMEXITS_CPUID);
	regs->rax = r.eax;
	regs->rbx = r.ebx;
	regs->rcx = r.ecx;
	regs->rdx = r.edx;
	vmexit_skip(cpu, LENGTH_CPUID);
	return true;
}

struct cr4_feature {
	u32 leaf;
	/* 0 EBX, 1 ECX, 2 EDX */
	unsigned int reg;
	unsigned int bit;
	u64 cr4;
};

static const struct cr4_feature cr4_features[] = {
	{ 1, 1, 17, X86_CR4_PCIDE }, { 1, 1, 26, X86_CR4_OSXSAVE }, { 7, 0, 0, X86_CR4_FSGSBASE },
	{ 7, 0, 7, X86_CR4_SMEP },   { 7, 0, 20, X86_CR4_SMAP },    { 7, 1, 2, X86_CR4_UMIP },
	{ 7, 1, 3, X86_CR4_PKE },    { 7, 1, 16, X86_CR4_LA57 },
};

/* Bits that the processor lets software set, APM vol. 2, 3.1.3. */
static u64 cr4_supported(void)
{
	u64 supported = X86_CR4_VME | X86_CR4_PVI | X86_CR4_TSD | X86_CR4_DE | X86_CR4_PSE |
			X86_CR4_PAE | X86_CR4_MCE | X86_CR4_PGE | X86_CR4_PCE | X86_CR4_OSFXSR |
			X86_CR4_OSXMMEXCPT;
	const struct cr4_feature *feature;
	struct cpuid_result r;
	unsigned int n;
	u32 value;

	for (n = 0; n < ARRAY_SIZE(cr4_features); n++) {
		feature = &cr4_features[n];
		r = cpuid(feature->leaf, 0);
		value = feature->reg == 0 ? r.ebx : feature->reg == 1 ? r.ecx : r.edx;
		if (value & (1U << feature->bit))
			supported |= feature->cr4;
	}
	return supported;
}

static bool cr4_is_valid(const struct per_cpu *cpu, u64 value)
{
	const struct vmcb *vmcb = &cpu->vmcb;
	bool long_mode = vmcb->efer & X86_EFER_LMA;

	if (value & ~cr4_supported())
		return false;
	if (long_mode && (!(value & X86_CR4_PAE) || ((value ^ vmcb->cr4) & X86_CR4_LA57)))
		return false;
	return !(value & X86_CR4_PCIDE) || long_mode;
}

/* Only writes to CR4 are intercepted, and only for cells other than root. */
bool vmexit_control_register(struct per_cpu *cpu)
{
	u8 bytes[X86_MAX_INSN_LENGTH];
	struct x86_cr_insn insn;
	u64 value;

	count_exit(cpu, JAILHOUSE_CPU_STAT_VMEXITS_CR);
	if (x86_decode_write_cr(bytes, guest_fetch_instruction(cpu, bytes), guest_mode(cpu),
				&insn) ||
	    insn.cr != 4)
		return false;
	value = cpu->regs.by_number[insn.reg];
	if (guest_mode(cpu) != X86_MODE_64)
		value = (u32)value;
	if (!cr4_is_valid(cpu, value)) {
		svm_inject_exception(cpu, X86_EXC_GP, 0);
		return true;
	}
	cpu->vmcb.cr4 = value;
	svm_flush_tlb(cpu);
	vmexit_advance(cpu, insn.length);
	return true;
}
