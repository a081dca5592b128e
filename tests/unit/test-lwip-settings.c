/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The word of the command line that sets a link up: what it says, what is wrong in it, and what
 * comes of it.
 *
 * suite: net
 * sources: tests/unit/lwip-end.c tests/unit/lwip-peer.c tests/unit/lwip-stream.c
 * lwip: polled
 */
#include "link-settings.h"
#include "lwip-peer.h"

#include "lwip/dns.h"

static struct link_settings settings;

static void parse(const char *text)
{
	const char *wrong = link_settings_parse(&settings, text);

	if (wrong)
		fail_msg("%s: wrong from %s", text, wrong);
}

static void nothing(void **unused)
{
	(void)unused;
	parse("");
	assert_int_equal(settings.address, LINK_ADDRESS_AUTO);
	assert_int_equal(settings.options.mtu, 0);
	assert_true(ip6_addr_isany_val(settings.ip6));
	assert_true(ip_addr_isany_val(settings.dns));
}

static void kinds_of_addresses(void **unused)
{
	(void)unused;
	parse("dhcp");
	assert_int_equal(settings.address, LINK_ADDRESS_DHCP);
	parse("auto");
	assert_int_equal(settings.address, LINK_ADDRESS_AUTO);
	parse("none");
	assert_int_equal(settings.address, LINK_ADDRESS_NONE);
	parse("10.0.1.2");
	assert_int_equal(settings.address, LINK_ADDRESS_STATIC);
	assert_int_equal(settings.ip4.addr, PP_HTONL(0x0a000102));
	assert_int_equal(settings.netmask.addr, PP_HTONL(0xffffff00));
	assert_int_equal(settings.gateway.addr, 0);
	parse("192.168.255.0/32");
	assert_int_equal(settings.netmask.addr, 0xffffffff);
	parse("1.2.3.4/1");
	assert_int_equal(settings.netmask.addr, PP_HTONL(0x80000000));
}

static void everything(void **unused)
{
	ip6_addr_t address;

	(void)unused;
	parse("10.0.1.2/16,gw=10.0.1.1,dns=fd00::53,ip6=fd00:0:0:1::2/64,mtu=1500,"
	      "mac=02:Aa:bB:00:11:ff,base,nooffload");
	assert_int_equal(settings.netmask.addr, PP_HTONL(0xffff0000));
	assert_int_equal(settings.gateway.addr, PP_HTONL(0x0a000101));
	assert_true(IP_IS_V6_VAL(settings.dns));
	assert_true(ip6addr_aton("fd00:0:0:1::2", &address));
	assert_true(ip6_addr_cmp(&settings.ip6, &address));
	assert_int_equal(settings.options.mtu, 1500);
	assert_memory_equal(settings.options.mac, ((u8_t[]){ 2, 0xaa, 0xbb, 0, 0x11, 0xff }), 6);
	assert_true(settings.options.base);
	assert_true(settings.options.no_offload);
	parse("mtu=9000,dns=10.0.0.1,10.0.1.2");
	assert_int_equal(settings.address, LINK_ADDRESS_STATIC);
	assert_true(IP_IS_V4_VAL(settings.dns));
	assert_int_equal(settings.options.mtu, 9000);
}

static void wrong(void **unused)
{
	static const struct {
		const char *text;
		unsigned int place;
	} samples[] = {
		{ "10.0.1", 0 },
		{ "10.0.1.256", 0 },
		{ "10.0.1.2.3", 0 },
		{ "10.0.1.2/33", 0 },
		{ "10.0.1.2/0", 0 },
		{ "10.0.1.2/", 0 },
		{ "10.0.1.2/24x", 0 },
		{ "10.0.1.99999999999999999999", 0 },
		{ "10..1.2", 0 },
		{ "DHCP", 0 },
		{ "dhcpx", 0 },
		{ ",dhcp", 0 },
		{ "dhcp,,base", 5 },
		{ "dhcp,auto", 5 },
		{ "none,10.0.1.2", 5 },
		{ "base,base", 5 },
		{ "gw=10.0.1.1,gw=10.0.1.1", 12 },
		{ "gw=", 0 },
		{ "gw", 0 },
		{ "auto,gw=10.0.1.1/24", 5 },
		{ "mtu=67", 0 },
		{ "mtu=65536", 0 },
		{ "mtu=1500 ", 0 },
		{ "mtu=-1", 0 },
		{ "ip6=fd00::2/65", 0 },
		{ "ip6=fd00::2/48", 0 },
		{ "ip6=fd00::2/64/64", 0 },
		{ "ip6=fd00::2%1", 0 },
		{ "ip6=fd00:::2", 0 },
		{ "ip6=fd00", 0 },
		{ "ip6=10.0.1.2", 0 },
		{ "ip6=", 0 },
		{ "dns=example.org", 0 },
		{ "mac=02:00:00:00:00", 0 },
		{ "mac=02:00:00:00:00:0", 0 },
		{ "mac=02:00:00:00:00:00:00", 0 },
		{ "mac=02:00:00:00:00:0g", 0 },
		{ "mac=01:00:00:00:00:00", 0 },
		{ "ip6=ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff::1",
		  0 },
		{ "unknown=1", 0 },
	};

	(void)unused;
	for (size_t i = 0; i < LWIP_ARRAYSIZE(samples); i++) {
		const char *text = samples[i].text;
		const char *place = link_settings_parse(&settings, text);

		if (place != text + samples[i].place)
			fail_msg("%s: wrong from %s", text, place ? place : "nowhere");
		assert_int_equal(settings.address, LINK_ADDRESS_AUTO);
		assert_int_equal(settings.options.mtu, 0);
	}
}

/* --------------------------------------------------------------------- what comes of it */

static struct channel channel;
static struct end end;
static struct peer peer;

static void open_with(const char *text)
{
	parse(text);
	channel_open(&channel, 0x7f000, false);
	end_open(&end, &channel, 1, &settings.options);
	netif_set_down(&end.net.netif);
	netif_set_addr(&end.net.netif, NULL, NULL, NULL);
	netif_set_default(NULL);
	link_settings_apply(&settings, &end.net);
	peer_open(&peer, &channel, 0, NULL);
	assert_true(peer_connect(&peer, &end));
}

static void close_all(void)
{
	peer_close(&peer);
	link_settings_revoke(&end.net);
	end_close(&end);
	channel_close(&channel);
}

static void pass_seconds(unsigned int seconds)
{
	static u8_t frame[FRAME_BUFFER];

	for (; seconds > 0; seconds--) {
		for (int tenth = 0; tenth < 10; tenth++) {
			end_skip_time(100);
			end_step(&end);
		}
		while (peer_receive(&peer, frame, NULL))
			;
	}
}

static void applied_static(void **unused)
{
	struct netif *netif = &end.net.netif;
	ip6_addr_t address;

	(void)unused;
	open_with("10.0.2.3/16,gw=10.0.1.1,ip6=fd00::3,dns=10.0.1.1,mtu=1400");
	assert_int_equal(netif_ip4_addr(netif)->addr, PP_HTONL(0x0a000203));
	assert_int_equal(netif_ip4_gw(netif)->addr, PP_HTONL(0x0a000101));
	assert_ptr_equal(netif_default, netif);
	assert_int_equal(netif->mtu, 1400);
	assert_int_equal(ip_2_ip4(dns_getserver(0))->addr, PP_HTONL(0x0a000101));
	pass_seconds(3);
	assert_true(ip6addr_aton("fd00::3", &address));
	assert_true(netif_get_ip6_addr_match(netif, &address) > 0);
	assert_true(ip6_addr_ispreferred(netif_ip6_addr_state(netif, 0)));
	assert_true(ip6_addr_ispreferred(netif_ip6_addr_state(netif, 1)));
	close_all();
}

static bool has_link_local_ip4(void)
{
	return ip4_addr_islinklocal(netif_ip4_addr(&end.net.netif));
}

static void applied_auto(void **unused)
{
	(void)unused;
	open_with("auto");
	pass_seconds(15);
	assert_true(has_link_local_ip4());
	close_all();
}

/* No server answers, and in the end there is an address all the same. */
static void applied_dhcp(void **unused)
{
	(void)unused;
	open_with("dhcp");
	pass_seconds(5);
	assert_false(has_link_local_ip4());
	pass_seconds(40);
	assert_true(has_link_local_ip4());
	close_all();
}

static void applied_none(void **unused)
{
	(void)unused;
	open_with("none,mtu=1000");
	pass_seconds(15);
	assert_true(ip4_addr_isany(netif_ip4_addr(&end.net.netif)));
	close_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing),        cmocka_unit_test(kinds_of_addresses),
		cmocka_unit_test(everything),     cmocka_unit_test(wrong),
		cmocka_unit_test(applied_static), cmocka_unit_test(applied_auto),
		cmocka_unit_test(applied_dhcp),   cmocka_unit_test(applied_none),
	};

	end_set_speed(0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
