/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <signal.h> in an inmate: there are no signals, and nothing to be done against SIGPIPE.
 */
#ifndef LWIP_PORT_LIBC_SIGNAL_H
#define LWIP_PORT_LIBC_SIGNAL_H

typedef void (*lwip_port_signal_handler)(int number);

#define SIG_DFL ((lwip_port_signal_handler)0)
#define SIG_IGN ((lwip_port_signal_handler)1)
#define SIG_ERR ((lwip_port_signal_handler)-1)

#define SIGINT  2
#define SIGPIPE 13
#define SIGTERM 15

static inline lwip_port_signal_handler signal(int number, lwip_port_signal_handler handler)
{
	(void)number;
	(void)handler;
	return SIG_DFL;
}

#endif /* LWIP_PORT_LIBC_SIGNAL_H */
