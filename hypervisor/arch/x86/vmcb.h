/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual machine control block, AMD APM vol. 2, appendix B, and exit codes, appendix C.
 */
#ifndef HYPERVISOR_ARCH_X86_VMCB_H
#define HYPERVISOR_ARCH_X86_VMCB_H

#include <jailhouse/types.h>

/* Intercepts at offset 0Ch */
#define INTERCEPT_NMI      (1U << 1)
#define INTERCEPT_VINTR    (1U << 4)
#define INTERCEPT_CPUID    (1U << 18)
#define INTERCEPT_IRET     (1U << 20)
#define INTERCEPT_INVD     (1U << 22)
#define INTERCEPT_INVLPGA  (1U << 26)
#define INTERCEPT_IOIO     (1U << 27)
#define INTERCEPT_MSR      (1U << 28)
#define INTERCEPT_FERR     (1U << 30)
#define INTERCEPT_SHUTDOWN (1U << 31)
/* Intercepts at offset 10h */
#define INTERCEPT_VMRUN   (1U << 0)
#define INTERCEPT_VMMCALL (1U << 1)
#define INTERCEPT_VMLOAD  (1U << 2)
#define INTERCEPT_VMSAVE  (1U << 3)
#define INTERCEPT_STGI    (1U << 4)
#define INTERCEPT_CLGI    (1U << 5)
#define INTERCEPT_SKINIT  (1U << 6)
#define INTERCEPT_WBINVD  (1U << 9)
#define INTERCEPT_XSETBV  (1U << 13)

#define VMCB_TLB_FLUSH_ALL 1
/* Virtual interrupt at offset 60h: pending, whatever the guest's TPR */
#define VMCB_VIRTUAL_IRQ      (1U << 8)
#define VMCB_IGNORE_TPR       (1U << 20)
#define VMCB_NP_ENABLE        (1U << 0)
#define VMCB_INVLPGB_ENABLE   (1U << 7)
#define VMCB_INTERRUPT_SHADOW (1U << 0)

/* EVENTINJ and EXITINTINFO, APM vol. 2, 15.20 */
#define VMCB_EVENT_TYPE_MASK      (7U << 8)
#define VMCB_EVENT_TYPE_SOFTWARE  (4U << 8)
#define VMCB_EVENT_TYPE_NMI       (2U << 8)
#define VMCB_EVENT_TYPE_EXCEPTION (3U << 8)
#define VMCB_EVENT_ERROR_CODE     (1U << 11)
#define VMCB_EVENT_VALID          (1U << 31)

/* Segment attributes: bits 55:52 and 47:40 of a descriptor, APM vol. 2, 15.5.1 */
#define VMCB_SEG_CODE64     0x29b
#define VMCB_SEG_DATA       0xc93
#define VMCB_SEG_CODE16     0x09b
#define VMCB_SEG_DATA16     0x093
#define VMCB_SEG_LDT        0x082
#define VMCB_SEG_TSS16      0x083
#define VMCB_SEG_LONG       (1U << 9)
#define VMCB_SEG_DEFAULT_32 (1U << 10)

/* Exit codes */
#define EXIT_CR4_WRITE       0x014
#define EXIT_EXCEPTION_FIRST 0x040
#define EXIT_EXCEPTION_LAST  0x05f
#define EXIT_NMI             0x061
#define EXIT_VINTR           0x064
#define EXIT_CPUID           0x072
#define EXIT_IRET            0x074
#define EXIT_INVD            0x076
#define EXIT_INVLPGA         0x07a
#define EXIT_IOIO            0x07b
#define EXIT_MSR             0x07c
#define EXIT_SHUTDOWN        0x07f
#define EXIT_VMRUN           0x080
#define EXIT_VMMCALL         0x081
#define EXIT_SKINIT          0x086
#define EXIT_WBINVD          0x089
#define EXIT_XSETBV          0x08d
#define EXIT_NPF             0x400
#define EXIT_INVALID         0xffffffffffffffffULL

/* EXITINFO1 of EXIT_NPF, APM vol. 2, 15.25.6 */
#define NPF_WRITE     (1ULL << 1)
#define NPF_FETCH     (1ULL << 4)
#define NPF_PAGE_WALK (1ULL << 33)

/* EXITINFO1 of EXIT_IOIO, APM vol. 2, 15.10.2 */
#define IOIO_IN         (1U << 0)
#define IOIO_STRING     (1U << 2)
#define IOIO_REP        (1U << 3)
#define IOIO_SIZE_SHIFT 4
#define IOIO_SIZE_MASK  7
#define IOIO_PORT_SHIFT 16

#define IOPM_PAGES  3
#define MSRPM_PAGES 2

struct vmcb_segment {
	u16 selector;
	u16 attributes;
	u32 limit;
	u64 base;
};

struct vmcb {
	u16 intercept_cr_read;
	u16 intercept_cr_write;
	u32 intercept_dr;
	u32 intercept_exceptions;
	u32 intercept_misc1;
	u32 intercept_misc2;
	u32 intercept_misc3;
	u8 reserved1[0x40 - 0x18];
	u64 iopm_base;
	u64 msrpm_base;
	u64 tsc_offset;
	u32 asid;
	u8 tlb_control;
	u8 reserved2[3];
	u64 virtual_interrupt;
	u64 interrupt_shadow;
	u64 exit_code;
	u64 exit_info1;
	u64 exit_info2;
	u64 exit_int_info;
	u64 np_enable;
	u8 reserved3[0xa8 - 0x98];
	u64 event_injection;
	u64 n_cr3;
	u64 lbr_virtualization;
	u32 clean_bits;
	u32 reserved4;
	u64 next_rip;
	u8 num_bytes_fetched;
	u8 instruction_bytes[15];
	u8 reserved5[0x400 - 0xe0];

	struct vmcb_segment es, cs, ss, ds, fs, gs, gdtr, ldtr, idtr, tr;
	u8 reserved6[0x4cb - 0x4a0];
	u8 cpl;
	u32 reserved7;
	u64 efer;
	u8 reserved8[0x548 - 0x4d8];
	u64 cr4;
	u64 cr3;
	u64 cr0;
	u64 dr7;
	u64 dr6;
	u64 rflags;
	u64 rip;
	u8 reserved9[0x5d8 - 0x580];
	u64 rsp;
	u64 s_cet;
	u64 ssp;
	u64 isst_addr;
	u64 rax;
	u64 star;
	u64 lstar;
	u64 cstar;
	u64 sfmask;
	u64 kernel_gs_base;
	u64 sysenter_cs;
	u64 sysenter_esp;
	u64 sysenter_eip;
	u64 cr2;
	u8 reserved10[0x668 - 0x648];
	u64 g_pat;
	u8 reserved11[0x1000 - 0x670];
};

_Static_assert(sizeof(struct vmcb) == 0x1000, "VMCB");
_Static_assert(offsetof(struct vmcb, event_injection) == 0xa8, "VMCB");
_Static_assert(offsetof(struct vmcb, efer) == 0x4d0, "VMCB");
_Static_assert(offsetof(struct vmcb, rip) == 0x578, "VMCB");
_Static_assert(offsetof(struct vmcb, rax) == 0x5f8, "VMCB");
_Static_assert(offsetof(struct vmcb, cr2) == 0x640, "VMCB");

#endif /* HYPERVISOR_ARCH_X86_VMCB_H */
