/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Answers to frames: the two sides swapped, and for a request to echo the type changed.
 */
#include <inmate/string.h>

#include "echo.h"

/* Offsets in an Ethernet frame (RFC 826, 791, 792, 768), without VLAN tag and IPv4 options */
#define ETHER_DESTINATION 0
#define ETHER_SOURCE      6
#define ETHER_TYPE        12
#define ARP_OPERATION     20
#define ARP_SENDER        22 /* hardware address and IPv4 address */
#define ARP_TARGET        32
#define ARP_END           42
#define IP_VERSION        14
#define IP_FRAGMENT       20
#define IP_PROTOCOL       23
#define IP_SOURCE         26
#define IP_DESTINATION    30
#define IP_PAYLOAD        34
#define ICMP_CHECKSUM     (IP_PAYLOAD + 2)
#define UDP_SOURCE        IP_PAYLOAD
#define UDP_DESTINATION   (IP_PAYLOAD + 2)
#define PAYLOAD_END       (IP_PAYLOAD + 8)

#define MAC_SIZE 6
#define IP_SIZE  4

#define TYPE_IP           0x0800
#define TYPE_ARP          0x0806
#define ARP_REQUEST       1
#define ARP_REPLY         2
#define IP_VERSION_NORMAL 0x45 /* no options */
#define IP_FRAGMENT_MASK  0x3fff
#define PROTOCOL_ICMP     1
#define PROTOCOL_UDP      17
#define ICMP_ECHO         8

static u16 get16(const u8 *at)
{
	return (u16)(at[0] << 8 | at[1]);
}

static void put16(u8 *at, u32 value)
{
	at[0] = (u8)(value >> 8);
	at[1] = (u8)value;
}

static void swap(u8 *one, u8 *other, u32 size)
{
	u32 i;

	for (i = 0; i < size; i++) {
		u8 byte = one[i];

		one[i] = other[i];
		other[i] = byte;
	}
}

static bool answer_arp(u8 *frame, u32 len, const u8 mac[6])
{
	if (len < ARP_END || get16(frame + ARP_OPERATION) != ARP_REQUEST)
		return false;
	put16(frame + ARP_OPERATION, ARP_REPLY);
	swap(frame + ARP_SENDER, frame + ARP_TARGET, MAC_SIZE + IP_SIZE);
	memcpy(frame + ARP_SENDER, mac, MAC_SIZE);
	return true;
}

/* The type goes from 8 to 0, so the checksum grows by 8 in its upper byte (RFC 1624). */
static bool answer_echo(u8 *frame)
{
	u32 sum = get16(frame + ICMP_CHECKSUM) + (ICMP_ECHO << 8);

	if (frame[IP_PAYLOAD] != ICMP_ECHO)
		return false;
	frame[IP_PAYLOAD] = 0;
	put16(frame + ICMP_CHECKSUM, (sum & 0xffff) + (sum >> 16));
	return true;
}

/* Fragments are none of our business, the first one excepted: it has the ports, or the type. */
static bool answer_ip(u8 *frame, u32 len)
{
	if (len < PAYLOAD_END || frame[IP_VERSION] != IP_VERSION_NORMAL)
		return false;
	if ((get16(frame + IP_FRAGMENT) & IP_FRAGMENT_MASK) != 0)
		return false;
	swap(frame + IP_SOURCE, frame + IP_DESTINATION, IP_SIZE);
	if (frame[IP_PROTOCOL] == PROTOCOL_ICMP)
		return answer_echo(frame);
	swap(frame + UDP_SOURCE, frame + UDP_DESTINATION, sizeof(u16));
	return frame[IP_PROTOCOL] == PROTOCOL_UDP;
}

static bool answer(u8 *frame, u32 len, const u8 mac[6])
{
	switch (get16(frame + ETHER_TYPE)) {
	case TYPE_ARP:
		return answer_arp(frame, len, mac);
	case TYPE_IP:
		return answer_ip(frame, len);
	default:
		return false;
	}
}

bool echo_answer(u8 *frame, u32 len, const u8 mac[6])
{
	if (!answer(frame, len, mac))
		return false;
	memcpy(frame + ETHER_DESTINATION, frame + ETHER_SOURCE, MAC_SIZE);
	memcpy(frame + ETHER_SOURCE, mac, MAC_SIZE);
	return true;
}
