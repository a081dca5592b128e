/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Groups over a link: who joins one says so (RFC 2236, RFC 2710) and gets its datagrams; who has
 * left gets none.
 *
 * suite: net
 * sources: tests/unit/lwip-end.c tests/unit/lwip-peer.c tests/unit/lwip-stream.c
 * lwip: polled
 */
#include "lwip-peer.h"

#include "lwip/igmp.h"
#include "lwip/inet_chksum.h"
#include "lwip/mld6.h"
#include "lwip/udp.h"

#define SECTION 0x7f000
#define PORT    3000
#define PAYLOAD 100

/* Where things are behind a header of options of IPv4 or IPv6. */
#define FRAME_IGMP  (FRAME_L4 + 4)
#define FRAME_MLD   (FRAME_L4_6 + 8)
#define MLD_ADDRESS 8 /* in the message; IGMP's is at */
#define IGMP_GROUP  4

/* RFC 2236, 2.1; RFC 2710, 3.1 */
#define IGMP_REPORT 0x16
#define IGMP_LEAVE  0x17
#define MLD_REPORT  131
#define MLD_DONE    132

/* lwIP makes reports within half a second, by its timer for this. */
#define REPORT_TICKS 6

static struct channel channel;
static struct end end;
static struct peer peer;
static u8_t frame[FRAME_BUFFER];
static unsigned int delivered;

static const u8_t group4[] = { 239, 1, 2, 3 };
static const u8_t routers4[] = { 224, 0, 0, 2 };
static const u8_t group6[] = { 0xff, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12, 1, 2, 3 };

static void received(void *arg, struct udp_pcb *pcb, struct pbuf *data, const ip_addr_t *from,
		     u16_t port)
{
	(void)arg;
	(void)pcb;
	(void)from;
	assert_int_equal(port, PORT);
	assert_int_equal(data->tot_len, PAYLOAD);
	pbuf_free(data);
	delivered++;
}

static struct udp_pcb *open_all(void)
{
	struct udp_pcb *pcb;

	channel_open(&channel, SECTION, false);
	end_open(&end, &channel, 1, NULL);
	peer_open(&peer, &channel, 0, NULL);
	assert_true(peer_connect(&peer, &end));
	end_step(&end);
	while (peer_receive(&peer, frame, NULL))
		;
	delivered = 0;
	pcb = udp_new_ip_type(IPADDR_TYPE_ANY);
	assert_int_equal(udp_bind(pcb, IP_ANY_TYPE, PORT), ERR_OK);
	udp_recv(pcb, received, NULL);
	return pcb;
}

static void close_all(struct udp_pcb *pcb)
{
	udp_remove(pcb);
	peer_close(&peer);
	end_close(&end);
	channel_close(&channel);
}

/* Whether a message of this type, at @offset, comes to this address; others come at any time. */
static bool receive_message(const u8_t *mac, size_t offset, u8_t type)
{
	while (peer_receive(&peer, frame, NULL))
		if (memcmp(frame, mac, 6) == 0 && frame[offset] == type)
			return true;
	return false;
}

/* Ethernet addresses of groups: RFC 1112, 6.4; RFC 2464, 7. */
static const u8_t *mac4(const u8_t *group)
{
	static u8_t mac[6] = { 1, 0, 0x5e };

	mac[3] = group[1] & 0x7f;
	mac[4] = group[2];
	mac[5] = group[3];
	return mac;
}

static const u8_t *mac6(const u8_t *group)
{
	static u8_t mac[6] = { 0x33, 0x33 };

	memcpy(mac + 2, group + 12, 4);
	return mac;
}

static void put_udp(u8_t *udp)
{
	put_be16(udp, PORT);
	put_be16(udp + 2, PORT);
	put_be16(udp + 4, 8 + PAYLOAD);
	put_be16(udp + 6, 0);
	memset(udp + 8, 'x', PAYLOAD);
}

/* Without a checksum: IPv4 allows it. */
static size_t make_datagram4(void)
{
	u8_t *header = frame + peer_ethernet(&peer, &end, 0x0800, frame);
	u16_t sum;

	memcpy(frame, mac4(group4), 6);
	memset(header, 0, 20);
	header[0] = 0x45;
	put_be16(header + 2, 20 + 8 + PAYLOAD);
	header[8] = 1;
	header[9] = IP_PROTO_UDP;
	memcpy(header + 12, (u8_t[]){ 10, 0, 1, 1 }, 4);
	memcpy(header + 16, group4, 4);
	sum = inet_chksum(header, 20);
	memcpy(header + 10, &sum, 2);
	put_udp(frame + FRAME_L4);
	return FRAME_L4 + 8 + PAYLOAD;
}

static u16_t checksum6(const u8_t *udp)
{
	struct pbuf *data = pbuf_alloc_reference((void *)udp, 8 + PAYLOAD, PBUF_REF);
	ip6_addr_t from, to;
	u16_t sum;

	memset(&from, 0, sizeof(from));
	memset(&to, 0, sizeof(to));
	memcpy(from.addr, frame + FRAME_IP + 8, 16);
	memcpy(to.addr, frame + FRAME_DST6, 16);
	sum = ip6_chksum_pseudo(data, IP_PROTO_UDP, 8 + PAYLOAD, &from, &to);
	pbuf_free(data);
	return sum;
}

static size_t make_datagram6(void)
{
	static const u8_t from[16] = { 0xfd, [15] = 1 };
	u8_t *header = frame + peer_ethernet(&peer, &end, 0x86dd, frame);
	u16_t sum;

	memcpy(frame, mac6(group6), 6);
	memset(header, 0, 40);
	header[0] = 0x60;
	put_be16(header + 4, 8 + PAYLOAD);
	header[6] = IP_PROTO_UDP;
	header[7] = 1;
	memcpy(header + 8, from, 16);
	memcpy(frame + FRAME_DST6, group6, 16);
	put_udp(frame + FRAME_L4_6);
	sum = checksum6(frame + FRAME_L4_6);
	memcpy(frame + FRAME_L4_6 + 6, &sum, 2);
	return FRAME_L4_6 + 8 + PAYLOAD;
}

static void send_datagram(size_t (*make)(void), unsigned int expected)
{
	u64_t multicast = end.net.rx_counters.multicast;

	assert_int_equal(peer_send(&peer, frame, make(), NULL), IVSHM_OK);
	end_step(&end);
	assert_int_equal(end.net.rx_counters.multicast, multicast + 1);
	assert_int_equal(delivered, expected);
}

static void expect_message(const u8_t *mac, size_t offset, u8_t type)
{
	end_step(&end);
	assert_true(receive_message(mac, offset, type));
}

static void igmp(void **unused)
{
	struct udp_pcb *pcb = open_all();
	const ip4_addr_t *own = netif_ip4_addr(&end.net.netif);
	ip4_addr_t group;

	(void)unused;
	memcpy(&group.addr, group4, 4);
	send_datagram(make_datagram4, 0);

	assert_int_equal(igmp_joingroup(own, &group), ERR_OK);
	expect_message(mac4(group4), FRAME_IGMP, IGMP_REPORT);
	assert_memory_equal(frame + FRAME_IGMP + IGMP_GROUP, group4, 4);
	send_datagram(make_datagram4, 1);
	send_datagram(make_datagram4, 2);

	assert_int_equal(igmp_leavegroup(own, &group), ERR_OK);
	expect_message(mac4(routers4), FRAME_IGMP, IGMP_LEAVE);
	assert_memory_equal(frame + FRAME_IGMP + IGMP_GROUP, group4, 4);
	send_datagram(make_datagram4, 2);
	close_all(pcb);
}

static void mld(void **unused)
{
	struct udp_pcb *pcb = open_all();
	ip6_addr_t group;

	(void)unused;
	memset(&group, 0, sizeof(group));
	memcpy(group.addr, group6, 16);
	send_datagram(make_datagram6, 0);

	assert_int_equal(mld6_joingroup(IP6_ADDR_ANY6, &group), ERR_OK);
	expect_message(mac6(group6), FRAME_MLD, MLD_REPORT);
	assert_memory_equal(frame + FRAME_MLD + MLD_ADDRESS, group6, 16);
	send_datagram(make_datagram6, 1);
	send_datagram(make_datagram6, 2);

	assert_int_equal(mld6_leavegroup(IP6_ADDR_ANY6, &group), ERR_OK);
	/* RFC 2710 wants it to go to all routers: lwIP's goes to the group. */
	expect_message(mac6(group6), FRAME_MLD, MLD_DONE);
	assert_memory_equal(frame + FRAME_MLD + MLD_ADDRESS, group6, 16);
	send_datagram(make_datagram6, 2);
	close_all(pcb);
}

/* Members say so again when the link has come up: the peer may be another. */
static void reports_of_a_new_link(void **unused)
{
	struct udp_pcb *pcb = open_all();
	const ip4_addr_t *own = netif_ip4_addr(&end.net.netif);
	ip4_addr_t group;

	(void)unused;
	memcpy(&group.addr, group4, 4);
	assert_int_equal(igmp_joingroup(own, &group), ERR_OK);
	expect_message(mac4(group4), FRAME_IGMP, IGMP_REPORT);
	peer_drop(&peer);
	end_step(&end);
	assert_true(peer_connect(&peer, &end));
	for (int ticks = 0; ticks < REPORT_TICKS; ticks++) {
		end_skip_time(IGMP_TMR_INTERVAL);
		end_step(&end);
	}
	expect_message(mac4(group4), FRAME_IGMP, IGMP_REPORT);
	send_datagram(make_datagram4, 1);
	assert_int_equal(igmp_leavegroup(own, &group), ERR_OK);
	close_all(pcb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(igmp),
		cmocka_unit_test(mld),
		cmocka_unit_test(reports_of_a_new_link),
	};

	end_set_speed(0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
