/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frequency of the local APIC timer, which Linux knows but does not export.
 */
#ifndef JAILHOUSE_DRIVER_APIC_TIMER_H
#define JAILHOUSE_DRIVER_APIC_TIMER_H

#include <linux/types.h>

/*
 * Measures the undivided clock of this CPU's APIC timer. Takes about 10 ms, with interrupts off;
 * what Linux has programmed is restored, so that its next event comes up to that much later.
 *
 * Returns kHz, or 0 if the timer does not count.
 */
u32 apic_timer_measure_khz(void);

#endif /* JAILHOUSE_DRIVER_APIC_TIMER_H */
