/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What a cell can do with its network links: answers pings; echo, discard and character generator
 * by TCP and UDP (ports 7, 9, 19); a status page by HTTP. All at once, over IPv4 and IPv6, on all
 * links.
 *
 * It is built twice: as net-demo without threads, as net-demo-threads with lwIP's thread.
 *
 * Parameters
 *   net0=, net1=, ...  how the links are set up, see net/lwip-port/link-settings.h; for example
 *                      net0=10.0.1.2/24,gw=10.0.1.1
 *   ping=              an IPv4 address to ping: count= times, with size= bytes
 *   connect=           an address whose echo service gets bytes= bytes, by TCP, after the pings
 */
#include <inmate/inmate.h>

#include "client.h"
#include "links.h"
#include "lwip/opt.h"
#include "lwip/tcpip.h"
#include "page.h"
#include "service.h"

/* What others may use, and what the demo itself asks of others. */
static void start_services(void)
{
	unsigned int n;

	LOCK_TCPIP_CORE();
	for (n = 0; n < num_services; n++) {
		err_t err = service_start(services[n]);

		if (err != ERR_OK)
			printf("net-demo: %s does not start (%d)\n", services[n]->name, err);
	}
	pages_start();
	client_start();
	UNLOCK_TCPIP_CORE();
}

static bool may_shut_down(void *arg)
{
	(void)arg;
	links_stop();
	printf("net-demo: shutting down\n");
	return true;
}

void inmate_main(void)
{
	unsigned int links = links_start();

	start_services();
	comm_set_shutdown_handler(may_shut_down, NULL);
	printf("net-demo: %u link(s), ready\n", links);
#if !NO_SYS
	/* All that is left for this thread is to answer the hypervisor. */
	thread_set_priority(thread_self(), THREAD_PRIORITY_MAX);
#endif
	for (;;) {
		comm_poll();
		links_serve();
	}
}
