// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A web server: a few pages that are packed into the image, and a live status page of the cell's
 * links. See Documentation/writing-socket-apps.md.
 *
 * lwIP's HTTP server answers from lwIP's own thread; this one takes samples for the charts.
 */
#include <stdio.h>

#include <inmate/inmate.h>
#include <inmate/thread.h>

#include "history.h"
#include "links.h"
#include "lwip/apps/httpd.h"
#include "lwip/tcpip.h"
#include "site.h"

int main(void)
{
	LOCK_TCPIP_CORE();
	site_start();
	httpd_init();
	UNLOCK_TCPIP_CORE();
	printf("http-server: %zu packed pages, %u link(s), ready\n", num_packed_pages,
	       links_count());
	for (;;) {
		thread_sleep(HISTORY_INTERVAL_MS * NS_PER_MS);
		LOCK_TCPIP_CORE();
		history_take();
		UNLOCK_TCPIP_CORE();
	}
}
