/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lwIP driver against a peer that writes what it likes into everything that it can write, while
 * frames flow; and against frames that are wrong inside. The sanitizers watch. Afterwards a peer
 * that behaves finds a working link.
 *
 * suite: net
 * sources: tests/unit/lwip-end.c tests/unit/lwip-peer.c tests/unit/lwip-stream.c
 * lwip: polled
 */
#include "lwip-peer.h"
#include "lwip-stream.h"
#include "ring-private.h"

#include <pthread.h>

#include "lwip/inet_chksum.h"
#include "lwip/sys.h"
#include "lwip/tcp.h"
#include "lwip/udp.h"

#define PORT 3000

static struct channel channel;
static struct end end;
static struct peer peer;

struct random {
	u64_t state;
};

static u32_t next(struct random *random)
{
	random->state = random->state * 6364136223846793005ull + 1442695040888963407ull;
	return (u32_t)(random->state >> 32);
}

static u32_t below(struct random *random, u32_t limit)
{
	return next(random) % limit;
}

/* ------------------------------------------------------------------------ what is served */

static err_t tcp_echo(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t err)
{
	(void)arg;
	(void)err;
	if (!data) {
		tcp_close(pcb);
		return ERR_OK;
	}
	for (struct pbuf *part = data; part; part = part->next)
		tcp_write(pcb, part->payload, part->len, TCP_WRITE_FLAG_COPY);
	tcp_recved(pcb, data->tot_len);
	pbuf_free(data);
	return ERR_OK;
}

static err_t accepted(void *arg, struct tcp_pcb *pcb, err_t err)
{
	(void)arg;
	if (err == ERR_OK)
		tcp_recv(pcb, tcp_echo);
	return ERR_OK;
}

static void udp_echo(void *arg, struct udp_pcb *pcb, struct pbuf *data, const ip_addr_t *from,
		     u16_t port)
{
	(void)arg;
	udp_sendto(pcb, data, from, port);
	pbuf_free(data);
}

static void serve(void)
{
	static bool done;
	struct tcp_pcb *tcp;
	struct udp_pcb *udp;

	if (done)
		return;
	done = true;
	tcp = tcp_new_ip_type(IPADDR_TYPE_ANY);
	assert_int_equal(tcp_bind(tcp, IP_ANY_TYPE, PORT), ERR_OK);
	tcp_accept(tcp_listen(tcp), accepted);
	udp = udp_new_ip_type(IPADDR_TYPE_ANY);
	assert_int_equal(udp_bind(udp, IP_ANY_TYPE, PORT), ERR_OK);
	udp_recv(udp, udp_echo, NULL);
}

static void open_all(size_t size, bool classic)
{
	const struct ivshm_config config = { .features = IVSHM_F_ALL };

	channel_open(&channel, size, classic);
	end_open(&end, &channel, 1, NULL);
	peer_open(&peer, &channel, 0, &config);
	serve();
}

static void close_all(void)
{
	peer_close(&peer);
	end_close(&end);
	channel_close(&channel);
}

/* ------------------------------------------------------------------------------- scribble */

static bool scribbling;

/* Numbers that are most often wrong by one, or wrap. */
static u64_t evil_value(struct random *random)
{
	static const u64_t values[] = {
		0,
		1,
		13,
		14,
		31,
		32,
		63,
		64,
		255,
		4095,
		4096,
		0x7fff,
		0x8000,
		0xffff,
		0x10000,
		0x7fffffff,
		0x80000000,
		0xffffffff,
		0x7fffffffffffffff,
		0xffffffffffffffff,
	};

	return below(random, 2) ? values[below(random, LWIP_ARRAYSIZE(values))]
				: (u64_t)next(random) << 32 | next(random);
}

/* Mostly into the ring, at its indices most of all. */
static void scribble(struct random *random)
{
	struct ivshm_section *section = &peer.ring.own;
	size_t header = peer.ring.geometry.header;
	size_t span = below(random, 4) ? header : channel.size;
	u8_t *start = section->start;
	u64_t value = evil_value(random);

	if (channel.classic && below(random, 2))
		start = peer.ring.peer_section.start;
	switch (below(random, 8)) {
	case 0:
		ivshm_write_once(&section->avail->idx, (u16_t)value);
		break;
	case 1:
		ivshm_write_once(&section->used->idx, (u16_t)value);
		break;
	case 2:
		ivshm_write_once(&section->avail->idx, (u16_t)(section->avail->idx + 1));
		break;
	case 3:
		ivshm_write_once(&section->desc[below(random, 32)].len, (u32_t)value);
		break;
	case 4:
		ivshm_write_once(section->used_event, (u16_t)value);
		break;
	default:
		ivshm_write_once((u64_t *)(start + below(random, (u32_t)span / 8) * 8), value);
	}
}

static void *scribbler(void *arg)
{
	struct random random = { .state = *(u64_t *)arg };

	while (__atomic_load_n(&scribbling, __ATOMIC_ACQUIRE)) {
		for (int i = 0; i < 50; i++)
			scribble(&random);
		if (below(&random, 20) == 0)
			channel_set_state(&channel, 0, below(&random, 6));
		else if (below(&random, 2))
			channel_set_state(&channel, 0, IVSHM_RUN);
		for (volatile u32_t i = below(&random, 2000); i > 0; i--)
			;
	}
	return NULL;
}

/* Traffic of our own meanwhile. */
static void send_something(struct random *random)
{
	u16_t length = (u16_t)(14 + below(random, 9000));
	struct pbuf *data = pbuf_alloc(PBUF_RAW, length, PBUF_RAM);

	memset(data->payload, 0x55, length);
	end.net.netif.linkoutput(&end.net.netif, data);
	pbuf_free(data);
}

static void check_link_works(void)
{
	static u8_t frame[FRAME_BUFFER];
	size_t len;

	peer_drop(&peer);
	channel_set_state(&channel, 0, IVSHM_RESET);
	assert_true(peer_connect(&peer, &end));
	assert_int_equal(peer_send(&peer, frame, peer_make_arp(&peer, frame), NULL), IVSHM_OK);
	len = peer_make_ping(&peer, &end, 500, 7, frame);
	assert_int_equal(peer_send(&peer, frame, len, NULL), IVSHM_OK);
	end_step(&end);
	end_step(&end);
	do {
		len = peer_receive(&peer, frame, NULL);
		assert_int_not_equal(len, 0);
		/* Others may have waited in lwIP. */
	} while (get_be16(frame + FRAME_TYPE) != 0x0800 || frame[FRAME_PROTO] != 1 ||
		 get_be16(frame + FRAME_L4 + 4) != 7);
	assert_true(stream_matches(frame + FRAME_L4 + 8, 7, 0, 500));
}

static void scribbling_peer(size_t size, bool classic)
{
	struct random random = { .state = size };
	u64_t seed = classic;
	pthread_t thread;

	open_all(size, classic);
	for (int round = 0; round < 8; round++) {
		assert_true(peer_connect(&peer, &end));
		seed++;
		scribbling = true;
		assert_int_equal(pthread_create(&thread, NULL, scribbler, &seed), 0);
		for (int i = 0; i < 3000; i++) {
			end_step(&end);
			ivshm_netif_idle(&end.net);
			if (netif_is_link_up(&end.net.netif))
				send_something(&random);
			end_skip_time(below(&random, 10));
		}
		__atomic_store_n(&scribbling, false, __ATOMIC_RELEASE);
		pthread_join(thread, NULL);
		check_link_works();
	}
	assert_true(end.net.rx_counters.ring_errors + end.net.tx_counters.ring_errors > 0);
	assert_true(end.net.link_counters.resets >= 8);
	close_all();
}

static void scribbling_revision2(void **unused)
{
	(void)unused;
	scribbling_peer(0x7f000, false);
	scribbling_peer(4096, false);
}

static void scribbling_classic(void **unused)
{
	(void)unused;
	scribbling_peer(0x80000, true);
	scribbling_peer(4096, true);
}

/* ------------------------------------------------------------------------------- wrong inside */

/* The start of an IPv6 packet that is for everyone on the link. */
static size_t make_ip6(const struct peer *sender, struct random *random, u8_t *frame)
{
	static const u8_t next_headers[] = { 0, 6, 17, 43, 44, 58, 59, 60 };
	static const u8_t types[] = { 2, 128, 130, 131, 133, 134, 135, 136, 137 };
	size_t len = 54 + below(random, 200);

	for (size_t i = 0; i < len; i++)
		frame[i] = (u8_t)next(random);
	memcpy(frame, (u8_t[]){ 0x33, 0x33, 0, 0, 0, 1 }, 6);
	memcpy(frame + 6, sender->mac, 6);
	put_be16(frame + FRAME_TYPE, 0x86dd);
	frame[14] = 0x60;
	put_be16(frame + 18, (u32_t)len - 54);
	frame[20] = next_headers[below(random, sizeof(next_headers))];
	frame[21] = 255;
	memset(frame + 22, 0, 32);
	frame[22] = 0xfe;
	frame[23] = 0x80;
	frame[37] = 1;
	frame[38] = 0xff;
	frame[39] = 2;
	frame[53] = 1;
	if (len > 56)
		frame[54] = types[below(random, sizeof(types))];
	return len;
}

static size_t make_frame(struct random *random, u8_t *frame)
{
	size_t len;

	switch (below(random, 5)) {
	case 0:
		return peer_make_arp(&peer, frame);
	case 1:
		return peer_make_ping(&peer, &end, below(random, 2000), 1, frame);
	case 2:
		return peer_make_syn(&peer, &end, PORT, frame);
	case 3:
		len = peer_make_ping(&peer, &end, below(random, 200), 1, frame);
		frame[FRAME_PROTO] = 17;
		put_be16(frame + FRAME_L4 + 2, below(random, 2) ? PORT : 68);
		put_be16(frame + FRAME_L4 + 4, (u32_t)len - FRAME_L4);
		put_be16(frame + FRAME_L4 + 6, 0);
		return len;
	default:
		return make_ip6(&peer, random, frame);
	}
}

/* A few bytes of the headers, and the length, are others. */
static size_t mutate(struct random *random, u8_t *frame, size_t len)
{
	for (u32_t i = below(random, 4); i > 0; i--)
		frame[12 + below(random, 60)] = (u8_t)evil_value(random);
	return below(random, 4) ? len : 14 + below(random, (u32_t)len);
}

static void wrong_frames(void **unused)
{
	/* Vouched for, so that wrong checksums are no obstacle to them. */
	const struct ivshm_net_hdr vouched = { .flags = IVSHM_HDR_DATA_VALID };
	static u8_t frame[FRAME_BUFFER];
	struct random random = { .state = 42 };

	(void)unused;
	open_all(0x7f000, false);
	assert_true(peer_connect(&peer, &end));
	for (int i = 0; i < 30000; i++) {
		size_t len = mutate(&random, frame, make_frame(&random, frame));

		peer_send(&peer, frame, len, below(&random, 8) ? &vouched : NULL);
		end_step(&end);
		while (peer_receive(&peer, frame, NULL))
			;
		if (below(&random, 4) == 0)
			end_skip_time(below(&random, 500));
	}
	assert_int_equal(end.net.link_counters.resets, 0);
	check_link_works();
	close_all();
}

/* So that what is wrong in the header of IPv4 is looked at. */
static void correct_ip4(u8_t *frame)
{
	u16_t sum;

	put_be16(frame + FRAME_IP + 10, 0);
	sum = inet_chksum(frame + FRAME_IP, 20);
	memcpy(frame + FRAME_IP + 10, &sum, sizeof(sum));
}

/* As long as a packet can be, or nearly. */
static size_t make_large_frame(struct random *random, u8_t *frame)
{
	size_t len;

	if (below(random, 4) == 0)
		return peer_make_ping6(&peer, &end, 60000 + below(random, 5496), 1, frame);
	len = peer_make_ping(&peer, &end, 60000 + below(random, 5508), 1, frame);
	switch (below(random, 4)) {
	case 0:
		put_be16(frame + FRAME_IP + 6, below(random, 0x4000)); /* a fragment */
		break;
	case 1:
		put_be16(frame + FRAME_IP + 2, next(random)); /* its length */
		break;
	case 2:
		frame[FRAME_PROTO] = 17;
		put_be16(frame + FRAME_L4 + 2, PORT);
		put_be16(frame + FRAME_L4 + 4,
			 below(random, 2) ? (u32_t)len - FRAME_L4 : next(random));
		put_be16(frame + FRAME_L4 + 6, 0);
		break;
	default:
		break;
	}
	correct_ip4(frame);
	return len;
}

static size_t large_length(struct random *random, size_t len)
{
	switch (below(random, 4)) {
	case 0:
		return IVSHM_FRAME_MAX - below(random, 64);
	case 1:
		return 14 + below(random, (u32_t)len);
	default:
		return len;
	}
}

static void large_wrong_frames(bool classic)
{
	const struct ivshm_net_hdr vouched = { .flags = IVSHM_HDR_DATA_VALID };
	static u8_t frame[FRAME_BUFFER];
	struct random random = { .state = 43 };
	unsigned int sent = 0;
	size_t len;

	open_all(0x80000, classic);
	assert_true(peer_connect(&peer, &end));
	peer_introduce6(&peer, &end);
	peer_send(&peer, frame, peer_make_arp(&peer, frame), NULL);
	end_step(&end);
	for (int i = 0; i < 3000; i++) {
		len = large_length(&random, make_large_frame(&random, frame));
		sent += peer_send(&peer, frame, len, below(&random, 2) ? &vouched : NULL) ==
			IVSHM_OK;
		end_step(&end);
		while (peer_receive(&peer, frame, NULL))
			;
		end_skip_time(below(&random, 500));
	}
	assert_int_equal(sent, 3000);
	assert_true(end.net.rx_counters.too_long > 0);
	assert_true(end.net.tx_counters.bytes > 100 * 60000);
	assert_int_equal(end.net.link_counters.resets, 0);
	check_link_works();
	close_all();
}

static void large_wrong_frames_revision2(void **unused)
{
	(void)unused;
	large_wrong_frames(false);
}

static void large_wrong_frames_classic(void **unused)
{
	(void)unused;
	large_wrong_frames(true);
}

/* An answer that is not in fragments. */
static bool ping6_works(size_t payload)
{
	static u8_t frame[FRAME_BUFFER];
	size_t len = peer_make_ping6(&peer, &end, payload, 3, frame);

	assert_int_equal(peer_send(&peer, frame, len, NULL), IVSHM_OK);
	end_step(&end);
	do {
		len = peer_receive(&peer, frame, NULL);
	} while (len && (get_be16(frame + FRAME_TYPE) != 0x86dd || frame[FRAME_NEXT6] != 58 ||
			 frame[FRAME_L4_6] != 129));
	return len == FRAME_L4_6 + 8 + payload &&
	       stream_matches(frame + FRAME_L4_6 + 8, 3, 0, payload);
}

/* No path has an MTU below IPv6's least one, whatever the peer says; nothing hangs for it. */
static void paths_of_nothing(void **unused)
{
	static const u32_t mtus[] = { 0,  1,  39,  40,   47,   48,     49,         55,
				      56, 63, 600, 1279, 1280, 0xffff, 0x10000032, 0xffffffff };
	static u8_t frame[FRAME_BUFFER];
	size_t len;

	(void)unused;
	open_all(0x7f000, false);
	assert_true(peer_connect(&peer, &end));
	peer_introduce6(&peer, &end);
	assert_true(ping6_works(1000));
	for (size_t i = 0; i < LWIP_ARRAYSIZE(mtus); i++) {
		len = peer_make_too_big(&peer, &end, mtus[i], frame);
		assert_int_equal(peer_send(&peer, frame, len, NULL), IVSHM_OK);
		end_step(&end);
		assert_true(ping6_works(1000));
	}
	check_link_works();
	close_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scribbling_revision2),
		cmocka_unit_test(scribbling_classic),
		cmocka_unit_test(wrong_frames),
		cmocka_unit_test(large_wrong_frames_revision2),
		cmocka_unit_test(large_wrong_frames_classic),
		cmocka_unit_test(paths_of_nothing),
	};

	end_set_speed(0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
