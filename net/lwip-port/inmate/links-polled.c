// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Links without threads: the program's main loop is where everything happens.
 */
#include <inmate/inmate.h>

#include "links-private.h"
#include "lwip-port.h"
#include "lwip/init.h"
#include "lwip/timeouts.h"

/* Messages of the hypervisor want to be looked for. */
#define WAIT_MAX_MS 100

/* When the timer will expire, in time of get_time_ns(); 0: it is not running. */
static volatile u64 timer_due;

static void timer_expired(void *arg)
{
	(void)arg;
	timer_due = 0;
}

unsigned int links_start(void)
{
	lwip_port_fit_memory(heap_info().size);
	lwip_init();
	timer_set_handler(timer_expired, NULL);
	return links_open_all();
}

void links_stop(void)
{
	links_close_all();
}

/* Setting the timer costs an exit: one that expires earlier does as well. */
static void set_timer(u32 ms)
{
	u64 now = get_time_ns(), due = now + ms * NS_PER_MS;

	if (timer_due && timer_due <= due)
		return;
	timer_due = due;
	timer_start_oneshot(due - now);
}

static u32 idle_ms(void)
{
	u32 ms = sys_timeouts_sleeptime(), links_ms;

	if (ms == 0)
		return 0;
	links_ms = links_idle_all();
	ms = LWIP_MIN(ms, links_ms);
	return LWIP_MIN(ms, WAIT_MAX_MS);
}

static void sleep(void)
{
	u32 ms;

	cpu_disable_interrupts();
	ms = idle_ms();
	if (ms) {
		set_timer(ms);
		cpu_wait_for_interrupt();
	}
	cpu_enable_interrupts();
}

void links_serve(void)
{
	bool more = links_poll_all();

	netif_poll_all();
	sys_check_timeouts();
	if (!more)
		sleep();
}
