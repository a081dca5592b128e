/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The local APIC of the running CPU, by its x2APIC registers: these every cell has, whatever the
 * machine has.
 */
#ifndef INMATE_APIC_H
#define INMATE_APIC_H

#include <jailhouse/types.h>

/* Registers, by their MSR number less 800h; AMD APM vol. 2, 16.11 */
#define APIC_REG_ID            0x02
#define APIC_REG_EOI           0x0b
#define APIC_REG_SPURIOUS      0x0f
#define APIC_REG_ICR           0x30
#define APIC_REG_LVT_TIMER     0x32
#define APIC_REG_TIMER_INITIAL 0x38

/* Interrupt command register, APM vol. 2, 16.5 */
#define APIC_ICR_NMI     (4U << 8)
#define APIC_ICR_INIT    (5U << 8)
#define APIC_ICR_STARTUP (6U << 8)
#define APIC_ICR_ASSERT  (1U << 14)
#define APIC_ICR_OTHERS  (3U << 18)

u32 apic_read(unsigned int reg);
void apic_write(unsigned int reg, u32 value);

/* The ID by which interrupts are sent to this CPU. */
u32 apic_id(void);

/* Sends what @command says to the CPU with the APIC ID @destination. */
void apic_send(u32 destination, u32 command);

/* Enables the APIC of the running CPU. The library has done so before inmate code runs. */
void apic_enable(void);

#endif /* INMATE_APIC_H */
