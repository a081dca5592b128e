/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Which version of the protocol this is, and its numbers.
 */
#ifndef IPERF3_VERSION_H
#define IPERF3_VERSION_H

/* What is said to the other side; the protocol is that of 3.1 and later. */
#define IPERF3_VERSION "3.12"

#define IPERF3_PORT "5201"

#endif /* IPERF3_VERSION_H */
