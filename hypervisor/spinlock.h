/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ticket spinlock on the compiler's atomics, for the hypervisor and for host tests of its parts.
 */
#ifndef HYPERVISOR_SPINLOCK_H
#define HYPERVISOR_SPINLOCK_H

#include <jailhouse/types.h>

typedef struct {
	u16 next;
	u16 owner;
} spinlock_t;

static inline void cpu_relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#endif
}

static inline void spin_lock(spinlock_t *lock)
{
	u16 ticket = __atomic_fetch_add(&lock->next, 1, __ATOMIC_RELAXED);

	while (__atomic_load_n(&lock->owner, __ATOMIC_ACQUIRE) != ticket)
		cpu_relax();
}

static inline void spin_unlock(spinlock_t *lock)
{
	__atomic_store_n(&lock->owner, (u16)(lock->owner + 1), __ATOMIC_RELEASE);
}

#endif /* HYPERVISOR_SPINLOCK_H */
