/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Local APIC: that of the running CPU for the hypervisor's own use, and the checks of what cells do
 * with theirs. AMD APM vol. 2, chapter 16.
 *
 * Interrupts reach a cell without the hypervisor; what is emulated is only the way out: interprocessor
 * interrupts, and the registers that could harm others. Root uses the APIC in the mode in which Linux
 * runs it; other cells always see the x2APIC registers.
 */
#ifndef HYPERVISOR_ARCH_X86_APIC_H
#define HYPERVISOR_ARCH_X86_APIC_H

#include <jailhouse/types.h>

#include "percpu.h"

#define APIC_BASE_ADDRESS 0xfee00000ULL

/* Once, on the first CPU: finds out the mode and maps the registers. Returns 0 or a negative errno. */
int apic_init(void);

/* On each CPU: notes its ID. Returns 0, or -EINVAL if its mode is not that of the others. */
int apic_init_cpu(struct per_cpu *cpu);

/* Whether the machine's APICs are in x2APIC mode. */
bool apic_is_x2apic(void);

/* Forces another CPU to exit from its guest. */
void apic_kick(struct per_cpu *cpu);

/*
 * Brings the APIC of the running CPU to the state that a new cell and a CPU after INIT expect:
 * disabled by software, LVTs masked, TPR 0, nothing pending or in service, timer divided by 16.
 */
void apic_reset(struct per_cpu *cpu);

/* Reads an xAPIC register of the running CPU. @offset: 0 to FFFh. */
u32 apic_mmio_read(unsigned int offset);

/*
 * A write of root to an xAPIC register. @offset: 0 to FFFh. Returns false if the register must not
 * be written that way.
 */
bool apic_mmio_write(struct per_cpu *cpu, unsigned int offset, u32 value);

/*
 * Access of any cell to an x2APIC register, MSR 800h to 83Fh. Returns false if it is to be answered
 * with #GP.
 */
bool apic_msr_read(struct per_cpu *cpu, u32 msr, u64 *value);
bool apic_msr_write(struct per_cpu *cpu, u32 msr, u64 value);

/*
 * A write to the interrupt command register. @icr: its low half; @dest: destination in the format
 * of the register that was written, that is x2APIC (@x2apic_format) or 8 bits of xAPIC. Parts of
 * the destination outside the cell are ignored. Returns false for a command that no cell may give.
 */
bool apic_send_ipi(struct per_cpu *cpu, u32 icr, u32 dest, bool x2apic_format);

/* Logical ID of a CPU in x2APIC mode. */
u32 apic_x2apic_ldr(const struct per_cpu *cpu);

/* Acknowledges an interrupt that came while the hypervisor drained the APIC. */
void apic_discard_interrupt(void);

#endif /* HYPERVISOR_ARCH_X86_APIC_H */
