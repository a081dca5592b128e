/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The driver of net/lwip-port, frame by frame: lwIP at one end of a link, and at the other a peer
 * that the test moves by hand.
 *
 * suite: net
 * sources: tests/unit/lwip-end.c tests/unit/lwip-peer.c tests/unit/lwip-stream.c
 * lwip: polled
 */
#include "lwip-peer.h"
#include "lwip-stream.h"

#include "lwip/stats.h"
#include "lwip/tcp.h"
#include "lwip/udp.h"

#define SECTION 0x7f000
#define PORT    2000

static struct channel channel;
static struct end end;
static struct peer peer;
static u8_t frame[FRAME_BUFFER];

static void open_with(const struct ivshm_netif_options *options, const struct ivshm_config *config)
{
	channel_open(&channel, SECTION, false);
	end_open(&end, &channel, 1, options);
	peer_open(&peer, &channel, 0, config);
}

static void close_all(void)
{
	peer_close(&peer);
	end_close(&end);
	channel_close(&channel);
}

/* What the interface says by itself when the link comes up: ARP, IGMP, neighbour discovery. */
static void drain(void)
{
	end_step(&end);
	while (peer_receive(&peer, frame, NULL))
		;
}

static void connect_with(const struct ivshm_netif_options *options,
			 const struct ivshm_config *config)
{
	open_with(options, config);
	assert_true(peer_connect(&peer, &end));
	drain();
}

/* The next frame of an Ethernet type: others come at any time. 0 if there is none. */
static size_t receive(u16_t type, struct ivshm_net_hdr *hdr)
{
	size_t len;

	do {
		len = peer_receive(&peer, frame, hdr);
	} while (len && get_be16(frame + FRAME_TYPE) != type);
	return len;
}

/* Lets the interface know the peer's hardware address. */
static void introduce(void)
{
	assert_int_equal(peer_send(&peer, frame, peer_make_arp(&peer, frame), NULL), IVSHM_OK);
	end_step(&end);
	assert_int_not_equal(receive(0x0806, NULL), 0);
}

/* ----------------------------------------------------------------------------- interface */

static void properties(void **unused)
{
	static const u8_t mac[] = { 0x02, 'I', 'V', 0x00, 0x70, 0x01 };
	const struct ivshm_peer *told = &peer.ring.peer;
	struct netif *netif = &end.net.netif;

	(void)unused;
	open_with(NULL, NULL);
	assert_memory_equal(netif->hwaddr, mac, 6);
	assert_int_equal(netif->mtu, 16384);
	assert_memory_equal(netif->name, "iv", 2);
	assert_false(netif_is_link_up(netif));
	assert_true(peer_connect(&peer, &end));
	assert_true(told->extended);
	assert_memory_equal(told->mac, mac, 6);
	assert_int_equal(told->mtu, ivshm_netif_max_mtu(&end.net));
	assert_int_equal(told->mtu, 65517);
	assert_int_equal(told->features, IVSHM_F_CSUM | IVSHM_F_TSO4 | IVSHM_F_TSO6);
	close_all();
}

static void options(void **unused)
{
	const struct ivshm_netif_options options = {
		.mtu = 9000,
		.mac = { 2, 1, 2, 3, 4, 5 },
		.no_offload = true,
	};
	const struct ivshm_netif_options base = { .base = true };
	const struct ivshm_netif_options too_much = { .mtu = 65535 };
	const struct ivshm_netif_options too_little = { .mtu = 67 };

	(void)unused;
	connect_with(&options, NULL);
	assert_memory_equal(end.net.netif.hwaddr, options.mac, 6);
	assert_int_equal(end.net.netif.mtu, 9000);
	assert_int_equal(peer.ring.peer.features, 0);
	assert_int_equal(ivshm_netif_set_mtu(&end.net, 65517), ERR_OK);
	assert_int_equal(end.net.netif.mtu, 65517);
	assert_int_equal(ivshm_netif_set_mtu(&end.net, 65518), ERR_VAL);
	assert_int_equal(ivshm_netif_set_mtu(&end.net, 67), ERR_VAL);
	ivshm_netif_remove(&end.net);
	assert_int_equal(ivshm_netif_add(&end.net, &end.device, &too_much), ERR_VAL);
	assert_int_equal(ivshm_netif_add(&end.net, &end.device, &too_little), ERR_VAL);
	end_open(&end, &channel, 1, &base);
	assert_true(peer_connect(&peer, &end));
	assert_false(peer.ring.peer.extended);
	close_all();
}

static void sections_that_make_no_ring(void **unused)
{
	struct ivshm_netif_device device = { .sections = { .size = 2000 } };
	struct ivshm_netif net;

	(void)unused;
	assert_int_equal(ivshm_netif_add(&net, &device, NULL), ERR_VAL);
	device.sections.size = 65536;
	device.sections.own = frame + 1;
	device.sections.peer = frame;
	assert_int_equal(ivshm_netif_add(&net, &device, NULL), ERR_VAL);
}

/* A small section: the default MTU is what fits. */
static void small_section(void **unused)
{
	(void)unused;
	channel_open(&channel, 8192, false);
	end_open(&end, &channel, 1, NULL);
	assert_int_equal(end.net.netif.mtu, end.net.geometry.max_mtu);
	end_close(&end);
	channel_close(&channel);
}

static unsigned int link_changes, status_changes;

static void link_changed(struct netif *netif)
{
	assert_ptr_equal(netif, &end.net.netif);
	link_changes++;
}

static void status_changed(struct netif *netif)
{
	(void)netif;
	status_changes++;
}

static void callbacks(void **unused)
{
	struct netif *netif = &end.net.netif;

	(void)unused;
	open_with(NULL, NULL);
	netif_set_link_callback(netif, link_changed);
	netif_set_status_callback(netif, status_changed);
	netif_set_down(netif);
	assert_int_equal(status_changes, 1);
	assert_false(peer_connect(&peer, &end));
	assert_int_equal(peer.state, IVSHM_RUN);
	assert_int_equal(channel_state(&channel, 1), IVSHM_READY);
	assert_int_equal(link_changes, 0);
	netif_set_up(netif);
	assert_true(peer_connect(&peer, &end));
	assert_int_equal(link_changes, 1);
	peer_drop(&peer);
	end_step(&end);
	assert_int_equal(link_changes, 2);
	assert_false(netif_is_link_up(netif));
	assert_true(peer_connect(&peer, &end));
	assert_int_equal(end.net.link_counters.ups, 2);
	assert_int_equal(end.net.link_counters.resets, 1);
	close_all();
	assert_int_equal(link_changes, 4);
}

/* -------------------------------------------------------------------------------- frames */

static void ping_of(size_t payload)
{
	size_t len = peer_make_ping(&peer, &end, payload, (u32_t)payload, frame);

	assert_int_equal(peer_send(&peer, frame, len, NULL), IVSHM_OK);
	end_step(&end);
	assert_int_equal(receive(0x0800, NULL), len);
	assert_int_equal(frame[FRAME_L4], 0);
	assert_true(stream_matches(frame + FRAME_L4 + 8, (u32_t)payload, 0, payload));
	assert_memory_equal(frame, peer.mac, 6);
}

static void ping(void **unused)
{
	(void)unused;
	connect_with(NULL, NULL);
	introduce();
	for (size_t payload = 0; payload < 200; payload++)
		ping_of(payload);
	ping_of(16384 - 28);
	close_all();
}

static void counters_add_up(void **unused)
{
	struct netif *netif = &end.net.netif;
	u64_t packets, bytes;
	size_t len;

	(void)unused;
	connect_with(NULL, NULL);
	introduce();
	assert_int_equal(end.net.rx_counters.packets, 1);
	assert_int_equal(end.net.rx_counters.bytes, 42);
	assert_int_equal(end.net.rx_counters.multicast, 1);
	assert_int_equal(netif->mib2_counters.ifinnucastpkts, 1);
	packets = end.net.tx_counters.packets;
	bytes = end.net.tx_counters.bytes;

	len = peer_make_ping(&peer, &end, 100, 1, frame);
	peer_send(&peer, frame, len, NULL);
	end_step(&end);
	assert_int_equal(receive(0x0800, NULL), len);
	assert_int_equal(end.net.rx_counters.packets, 2);
	assert_int_equal(end.net.rx_counters.polls, 2);
	assert_int_equal(end.net.rx_counters.bytes, 42 + len);
	assert_int_equal(end.net.tx_counters.packets, packets + 1);
	assert_int_equal(end.net.tx_counters.bytes, bytes + len);
	assert_int_equal(netif->mib2_counters.ifinucastpkts, 1);
	assert_int_equal(netif->mib2_counters.ifinoctets, 42 + len);
	assert_int_equal(netif->mib2_counters.ifoutoctets, bytes + len);
	assert_int_equal(netif->mib2_counters.ifoutucastpkts + netif->mib2_counters.ifoutnucastpkts,
			 packets + 1);
	close_all();
}

/* Frames that are none, of no known type, and the longest. */
static void odd_frames(void **unused)
{
	size_t len;

	(void)unused;
	connect_with(NULL, NULL);
	introduce();
	memset(frame, 0, sizeof(frame));
	for (len = 14; len < 80; len++)
		assert_int_equal(peer_send(&peer, frame, len, NULL), IVSHM_OK);
	end_run(&end, 1, NULL, NULL);
	assert_int_equal(peer_send(&peer, frame, 65535, NULL), IVSHM_OK);
	end_step(&end);
	assert_int_equal(end.net.rx_counters.too_long, 0);
	assert_int_equal(peer_send(&peer, frame, 65536, NULL), IVSHM_OK);
	assert_int_equal(peer_send(&peer, frame, IVSHM_FRAME_MAX, NULL), IVSHM_OK);
	end_step(&end);
	assert_int_equal(end.net.rx_counters.too_long, 2);
	assert_int_equal(end.net.rx_counters.packets, 1 + 66 + 1);
	ping_of(10);
	close_all();
}

static void vlan_tag_is_skipped(void **unused)
{
	size_t len;

	(void)unused;
	connect_with(NULL, NULL);
	introduce();
	len = peer_make_ping(&peer, &end, 50, 1, frame);
	memmove(frame + 16, frame + 12, len - 12);
	put_be16(frame + 12, 0x8100);
	put_be16(frame + 14, 5);
	assert_int_equal(peer_send(&peer, frame, len + 4, NULL), IVSHM_OK);
	end_step(&end);
	assert_int_equal(receive(0x0800, NULL), len);
	close_all();
}

/* A chain of pbufs arrives as one frame. */
static void chains_are_gathered(void **unused)
{
	const u16_t lengths[] = { 15, 1, 0, 7, 1000, 3, 513 };
	struct pbuf *chain = NULL;
	size_t total = 0;

	(void)unused;
	connect_with(NULL, NULL);
	for (size_t i = 0; i < LWIP_ARRAYSIZE(lengths); i++) {
		struct pbuf *part = pbuf_alloc(PBUF_RAW, lengths[i], PBUF_RAM);

		stream_fill(part->payload, 9, total, lengths[i]);
		total += lengths[i];
		if (chain)
			pbuf_cat(chain, part);
		else
			chain = part;
	}
	assert_int_equal(end.net.netif.linkoutput(&end.net.netif, chain), ERR_OK);
	assert_int_equal(peer_receive(&peer, frame, NULL), total);
	assert_true(stream_matches(frame, 9, 0, total));
	pbuf_free(chain);
	close_all();
}

/* ----------------------------------------------------------------------------- checksums */

static struct tcp_pcb *listen(void)
{
	struct tcp_pcb *pcb = tcp_new();

	assert_int_equal(tcp_bind(pcb, IP_ANY_TYPE, PORT), ERR_OK);
	return tcp_listen(pcb);
}

static size_t syn_answer(const struct ivshm_net_hdr *hdr, struct ivshm_net_hdr *answer)
{
	size_t len = peer_make_syn(&peer, &end, PORT, frame);

	if (hdr)
		put_be16(frame + FRAME_L4 + 16, pseudo_sum(frame));
	assert_int_equal(peer_send(&peer, frame, len, hdr), IVSHM_OK);
	end_step(&end);
	return receive(0x0800, answer);
}

static void checksums_with_base_peer(void **unused)
{
	const struct ivshm_config config = { .base = true };
	struct ivshm_net_hdr hdr;
	struct tcp_pcb *pcb;

	(void)unused;
	connect_with(NULL, &config);
	introduce();
	pcb = listen();
	assert_int_not_equal(syn_answer(NULL, &hdr), 0);
	assert_int_equal(hdr.flags, 0);
	assert_true(tcp_checksum_right(frame));
	assert_int_equal(end.net.tx_counters.offloaded, 0);
	tcp_close(pcb);
	close_all();
}

static void checksums_are_left_out(void **unused)
{
	const struct ivshm_config config = { .features = IVSHM_F_CSUM };
	const struct ivshm_net_hdr needs = {
		.flags = IVSHM_HDR_NEEDS_CSUM,
		.csum_start = FRAME_L4,
		.csum_offset = 16,
	};
	struct ivshm_net_hdr hdr;
	struct tcp_pcb *pcb;

	(void)unused;
	connect_with(NULL, &config);
	introduce();
	pcb = listen();
	assert_int_not_equal(syn_answer(&needs, &hdr), 0);
	assert_int_equal(hdr.flags, IVSHM_HDR_NEEDS_CSUM);
	assert_int_equal(hdr.csum_start, FRAME_L4);
	assert_int_equal(hdr.csum_offset, 16);
	assert_int_equal(get_be16(frame + FRAME_L4 + 16), pseudo_sum(frame));
	assert_int_equal(end.net.tx_counters.offloaded, 1);
	assert_int_equal(end.net.rx_counters.offloaded, 1);
	tcp_close(pcb);
	close_all();
}

static bool checksum_is_left_out(void)
{
	struct ivshm_net_hdr hdr;

	assert_int_not_equal(syn_answer(NULL, &hdr), 0);
	assert_true(hdr.flags == IVSHM_HDR_NEEDS_CSUM || tcp_checksum_right(frame));
	return hdr.flags == IVSHM_HDR_NEEDS_CSUM;
}

static void send_too_big(u32_t mtu)
{
	size_t len = peer_make_too_big(&peer, &end, mtu, frame);

	assert_int_equal(peer_send(&peer, frame, len, NULL), IVSHM_OK);
	end_step(&end);
}

/* Router advertisement with an MTU: RFC 4861, 4.2 and 4.6.4 */
static void send_advertisement(u16_t mtu)
{
	u8_t *icmp = frame + FRAME_L4_6;

	memset(icmp, 0, 24);
	icmp[0] = 134;
	icmp[16] = 5;
	icmp[17] = 1;
	put_be16(icmp + 22, mtu);
	peer_send(&peer, frame, peer_make_icmp6(&peer, &end, 24, frame), NULL);
	end_step(&end);
}

static size_t ping6_answer(size_t payload)
{
	peer_send(&peer, frame, peer_make_ping6(&peer, &end, payload, 1, frame), NULL);
	end_step(&end);
	return receive(0x86dd, NULL);
}

/* What goes in fragments behind the link has its checksum: nobody could complete it. */
static void checksums_where_paths_take_less(void **unused)
{
	const struct ivshm_config config = { .features = IVSHM_F_CSUM };
	struct tcp_pcb *pcb;
	u16_t mtu;

	(void)unused;
	connect_with(NULL, &config);
	introduce();
	peer_introduce6(&peer, &end);
	pcb = listen();
	mtu = end.net.netif.mtu;
	assert_int_equal(ping6_answer(5000), FRAME_L4_6 + 5008);
	assert_true(checksum_is_left_out());
	send_too_big(1400);
	assert_false(checksum_is_left_out());
	assert_true(ping6_answer(5000) <= FRAME_IP + 1400);
	drain();

	/* Another MTU, other paths. */
	assert_int_equal(ivshm_netif_set_mtu(&end.net, 1500), ERR_OK);
	assert_false(checksum_is_left_out());
	assert_true(ping6_answer(5000) <= FRAME_IP + 1500);
	drain();
	assert_int_equal(ivshm_netif_set_mtu(&end.net, mtu), ERR_OK);
	assert_true(checksum_is_left_out());
	assert_int_equal(ping6_answer(5000), FRAME_L4_6 + 5008);

	send_advertisement(1400);
	assert_false(checksum_is_left_out());
	tcp_close(pcb);
	close_all();
}

/* A wrong one is not accepted, unless the peer vouches for it. */
static void checksums_are_checked(void **unused)
{
	const struct ivshm_config config = { .features = IVSHM_F_CSUM };
	const struct ivshm_net_hdr nothing = { 0 };
	const struct ivshm_net_hdr valid = { .flags = IVSHM_HDR_DATA_VALID };
	u32_t errors = lwip_stats.tcp.chkerr;
	size_t len;

	(void)unused;
	connect_with(NULL, &config);
	introduce();
	for (int i = 0; i < 3; i++) {
		len = peer_make_syn(&peer, &end, PORT, frame);
		frame[FRAME_L4 + 16]++;
		peer_send(&peer, frame, len, i == 0 ? NULL : i == 1 ? &nothing : &valid);
		end_step(&end);
		assert_int_equal(receive(0x0800, NULL) != 0, i == 2);
		assert_int_equal(lwip_stats.tcp.chkerr, errors + (i == 0 ? 1 : 2));
	}
	close_all();
}

/* Connections of an interface to its own address take another way, on which nobody computes any. */
static bool is_done(void *arg)
{
	return ((struct stream *)arg)[0].done && ((struct stream *)arg)[1].done;
}

static void connection_to_itself(void **unused)
{
	const struct ivshm_config config = { .features = IVSHM_F_CSUM };
	struct stream streams[2] = {
		{ .to_send = 100000, .to_receive = 50000, .seed_out = 1, .seed_in = 2 },
		{ .to_send = 50000, .to_receive = 100000, .seed_out = 2, .seed_in = 1 },
	};
	ip_addr_t own;

	(void)unused;
	connect_with(NULL, &config);
	IP_ADDR4(&own, 10, 0, 1, 2);
	stream_accept(&streams[0], PORT + 1);
	stream_connect(&streams[1], &own, PORT + 1);
	assert_true(end_run(&end, 10000, is_done, streams));
	close_all();
}

/* -------------------------------------------------------------------------------- limits */

static void peer_limits_the_mtu(void **unused)
{
	struct ivshm_config config = { .mtu = 1500 };
	struct pbuf *data = pbuf_alloc(PBUF_TRANSPORT, 3000, PBUF_RAM);
	struct udp_pcb *pcb;
	ip_addr_t address;
	size_t len, frames = 0;

	(void)unused;
	connect_with(NULL, &config);
	assert_int_equal(end.net.netif.mtu, 1500);
	introduce();
	pcb = udp_new();
	IP_ADDR4(&address, 10, 0, 1, 1);
	assert_int_equal(udp_sendto(pcb, data, &address, 1), ERR_OK);
	for (; (len = receive(0x0800, NULL)) != 0; frames++)
		assert_true(len <= 1514);
	assert_int_equal(frames, 3);
	udp_remove(pcb);
	pbuf_free(data);

	data = pbuf_alloc(PBUF_RAW, 1519, PBUF_RAM);
	memset(data->payload, 0, 1519);
	assert_int_equal(ivshm_netif_set_mtu(&end.net, 9000), ERR_OK);
	assert_int_equal(end.net.netif.mtu, 1500);
	assert_int_equal(end.net.netif.linkoutput(&end.net.netif, data), ERR_VAL);
	assert_int_equal(end.net.tx_counters.too_long, 1);
	pbuf_realloc(data, 1518);
	assert_int_equal(end.net.netif.linkoutput(&end.net.netif, data), ERR_OK);
	pbuf_free(data);

	/* The next peer takes more. */
	peer_close(&peer);
	end_step(&end);
	peer_open(&peer, &channel, 0, NULL);
	assert_true(peer_connect(&peer, &end));
	assert_int_equal(end.net.netif.mtu, 9000);
	close_all();
}

static err_t fill_ring(struct pbuf *data, unsigned int *frames)
{
	err_t err;

	*frames = 0;
	while ((err = end.net.netif.linkoutput(&end.net.netif, data)) == ERR_OK)
		(*frames)++;
	return err;
}

static void full_ring(void **unused)
{
	struct pbuf *data = pbuf_alloc(PBUF_RAW, 16000, PBUF_RAM);
	unsigned int frames;

	(void)unused;
	memset(data->payload, 0, 16000);
	connect_with(NULL, NULL);
	assert_int_equal(ivshm_netif_idle(&end.net), IVSHM_NETIF_FOREVER);
	assert_int_equal(fill_ring(data, &frames), ERR_MEM);
	assert_true(frames > 20);
	assert_int_equal(end.net.tx_counters.ring_full, 1);
	assert_in_range(ivshm_netif_idle(&end.net), 900, 1000);

	/* The peer rings when about half has come back, not earlier. */
	end_step(&end);
	for (unsigned int i = 0; i < frames; i++) {
		assert_int_equal(peer_receive(&peer, frame, NULL), 16000);
		assert_int_equal(channel.ends[1].bell != end.heard, i >= frames / 2);
	}
	end_step(&end);
	assert_false(end.net.tx.blocked);
	assert_int_equal(ivshm_netif_idle(&end.net), IVSHM_NETIF_FOREVER);
	assert_int_equal(fill_ring(data, &frames), ERR_MEM);
	pbuf_free(data);
	close_all();
}

/* A peer that takes nothing more is rung once more, and then the link is reset. */
static void stuck_peer(void **unused)
{
	struct pbuf *data = pbuf_alloc(PBUF_RAW, 16000, PBUF_RAM);
	unsigned int frames;
	u32_t rings;

	(void)unused;
	memset(data->payload, 0, 16000);
	connect_with(NULL, NULL);
	fill_ring(data, &frames);
	rings = channel.ends[0].rings[IVSHM_NETIF_VECTOR_FRAMES];
	for (int second = 1; second < 6; second++) {
		end_skip_time(1001);
		end_step(&end);
		assert_int_equal(channel.ends[0].rings[IVSHM_NETIF_VECTOR_FRAMES] - rings,
				 second >= 2);
		assert_true(netif_is_link_up(&end.net.netif));
	}
	assert_int_equal(end.net.tx_counters.timeouts, 1);
	end_skip_time(1001);
	end_step(&end);
	end_step(&end);
	assert_false(netif_is_link_up(&end.net.netif));
	assert_true(peer_connect(&peer, &end));
	pbuf_free(data);
	close_all();
}

/* ----------------------------------------------------------------------------- doorbells */

static void doorbells(void **unused)
{
	u32_t before;
	size_t len;

	(void)unused;
	connect_with(NULL, NULL);
	introduce();
	assert_int_equal(ivshm_netif_idle(&end.net), IVSHM_NETIF_FOREVER);

	/* One wakes us, those after it do not ring until we sleep again. */
	before = channel.ends[1].rings[IVSHM_NETIF_VECTOR_FRAMES];
	for (int i = 0; i < 10; i++) {
		len = peer_make_ping(&peer, &end, 10, 1, frame);
		peer_send(&peer, frame, len, NULL);
	}
	assert_int_equal(channel.ends[1].rings[IVSHM_NETIF_VECTOR_FRAMES] - before, 1);
	assert_int_equal(ivshm_netif_idle(&end.net), 0);

	/* The peer is polling: all ten answers go without a ring. */
	ivshm_rx_disable_events(&peer.ring);
	before = channel.ends[0].rings[IVSHM_NETIF_VECTOR_FRAMES];
	end_step(&end);
	assert_int_equal(channel.ends[0].rings[IVSHM_NETIF_VECTOR_FRAMES], before);
	while (peer_receive(&peer, frame, NULL))
		;

	/* The peer is asleep: one ring for ten answers. */
	assert_false(ivshm_rx_enable_events(&peer.ring, 0));
	for (int i = 0; i < 10; i++) {
		len = peer_make_ping(&peer, &end, 10, 1, frame);
		peer_send(&peer, frame, len, NULL);
	}
	end_step(&end);
	assert_int_equal(channel.ends[0].rings[IVSHM_NETIF_VECTOR_FRAMES], before + 1);
	assert_int_equal(end.net.tx_counters.doorbells_suppressed > 0, 1);
	close_all();
}

static void no_link_no_frames(void **unused)
{
	struct pbuf *data = pbuf_alloc(PBUF_RAW, 100, PBUF_RAM);

	(void)unused;
	open_with(NULL, NULL);
	assert_int_equal(end.net.netif.linkoutput(&end.net.netif, data), ERR_IF);
	assert_int_equal(end.net.tx_counters.dropped, 1);
	assert_int_equal(end.net.netif.mib2_counters.ifoutdiscards, 1);
	pbuf_free(data);
	close_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(properties),
		cmocka_unit_test(options),
		cmocka_unit_test(sections_that_make_no_ring),
		cmocka_unit_test(small_section),
		cmocka_unit_test(callbacks),
		cmocka_unit_test(ping),
		cmocka_unit_test(counters_add_up),
		cmocka_unit_test(odd_frames),
		cmocka_unit_test(vlan_tag_is_skipped),
		cmocka_unit_test(chains_are_gathered),
		cmocka_unit_test(checksums_with_base_peer),
		cmocka_unit_test(checksums_are_left_out),
		cmocka_unit_test(checksums_are_checked),
		cmocka_unit_test(checksums_where_paths_take_less),
		cmocka_unit_test(connection_to_itself),
		cmocka_unit_test(peer_limits_the_mtu),
		cmocka_unit_test(full_ring),
		cmocka_unit_test(stuck_peer),
		cmocka_unit_test(doorbells),
		cmocka_unit_test(no_link_no_frames),
	};

	end_set_speed(0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
