/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Time from the time stamp counter, whose frequency the communication region tells. If it does not,
 * the counter is measured against the power management timer.
 */
#include <inmate/comm.h>
#include <inmate/cpu.h>
#include <inmate/time.h>

#include "init.h"

/* How long to measure, in ticks of the power management timer: 50 ms */
#define CALIBRATION_TICKS (PM_TIMER_HZ / 20)

/* Factors are 32.32 fixed-point numbers. */
#define FACTOR_SHIFT 32

static u32 khz;
static u64 ns_per_tick;
static u64 ticks_per_ns;

u32 pm_timer_read(void)
{
	return inl(comm_region()->pm_timer_address) & PM_TIMER_MASK;
}

static u32 pm_timer_elapsed(u32 start)
{
	return (pm_timer_read() - start) & PM_TIMER_MASK;
}

static u32 tsc_measure(void)
{
	u32 start = pm_timer_read(), elapsed;
	u64 tsc = rdtsc_ordered();

	while (pm_timer_elapsed(start) < CALIBRATION_TICKS)
		cpu_relax();
	elapsed = pm_timer_elapsed(start);
	tsc = rdtsc_ordered() - tsc;
	return tsc * PM_TIMER_HZ / elapsed / 1000;
}

void time_init(void)
{
	khz = comm_region()->tsc_khz;
	if (!khz && comm_region()->pm_timer_address)
		khz = tsc_measure();
	if (!khz)
		khz = 1000000;
	ns_per_tick = ((NS_PER_MS) << FACTOR_SHIFT) / khz;
	ticks_per_ns = ((u64)khz << FACTOR_SHIFT) / NS_PER_MS;
}

static u64 scale(u64 value, u64 factor)
{
	return (u64)(((unsigned __int128)value * factor) >> FACTOR_SHIFT);
}

u64 tsc_to_ns(u64 ticks)
{
	return scale(ticks, ns_per_tick);
}

u64 ns_to_tsc(u64 ns)
{
	return scale(ns, ticks_per_ns);
}

u32 tsc_khz(void)
{
	return khz;
}

u64 get_time_ns(void)
{
	return tsc_to_ns(rdtsc_ordered());
}

void delay_us(u64 us)
{
	u64 start = rdtsc(), ticks = ns_to_tsc(us * NS_PER_US) + 1;

	while (rdtsc() - start < ticks)
		cpu_relax();
}
