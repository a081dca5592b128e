/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the demo does of its own accord, if its parameters say so: it uses the services of another.
 */
#ifndef NET_DEMO_CLIENT_H
#define NET_DEMO_CLIENT_H

/*
 * Does what the parameters ping= and connect= ask for, one after the other; results are printed.
 * Core context.
 */
void client_start(void);

/* The second of them. */
void client_echo_start(void);

#endif /* NET_DEMO_CLIENT_H */
