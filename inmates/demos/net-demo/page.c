// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The pages.
 */
#include "page.h"

#include <inmate/inmate.h>

#include "counters.h"
#include "links.h"
#include "lwip/apps/httpd.h"
#include "service.h"
#include "web-pages.h"

#define ADDRESS_MAX 48

static u64 start_ns;

static u64 uptime_ms(void)
{
	return (get_time_ns() - start_ns) / NS_PER_MS;
}

/* ---------------------------------------------------------------------- lines of text */

struct lines {
	struct text *text;
	const char *group;
};

static void add_line(void *arg, const char *name, u64 value)
{
	struct lines *lines = arg;

	text_add(lines->text, "%s%s %llu\n", lines->group, name, value);
}

static void make_text(struct text *text)
{
	struct lines lines = { .text = text, .group = "" };
	char group[16];
	unsigned int n;

	add_line(&lines, "uptime_ms", uptime_ms());
	add_line(&lines, "pages", web_pages_served());
	counters_of_memory(add_line, &lines);
	counters_of_stack(add_line, &lines);
	lines.group = group;
	for (n = 0; n < links_count(); n++) {
		snprintf(group, sizeof(group), "net%u.", n);
		add_line(&lines, "up", netif_is_link_up(&links_get(n)->netif));
		counters_of_link(n, add_line, &lines);
		counters_of_interface(n, add_line, &lines);
	}
	for (n = 0; n < num_services; n++) {
		snprintf(group, sizeof(group), "%s.", services[n]->name);
		service_counters(services[n], add_line, &lines);
	}
}

/* ----------------------------------------------------------------------- for a browser */

static const char page_start[] =
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta http-equiv=\"refresh\" content=\"1\">\n<title>net-demo</title>\n"
	"<style>body{font-family:sans-serif;margin:2em}table{border-collapse:collapse;"
	"margin:1em 2em 1em 0;display:inline-table;vertical-align:top}"
	"caption{font-weight:bold;text-align:left;padding:.3em 0}"
	"td{border-top:1px solid #ccc;padding:.15em .8em}"
	"td:last-child{text-align:right;font-variant-numeric:tabular-nums}"
	"</style>\n</head>\n<body>\n<h1>net-demo</h1>\n";
static const char page_end[] = "</body>\n</html>\n";

static void add_row(void *arg, const char *name, u64 value)
{
	text_add(arg, "<tr><td>%s</td><td>%llu</td></tr>\n", name, value);
}

static void add_words(struct text *text, const char *name, const char *value)
{
	text_add(text, "<tr><td>%s</td><td>%s</td></tr>\n", name, value);
}

static void add_addresses(struct text *text, const struct netif *netif)
{
	char address[ADDRESS_MAX];
	s8_t n;

	ipaddr_ntoa_r(netif_ip_addr4(netif), address, sizeof(address));
	add_words(text, "IPv4", address);
	for (n = 0; n < LWIP_IPV6_NUM_ADDRESSES; n++) {
		if (!ip6_addr_isvalid(netif_ip6_addr_state(netif, n)))
			continue;
		ipaddr_ntoa_r(netif_ip_addr6(netif, n), address, sizeof(address));
		add_words(text, "IPv6", address);
	}
}

static void add_link(struct text *text, unsigned int n)
{
	const struct ivshm_netif *net = links_get(n);
	const struct netif *netif = &net->netif;
	const u8 *mac = netif->hwaddr;

	text_add(text, "<table><caption>net%u</caption>\n", n);
	add_words(text, "device", links_device(n)->classic ? "classic" : "revision 2");
	add_words(text, "link", netif_is_link_up(netif) ? "up" : "down");
	add_words(text, "state", ivshm_state_text(net->link.state));
	add_words(text, "peer's state", ivshm_state_text(net->link.peer));
	text_add(text,
		 "<tr><td>address</td><td>%02x:%02x:%02x:%02x:%02x:%02x</td></tr>\n"
		 "<tr><td>MTU</td><td>%u</td></tr>\n",
		 mac[0], mac[1], mac[2], mac[3], mac[4], mac[5], netif->mtu);
	add_addresses(text, netif);
	counters_of_link(n, add_row, text);
	counters_of_interface(n, add_row, text);
	text_add(text, "</table>\n");
}

static void make_html(struct text *text)
{
	u64 ms = uptime_ms();
	unsigned int n;

	text_add(text, "%s<p>Up for %llu.%03llu s, %llu pages served, %u link(s).</p>\n",
		 page_start, ms / 1000, ms % 1000, web_pages_served(), links_count());
	for (n = 0; n < links_count(); n++)
		add_link(text, n);
	for (n = 0; n < num_services; n++) {
		text_add(text, "<table><caption>%s, port %u</caption>\n", services[n]->name,
			 services[n]->port);
		service_counters(services[n], add_row, text);
		text_add(text, "</table>\n");
	}
	text_add(text, "<table><caption>lwIP, MIB-2</caption>\n");
	counters_of_stack(add_row, text);
	text_add(text, "</table>\n<table><caption>memory, bytes</caption>\n");
	counters_of_memory(add_row, text);
	text_add(text, "</table>\n%s", page_end);
}

/* ---------------------------------------------------------------------------- the server */

static const struct web_page pages[] = {
	{ .name = "/index.html", .make = make_html },
	{ .name = "/counters.txt", .make = make_text },
};

static struct web_pages site = { pages, ARRAY_SIZE(pages), NULL };

void pages_start(void)
{
	start_ns = get_time_ns();
	web_pages_add(&site);
	httpd_init();
}
