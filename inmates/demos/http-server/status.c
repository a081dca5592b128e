// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The state of the cell's links as JSON. cJSON copes with NULL for an object that there was no memory
 * for; all that is missing then shows in the end, as there is no text.
 */
#include <stdio.h>
#include <stdlib.h>

#include <inmate/inmate.h>

#include <cJSON.h>

#include "counters.h"
#include "history.h"
#include "links.h"
#include "site.h"

#define ADDRESS_MAX 48
#define NUMBER_MAX  24

/* As cJSON's own numbers are floating point, the digits are given to it: all 64 bits are exact. */
static cJSON *make_number(u64 value)
{
	char digits[NUMBER_MAX];

	snprintf(digits, sizeof(digits), "%llu", value);
	return cJSON_CreateRaw(digits);
}

/* Has the type of a counter_visitor. */
static void add_number(void *object, const char *name, u64 value)
{
	cJSON_AddItemToObject(object, name, make_number(value));
}

static void add_address(cJSON *array, const ip_addr_t *address)
{
	char text[ADDRESS_MAX];

	ipaddr_ntoa_r(address, text, sizeof(text));
	cJSON_AddItemToArray(array, cJSON_CreateString(text));
}

static void add_addresses(cJSON *object, const struct netif *netif)
{
	cJSON *array = cJSON_AddArrayToObject(object, "addresses");
	s8_t n;

	if (!ip_addr_isany(netif_ip_addr4(netif)))
		add_address(array, netif_ip_addr4(netif));
	for (n = 0; n < LWIP_IPV6_NUM_ADDRESSES; n++)
		if (ip6_addr_isvalid(netif_ip6_addr_state(netif, n)))
			add_address(array, netif_ip_addr6(netif, n));
}

static void add_mac(cJSON *object, const u8 *mac)
{
	char text[ADDRESS_MAX];

	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	cJSON_AddStringToObject(object, "mac", text);
}

/* Oldest first, bits per second. */
static void add_history(cJSON *object, unsigned int link)
{
	cJSON *history = cJSON_AddObjectToObject(object, "history");
	cJSON *rx = cJSON_AddArrayToObject(history, "rx_bits_per_second");
	cJSON *tx = cJSON_AddArrayToObject(history, "tx_bits_per_second");
	unsigned int age;

	add_number(history, "interval_ms", HISTORY_INTERVAL_MS);
	add_number(history, "length", HISTORY_SAMPLES);
	for (age = history_count(); age-- > 0;) {
		struct history_sample sample = history_get(link, age);

		cJSON_AddItemToArray(rx, make_number(sample.rx));
		cJSON_AddItemToArray(tx, make_number(sample.tx));
	}
}

static cJSON *make_link(unsigned int number)
{
	const struct ivshm_netif *net = links_get(number);
	cJSON *link = cJSON_CreateObject();
	char name[8];

	snprintf(name, sizeof(name), "net%u", number);
	cJSON_AddStringToObject(link, "name", name);
	cJSON_AddStringToObject(link, "device",
				links_device(number)->classic ? "classic" : "revision 2");
	cJSON_AddBoolToObject(link, "up", netif_is_link_up(&net->netif));
	cJSON_AddStringToObject(link, "state", ivshm_state_text(net->link.state));
	cJSON_AddStringToObject(link, "peer_state", ivshm_state_text(net->link.peer));
	cJSON_AddBoolToObject(link, "peer_extended", net->ring.peer.extended);
	add_mac(link, net->netif.hwaddr);
	add_number(link, "mtu", net->netif.mtu);
	add_addresses(link, &net->netif);
	counters_of_link(number, add_number, cJSON_AddObjectToObject(link, "counters"));
	add_history(link, number);
	return link;
}

static cJSON *make_status(void)
{
	cJSON *status = cJSON_CreateObject(), *links;
	unsigned int n;

	add_number(status, "uptime_ms", site_uptime_ms());
	add_number(status, "pages", web_pages_served());
	counters_of_memory(add_number, cJSON_AddObjectToObject(status, "memory"));
	links = cJSON_AddArrayToObject(status, "links");
	for (n = 0; n < links_count(); n++)
		cJSON_AddItemToArray(links, make_link(n));
	return status;
}

void status_make(struct text *text)
{
	cJSON *status = make_status();
	char *json = cJSON_PrintUnformatted(status);

	if (json)
		text_add(text, "%s\n", json);
	free(json);
	cJSON_Delete(status);
}
