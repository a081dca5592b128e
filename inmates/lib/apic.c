/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The local APIC, independent of the way to its registers.
 */
#include <inmate/apic.h>
#include <inmate/irq.h>

#define SPURIOUS_APIC_ENABLE (1U << 8)

u32 apic_id(void)
{
	return apic_read(APIC_REG_ID);
}

void apic_enable(void)
{
	apic_write(APIC_REG_SPURIOUS, SPURIOUS_APIC_ENABLE | IRQ_SPURIOUS);
}
