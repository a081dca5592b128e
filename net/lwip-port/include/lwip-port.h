/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the port gives to lwIP beside the interface driver. Included by lwIP's own headers, so it
 * cannot use lwIP's types.
 */
#ifndef LWIP_PORT_H
#define LWIP_PORT_H

#include <stddef.h>
#include <stdint.h>

/* ------------------------------------------------------------- by the system, see port-*.c */

/* As printf. */
void lwip_port_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* An assertion of lwIP failed: says so and ends the program. */
void lwip_port_panic(const char *message, const char *file, int line) __attribute__((noreturn));

/* Not to be guessed by a peer, but not for keys. */
uint32_t lwip_port_random(void);

/* ------------------------------------------------ with threads (NO_SYS=0): see sys-arch.c */

/* lwIP's core, which one thread at a time may be in. */
void lwip_port_lock_core(void);
void lwip_port_unlock_core(void);

/* Ends the program if the calling thread has not locked it. */
void lwip_port_check_core(void);

/* Called before each unlock, if not NULL: what was sent meanwhile can go now. */
extern void (*lwip_port_before_unlock)(void);

/* ----------------------------------------------------------------------------- in port.c */

/* RFC 1071 over @len bytes, in the order in which they lie in memory, not inverted. */
uint16_t lwip_port_checksum(const void *data, int len);

/*
 * Sets the size of TCP's buffers for a heap of @bytes bytes; before lwip_init() or tcpip_init().
 * Without it they have the sizes of lwipopts.h.
 */
void lwip_port_fit_memory(size_t bytes);

/*
 * By how many bytes windows and send buffers are smaller than LWIP_PORT_TCP_WND and
 * LWIP_PORT_TCP_SND_BUF. That way round because lwIP compares these options in #if, too, where a
 * variable counts as 0.
 */
extern uint32_t lwip_port_wnd_cut, lwip_port_snd_buf_cut;

#endif /* LWIP_PORT_H */
