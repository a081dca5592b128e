// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Links with threads: one of them polls all links whenever an interrupt has come, and locks lwIP's
 * core meanwhile. Timeouts are the business of lwIP's own thread.
 */
#include <inmate/inmate.h>
#include <inmate/semaphore.h>
#include <inmate/thread.h>

#include "links-private.h"
#include "lwip-port.h"
#include "lwip/tcpip.h"

#define SERVE_MS 100

/*
 * After so many rounds without a pause, the thread goes on with the priority of all others, until it
 * has nothing to do: no peer can keep the inmate from its work.
 */
#define ROUNDS_AT_PRIORITY 8

static struct semaphore work;
static struct thread *poller;
static bool stopping; /* atomic */

static void wake_up(void)
{
	semaphore_post(&work);
}

/* Polls; after how many milliseconds again if nobody wakes the thread up. */
static u32 poll_once(void)
{
	u32 ms = 0;

	LOCK_TCPIP_CORE();
	if (!links_poll_all())
		ms = links_idle_all();
	UNLOCK_TCPIP_CORE();
	return ms;
}

static void go_on(unsigned int rounds)
{
	if (rounds == ROUNDS_AT_PRIORITY)
		thread_set_priority(thread_self(), THREAD_PRIORITY_DEFAULT);
	if (rounds >= ROUNDS_AT_PRIORITY)
		thread_yield();
}

static void sleep(u32 ms)
{
	bool forever = ms == IVSHM_NETIF_FOREVER;

	thread_set_priority(thread_self(), LINKS_PRIORITY);
	semaphore_wait(&work, forever ? WAIT_FOREVER : deadline_after(ms * NS_PER_MS));
}

static void poll_links(void *arg)
{
	unsigned int rounds = 0;

	(void)arg;
	while (!__atomic_load_n(&stopping, __ATOMIC_RELAXED)) {
		u32 ms = poll_once();

		if (ms == 0) {
			go_on(++rounds);
		} else {
			sleep(ms);
			rounds = 0;
		}
	}
}

/* Who leaves the core may have sent something, or found that there is no room for more. */
static void leave_core(void)
{
	links_flush_all();
	if (links_need_poll())
		wake_up();
}

/* An interface that goes up or down tells nobody else. */
static void status_changed(struct netif *netif, netif_nsc_reason_t reason,
			   const netif_ext_callback_args_t *args)
{
	(void)netif;
	(void)args;
	if (reason & LWIP_NSC_STATUS_CHANGED)
		wake_up();
}

static void initialised(void *arg)
{
	semaphore_post(arg);
}

static void start_lwip(void)
{
	struct semaphore ready;

	thread_init();
	lwip_port_fit_memory(heap_info().size);
	semaphore_init(&ready, 0, 1);
	tcpip_init(initialised, &ready);
	semaphore_wait(&ready, WAIT_FOREVER);
}

unsigned int links_start(void)
{
	NETIF_DECLARE_EXT_CALLBACK(callback)
	unsigned int number;

	start_lwip();
	semaphore_init(&work, 0, 1);
	links_interrupted = wake_up;
	LOCK_TCPIP_CORE();
	netif_add_ext_callback(&callback, status_changed);
	number = links_open_all();
	lwip_port_before_unlock = leave_core;
	UNLOCK_TCPIP_CORE();
	poller = thread_create("links", poll_links, NULL, LINKS_PRIORITY, THREAD_STACK_DEFAULT);
	if (!poller)
		panic("links: no memory for a thread");
	return number;
}

void links_stop(void)
{
	if (__atomic_exchange_n(&stopping, true, __ATOMIC_RELAXED))
		return;
	wake_up();
	thread_join(poller, WAIT_FOREVER);
	LOCK_TCPIP_CORE();
	lwip_port_before_unlock = NULL;
	links_close_all();
	UNLOCK_TCPIP_CORE();
}

void links_serve(void)
{
	thread_sleep(SERVE_MS * NS_PER_MS);
}
