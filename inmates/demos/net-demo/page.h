/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Pages over HTTP, made anew for each request:
 *
 *	/		status for a browser, which asks for it again every second
 *	/counters.txt	the same numbers, a name and a value in each line
 */
#ifndef NET_DEMO_PAGE_H
#define NET_DEMO_PAGE_H

/* Starts the server; uptime counts from here. */
void pages_start(void);

#endif /* NET_DEMO_PAGE_H */
