// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP connections with checked content, on lwIP's raw interface.
 */
#include "lwip-stream.h"

#define PIECE 16384

static u64_t pattern_word(u32_t seed, u64_t index)
{
	u64_t word = ((u64_t)seed << 40 ^ index) * 0x9e3779b97f4a7c15ull;

	return word ^ (word >> 29);
}

u8_t stream_byte(u32_t seed, u64_t place)
{
	return (u8_t)(pattern_word(seed, place / 8) >> place % 8 * 8);
}

void stream_fill(u8_t *to, u32_t seed, u64_t place, size_t size)
{
	size_t done = 0;

	while (done < size) {
		u64_t word = pattern_word(seed, place / 8) >> place % 8 * 8;

		for (unsigned int left = 8 - place % 8; left > 0 && done < size; left--) {
			to[done++] = (u8_t)word;
			word >>= 8;
			place++;
		}
	}
}

bool stream_matches(const u8_t *from, u32_t seed, u64_t place, size_t size)
{
	u8_t expected[256];

	while (size > 0) {
		size_t part = size < sizeof(expected) ? size : sizeof(expected);

		stream_fill(expected, seed, place, part);
		if (memcmp(from, expected, part) != 0)
			return false;
		from += part;
		place += part;
		size -= part;
	}
	return true;
}

/* Both directions are through. */
static void finish(struct stream *stream)
{
	require(stream->received == stream->to_receive);
	tcp_arg(stream->pcb, NULL);
	tcp_recv(stream->pcb, NULL);
	tcp_sent(stream->pcb, NULL);
	tcp_err(stream->pcb, NULL);
	tcp_poll(stream->pcb, NULL, 0);
	require(tcp_close(stream->pcb) == ERR_OK);
	stream->pcb = NULL;
	stream->done = true;
}

static u16_t piece_size(const struct stream *stream)
{
	u64_t size = LWIP_MIN(stream->to_send - stream->sent, PIECE);

	size = LWIP_MIN(size, tcp_sndbuf(stream->pcb));
	return (u16_t)(stream->write_max ? LWIP_MIN(size, stream->write_max) : size);
}

static void send_more(struct stream *stream)
{
	u8_t piece[PIECE];
	u16_t size;

	while (stream->sent < stream->to_send && (size = piece_size(stream)) != 0) {
		stream_fill(piece, stream->seed_out, stream->sent, size);
		if (tcp_write(stream->pcb, piece, size, TCP_WRITE_FLAG_COPY) != ERR_OK)
			break;
		stream->sent += size;
		if (stream->sent == stream->to_send)
			require(tcp_shutdown(stream->pcb, 0, 1) == ERR_OK);
	}
	tcp_output(stream->pcb);
}

static err_t sent(void *arg, struct tcp_pcb *pcb, u16_t len)
{
	struct stream *stream = arg;

	(void)pcb;
	stream->acknowledged += len;
	require(stream->acknowledged <= stream->sent);
	if (stream->sent < stream->to_send)
		send_more(stream);
	else if (stream->acknowledged == stream->to_send && stream->end_of_file)
		finish(stream);
	return ERR_OK;
}

static void check(struct stream *stream, const struct pbuf *data)
{
	for (const struct pbuf *part = data; part; part = part->next) {
		require(stream->received + part->len <= stream->to_receive);
		require(stream_matches(part->payload, stream->seed_in, stream->received,
				       part->len));
		stream->received += part->len;
	}
}

static err_t received(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t err)
{
	struct stream *stream = arg;

	require(err == ERR_OK);
	if (data) {
		check(stream, data);
		tcp_recved(pcb, data->tot_len);
		pbuf_free(data);
		return ERR_OK;
	}
	stream->end_of_file = true;
	if (stream->acknowledged == stream->to_send)
		finish(stream);
	return ERR_OK;
}

static err_t polled(void *arg, struct tcp_pcb *pcb)
{
	(void)pcb;
	send_more(arg);
	return ERR_OK;
}

static void failed(void *arg, err_t err)
{
	fprintf(stderr, "connection broke: %d\n", err);
	((struct stream *)arg)->pcb = NULL;
	require(false);
}

static void start(struct stream *stream, struct tcp_pcb *pcb)
{
	stream->pcb = pcb;
	tcp_arg(pcb, stream);
	tcp_recv(pcb, received);
	tcp_sent(pcb, sent);
	tcp_err(pcb, failed);
	tcp_poll(pcb, polled, 2);
}

bool stream_is_done(const struct stream *stream)
{
	return stream->done;
}

bool stream_is_connected(const struct stream *stream)
{
	return stream->done || (stream->pcb && stream->pcb->state >= ESTABLISHED);
}

static err_t connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
	(void)pcb;
	require(err == ERR_OK);
	send_more(arg);
	return ERR_OK;
}

void stream_connect(struct stream *stream, const ip_addr_t *address, u16_t port)
{
	struct tcp_pcb *pcb = tcp_new_ip_type(IP_GET_TYPE(address));

	require(pcb);
	start(stream, pcb);
	require(tcp_connect(pcb, address, port, connected) == ERR_OK);
}

static err_t accepted(void *arg, struct tcp_pcb *pcb, err_t err)
{
	require(err == ERR_OK);
	start(arg, pcb);
	send_more(arg);
	return ERR_OK;
}

void stream_accept(struct stream *stream, u16_t port)
{
	struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);

	require(pcb);
	require(tcp_bind(pcb, IP_ANY_TYPE, port) == ERR_OK);
	pcb = tcp_listen(pcb);
	require(pcb);
	tcp_arg(pcb, stream);
	tcp_accept(pcb, accepted);
}
