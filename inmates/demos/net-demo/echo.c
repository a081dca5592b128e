// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Echo, RFC 862: sends everything back. What cannot be sent yet is kept, and the window of the
 * connection is not opened for it before it is gone: a client that does not read stops itself.
 */
#include "service.h"

#include <inmate/heap.h>

/* lwIP asks so often what to do, in half seconds. */
#define POLL_INTERVAL 2

/* Data that waits to be sent. */
struct piece {
	struct piece *next;
	struct pbuf *data;
};

struct connection {
	struct service *service;
	struct piece *first, **end;
	bool closing; /* the client has sent everything */
};

static void drop_first(struct connection *connection)
{
	struct piece *piece = connection->first;

	connection->first = piece->next;
	if (!piece->next)
		connection->end = &connection->first;
	pbuf_free(piece->data);
	free(piece);
}

static void drop_all(struct connection *connection)
{
	while (connection->first)
		drop_first(connection);
	free(connection);
}

/* Sends as much of the first piece as fits; true if that was all of it. */
static bool send_first(struct connection *connection, struct tcp_pcb *pcb)
{
	struct piece *piece = connection->first;
	struct pbuf *data = piece->data;
	u16_t size = (u16_t)LWIP_MIN(data->len, tcp_sndbuf(pcb));

	if (size == 0 || tcp_write(pcb, data->payload, size, TCP_WRITE_FLAG_COPY) != ERR_OK)
		return false;
	connection->service->bytes_out += size;
	tcp_recved(pcb, size);
	if (size == data->tot_len) {
		drop_first(connection);
		return true;
	}
	piece->data = pbuf_free_header(data, size);
	return true;
}

static err_t send_all(struct connection *connection, struct tcp_pcb *pcb)
{
	struct service *service = connection->service;

	while (connection->first && send_first(connection, pcb))
		;
	if (connection->first || !connection->closing)
		return tcp_output(pcb) == ERR_ABRT ? ERR_ABRT : ERR_OK;
	drop_all(connection);
	return service_close(service, pcb);
}

static bool keep(struct connection *connection, struct pbuf *data)
{
	struct piece *piece = malloc(sizeof(*piece));

	if (!piece)
		return false;
	piece->next = NULL;
	piece->data = data;
	*connection->end = piece;
	connection->end = &piece->next;
	return true;
}

static err_t received(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t err)
{
	struct connection *connection = arg;

	LWIP_UNUSED_ARG(err);
	if (!data) {
		connection->closing = true;
	} else {
		u16_t size = data->tot_len;

		/* lwIP will offer it again. */
		if (!keep(connection, data))
			return ERR_MEM;
		connection->service->bytes_in += size;
	}
	return send_all(connection, pcb);
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
	drop_all(connection);
}

static err_t accept_connection(struct service *service, struct tcp_pcb *pcb)
{
	struct connection *connection = zalloc(sizeof(*connection));

	if (!connection)
		return ERR_MEM;
	connection->service = service;
	connection->end = &connection->first;
	tcp_arg(pcb, connection);
	tcp_recv(pcb, received);
	tcp_sent(pcb, sent);
	tcp_poll(pcb, polled, POLL_INTERVAL);
	tcp_err(pcb, failed);
	return ERR_OK;
}

static void receive_datagram(struct service *service, struct udp_pcb *pcb, struct pbuf *data,
			     const ip_addr_t *from, u16_t port)
{
	service_send(service, pcb, data, from, port);
	pbuf_free(data);
}

struct service echo_service = {
	.name = "echo",
	.port = 7,
	.accept = accept_connection,
	.receive = receive_datagram,
};
