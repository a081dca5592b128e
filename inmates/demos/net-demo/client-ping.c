/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Pings another: the next request goes out when the last one is answered. What is lost before the
 * first answer does not count, as the link or the other may not be up yet. After the last, the other
 * client begins.
 */
#include <inmate/inmate.h>

#include "client.h"
#include "lwip/icmp.h"
#include "lwip/inet_chksum.h"
#include "lwip/ip4.h"
#include "lwip/raw.h"
#include "lwip/timeouts.h"

#define COUNT_DEFAULT   10
#define PAYLOAD_DEFAULT 56
#define PAYLOAD_MAX     65000
#define RETRY_MS        1000  /* for the first answer */
#define LOST_MS         10000 /* for those after it */
#define IDENTIFIER      0x494e

static struct {
	struct raw_pcb *pcb;
	ip_addr_t address;
	char name[64];
	u32 count, answered, lost;
	u16 size;     /* bytes of payload */
	u16 sequence; /* of the request that is on its way */
} ping;

static void send_request(void);

static void finish(void)
{
	printf("net-demo: ping %s: %u answered, %u lost\n", ping.name, ping.answered, ping.lost);
	raw_remove(ping.pcb);
	client_echo_start();
}

static void next(void)
{
	ping.sequence++;
	if (ping.answered + ping.lost < ping.count)
		send_request();
	else
		finish();
}

static void timed_out(void *arg)
{
	(void)arg;
	if (ping.answered)
		ping.lost++;
	next();
}

static u8 payload_byte(unsigned int place)
{
	return (u8)(place + ping.sequence);
}

static void send_request(void)
{
	struct pbuf *packet = pbuf_alloc(PBUF_IP, (u16)(sizeof(struct icmp_echo_hdr) + ping.size),
					 PBUF_RAM);
	struct icmp_echo_hdr *header;
	unsigned int i;

	sys_timeout(ping.answered ? LOST_MS : RETRY_MS, timed_out, NULL);
	if (!packet)
		return;
	header = packet->payload;
	ICMPH_TYPE_SET(header, ICMP_ECHO);
	ICMPH_CODE_SET(header, 0);
	header->chksum = 0;
	header->id = lwip_htons(IDENTIFIER);
	header->seqno = lwip_htons(ping.sequence);
	for (i = 0; i < ping.size; i++)
		((u8 *)(header + 1))[i] = payload_byte(i);
	header->chksum = inet_chksum(packet->payload, packet->len);
	raw_sendto(ping.pcb, packet, &ping.address);
	pbuf_free(packet);
}

/* @offset bytes of @packet are the IPv4 header. */
static bool is_our_answer(const struct pbuf *packet, u16 offset)
{
	struct icmp_echo_hdr header;
	unsigned int i;

	if (pbuf_copy_partial(packet, &header, sizeof(header), offset) != sizeof(header) ||
	    ICMPH_TYPE(&header) != ICMP_ER || header.id != lwip_htons(IDENTIFIER) ||
	    header.seqno != lwip_htons(ping.sequence))
		return false;
	offset = (u16)(offset + sizeof(header));
	for (i = 0; i < ping.size; i++)
		if (pbuf_try_get_at(packet, (u16)(offset + i)) != payload_byte(i))
			return false;
	return packet->tot_len == offset + ping.size;
}

/* Not 0: the packet was ours, and is freed. */
static u8 received(void *arg, struct raw_pcb *pcb, struct pbuf *packet, const ip_addr_t *from)
{
	(void)arg;
	(void)pcb;
	(void)from;
	if (!is_our_answer(packet, ip_current_header_tot_len()))
		return 0;
	pbuf_free(packet);
	sys_untimeout(timed_out, NULL);
	ping.answered++;
	next();
	return 1;
}

/* False: there is nothing to ping. */
static bool start(void)
{
	cmdline_parse_str("ping", ping.name, sizeof(ping.name), "");
	if (!ping.name[0])
		return false;
	ping.count = (u32)cmdline_parse_int("count", COUNT_DEFAULT);
	ping.size = (u16)LWIP_MIN(cmdline_parse_int("size", PAYLOAD_DEFAULT), PAYLOAD_MAX);
	ping.pcb = raw_new_ip_type(IPADDR_TYPE_V4, IP_PROTO_ICMP);
	if (!ping.pcb || !ipaddr_aton(ping.name, &ping.address) || !IP_IS_V4(&ping.address)) {
		printf("net-demo: cannot ping %s\n", ping.name);
		return false;
	}
	raw_recv(ping.pcb, received, NULL);
	send_request();
	return true;
}

void client_start(void)
{
	if (!start())
		client_echo_start();
}
