/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The greeting of UDP streams: a datagram from the client, another one back.
 */
#ifndef IPERF3_DATAGRAM_H
#define IPERF3_DATAGRAM_H

#define GREETING_SIZE 4

/* What goes over the wire between machines of little endian, which is what all now send */
#define GREETING "9876"
#define REPLY    "6789"

#endif /* IPERF3_DATAGRAM_H */
