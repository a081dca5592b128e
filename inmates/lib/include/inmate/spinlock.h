/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Ticket locks between CPUs. What an interrupt handler takes too must be taken by others with
 * spin_lock_irqsave.
 */
#ifndef INMATE_SPINLOCK_H
#define INMATE_SPINLOCK_H

#include <inmate/cpu.h>

struct spinlock {
	u16 next;
	u16 owner;
};

static inline void spin_lock(struct spinlock *lock)
{
	u16 ticket = __atomic_fetch_add(&lock->next, 1, __ATOMIC_RELAXED);

	while (__atomic_load_n(&lock->owner, __ATOMIC_ACQUIRE) != ticket)
		cpu_relax();
}

static inline void spin_unlock(struct spinlock *lock)
{
	__atomic_store_n(&lock->owner, (u16)(lock->owner + 1), __ATOMIC_RELEASE);
}

/* Disables interrupts on this CPU first; the result goes to spin_unlock_irqrestore. */
static inline bool spin_lock_irqsave(struct spinlock *lock)
{
	bool enabled = cpu_save_interrupts();

	spin_lock(lock);
	return enabled;
}

static inline void spin_unlock_irqrestore(struct spinlock *lock, bool enabled)
{
	spin_unlock(lock);
	cpu_restore_interrupts(enabled);
}

#endif /* INMATE_SPINLOCK_H */
