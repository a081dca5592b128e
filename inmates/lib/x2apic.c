/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Access to the local APIC by MSRs, AMD APM vol. 2, 16.11.
 */
#include <inmate/apic.h>
#include <inmate/cpu.h>

#define MSR_X2APIC_BASE 0x800

u32 apic_read(unsigned int reg)
{
	return rdmsr(MSR_X2APIC_BASE + reg);
}

void apic_write(unsigned int reg, u32 value)
{
	wrmsr(MSR_X2APIC_BASE + reg, value);
}

void apic_send(u32 destination, u32 command)
{
	wrmsr(MSR_X2APIC_BASE + APIC_REG_ICR, (u64)destination << 32 | command);
}
