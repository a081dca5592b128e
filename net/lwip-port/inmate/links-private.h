/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the parts of links share.
 */
#ifndef LWIP_PORT_LINKS_PRIVATE_H
#define LWIP_PORT_LINKS_PRIVATE_H

#include "links.h"

struct link {
	struct ivshm_netif net;
	struct ivshm_netif_device device;
	struct ivshmem channel;
	char name[8]; /* of the parameter */
};

/* ------------------------------------------------------------- link-device.c, links-report.c */

/* Opens the channel with the bdf @bdf as @link->device. False: it is none for a network. */
bool link_device_open(struct link *link, u16 bdf);

/* Lets its interrupts come, to this CPU. */
void link_device_enable_irqs(struct link *link);

/* Prints changes of the interfaces from now on. */
void links_report_changes(void);

/* ------------------------------------------------------------------------------- links.c */

/* All in lwIP's core context. */

unsigned int links_open_all(void);
void links_close_all(void);

/* Polls each link once; true if there is more to be done. */
bool links_poll_all(void);

/* After how many milliseconds to poll again if no interrupt comes; see ivshm_netif_idle(). */
u32 links_idle_all(void);

/* Lets frames go that have waited. */
void links_flush_all(void);

/* Whether one of them has to be polled though no interrupt came. */
bool links_need_poll(void);

/* The link of an interface, or NULL. */
const struct link *links_find(const struct netif *netif);

/* Called by interrupt handlers, after the link was told, if not NULL. */
extern void (*links_interrupted)(void);

#endif /* LWIP_PORT_LINKS_PRIVATE_H */
