// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measures the clock of the local APIC timer (AMD APM vol. 2, 16.4.1) against Linux's time.
 */
#include <linux/irqflags.h>
#include <linux/math64.h>
#include <linux/processor.h>
#include <linux/ktime.h>
#include <asm/apic.h>
#include <asm/msr.h>

#include "apic-timer.h"

#define MEASURE_NS   (10 * NSEC_PER_MSEC)
#define SAMPLE_TRIES 16

#define LVT_TIMER_MODE_MASK (3 << 17)

struct timer_setup {
	u32 lvt;
	u32 divide;
	u32 initial;
	u32 remaining;
	u64 tsc_deadline;
};

struct timer_sample {
	u64 ns;
	u32 count;
};

static bool uses_tsc_deadline(const struct timer_setup *setup)
{
	return (setup->lvt & LVT_TIMER_MODE_MASK) == APIC_LVT_TIMER_TSCDEADLINE;
}

/* Masks the timer before its count is read, so that it cannot expire unseen in between. */
static void timer_save_and_mask(struct timer_setup *setup)
{
	setup->lvt = apic_read(APIC_LVTT);
	if (uses_tsc_deadline(setup))
		rdmsrl(MSR_IA32_TSC_DEADLINE, setup->tsc_deadline);
	apic_write(APIC_LVTT, (setup->lvt & ~LVT_TIMER_MODE_MASK) | APIC_LVT_MASKED);
	setup->divide = apic_read(APIC_TDCR);
	setup->initial = apic_read(APIC_TMICT);
	setup->remaining = apic_read(APIC_TMCCT);
}

/* A timer that has expired meanwhile expires once more: better one event too many than none. */
static void timer_rearm_count(const struct timer_setup *setup)
{
	u32 count = setup->initial;

	if (count && (setup->lvt & LVT_TIMER_MODE_MASK) == APIC_LVT_TIMER_ONESHOT)
		count = max(setup->remaining, 1u);
	apic_write(APIC_TMICT, count);
}

static void timer_restore(const struct timer_setup *setup)
{
	apic_write(APIC_TMICT, 0);
	apic_write(APIC_TDCR, setup->divide);
	apic_write(APIC_LVTT, setup->lvt);
	if (uses_tsc_deadline(setup)) {
		/* The write to the LVT must arrive before that to the MSR. */
		mb();
		wrmsrl(MSR_IA32_TSC_DEADLINE, setup->tsc_deadline);
	} else {
		timer_rearm_count(setup);
	}
}

/* Takes the try during which least time passed: in a virtual machine, some take very long. */
static void timer_sample(struct timer_sample *sample)
{
	u64 before, after, least = U64_MAX;
	unsigned int n;
	u32 count;

	for (n = 0; n < SAMPLE_TRIES; n++) {
		before = ktime_get_raw_ns();
		count = apic_read(APIC_TMCCT);
		after = ktime_get_raw_ns();
		if (after - before >= least)
			continue;
		least = after - before;
		sample->ns = before + least / 2;
		sample->count = count;
	}
}

static u32 timer_measure(void)
{
	struct timer_sample start, end;
	u64 ns;

	apic_write(APIC_TMICT, 0);
	apic_write(APIC_TDCR, APIC_TDR_DIV_1);
	apic_write(APIC_TMICT, U32_MAX);

	timer_sample(&start);
	while (ktime_get_raw_ns() - start.ns < MEASURE_NS)
		cpu_relax();
	timer_sample(&end);

	ns = end.ns - start.ns;
	return div64_u64((u64)(start.count - end.count) * NSEC_PER_MSEC, ns);
}

u32 apic_timer_measure_khz(void)
{
	struct timer_setup setup;
	unsigned long flags;
	u32 khz;

	local_irq_save(flags);
	timer_save_and_mask(&setup);
	khz = timer_measure();
	timer_restore(&setup);
	local_irq_restore(flags);
	return khz;
}
