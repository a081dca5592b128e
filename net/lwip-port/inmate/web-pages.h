/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Pages for lwIP's HTTP server, from anywhere but its own file system:
 *
 *     static const struct web_page pages[] = { { .name = "/index.html", .make = make_index }, ... };
 *     static struct web_pages site = { pages, ARRAY_SIZE(pages), NULL };
 *
 *     web_pages_add(&site);
 *     httpd_init();
 *
 * "/" is "/index.html", and what is not there is "/404.html", if there are such pages. What kind of
 * page it is follows from the end of its name.
 */
#ifndef LWIP_PORT_WEB_PAGES_H
#define LWIP_PORT_WEB_PAGES_H

#include <jailhouse/types.h>

#include "text.h"

/* One of the three ways to get what is in it; all functions are called in lwIP's core context. */
struct web_page {
	const char *name;

	/* made anew for each request */
	void (*make)(struct text *text);

	/* always the same @length bytes */
	const void *data;
	size_t length;

	/* @length bytes, made in pieces as they are sent: @count of them, from @offset on */
	void (*fill)(char *to, size_t offset, size_t count);
};

struct web_pages {
	const struct web_page *pages;
	size_t number;
	struct web_pages *next; /* is set by web_pages_add() */
};

/* Adds @pages, which stay in use, to what is served. */
void web_pages_add(struct web_pages *pages);

/* Pages served so far. lwIP's core context, as web_pages_add(). */
u64 web_pages_served(void);

#endif /* LWIP_PORT_WEB_PAGES_H */
