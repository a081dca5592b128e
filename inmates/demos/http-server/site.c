// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * All pages of the server.
 */
#include "site.h"

#include <inmate/inmate.h>

#define LOAD_SIZE (64U << 20)

static u64 start_ns;

/* A byte is the number of its KiB, so that a piece in the wrong place is noticed. */
static void fill_load(char *to, size_t offset, size_t count)
{
	size_t n;

	for (n = 0; n < count; n++)
		to[n] = (char)((offset + n) >> 10);
}

static const struct web_page made_pages[] = {
	{ .name = "/status.json", .make = status_make },
	{ .name = "/load", .fill = fill_load, .length = LOAD_SIZE },
};

static struct web_pages made = { made_pages, ARRAY_SIZE(made_pages), NULL };
static struct web_pages packed = { packed_pages, 0, NULL };

u64 site_uptime_ms(void)
{
	return (get_time_ns() - start_ns) / NS_PER_MS;
}

void site_start(void)
{
	start_ns = get_time_ns();
	packed.number = num_packed_pages;
	web_pages_add(&packed);
	web_pages_add(&made);
}
