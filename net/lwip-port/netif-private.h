/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the parts of the driver share: link, transmit, receive, offload.
 */
#ifndef LWIP_PORT_NETIF_PRIVATE_H
#define LWIP_PORT_NETIF_PRIVATE_H

#include "ivshm-netif.h"

/* Ethernet header with a VLAN tag, bytes: what may come on top of the MTU. */
#define IVSHM_NETIF_OVERHEAD 18

/* Whether a time of sys_now() has come. */
static inline bool ivshm_netif_time_reached(u32_t now, u32_t time)
{
	return (s32_t)(now - time) >= 0;
}

/* ------------------------------------------------------------------------------ the link */

/* Writes the initial state; the first step is due at once. */
void ivshm_netif_link_init(struct ivshm_netif *net);

/* To RESET, for good. */
void ivshm_netif_link_exit(struct ivshm_netif *net);

/* Makes the steps that are due. */
void ivshm_netif_link_poll(struct ivshm_netif *net);

/* Milliseconds until a step is due. */
u32_t ivshm_netif_link_idle(struct ivshm_netif *net);

/* The peer broke the protocol: nobody touches the ring any more, the next poll resets the link. */
void ivshm_netif_link_fail(struct ivshm_netif *net, const char *reason);

static inline bool ivshm_netif_usable(const struct ivshm_netif *net)
{
	return net->link.running && !net->link.failure;
}

/* -------------------------------------------------------------------------- the interface */

/* The peer's block was read: adjusts the MTU, and who computes which checksums. */
void ivshm_netif_adapt(struct ivshm_netif *net);

/* ------------------------------------------------------------------------------- transmit */

/* lwIP's linkoutput: ERR_OK, ERR_IF (no link), ERR_MEM (no room now), ERR_VAL (never fits). */
err_t ivshm_netif_output(struct netif *netif, struct pbuf *frame);

/* Forgets all; the ring was set up anew. */
void ivshm_netif_tx_reset(struct ivshm_netif *net);

/* Takes back what the peer has returned. */
void ivshm_netif_tx_reclaim(struct ivshm_netif *net);

/* The same, and lets TCP go on if that makes room. */
void ivshm_netif_tx_poll(struct ivshm_netif *net);

/* Publishes what was committed. */
void ivshm_netif_tx_flush(struct ivshm_netif *net);

/* Milliseconds until tx_poll is due: only a full ring has to be looked after. */
u32_t ivshm_netif_tx_idle(struct ivshm_netif *net);

/* -------------------------------------------------------------------------------- receive */

/* Receives at most @budget frames; returns how many. */
unsigned int ivshm_netif_rx_poll(struct ivshm_netif *net, unsigned int budget);

/* Asks for a doorbell; true if frames have come meanwhile. */
bool ivshm_netif_rx_pending(struct ivshm_netif *net);

/* -------------------------------------------------------------------------------- offload */

/* Whether the peer completes checksums that we leave out. */
bool ivshm_netif_peer_completes(const struct ivshm_netif *net);

/*
 * If @frame has a TCP checksum that lwIP left out, fills in @hdr so that the peer computes it, sets
 * *@sum to what belongs into the checksum's place before that, and returns true.
 */
bool ivshm_netif_describe_checksum(const struct pbuf *frame, struct ivshm_net_hdr *hdr, u16_t *sum);

/* Passes @frame to lwIP, without a check of transport checksums if the peer vouches for them. */
void ivshm_netif_input(struct ivshm_netif *net, struct pbuf *frame, bool trusted);

/* Who computes and checks which checksums, according to what the peer offers. */
void ivshm_netif_rest_checks(struct ivshm_netif *net);

/* ---------------------------------------------------------------------------------- paths */

/* After what may have told of them: sees to it that none has an MTU that lwIP does not bear. */
void ivshm_netif_learn_paths(struct ivshm_netif *net);

/* The MTU of an interface has changed, from which all paths start. */
void ivshm_netif_forget_paths(void);

#endif /* LWIP_PORT_NETIF_PRIVATE_H */
