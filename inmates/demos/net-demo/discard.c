// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Discard, RFC 863: takes everything and answers nothing.
 */
#include "service.h"

static err_t received(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t err)
{
	struct service *service = arg;

	LWIP_UNUSED_ARG(err);
	if (!data)
		return service_close(service, pcb);
	service->bytes_in += data->tot_len;
	tcp_recved(pcb, data->tot_len);
	pbuf_free(data);
	return ERR_OK;
}

static void failed(void *arg, err_t err)
{
	LWIP_UNUSED_ARG(err);
	service_disconnected(arg);
}

static err_t accept_connection(struct service *service, struct tcp_pcb *pcb)
{
	tcp_arg(pcb, service);
	tcp_recv(pcb, received);
	tcp_err(pcb, failed);
	return ERR_OK;
}

static void receive_datagram(struct service *service, struct udp_pcb *pcb, struct pbuf *data,
			     const ip_addr_t *from, u16_t port)
{
	LWIP_UNUSED_ARG(service);
	LWIP_UNUSED_ARG(pcb);
	LWIP_UNUSED_ARG(from);
	LWIP_UNUSED_ARG(port);
	pbuf_free(data);
}

struct service discard_service = {
	.name = "discard",
	.port = 9,
	.accept = accept_connection,
	.receive = receive_datagram,
};
