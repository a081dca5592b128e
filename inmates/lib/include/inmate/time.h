/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What time it is: the time stamp counter in nanoseconds, and the ACPI power management timer.
 */
#ifndef INMATE_TIME_H
#define INMATE_TIME_H

#include <jailhouse/types.h>

#define NS_PER_US  1000UL
#define NS_PER_MS  1000000UL
#define NS_PER_SEC 1000000000UL

/*
 * Nanoseconds since an unknown moment. Never goes backwards on one CPU; the counters of different
 * CPUs may differ.
 */
u64 get_time_ns(void);

/* Frequency of the time stamp counter in kHz. */
u32 tsc_khz(void);

/* Converts a number of ticks of the time stamp counter, and back. */
u64 tsc_to_ns(u64 ticks);
u64 ns_to_tsc(u64 ns);

/* Waits that long at least, without giving up the CPU. */
void delay_us(u64 us);

/* Frequency of the power management timer in Hz, and bits that count, ACPI 4.8.2.1 */
#define PM_TIMER_HZ   3579545
#define PM_TIMER_MASK 0xffffff

/* The counter, 24 bits; wraps around every 4.7 seconds. */
u32 pm_timer_read(void);

#endif /* INMATE_TIME_H */
