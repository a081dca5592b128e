/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the server has:
 *
 *	/, ...		the files in pages/, as they are
 *	/status.json	counters of links and memory now, rates of the last minutes
 *	/load		64 MiB that mean nothing, to fill the link
 */
#ifndef HTTP_SERVER_SITE_H
#define HTTP_SERVER_SITE_H

#include "web-pages.h"

/* Made by pack-pages. */
extern const struct web_page packed_pages[];
extern const size_t num_packed_pages;

/* Adds all pages; uptime counts from here. lwIP's core context. */
void site_start(void);

/* Makes /status.json. */
void status_make(struct text *text);

/* Since site_start(). */
u64 site_uptime_ms(void);

#endif /* HTTP_SERVER_SITE_H */
