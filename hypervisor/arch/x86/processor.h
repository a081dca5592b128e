/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers and instructions of the processor, by the names of the AMD64 Architecture Programmer's
 * Manual (APM), volumes 2 and 3.
 */
#ifndef HYPERVISOR_ARCH_X86_PROCESSOR_H
#define HYPERVISOR_ARCH_X86_PROCESSOR_H

#include <jailhouse/types.h>

/* Control registers, APM vol. 2, 3.1 */
#define X86_CR0_PE         (1UL << 0)
#define X86_CR0_ET         (1UL << 4)
#define X86_CR0_NE         (1UL << 5)
#define X86_CR0_WP         (1UL << 16)
#define X86_CR0_PG         (1UL << 31)
#define X86_CR4_VME        (1UL << 0)
#define X86_CR4_PVI        (1UL << 1)
#define X86_CR4_TSD        (1UL << 2)
#define X86_CR4_DE         (1UL << 3)
#define X86_CR4_PSE        (1UL << 4)
#define X86_CR4_PAE        (1UL << 5)
#define X86_CR4_MCE        (1UL << 6)
#define X86_CR4_PGE        (1UL << 7)
#define X86_CR4_PCE        (1UL << 8)
#define X86_CR4_OSFXSR     (1UL << 9)
#define X86_CR4_OSXMMEXCPT (1UL << 10)
#define X86_CR4_UMIP       (1UL << 11)
#define X86_CR4_LA57       (1UL << 12)
#define X86_CR4_FSGSBASE   (1UL << 16)
#define X86_CR4_PCIDE      (1UL << 17)
#define X86_CR4_OSXSAVE    (1UL << 18)
#define X86_CR4_SMEP       (1UL << 20)
#define X86_CR4_SMAP       (1UL << 21)
#define X86_CR4_PKE        (1UL << 22)

#define X86_DR6_BS (1UL << 14)

#define X86_EFER_SCE      (1UL << 0)
#define X86_EFER_LME      (1UL << 8)
#define X86_EFER_LMA      (1UL << 10)
#define X86_EFER_SVME     (1UL << 12)
#define X86_EFER_AUTOIBRS (1UL << 21)

#define X86_RFLAGS_FIXED (1UL << 1)
#define X86_RFLAGS_TF    (1UL << 8)
#define X86_RFLAGS_VM    (1UL << 17)
#define X86_RFLAGS_RF    (1UL << 16)

/* Exception vectors, APM vol. 2, 8.2 */
#define X86_EXC_DB         1
#define X86_EXC_NMI        2
#define X86_EXC_BP         3
#define X86_EXC_OF         4
#define X86_EXC_UD         6
#define X86_EXC_GP         13
#define X86_EXC_PF         14
#define X86_EXC_AC         17
#define X86_NUM_EXCEPTIONS 32

/* Model specific registers, APM vol. 2, appendix A */
#define MSR_TSC           0x00000010
#define MSR_APIC_BASE     0x0000001b
#define APIC_BASE_X2APIC  (1U << 10)
#define APIC_BASE_ENABLE  (1U << 11)
#define MSR_MTRR_FIRST    0x00000200
#define MSR_MTRR_LAST     0x0000026f
#define MSR_PAT           0x00000277
#define MSR_MTRR_DEF_TYPE 0x000002ff
#define MSR_TSC_DEADLINE  0x000006e0
#define MSR_X2APIC_FIRST  0x00000800
#define MSR_X2APIC_ICR    0x00000830
#define MSR_X2APIC_LAST   0x0000083f
/* Performance counters and their controls, APM vol. 2, 13.2 */
#define MSR_PERF_LEGACY_SELECT_0 0xc0010000
#define MSR_PERF_LEGACY_SELECT_3 0xc0010003
#define MSR_PERF_LEGACY_LAST     0xc0010007
#define MSR_PERF_FIRST           0xc0010200
#define MSR_PERF_LAST            0xc001020b
#define MSR_EFER                 0xc0000080
#define MSR_STAR                 0xc0000081
#define MSR_SFMASK               0xc0000084
#define MSR_FS_BASE              0xc0000100
#define MSR_GS_BASE              0xc0000101
#define MSR_TSC_AUX              0xc0000103
#define MSR_SPEC_CTRL            0x00000048
#define MSR_PRED_CMD             0x00000049
#define MSR_XSS                  0x00000da0
#define MSR_SYSENTER_CS          0x00000174
#define MSR_SYSENTER_EIP         0x00000176
#define MSR_VM_CR                0xc0010114
#define MSR_SMM_CTL              0xc0010116
#define MSR_VM_HSAVE_PA          0xc0010117

#define PAT_RESET_VALUE 0x0007040600070406ULL

/* CPUID leaves and bits, APM vol. 3, appendix E */
#define CPUID_LEAF_FEATURES         0x00000001
#define CPUID_1_ECX_VMX             (1U << 5)
#define CPUID_1_ECX_X2APIC          (1U << 21)
#define CPUID_1_ECX_XSAVE           (1U << 26)
#define CPUID_1_ECX_OSXSAVE         (1U << 27)
#define CPUID_1_ECX_HYPERVISOR      (1U << 31)
#define CPUID_LEAF_STRUCTURED       0x00000007
#define CPUID_7_ECX_SHADOW_STACK    (1U << 7)
#define CPUID_7_EDX_IBT             (1U << 20)
#define CPUID_7_ECX_OSPKE           (1U << 4)
#define CPUID_LEAF_XSAVE            0x0000000d
#define CPUID_LEAF_EXT_FEATURES     0x80000001
#define CPUID_EXT_ECX_SVM           (1U << 2)
#define CPUID_EXT_ECX_PERF_CORE     (1U << 23)
#define CPUID_EXT_EDX_1GB           (1U << 26)
#define CPUID_LEAF_EXT_SIZES        0x80000008
#define CPUID_EXT_SIZES_EBX_INVLPGB (1U << 3)
#define CPUID_LEAF_SVM              0x8000000a
#define CPUID_SVM_EDX_NP            (1U << 0)
#define CPUID_SVM_EDX_NRIPS         (1U << 3)
#define CPUID_SVM_EDX_DECODE        (1U << 7)

struct cpuid_result {
	u32 eax, ebx, ecx, edx;
};

static inline struct cpuid_result cpuid(u32 leaf, u32 subleaf)
{
	struct cpuid_result r = { .eax = leaf, .ecx = subleaf };

	asm volatile("cpuid" : "+a"(r.eax), "=b"(r.ebx), "+c"(r.ecx), "=d"(r.edx));
	return r;
}

static inline u64 read_msr(u32 msr)
{
	u32 low, high;

	asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return low | ((u64)high << 32);
}

static inline void write_msr(u32 msr, u64 value)
{
	asm volatile("wrmsr" : : "c"(msr), "a"((u32)value), "d"((u32)(value >> 32)) : "memory");
}

/* The same for registers that may not exist or not take the value: -1 instead of a fault. */
int read_msr_checked(u32 msr, u64 *value);
int write_msr_checked(u32 msr, u64 value);

#define DEFINE_REGISTER_ACCESS(reg)                                            \
	static inline u64 read_##reg(void)                                     \
	{                                                                      \
		u64 value;                                                     \
		asm volatile("mov %%" #reg ", %0" : "=r"(value) : : "memory"); \
		return value;                                                  \
	}                                                                      \
	static inline void write_##reg(u64 value)                              \
	{                                                                      \
		asm volatile("mov %0, %%" #reg : : "r"(value) : "memory");     \
	}

DEFINE_REGISTER_ACCESS(cr0)
DEFINE_REGISTER_ACCESS(cr2)
DEFINE_REGISTER_ACCESS(cr3)
DEFINE_REGISTER_ACCESS(cr4)
DEFINE_REGISTER_ACCESS(dr0)
DEFINE_REGISTER_ACCESS(dr1)
DEFINE_REGISTER_ACCESS(dr2)
DEFINE_REGISTER_ACCESS(dr3)
DEFINE_REGISTER_ACCESS(dr6)
DEFINE_REGISTER_ACCESS(dr7)

#define DEFINE_SELECTOR_READ(segment)                                    \
	static inline u16 read_##segment(void)                           \
	{                                                                \
		u16 selector;                                            \
		asm volatile("mov %%" #segment ", %0" : "=r"(selector)); \
		return selector;                                         \
	}

DEFINE_SELECTOR_READ(cs)
DEFINE_SELECTOR_READ(ds)
DEFINE_SELECTOR_READ(es)
DEFINE_SELECTOR_READ(ss)

struct descriptor_table {
	u16 limit;
	u64 base;
} __attribute__((packed));

static inline u64 read_tsc(void)
{
	u32 low, high;

	asm volatile("rdtsc" : "=a"(low), "=d"(high));
	return low | ((u64)high << 32);
}

static inline void write_xcr0(u64 value)
{
	asm volatile("xsetbv" : : "c"(0), "a"((u32)value), "d"((u32)(value >> 32)));
}

static inline void invalidate_page(u64 virt)
{
	asm volatile("invlpg (%0)" : : "r"(virt) : "memory");
}

static inline void io_out(u16 port, unsigned int size, u32 value)
{
	if (size == 1)
		asm volatile("outb %b0, %1" : : "a"(value), "Nd"(port));
	else if (size == 2)
		asm volatile("outw %w0, %1" : : "a"(value), "Nd"(port));
	else
		asm volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static inline u32 io_in(u16 port, unsigned int size)
{
	u32 value = 0;

	if (size == 1)
		asm volatile("inb %1, %b0" : "+a"(value) : "Nd"(port));
	else if (size == 2)
		asm volatile("inw %1, %w0" : "+a"(value) : "Nd"(port));
	else
		asm volatile("inl %1, %0" : "+a"(value) : "Nd"(port));
	return value;
}

#endif /* HYPERVISOR_ARCH_X86_PROCESSOR_H */
