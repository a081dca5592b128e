/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Options of TCP sockets that lwIP does not have by itself. Included as some of its hooks.
 *
 *     TCP_MAXSEG  bytes; no larger segments are sent from now on. Connected sockets only.
 *     SO_SNDBUF   bytes that may wait to be sent and acknowledged; 64 KiB at least, and no more than
 *                 TCP_SND_BUF
 *
 * SO_RCVBUF is lwIP's own, for datagrams; of TCP it is told back, and the window stays TCP_WND: lwIP
 * takes a connection whose window is smaller at its end for one with something unread, and resets it.
 */
#ifndef LWIP_PORT_SOCKET_OPTIONS_H
#define LWIP_PORT_SOCKET_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct netconn;

/*
 * False if the option is not one of those above, for a socket that has it; else *@err is 0 or an
 * errno. lwIP's core context.
 */
bool lwip_port_set_option(struct netconn *conn, int level, int option, const void *value,
			  uint32_t size, int *err);
bool lwip_port_get_option(const struct netconn *conn, int level, int option, void *value,
			  uint32_t *size, int *err);

#define LWIP_HOOK_SOCKETS_SETSOCKOPT(s, sock, level, option, value, size, err) \
	lwip_port_set_option((sock)->conn, level, option, value, size, err)
#define LWIP_HOOK_SOCKETS_GETSOCKOPT(s, sock, level, option, value, size, err) \
	lwip_port_get_option((sock)->conn, level, option, value, size, err)

#endif /* LWIP_PORT_SOCKET_OPTIONS_H */
