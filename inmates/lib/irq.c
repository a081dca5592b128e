/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The table of interrupt handlers.
 */
#include <inmate/inmate.h>

#include "cpu-block.h"
#include "trap.h"

#define NUM_VECTORS 256

static struct {
	irq_handler handler;
	void *arg;
} handlers[NUM_VECTORS];

static unsigned int next_free = IRQ_FIRST;
static u64 unexpected;

int irq_enable(unsigned int vector, irq_handler handler, void *arg)
{
	if (vector < IRQ_FIRST || vector >= IRQ_SPURIOUS)
		return -EINVAL;
	__atomic_store_n(&handlers[vector].handler, NULL, __ATOMIC_SEQ_CST);
	handlers[vector].arg = arg;
	__atomic_store_n(&handlers[vector].handler, handler, __ATOMIC_SEQ_CST);
	return 0;
}

void irq_disable(unsigned int vector)
{
	if (vector < NUM_VECTORS)
		__atomic_store_n(&handlers[vector].handler, NULL, __ATOMIC_SEQ_CST);
}

int irq_allocate(void)
{
	unsigned int vector = __atomic_fetch_add(&next_free, 1, __ATOMIC_RELAXED);

	if (vector <= IRQ_LAST)
		return vector;
	__atomic_store_n(&next_free, IRQ_LAST + 1, __ATOMIC_RELAXED);
	return -EBUSY;
}

u64 irq_unexpected(void)
{
	return __atomic_load_n(&unexpected, __ATOMIC_RELAXED);
}

void irq_dispatch(unsigned int vector)
{
	irq_handler handler = __atomic_load_n(&handlers[vector].handler, __ATOMIC_ACQUIRE);
	struct cpu *cpu = this_cpu();

	cpu->in_interrupt = true;
	if (handler)
		handler(handlers[vector].arg);
	else
		__atomic_fetch_add(&unexpected, 1, __ATOMIC_RELAXED);

	/* A spurious interrupt is not in service, AMD APM vol. 2, 16.4.7. */
	if (vector != IRQ_SPURIOUS)
		apic_write(APIC_REG_EOI, 0);
	cpu->in_interrupt = false;
	if (cpu->hooks)
		cpu->hooks->interrupt_return();
}
