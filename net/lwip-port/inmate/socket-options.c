// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Options of TCP sockets: what of lwIP's control block they are.
 */
#include "socket-options.h"

#include <errno.h>
#include <netinet/tcp.h>

#include "lwip/api.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/sockets.h"
#include "lwip/tcp.h"

/* Less would never make the socket writable for select(): twice what has to be free for that. */
#define SEND_BUFFER_MIN (2 * TCP_SNDLOWAT)

static bool is_connected(const struct tcp_pcb *pcb)
{
	return pcb->state >= ESTABLISHED;
}

/* Bytes that are sent and not acknowledged, or wait for that. */
static u32_t queued(const struct tcp_pcb *pcb)
{
	return is_connected(pcb) ? pcb->snd_lbb - pcb->lastack : 0;
}

static int set_max_segment(struct tcp_pcb *pcb, u32_t bytes)
{
	if (!is_connected(pcb) || bytes == 0)
		return EINVAL;
	pcb->mss = (u16_t)LWIP_MIN(pcb->mss, bytes);
	return 0;
}

/* What is queued already may be more, and counts until it is gone. */
static int set_send_buffer(struct tcp_pcb *pcb, u32_t bytes)
{
	bytes = LWIP_MAX(bytes, SEND_BUFFER_MIN);
	bytes = LWIP_MIN(bytes, TCP_SND_BUF);
	pcb->snd_buf = bytes > queued(pcb) ? bytes - queued(pcb) : 0;
	return 0;
}

/* The control block of a TCP socket that is not listening: that one is another structure. */
static struct tcp_pcb *pcb_of(const struct netconn *conn)
{
	struct tcp_pcb *pcb;

	if (!conn || NETCONNTYPE_GROUP(netconn_type(conn)) != NETCONN_TCP)
		return NULL;
	pcb = conn->pcb.tcp;
	return pcb && pcb->state != LISTEN ? pcb : NULL;
}

bool lwip_port_set_option(struct netconn *conn, int level, int option, const void *value,
			  uint32_t size, int *err)
{
	struct tcp_pcb *pcb = pcb_of(conn);
	int (*set)(struct tcp_pcb * pcb, u32_t bytes);

	if (level == SOL_SOCKET && option == SO_SNDBUF)
		set = set_send_buffer;
	else if (level == IPPROTO_TCP && option == TCP_MAXSEG)
		set = set_max_segment;
	else
		return false;
	if (!pcb)
		return false;
	if (size < sizeof(int) || *(const int *)value < 0)
		*err = EINVAL;
	else
		*err = set(pcb, (u32_t) * (const int *)value);
	return true;
}

bool lwip_port_get_option(const struct netconn *conn, int level, int option, void *value,
			  uint32_t *size, int *err)
{
	struct tcp_pcb *pcb = pcb_of(conn);
	u32_t bytes;

	if (!pcb)
		return false;
	if (level == SOL_SOCKET && option == SO_SNDBUF)
		bytes = pcb->snd_buf + queued(pcb);
	else if (level == IPPROTO_TCP && option == TCP_MAXSEG)
		bytes = pcb->mss;
	else
		return false;
	if (*size < sizeof(int)) {
		*err = EINVAL;
		return true;
	}
	*(int *)value = (int)bytes;
	*size = sizeof(int);
	*err = 0;
	return true;
}
