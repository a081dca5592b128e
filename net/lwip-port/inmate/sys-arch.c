// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * lwIP's semaphores, mutexes, mailboxes and threads, on those of the inmate library; and the lock
 * of lwIP's core.
 */
#include <limits.h>
#include <stdlib.h>

#include <inmate/time.h>

#include "lwip-port.h"
#include "lwip/err.h"
#include "lwip/sys.h"
#include "lwip/tcpip.h"

void sys_init(void)
{
}

u32_t sys_jiffies(void)
{
	return sys_now();
}

void sys_msleep(u32_t ms)
{
	thread_sleep(ms * NS_PER_MS);
}

/* lwIP's "0 is forever" */
static u64 deadline_of(u32_t timeout)
{
	return timeout ? deadline_after(timeout * NS_PER_MS) : WAIT_FOREVER;
}

/* Milliseconds since @start, but not the number that means that the time is over. */
static u32_t passed(u64 start)
{
	u64 ms = (get_time_ns() - start) / NS_PER_MS;

	return ms < SYS_ARCH_TIMEOUT ? (u32_t)ms : (u32_t)SYS_ARCH_TIMEOUT - 1;
}

/* ------------------------------------------------------------------------------ semaphores */

err_t sys_sem_new(sys_sem_t *sem, u8_t count)
{
	semaphore_init(&sem->semaphore, count, UINT_MAX);
	sem->valid = true;
	return ERR_OK;
}

void sys_sem_free(sys_sem_t *sem)
{
	sem->valid = false;
}

void sys_sem_signal(sys_sem_t *sem)
{
	semaphore_post(&sem->semaphore);
}

u32_t sys_arch_sem_wait(sys_sem_t *sem, u32_t timeout)
{
	u64 start = get_time_ns();

	if (semaphore_wait(&sem->semaphore, deadline_of(timeout)))
		return SYS_ARCH_TIMEOUT;
	return passed(start);
}

static void free_thread_semaphore(void *semaphore)
{
	free(semaphore);
}

sys_sem_t *sys_arch_thread_semaphore(void)
{
	sys_sem_t *sem = thread_data();

	if (sem)
		return sem;
	sem = malloc(sizeof(*sem));
	if (sem) {
		sys_sem_new(sem, 0);
		thread_set_data(sem, free_thread_semaphore);
	}
	return sem;
}

/* --------------------------------------------------------------------------------- mutexes */

err_t sys_mutex_new(sys_mutex_t *mutex)
{
	mutex_init(&mutex->mutex);
	mutex->valid = true;
	return ERR_OK;
}

void sys_mutex_free(sys_mutex_t *mutex)
{
	mutex->valid = false;
}

void sys_mutex_lock(sys_mutex_t *mutex)
{
	mutex_lock(&mutex->mutex);
}

void sys_mutex_unlock(sys_mutex_t *mutex)
{
	mutex_unlock(&mutex->mutex);
}

/* ------------------------------------------------------------------------------- mailboxes */

err_t sys_mbox_new(sys_mbox_t *mbox, int size)
{
	if (queue_create(&mbox->queue, sizeof(void *), size > 0 ? (u32)size : 1))
		return ERR_MEM;
	mbox->valid = true;
	return ERR_OK;
}

void sys_mbox_free(sys_mbox_t *mbox)
{
	queue_destroy(&mbox->queue);
	mbox->valid = false;
}

void sys_mbox_post(sys_mbox_t *mbox, void *message)
{
	queue_send(&mbox->queue, &message, WAIT_FOREVER);
}

err_t sys_mbox_trypost(sys_mbox_t *mbox, void *message)
{
	return queue_send(&mbox->queue, &message, WAIT_NOT) ? ERR_MEM : ERR_OK;
}

err_t sys_mbox_trypost_fromisr(sys_mbox_t *mbox, void *message)
{
	return sys_mbox_trypost(mbox, message);
}

/* @message may be NULL: then what is fetched is thrown away. */
static int fetch(sys_mbox_t *mbox, void **message, u64 deadline)
{
	void *thrown_away;

	return queue_receive(&mbox->queue, message ? message : &thrown_away, deadline);
}

u32_t sys_arch_mbox_fetch(sys_mbox_t *mbox, void **message, u32_t timeout)
{
	u64 start = get_time_ns();

	if (fetch(mbox, message, deadline_of(timeout))) {
		if (message)
			*message = NULL;
		return SYS_ARCH_TIMEOUT;
	}
	return passed(start);
}

u32_t sys_arch_mbox_tryfetch(sys_mbox_t *mbox, void **message)
{
	return fetch(mbox, message, WAIT_NOT) ? SYS_MBOX_EMPTY : 0;
}

/* --------------------------------------------------------------------------------- threads */

sys_thread_t sys_thread_new(const char *name, lwip_thread_fn function, void *arg, int stack_size,
			    int priority)
{
	struct thread *thread = thread_create(
		name, function, arg,
		priority > 0 ? (unsigned int)priority : THREAD_PRIORITY_DEFAULT,
		stack_size > 0 ? (size_t)stack_size : THREAD_STACK_DEFAULT);

	if (thread)
		thread_detach(thread);
	return thread;
}

sys_prot_t sys_arch_protect(void)
{
	return thread_lock();
}

void sys_arch_unprotect(sys_prot_t state)
{
	thread_unlock(state);
}

/* ---------------------------------------------------------------------------- the core lock */

void (*lwip_port_before_unlock)(void);

static struct thread *core_owner;

void lwip_port_lock_core(void)
{
	sys_mutex_lock(&lock_tcpip_core);
	core_owner = thread_self();
}

void lwip_port_unlock_core(void)
{
	if (lwip_port_before_unlock)
		lwip_port_before_unlock();
	core_owner = NULL;
	sys_mutex_unlock(&lock_tcpip_core);
}

/* Before tcpip_init() there is no lock, and nobody to lock out. */
void lwip_port_check_core(void)
{
	if (sys_mutex_valid(&lock_tcpip_core) && core_owner != thread_self())
		lwip_port_panic("core is not locked", __FILE__, __LINE__);
}
