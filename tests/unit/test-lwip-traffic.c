/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lwIP at both ends of a link, each in a process of its own: TCP both ways, UDP, ping, over IPv4 and
 * IPv6, every byte checked.
 *
 * suite: net
 * sources: tests/unit/lwip-end.c tests/unit/lwip-stream.c
 * lwip: polled
 */
#include "lwip-end.h"
#include "lwip-stream.h"

#include "lwip/icmp.h"
#include "lwip/inet_chksum.h"
#include "lwip/ip4_frag.h"
#include "lwip/raw.h"
#include "lwip/udp.h"

#define SECTION  0x7f000
#define PORT     1000
#define PATIENCE 600000 /* ms, and a good deal less where time goes faster */
#define SPEED    20     /* of time, where there is much to be waited for */

static const struct ivshm_netif_options base = { .base = true };
static const struct ivshm_netif_options ethernet_mtu = { .mtu = 1500 };

static bool ip6_is_ready(void *arg)
{
	return ip6_addr_ispreferred(netif_ip6_addr_state((struct netif *)arg, 0));
}

/* With IPv6, until it is known that nobody else has our address. */
static void connect_end(struct end *end, struct channel *channel, unsigned int id, bool ip6,
			const struct ivshm_netif_options *options)
{
	end_open(end, channel, id, options);
	require(end_connect(end, PATIENCE));
	if (ip6)
		require(end_run(end, PATIENCE, ip6_is_ready, &end->net.netif));
	end_meet(end, PATIENCE);
}

static void peer_address(struct end *end, bool ip6, ip_addr_t *address)
{
	if (ip6)
		end_peer_ip6(end, address);
	else
		IP_ADDR4(address, 10, 0, 1, !end->device.id + 1);
}

/* ------------------------------------------------------------------------------------ TCP */

#define STREAMS_MAX 16

struct tcp_case {
	size_t section;
	bool classic, ip6;
	unsigned int streams;
	u64_t bytes[2]; /* that each end sends per stream */
	u32_t write_max;
	unsigned int resets; /* of the interface at end 1 */
	u32_t outage;        /* ms of each; 0: a short one */
	u16_t shrink;        /* the MTU of end 1 to this, in the middle */
	const struct ivshm_netif_options *options[2];
};

static struct stream streams[STREAMS_MAX];

static bool all_are(const struct tcp_case *test, bool (*such)(const struct stream *stream))
{
	for (unsigned int i = 0; i < test->streams; i++)
		if (!such(&streams[i]))
			return false;
	return true;
}

static bool all_done(void *arg)
{
	return all_are(arg, stream_is_done);
}

static bool all_connected(void *arg)
{
	return all_are(arg, stream_is_connected);
}

static void start_stream(struct end *end, const struct tcp_case *test, unsigned int i)
{
	struct stream *stream = &streams[i];
	unsigned int id = end->device.id;
	ip_addr_t address;

	stream->to_send = test->bytes[id];
	stream->to_receive = test->bytes[!id];
	stream->seed_out = 2 * i + id;
	stream->seed_in = 2 * i + !id;
	stream->write_max = test->write_max;
	if (id == 0) {
		stream_accept(stream, PORT + i);
		return;
	}
	peer_address(end, test->ip6, &address);
	stream_connect(stream, &address, PORT + i);
}

static u64_t received_in_all(const struct tcp_case *test)
{
	u64_t bytes = 0;

	for (unsigned int i = 0; i < test->streams; i++)
		bytes += streams[i].received;
	return bytes;
}

struct progress {
	const struct tcp_case *test;
	u64_t bytes;
};

static bool reached(void *arg)
{
	struct progress *progress = arg;

	return received_in_all(progress->test) >= progress->bytes;
}

/* Takes the interface down and up when the next part of what is to come has come. */
static void reset_on_the_way(struct end *end, const struct tcp_case *test)
{
	u64_t total = test->streams * test->bytes[0];
	struct progress progress = { .test = test };

	for (unsigned int i = 0; i < test->resets; i++) {
		progress.bytes = total * (i + 1) / (test->resets + 1);
		require(end_run(end, PATIENCE, reached, &progress));
		netif_set_down(&end->net.netif);
		end_run(end, test->outage ? test->outage : 50, NULL, NULL);
		require(!netif_is_link_up(&end->net.netif));
		netif_set_up(&end->net.netif);
	}
}

static void shrink_on_the_way(struct end *end, const struct tcp_case *test)
{
	struct progress progress = {
		.test = test,
		.bytes = test->streams * test->bytes[0] / 2,
	};

	if (!test->shrink)
		return;
	require(end_run(end, PATIENCE, reached, &progress));
	require(ivshm_netif_set_mtu(&end->net, test->shrink) == ERR_OK);
}

/* Of datagrams whose rest found no room and was sent again with all of it; RFC 791, 3.2 */
static void forget_fragments(struct end *end)
{
	end_set_speed(SPEED);
	end_run(end, 2 * IP_REASS_MAXAGE * IP_TMR_INTERVAL, NULL, NULL);
}

static int tcp_end(struct channel *channel, unsigned int id, void *arg)
{
	const struct tcp_case *test = arg;
	struct end end;

	connect_end(&end, channel, id, test->ip6, test->options[id]);
	/* Listen before the other end connects. */
	if (id == 0)
		for (unsigned int i = 0; i < test->streams; i++)
			start_stream(&end, test, i);
	end_meet(&end, PATIENCE);
	if (id == 1) {
		for (unsigned int i = 0; i < test->streams; i++)
			start_stream(&end, test, i);
	}
	require(end_run(&end, PATIENCE, all_connected, arg));
	if (test->resets)
		end_set_speed(SPEED);
	if (id == 1) {
		reset_on_the_way(&end, test);
		shrink_on_the_way(&end, test);
	}
	require(end_run(&end, PATIENCE, all_done, arg));
	require(test->resets || end.net.link_counters.resets == 0);
	end_meet(&end, PATIENCE);
	require(end.net.rx_counters.ring_errors == 0 && end.net.tx_counters.ring_errors == 0);
	require(end.net.rx_counters.bytes > test->streams * test->bytes[!id]);
	if (test->shrink)
		forget_fragments(&end);
	end_close(&end);
	return 0;
}

static void run_tcp(struct tcp_case *test)
{
	channel_main ends[2] = { tcp_end, tcp_end };
	struct channel channel;

	channel_open(&channel, test->section, test->classic);
	channel_run(&channel, ends, test);
	channel_close(&channel);
}

static void tcp_both_ways(void **unused)
{
	struct tcp_case test = {
		.section = SECTION,
		.streams = 1,
		.bytes = { 8 << 20, 8 << 20 },
	};

	(void)unused;
	run_tcp(&test);
}

static void tcp_ip6(void **unused)
{
	struct tcp_case test = {
		.section = SECTION,
		.streams = 1,
		.bytes = { 4 << 20, 4 << 20 },
		.ip6 = true,
		.options = { &ethernet_mtu, &ethernet_mtu },
	};

	(void)unused;
	run_tcp(&test);
}

static void tcp_classic_base(void **unused)
{
	struct tcp_case test = {
		.section = SECTION,
		.streams = 1,
		.bytes = { 4 << 20, 1 << 20 },
		.classic = true,
		.options = { &base, NULL },
	};

	(void)unused;
	run_tcp(&test);
}

static void tcp_one_way(void **unused)
{
	struct tcp_case test = { .section = SECTION, .streams = 1, .bytes = { 16 << 20, 0 } };

	(void)unused;
	run_tcp(&test);
}

/* Full at each window, so that the transmit side stops and goes on all the time. */
static void tcp_small_section(void **unused)
{
	struct tcp_case test = {
		.section = 16384,
		.streams = 2,
		.bytes = { 2 << 20, 2 << 20 },
	};

	(void)unused;
	run_tcp(&test);
	test.section = 2816;
	test.bytes[0] = test.bytes[1] = 100000;
	run_tcp(&test);
}

static void tcp_many_streams(void **unused)
{
	struct tcp_case test = {
		.section = SECTION,
		.streams = STREAMS_MAX,
		.bytes = { 300000, 500000 },
		.write_max = 1000,
	};

	(void)unused;
	run_tcp(&test);
}

/*
 * The receiver has said all it has to say, the sender has closed: what is on its way is kept and sent
 * again for as long as that may take.
 */
static void tcp_closed_before_an_outage(void **unused)
{
	struct tcp_case test = {
		.section = SECTION,
		.streams = 1,
		.bytes = { 1 << 20, 1 },
		.resets = 1,
		.outage = 10000,
	};

	(void)unused;
	run_tcp(&test);
}

/* What was made for the larger MTU goes in fragments, and arrives. */
static void tcp_while_the_mtu_shrinks(void **unused)
{
	struct tcp_case test = {
		.section = SECTION,
		.streams = 2,
		.bytes = { 1 << 20, 4 << 20 },
		.shrink = 1500,
	};

	(void)unused;
	run_tcp(&test);
}

/* The link goes down and up, and no byte is lost or doubled. */
static void tcp_over_resets(void **unused)
{
	struct tcp_case test = {
		.section = SECTION,
		.streams = 2,
		.bytes = { 4 << 20, 4 << 20 },
		.resets = 5,
	};

	(void)unused;
	run_tcp(&test);
	test.classic = true;
	run_tcp(&test);
}

/* ----------------------------------------------------------------------------------- UDP */

struct udp_case {
	bool ip6;
	u16_t mtu;
};

/* Lengths of payload that matter: none, each end of the MTU, fragments, the longest. */
static const u16_t lengths[] = { 0,    1,    2,    7,     64,    1000,  1471,  1472,
				 1473, 1480, 8000, 16355, 16356, 16357, 40000, 65507 };

static u16_t longest(const struct udp_case *test)
{
	return test->ip6 ? 65000 : 65507;
}

static err_t echo(struct udp_pcb *pcb, struct pbuf *data, const ip_addr_t *from, u16_t port)
{
	err_t err = udp_sendto(pcb, data, from, port);

	pbuf_free(data);
	return err;
}

static void echo_received(void *arg, struct udp_pcb *pcb, struct pbuf *data, const ip_addr_t *from,
			  u16_t port)
{
	(void)arg;
	require(echo(pcb, data, from, port) == ERR_OK);
}

/* What was sent last, and whether it has come back. */
struct exchange {
	u16_t length;
	u32_t seed;
	bool done;
};

static void check_payload(struct exchange *exchange, const struct pbuf *data, u16_t offset)
{
	u64_t place = 0;

	require(data->tot_len == exchange->length + offset);
	for (; data; data = data->next) {
		u16_t skip = LWIP_MIN(offset, data->len);

		require(stream_matches((u8_t *)data->payload + skip, exchange->seed, place,
				       data->len - skip));
		place += data->len - skip;
		offset -= skip;
	}
	exchange->done = true;
}

static void answer_received(void *arg, struct udp_pcb *pcb, struct pbuf *data,
			    const ip_addr_t *from, u16_t port)
{
	(void)pcb;
	(void)from;
	require(port == PORT);
	check_payload(arg, data, 0);
	pbuf_free(data);
}

static bool exchanged(void *arg)
{
	return ((struct exchange *)arg)->done;
}

/* In many pieces, as a chain that the driver has to put together. */
static struct pbuf *chain(u32_t seed, u16_t length, pbuf_layer layer)
{
	struct pbuf *whole = pbuf_alloc(layer, LWIP_MIN(length, 100), PBUF_RAM);
	u16_t done = whole->len;

	while (done < length) {
		struct pbuf *part = pbuf_alloc(PBUF_RAW, LWIP_MIN(length - done, 3000), PBUF_RAM);

		require(part);
		pbuf_cat(whole, part);
		done += part->len;
	}
	for (struct pbuf *part = whole, *next; part; part = next) {
		stream_fill(part->payload, seed, whole->tot_len - part->tot_len, part->len);
		next = part->next;
	}
	return whole;
}

static int udp_server(struct channel *channel, unsigned int id, void *arg)
{
	const struct udp_case *test = arg;
	const struct ivshm_netif_options options = { .mtu = test->mtu };
	struct udp_pcb *pcb;
	struct end end;

	connect_end(&end, channel, id, test->ip6, &options);
	pcb = udp_new_ip_type(IPADDR_TYPE_ANY);
	require(udp_bind(pcb, IP_ANY_TYPE, PORT) == ERR_OK);
	udp_recv(pcb, echo_received, NULL);
	end_meet(&end, PATIENCE);
	end_meet(&end, PATIENCE);
	udp_remove(pcb);
	end_close(&end);
	return 0;
}

static int udp_client(struct channel *channel, unsigned int id, void *arg)
{
	const struct udp_case *test = arg;
	const struct ivshm_netif_options options = { .mtu = test->mtu };
	struct exchange exchange = { 0 };
	struct udp_pcb *pcb;
	ip_addr_t server;
	struct end end;

	connect_end(&end, channel, id, test->ip6, &options);
	peer_address(&end, test->ip6, &server);
	pcb = udp_new_ip_type(IPADDR_TYPE_ANY);
	udp_recv(pcb, answer_received, &exchange);
	end_meet(&end, PATIENCE);
	for (size_t i = 0; i < LWIP_ARRAYSIZE(lengths); i++) {
		struct pbuf *data;

		exchange.length = LWIP_MIN(lengths[i], longest(test));
		exchange.seed = (u32_t)i;
		exchange.done = false;
		data = chain(exchange.seed, exchange.length, PBUF_TRANSPORT);
		require(udp_sendto(pcb, data, &server, PORT) == ERR_OK);
		pbuf_free(data);
		require(end_run(&end, PATIENCE, exchanged, &exchange));
	}
	end_meet(&end, PATIENCE);
	udp_remove(pcb);
	end_close(&end);
	return 0;
}

static void run_udp(struct udp_case *test)
{
	channel_main ends[2] = { udp_server, udp_client };
	struct channel channel;

	channel_open(&channel, SECTION, false);
	channel_run(&channel, ends, test);
	channel_close(&channel);
}

static void udp_all_lengths(void **unused)
{
	struct udp_case test = { 0 };

	(void)unused;
	run_udp(&test);
	test.mtu = 1500;
	run_udp(&test);
}

static void udp_ip6(void **unused)
{
	struct udp_case test = { .ip6 = true, .mtu = 1500 };

	(void)unused;
	run_udp(&test);
}

/* ----------------------------------------------------------------------------------- ping */

#define PING_ID 0x1234

static u8_t pong_received(void *arg, struct raw_pcb *pcb, struct pbuf *packet,
			  const ip_addr_t *from)
{
	struct exchange *exchange = arg;
	struct icmp_echo_hdr header;

	(void)pcb;
	(void)from;
	pbuf_copy_partial(packet, &header, sizeof(header), IP_HLEN);
	if (header.type != ICMP_ER || header.id != PING_ID)
		return 0;
	require(header.seqno == (u16_t)exchange->seed);
	check_payload(exchange, packet, IP_HLEN + sizeof(header));
	pbuf_free(packet);
	return 1;
}

static void ping(struct raw_pcb *pcb, const ip_addr_t *to, const struct exchange *exchange)
{
	struct pbuf *packet = pbuf_alloc(PBUF_IP, sizeof(struct icmp_echo_hdr), PBUF_RAM);
	struct icmp_echo_hdr *header = packet->payload;

	memset(header, 0, sizeof(*header));
	header->type = ICMP_ECHO;
	header->id = PING_ID;
	header->seqno = (u16_t)exchange->seed;
	if (exchange->length)
		pbuf_cat(packet, chain(exchange->seed, exchange->length, PBUF_RAW));
	header->chksum = inet_chksum_pbuf(packet);
	require(raw_sendto(pcb, packet, to) == ERR_OK);
	pbuf_free(packet);
}

static int ping_client(struct channel *channel, unsigned int id, void *arg)
{
	struct exchange exchange = { 0 };
	struct raw_pcb *pcb;
	ip_addr_t server;
	struct end end;
	u16_t edge;

	(void)arg;
	connect_end(&end, channel, id, false, NULL);
	edge = end.net.netif.mtu - IP_HLEN - sizeof(struct icmp_echo_hdr);
	peer_address(&end, false, &server);
	pcb = raw_new(IP_PROTO_ICMP);
	raw_recv(pcb, pong_received, &exchange);
	end_meet(&end, PATIENCE);
	for (u32_t length = 0; length <= edge + 3U; length++) {
		if (length == 300)
			length = edge - 3;
		exchange = (struct exchange){ .length = (u16_t)length, .seed = length };
		ping(pcb, &server, &exchange);
		require(end_run(&end, PATIENCE, exchanged, &exchange));
	}
	end_meet(&end, PATIENCE);
	raw_remove(pcb);
	end_close(&end);
	return 0;
}

static void ping_all_lengths(void **unused)
{
	channel_main ends[2] = { udp_server, ping_client };
	struct udp_case test = { 0 };
	struct channel channel;

	(void)unused;
	channel_open(&channel, SECTION, true);
	channel_run(&channel, ends, &test);
	channel_close(&channel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_both_ways),
		cmocka_unit_test(tcp_ip6),
		cmocka_unit_test(tcp_classic_base),
		cmocka_unit_test(tcp_one_way),
		cmocka_unit_test(tcp_small_section),
		cmocka_unit_test(tcp_many_streams),
		cmocka_unit_test(tcp_over_resets),
		cmocka_unit_test(tcp_closed_before_an_outage),
		cmocka_unit_test(tcp_while_the_mtu_shrinks),
		cmocka_unit_test(udp_all_lengths),
		cmocka_unit_test(udp_ip6),
		cmocka_unit_test(ping_all_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
