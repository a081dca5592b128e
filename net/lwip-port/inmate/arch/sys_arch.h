/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What lwIP with threads (NO_SYS=0) stands on in an inmate: the threads of its library. The
 * functions that lwip/sys.h asks for are in sys-arch.c.
 */
#ifndef LWIP_PORT_ARCH_SYS_ARCH_H
#define LWIP_PORT_ARCH_SYS_ARCH_H

#include <inmate/mutex.h>
#include <inmate/queue.h>
#include <inmate/semaphore.h>
#include <inmate/thread.h>

typedef struct {
	struct semaphore semaphore;
	bool valid;
} sys_sem_t;

typedef struct {
	struct mutex mutex;
	bool valid;
} sys_mutex_t;

/* Of pointers */
typedef struct {
	struct queue queue;
	bool valid;
} sys_mbox_t;

typedef struct thread *sys_thread_t;
typedef bool sys_prot_t;

#define sys_sem_valid(sem)           ((sem)->valid)
#define sys_sem_set_invalid(sem)     ((void)((sem)->valid = false))
#define sys_mutex_valid(mutex)       ((mutex)->valid)
#define sys_mutex_set_invalid(mutex) ((void)((mutex)->valid = false))
#define sys_mbox_valid(mbox)         ((mbox)->valid)
#define sys_mbox_set_invalid(mbox)   ((void)((mbox)->valid = false))

/*
 * The semaphore of the calling thread, on which it waits for lwIP; made when first needed, freed
 * when the thread ends. NULL: no memory.
 */
sys_sem_t *sys_arch_thread_semaphore(void);

#define LWIP_NETCONN_THREAD_SEM_GET()   sys_arch_thread_semaphore()
#define LWIP_NETCONN_THREAD_SEM_ALLOC() ((void)sys_arch_thread_semaphore())
#define LWIP_NETCONN_THREAD_SEM_FREE()  ((void)0)

#endif /* LWIP_PORT_ARCH_SYS_ARCH_H */
