/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The links of an inmate: finds the cell's network channels, makes interfaces of them, and sets
 * them up as the parameters net0=, net1= ... say (link-settings.h), in the order of their bdf.
 * Changes of links and addresses are printed.
 *
 *     links_start();
 *     ...
 *     for (;;) {
 *             comm_poll();
 *             links_serve();
 *     }
 *
 * Without threads (NO_SYS=1) that loop is where everything happens, and uses the timer of the CPU.
 * With threads (NO_SYS=0) lwIP and the links have one each; the caller is thread "main", may do
 * something else, and may end.
 */
#ifndef LWIP_PORT_LINKS_H
#define LWIP_PORT_LINKS_H

#include <inmate/ivshmem.h>

#include "ivshm-netif.h"

#define LINKS_MAX 8

/* Priority of the thread that handles frames, with threads. */
#define LINKS_PRIORITY 25

/*
 * Initialises lwIP, with buffers that suit the heap (and the threads, if that was not done before);
 * opens all channels of protocols 0001 (and 0100, for the classic device). Returns how many links
 * there are. Channels that make no link, and wrong parameters, are reported and left out.
 */
unsigned int links_start(void);

/* Does what is due, then sleeps until an interrupt comes or more is due, 100 ms at most. */
void links_serve(void);

/*
 * Gives addresses back (DHCP), resets and removes all links: before the inmate ends, so that peers
 * see it at once. What peers do not fetch within 100 ms is lost.
 */
void links_stop(void);

/* Whether peers have taken all frames that were sent. */
bool links_sent_all(void);

/* Link @number, from 0; NULL if there are not so many. Counters are read in lwIP's core context. */
struct ivshm_netif *links_get(unsigned int number);
unsigned int links_count(void);

/* The device below a link. */
const struct ivshmem *links_device(unsigned int number);

#endif /* LWIP_PORT_LINKS_H */
