/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The APIC timer, AMD APM vol. 2, 16.4.1. Its divide register stays as the hypervisor leaves it, at
 * 16: writing it would cost an exit.
 */
#include <inmate/apic.h>
#include <inmate/comm.h>
#include <inmate/cpu.h>
#include <inmate/thread.h>
#include <inmate/time.h>
#include <inmate/timer.h>

#include "cpu-block.h"
#include "init.h"
#include "timer-share.h"

#define TIMER_DIVIDER 16

#define LVT_MASKED (1U << 16)
/* LVT timer modes, with a bit that distinguishes one-shot from never set */
#define LVT_ONESHOT  (0U << 17)
#define LVT_PERIODIC (1U << 17)
#define LVT_DEADLINE (2U << 17)
#define MODE_SET     1U

#define MSR_TSC_DEADLINE         0x6e0
#define CPUID_1_ECX_TSC_DEADLINE (1U << 24)

/* Without a frequency from the hypervisor; any guess, so that timers do expire. */
#define DEFAULT_APIC_KHZ 1000000

/* In kHz, after division */
static u64 timer_khz;
static bool has_deadline;

static struct {
	irq_handler handler;
	void *arg;
} user;

void timer_user_expired(void)
{
	irq_handler handler = __atomic_load_n(&user.handler, __ATOMIC_ACQUIRE);

	if (handler)
		handler(user.arg);
}

static void timer_interrupt(void *arg)
{
	(void)arg;
	if (this_cpu()->timer_shared)
		timer_share_interrupt();
	else
		timer_user_expired();
}

void timer_init(void)
{
	u32 khz = comm_region()->apic_khz;

	if (!khz)
		khz = DEFAULT_APIC_KHZ;
	timer_khz = khz / TIMER_DIVIDER;
	if (!timer_khz)
		timer_khz = 1;
	has_deadline = cpuid(1, 0).ecx & CPUID_1_ECX_TSC_DEADLINE;
	irq_enable(IRQ_TIMER, timer_interrupt, NULL);
}

void timer_set_handler(irq_handler handler, void *arg)
{
	__atomic_store_n(&user.handler, NULL, __ATOMIC_SEQ_CST);
	user.arg = arg;
	__atomic_store_n(&user.handler, handler, __ATOMIC_SEQ_CST);
}

static void set_mode(u32 lvt)
{
	struct cpu *cpu = this_cpu();

	if (cpu->timer_mode == (lvt | MODE_SET))
		return;
	cpu->timer_mode = lvt | MODE_SET;
	apic_write(APIC_REG_LVT_TIMER, lvt | IRQ_TIMER);
	/* The write of the deadline must not overtake that of the mode, APM vol. 2, 16.4.1. */
	if (lvt == LVT_DEADLINE)
		asm volatile("mfence" : : : "memory");
}

static u32 ns_to_ticks(u64 ns)
{
	u64 ticks;

	if (ns > timer_max_ns())
		ns = timer_max_ns();
	ticks = ns * timer_khz / NS_PER_MS;
	return ticks ? ticks : 1;
}

static void start_hardware(u32 mode, u64 ns)
{
	set_mode(mode);
	apic_write(APIC_REG_TIMER_INITIAL, ns_to_ticks(ns));
}

void timer_hardware_start(u64 ns)
{
	start_hardware(LVT_ONESHOT, ns);
}

static void start(u32 mode, u64 ns)
{
	bool enabled = cpu_save_interrupts();

	if (this_cpu()->timer_shared)
		timer_share_set_user(deadline_after(ns), mode == LVT_PERIODIC ? ns + !ns : 0);
	else
		start_hardware(mode, ns);
	cpu_restore_interrupts(enabled);
}

void timer_start_oneshot(u64 ns)
{
	start(LVT_ONESHOT, ns);
}

void timer_start_periodic(u64 ns)
{
	start(LVT_PERIODIC, ns);
}

bool timer_has_deadline(void)
{
	return has_deadline;
}

void timer_start_deadline(u64 tsc)
{
	bool enabled = cpu_save_interrupts();

	if (this_cpu()->timer_shared) {
		timer_share_set_user(tsc_to_ns(tsc), 0);
	} else {
		set_mode(LVT_DEADLINE);
		wrmsr(MSR_TSC_DEADLINE, tsc);
	}
	cpu_restore_interrupts(enabled);
}

void timer_stop(void)
{
	bool enabled = cpu_save_interrupts();

	if (this_cpu()->timer_shared) {
		timer_share_set_user(WAIT_FOREVER, 0);
	} else {
		this_cpu()->timer_mode = 0;
		apic_write(APIC_REG_LVT_TIMER, LVT_MASKED | IRQ_TIMER);
	}
	cpu_restore_interrupts(enabled);
}

/* Small enough for ns * timer_khz to fit 64 bits: 2^32 ticks are 2^32 / timer_khz ms. */
u64 timer_max_ns(void)
{
	return 0xffffffffULL * NS_PER_MS / timer_khz;
}

u64 timer_resolution_ns(void)
{
	return NS_PER_MS / timer_khz;
}
