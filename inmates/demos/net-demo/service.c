// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What the small services have in common.
 */
#include "service.h"

#include <jailhouse/types.h>

struct service *const services[] = { &echo_service, &discard_service, &chargen_service };
const unsigned int num_services = ARRAY_SIZE(services);

void service_disconnected(struct service *service)
{
	service->active--;
}

err_t service_close(struct service *service, struct tcp_pcb *pcb)
{
	tcp_arg(pcb, NULL);
	tcp_recv(pcb, NULL);
	tcp_sent(pcb, NULL);
	tcp_err(pcb, NULL);
	tcp_poll(pcb, NULL, 0);
	service_disconnected(service);
	if (tcp_close(pcb) == ERR_OK)
		return ERR_OK;
	tcp_abort(pcb);
	return ERR_ABRT;
}

static err_t accepted(void *arg, struct tcp_pcb *pcb, err_t err)
{
	struct service *service = arg;

	if (err != ERR_OK)
		return err;
	err = service->accept(service, pcb);
	if (err == ERR_OK) {
		service->connections++;
		service->active++;
	}
	return err;
}

static err_t start_tcp(struct service *service)
{
	struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);
	err_t err;

	if (!pcb)
		return ERR_MEM;
	err = tcp_bind(pcb, IP_ANY_TYPE, service->port);
	if (err != ERR_OK) {
		tcp_close(pcb);
		return err;
	}
	pcb = tcp_listen(pcb);
	if (!pcb)
		return ERR_MEM;
	tcp_arg(pcb, service);
	tcp_accept(pcb, accepted);
	return ERR_OK;
}

static void received(void *arg, struct udp_pcb *pcb, struct pbuf *data, const ip_addr_t *from,
		     u16_t port)
{
	struct service *service = arg;

	service->datagrams++;
	service->bytes_in += data->tot_len;
	service->receive(service, pcb, data, from, port);
}

static err_t start_udp(struct service *service)
{
	struct udp_pcb *pcb = udp_new_ip_type(IPADDR_TYPE_ANY);
	err_t err;

	if (!pcb)
		return ERR_MEM;
	err = udp_bind(pcb, IP_ANY_TYPE, service->port);
	if (err == ERR_OK)
		udp_recv(pcb, received, service);
	else
		udp_remove(pcb);
	return err;
}

err_t service_start(struct service *service)
{
	err_t err = start_tcp(service);

	return err == ERR_OK ? start_udp(service) : err;
}

void service_send(struct service *service, struct udp_pcb *pcb, struct pbuf *data,
		  const ip_addr_t *to, u16_t port)
{
	u16_t size = data->tot_len; /* it gets headers on the way */

	if (udp_sendto(pcb, data, to, port) == ERR_OK)
		service->bytes_out += size;
}
