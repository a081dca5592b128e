/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Keeps sockets from using connections that lwIP has freed. Included as one of lwIP's hooks.
 */
#ifndef LWIP_PORT_SOCKET_CLOSING_H
#define LWIP_PORT_SOCKET_CLOSING_H

struct tcp_pcb;

/* Looks at a connection that a segment has come for, before lwIP does. Returns ERR_OK: go on. */
int lwip_port_tcp_input(struct tcp_pcb *pcb);

#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, header, optlen, opt1len, opt2, p) lwip_port_tcp_input(pcb)

#endif /* LWIP_PORT_SOCKET_CLOSING_H */
