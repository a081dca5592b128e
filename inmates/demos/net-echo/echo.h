/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Answers to frames, without a protocol stack: ARP, ICMP echo, UDP.
 */
#ifndef NET_ECHO_ECHO_H
#define NET_ECHO_ECHO_H

#include <jailhouse/types.h>

/*
 * Turns @frame, @len bytes from the Ethernet header on, into its answer, of the same length: from
 * @mac and, for ARP, for whatever IPv4 address it asks. False if there is none to give. Checksums
 * are not checked, and stay as right as they were.
 */
bool echo_answer(u8 *frame, u32 len, const u8 mac[6]);

#endif /* NET_ECHO_ECHO_H */
