/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Local APIC registers, AMD APM vol. 2, 16.3 and 16.11. Numbers are those of x2APIC MSRs less 800h,
 * and MMIO offsets divided by 16.
 */
#ifndef HYPERVISOR_ARCH_X86_APIC_REGISTERS_H
#define HYPERVISOR_ARCH_X86_APIC_REGISTERS_H

#include <jailhouse/types.h>

#define APIC_ID              0x02
#define APIC_VERSION         0x03
#define APIC_TPR             0x08
#define APIC_PPR             0x0a
#define APIC_EOI             0x0b
#define APIC_LDR             0x0d
#define APIC_DFR             0x0e
#define APIC_SVR             0x0f
#define APIC_ISR             0x10
#define APIC_IRR             0x20
#define APIC_ESR             0x28
#define APIC_ICR             0x30
#define APIC_ICR_HIGH        0x31
#define APIC_LVT_TIMER       0x32
#define APIC_LVT_THERMAL     0x33
#define APIC_LVT_PERFORMANCE 0x34
#define APIC_LVT_LINT0       0x35
#define APIC_LVT_LINT1       0x36
#define APIC_LVT_ERROR       0x37
#define APIC_TIMER_INITIAL   0x38
#define APIC_TIMER_CURRENT   0x39
#define APIC_TIMER_DIVIDE    0x3e
#define APIC_SELF_IPI        0x3f

/* AMD's extended space, APM vol. 2, 16.7.3 */
#define APIC_EXT_FEATURE      0x40
#define APIC_EXT_LVT          0x50
#define APIC_VERSION_EXTENDED (1U << 31)

/* Registers that ISR, TMR and IRR consist of */
#define APIC_VECTOR_REGS 8

#define APIC_SVR_ENABLE      (1U << 8)
#define APIC_SVR_RESET       0xffU
#define APIC_LVT_MASKED      (1U << 16)
#define APIC_TIMER_DIVIDE_16 3U

/* Interrupt command register; delivery modes also in LVTs */
#define APIC_VECTOR_MASK      0xffU
#define APIC_FIRST_VECTOR     16
#define APIC_DELIVERY_SHIFT   8
#define APIC_DELIVERY_MASK    (7U << APIC_DELIVERY_SHIFT)
#define APIC_DELIVERY_FIXED   0
#define APIC_DELIVERY_LOWEST  1
#define APIC_DELIVERY_NMI     4
#define APIC_DELIVERY_INIT    5
#define APIC_DELIVERY_STARTUP 6
#define APIC_DELIVERY_EXTINT  7
#define APIC_LOGICAL          (1U << 11)
#define APIC_PENDING          (1U << 12)
#define APIC_ASSERT           (1U << 14)
#define APIC_TRIGGER_LEVEL    (1U << 15)
#define APIC_SHORTHAND_MASK   (3U << 18)
#define APIC_SHORTHAND_SELF   (1U << 18)
#define APIC_SHORTHAND_OTHERS (3U << 18)

#define XAPIC_ID_SHIFT   24
#define XAPIC_BROADCAST  0xffU
#define X2APIC_BROADCAST 0xffffffffU
#define XAPIC_DFR_FLAT   0xfU
#define XAPIC_DFR_SHIFT  28

/* Base address in the APIC base MSR */
#define APIC_BASE_MSR_ADDRESS 0x000ffffffffff000ULL

/* Access to the APIC of the running CPU */
u32 apic_read(unsigned int reg);
void apic_write(unsigned int reg, u32 value);

#endif /* HYPERVISOR_ARCH_X86_APIC_REGISTERS_H */
