// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Sockets whose connection ends while the program still has them open. Where both sides have said
 * all they have to say, lwIP (2.1) frees the connection's control block, and in two cases leaves the
 * socket with a pointer to it, which close() then uses:
 *
 * - in LAST-ACK, when the last acknowledgement comes, if the program has read to the end: that counts
 *   as if it had closed the socket;
 * - in TIME-WAIT, when that is over.
 *
 * In both, the error callback has to be called, as for every other end: it takes the pointer away.
 */
#include "socket-closing.h"

#include "lwip/priv/tcp_priv.h"
#include "lwip/tcp.h"

#if LWIP_TCP_PCB_NUM_EXT_ARGS < 1
#error "the callback below takes an extension argument of the control block"
#endif

/* The only extension argument that there is. */
#define EXT_ARG 0

/* A program that has closed its socket has taken the error callback away. */
static void is_freed(u8_t id, void *data)
{
	struct tcp_pcb *pcb = data;

	(void)id;
	if (pcb->state == TIME_WAIT)
		TCP_EVENT_ERR(pcb->state, pcb->errf, pcb->callback_arg, ERR_CLSD);
}

static const struct tcp_ext_arg_callbacks callbacks = { .destroy = is_freed };

int lwip_port_tcp_input(struct tcp_pcb *pcb)
{
	if (pcb->state == LISTEN)
		return ERR_OK;
	if (pcb->state == LAST_ACK)
		tcp_clear_flags(pcb, TF_RXCLOSED);
	if (!tcp_ext_arg_get(pcb, EXT_ARG)) {
		tcp_ext_arg_set(pcb, EXT_ARG, pcb);
		tcp_ext_arg_set_callbacks(pcb, EXT_ARG, &callbacks);
	}
	return ERR_OK;
}
