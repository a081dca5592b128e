/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Lazy switching of floating-point and SSE registers. They stay those of their owner until another
 * thread uses them.
 */
#include <inmate/inmate.h>

#include "thread-core.h"
#include "thread-fpu.h"

/* Task switched: floating-point instructions raise #NM, AMD APM vol. 2, 3.1.1 */
#define CR0_TS 8UL

/* FXSAVE area, AMD APM vol. 2, 11.4.4 */
#define FPU_STATE_SIZE      512
#define FPU_STATE_ALIGNMENT 16

/* All exceptions masked, AMD APM vol. 1, 4.2.2 */
#define MXCSR_DEFAULT 0x1f80

/* Whose values are in the registers */
static struct thread *owner;
/* CR0.TS */
static bool trapped;

static void set_trap(bool on)
{
	if (trapped == on)
		return;
	trapped = on;
	if (on)
		write_cr0(read_cr0() | CR0_TS);
	else
		asm volatile("clts" : : : "memory");
}

void thread_fpu_start(void)
{
	set_trap(true);
}

void thread_fpu_switch(const struct thread *thread)
{
	set_trap(thread != owner);
}

static void reset_registers(void)
{
	u32 mxcsr = MXCSR_DEFAULT;

	asm volatile("fninit; ldmxcsr %0" : : "m"(mxcsr));
}

bool thread_fpu_claim(struct thread *thread)
{
	bool fresh = !thread->fpu;

	if (!trapped)
		return false;
	if (fresh)
		thread->fpu = memalign(FPU_STATE_ALIGNMENT, FPU_STATE_SIZE);
	if (!thread->fpu)
		panic("inmate: no memory for floating-point registers of thread \"%s\"",
		      thread->name);
	set_trap(false);
	if (owner)
		asm volatile("fxsave64 (%0)" : : "r"(owner->fpu) : "memory");
	if (fresh)
		reset_registers();
	else
		asm volatile("fxrstor64 (%0)" : : "r"(thread->fpu) : "memory");
	owner = thread;
	return true;
}

void thread_fpu_destroy(struct thread *thread)
{
	bool state = cpu_save_interrupts();

	if (owner == thread) {
		owner = NULL;
		set_trap(true);
	}
	cpu_restore_interrupts(state);
	free(thread->fpu);
	thread->fpu = NULL;
}
