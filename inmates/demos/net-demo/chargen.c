// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Character generator, RFC 864: by TCP, lines of 72 characters without an end; by UDP, up to 512
 * characters for each datagram. What comes in is thrown away.
 */
#include "service.h"

#include <inmate/heap.h>
#include <inmate/string.h>

#define LINE_CHARACTERS 72
#define LINE_SIZE       (LINE_CHARACTERS + 2) /* with CR and LF */
#define FIRST_CHARACTER 0x20
#define CHARACTERS      95
#define PATTERN_SIZE    (CHARACTERS * LINE_SIZE)
#define DATAGRAM_MAX    512
#define POLL_INTERVAL   2

/*
 * After so many lines the pattern repeats. It is sent from here without a copy; twice, so that a
 * piece of that length can begin anywhere.
 */
static char pattern[2 * PATTERN_SIZE];

struct connection {
	struct service *service;
	u32_t position;
};

static void fill_pattern(void)
{
	unsigned int i;

	for (i = 0; i < sizeof(pattern); i++) {
		unsigned int line = i / LINE_SIZE, place = i % LINE_SIZE;

		if (place < LINE_CHARACTERS)
			pattern[i] = (char)(FIRST_CHARACTER + (line + place) % CHARACTERS);
		else
			pattern[i] = place == LINE_CHARACTERS ? '\r' : '\n';
	}
}

static err_t send_all(struct connection *connection, struct tcp_pcb *pcb)
{
	for (;;) {
		u16_t size = (u16_t)LWIP_MIN(PATTERN_SIZE, tcp_sndbuf(pcb));

		if (size == 0 || tcp_write(pcb, pattern + connection->position, size, 0) != ERR_OK)
			break;
		connection->service->bytes_out += size;
		connection->position = (connection->position + size) % PATTERN_SIZE;
	}
	return tcp_output(pcb) == ERR_ABRT ? ERR_ABRT : ERR_OK;
}

static err_t received(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t err)
{
	struct connection *connection = arg;
	struct service *service = connection->service;

	LWIP_UNUSED_ARG(err);
	if (!data) {
		free(connection);
		return service_close(service, pcb);
	}
	service->bytes_in += data->tot_len;
	tcp_recved(pcb, data->tot_len);
	pbuf_free(data);
	return ERR_OK;
}

static err_t sent(void *arg, struct tcp_pcb *pcb, u16_t len)
{
	LWIP_UNUSED_ARG(len);
	return send_all(arg, pcb);
}

static err_t polled(void *arg, struct tcp_pcb *pcb)
{
	return send_all(arg, pcb);
}

static void failed(void *arg, err_t err)
{
	struct connection *connection = arg;

	LWIP_UNUSED_ARG(err);
	service_disconnected(connection->service);
	free(connection);
}

static err_t accept_connection(struct service *service, struct tcp_pcb *pcb)
{
	struct connection *connection = zalloc(sizeof(*connection));

	if (!connection)
		return ERR_MEM;
	if (!pattern[0])
		fill_pattern();
	connection->service = service;
	tcp_arg(pcb, connection);
	tcp_recv(pcb, received);
	tcp_sent(pcb, sent);
	tcp_poll(pcb, polled, POLL_INTERVAL);
	tcp_err(pcb, failed);
	return send_all(connection, pcb);
}

static void receive_datagram(struct service *service, struct udp_pcb *pcb, struct pbuf *data,
			     const ip_addr_t *from, u16_t port)
{
	u16_t size = (u16_t)(LWIP_RAND() % (DATAGRAM_MAX + 1));
	struct pbuf *answer = pbuf_alloc(PBUF_TRANSPORT, size, PBUF_RAM);

	pbuf_free(data);
	if (!answer)
		return;
	if (!pattern[0])
		fill_pattern();
	memcpy(answer->payload, pattern, size);
	service_send(service, pcb, answer, from, port);
	pbuf_free(answer);
}

struct service chargen_service = {
	.name = "chargen",
	.port = 19,
	.accept = accept_connection,
	.receive = receive_datagram,
};
