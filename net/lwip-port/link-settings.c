// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The word that says how a link is to be set up: reading it.
 */
#include "link-settings.h"

#include <string.h>

#define DEFAULT_PREFIX 24
#define IP6_PREFIX     64
#define ITEM_MAX       64

/* What an item looks like: a name with a value, or one without; or a value without a name. */
struct item {
	const char *name;
	bool (*parse)(struct link_settings *settings, const char *value);
};

/* A decimal number up to @max at *@text, which moves behind it. */
static bool parse_number(const char **text, u32_t max, u32_t *number)
{
	const char *p = *text;

	*number = 0;
	for (; *p >= '0' && *p <= '9' && *number <= max; p++)
		*number = *number * 10 + (u32_t)(*p - '0');
	if (p == *text || *number > max)
		return false;
	*text = p;
	return true;
}

/* As parse_number, for four of them with dots. */
static bool parse_ip4(const char **text, ip4_addr_t *address)
{
	u32_t value = 0, byte;
	int i;

	for (i = 0; i < 4; i++) {
		if (i && *(*text)++ != '.')
			return false;
		if (!parse_number(text, 255, &byte))
			return false;
		value = value << 8 | byte;
	}
	ip4_addr_set_u32(address, lwip_htonl(value));
	return true;
}

static bool parse_whole_ip4(const char *text, ip4_addr_t *address)
{
	return parse_ip4(&text, address) && *text == '\0';
}

/* lwIP takes more than an address in: see that it is none but that. */
static bool parse_whole_ip6(const char *text, ip6_addr_t *address)
{
	const char *p;

	for (p = text; *p; p++)
		if (!strchr("0123456789abcdefABCDEF:", *p))
			return false;
	return strchr(text, ':') && ip6addr_aton(text, address);
}

static bool parse_address(struct link_settings *settings, const char *value)
{
	u32_t prefix = DEFAULT_PREFIX;

	if (!parse_ip4(&value, &settings->ip4))
		return false;
	if (*value == '/') {
		value++;
		if (!parse_number(&value, 32, &prefix) || prefix == 0)
			return false;
	}
	settings->address = LINK_ADDRESS_STATIC;
	ip4_addr_set_u32(&settings->netmask, lwip_htonl(0xffffffffU << (32 - prefix)));
	return *value == '\0';
}

static bool parse_dhcp(struct link_settings *settings, const char *value)
{
	LWIP_UNUSED_ARG(value);
	settings->address = LINK_ADDRESS_DHCP;
	return true;
}

static bool parse_auto(struct link_settings *settings, const char *value)
{
	LWIP_UNUSED_ARG(value);
	settings->address = LINK_ADDRESS_AUTO;
	return true;
}

static bool parse_none(struct link_settings *settings, const char *value)
{
	LWIP_UNUSED_ARG(value);
	settings->address = LINK_ADDRESS_NONE;
	return true;
}

static bool parse_gateway(struct link_settings *settings, const char *value)
{
	return parse_whole_ip4(value, &settings->gateway);
}

static bool parse_dns(struct link_settings *settings, const char *value)
{
	IP_SET_TYPE_VAL(settings->dns, IPADDR_TYPE_V4);
	if (parse_whole_ip4(value, ip_2_ip4(&settings->dns)))
		return true;
	IP_SET_TYPE_VAL(settings->dns, IPADDR_TYPE_V6);
	return parse_whole_ip6(value, ip_2_ip6(&settings->dns));
}

static bool parse_ip6(struct link_settings *settings, const char *value)
{
	char address[ITEM_MAX];
	const char *prefix = strchr(value, '/');
	u32_t length;

	strncpy(address, value, sizeof(address) - 1);
	address[sizeof(address) - 1] = '\0';
	if (prefix) {
		address[prefix++ - value] = '\0';
		if (!parse_number(&prefix, IP6_PREFIX, &length) || length != IP6_PREFIX || *prefix)
			return false;
	}
	return parse_whole_ip6(address, &settings->ip6);
}

static bool parse_mtu(struct link_settings *settings, const char *value)
{
	u32_t mtu;

	if (!parse_number(&value, UINT16_MAX, &mtu) || mtu < IVSHM_MTU_MIN)
		return false;
	settings->options.mtu = (u16_t)mtu;
	return *value == '\0';
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *place = strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);

	return c && place ? (int)(place - digits) : -1;
}

static bool parse_mac(struct link_settings *settings, const char *value)
{
	u8_t *mac = settings->options.mac;
	int i, high, low;

	for (i = 0; i < 6; i++, value += 2) {
		if (i && *value++ != ':')
			return false;
		high = hex_digit(value[0]);
		low = high < 0 ? -1 : hex_digit(value[1]);
		if (low < 0)
			return false;
		mac[i] = (u8_t)(high << 4 | low);
	}
	/* One that is no group's. */
	return *value == '\0' && !(mac[0] & 1);
}

static bool parse_base(struct link_settings *settings, const char *value)
{
	LWIP_UNUSED_ARG(value);
	settings->options.base = true;
	return true;
}

static bool parse_nooffload(struct link_settings *settings, const char *value)
{
	LWIP_UNUSED_ARG(value);
	settings->options.no_offload = true;
	return true;
}

/* A name that ends with '=' has a value, one that is empty takes all that is left. */
static const struct item items[] = {
	{ "gw=", parse_gateway }, { "dns=", parse_dns },
	{ "ip6=", parse_ip6 },    { "mtu=", parse_mtu },
	{ "mac=", parse_mac },    { "base", parse_base },
	{ "dhcp", parse_dhcp },   { "nooffload", parse_nooffload },
	{ "auto", parse_auto },   { "none", parse_none },
	{ "", parse_address },
};

/* These exclude each other. */
static bool says_address(const struct item *item)
{
	return item->parse == parse_address || item->parse == parse_dhcp ||
	       item->parse == parse_auto || item->parse == parse_none;
}

static const struct item *find_item(const char *text)
{
	const struct item *item = items;
	size_t len;

	for (;; item++) {
		len = strlen(item->name);
		if (len == 0)
			return item;
		if (strncmp(text, item->name, len) == 0 &&
		    (item->name[len - 1] == '=' || text[len] == '\0'))
			return item;
	}
}

static bool parse_item(struct link_settings *settings, const char *text, u32_t *seen)
{
	const struct item *item = find_item(text);
	u32_t bit = says_address(item) ? 1 : 2U << (item - items);

	if (*seen & bit)
		return false;
	*seen |= bit;
	return item->parse(settings, text + strlen(item->name));
}

const char *link_settings_parse(struct link_settings *settings, const char *text)
{
	const char *end;
	char item[ITEM_MAX];
	u32_t seen = 0;

	memset(settings, 0, sizeof(*settings));
	for (; *text; text = *end ? end + 1 : end) {
		size_t len;

		end = strchr(text, ',');
		if (!end)
			end = text + strlen(text);
		len = (size_t)(end - text);
		memcpy(item, text, LWIP_MIN(len, sizeof(item) - 1));
		item[LWIP_MIN(len, sizeof(item) - 1)] = '\0';
		if (len >= sizeof(item) || !parse_item(settings, item, &seen)) {
			memset(settings, 0, sizeof(*settings));
			return text;
		}
	}
	return NULL;
}
