/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Sends bytes to the echo service of another by TCP, and compares what returns. Tries until the
 * other can be reached.
 */
#include <inmate/inmate.h>

#include "client.h"
#include "lwip/tcp.h"
#include "lwip/timeouts.h"

#define ECHO_PORT     7
#define BYTES_DEFAULT 1000000
#define RETRY_MS      500
#define POLL_INTERVAL 2

/* A prime, so that no piece fits at another place; twice, so that a piece can begin anywhere. */
#define PATTERN_SIZE 65521
#define FACTOR       1664525U
#define INCREMENT    1013904223U

static u8 pattern[2 * PATTERN_SIZE];

static struct {
	ip_addr_t address;
	char name[64];
	u64 bytes, sent, received;
	u64 start_ns;
} client;

static void try_to_connect(void *arg);

static void fill_pattern(void)
{
	u32 value = 1, i;

	for (i = 0; i < PATTERN_SIZE; i++) {
		value = value * FACTOR + INCREMENT;
		pattern[i] = pattern[i + PATTERN_SIZE] = (u8)(value >> 24);
	}
}

static void report(const char *what)
{
	printf("net-demo: echo by %s %s after %llu of %llu bytes, %llu ms\n", client.name, what,
	       client.received, client.bytes, (get_time_ns() - client.start_ns) / NS_PER_MS);
}

static err_t send_more(struct tcp_pcb *pcb)
{
	while (client.sent < client.bytes) {
		u16_t size = (u16_t)LWIP_MIN(PATTERN_SIZE / 2, tcp_sndbuf(pcb));

		size = (u16_t)LWIP_MIN(size, client.bytes - client.sent);
		if (size == 0 ||
		    tcp_write(pcb, pattern + client.sent % PATTERN_SIZE, size, 0) != ERR_OK)
			break;
		client.sent += size;
	}
	return tcp_output(pcb) == ERR_ABRT ? ERR_ABRT : ERR_OK;
}

static bool matches(const struct pbuf *data)
{
	u64 position = client.received;

	for (; data; data = data->next) {
		u32 place = (u32)(position % PATTERN_SIZE);

		if (memcmp(data->payload, pattern + place, LWIP_MIN(data->len, PATTERN_SIZE)) != 0)
			return false;
		position += data->len;
	}
	return position <= client.bytes;
}

static void forget(struct tcp_pcb *pcb)
{
	tcp_recv(pcb, NULL);
	tcp_sent(pcb, NULL);
	tcp_poll(pcb, NULL, 0);
	tcp_err(pcb, NULL);
}

static err_t end(struct tcp_pcb *pcb, const char *what)
{
	report(what);
	forget(pcb);
	if (tcp_close(pcb) == ERR_OK)
		return ERR_OK;
	tcp_abort(pcb);
	return ERR_ABRT;
}

static err_t received(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t err)
{
	bool right;

	(void)arg;
	(void)err;
	if (!data)
		return end(pcb, "was closed");
	right = matches(data);
	client.received += data->tot_len;
	tcp_recved(pcb, data->tot_len);
	pbuf_free(data);
	if (!right)
		return end(pcb, "differs");
	return client.received == client.bytes ? end(pcb, "is complete") : ERR_OK;
}

static err_t sent(void *arg, struct tcp_pcb *pcb, u16_t len)
{
	(void)arg;
	(void)len;
	return send_more(pcb);
}

static err_t polled(void *arg, struct tcp_pcb *pcb)
{
	(void)arg;
	return send_more(pcb);
}

static err_t connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
	(void)arg;
	(void)err;
	client.start_ns = get_time_ns();
	tcp_recv(pcb, received);
	tcp_sent(pcb, sent);
	tcp_poll(pcb, polled, POLL_INTERVAL);
	return send_more(pcb);
}

static void failed(void *arg, err_t err)
{
	(void)arg;
	(void)err;
	if (client.start_ns)
		report("was aborted");
	else
		sys_timeout(RETRY_MS, try_to_connect, NULL);
}

static void try_to_connect(void *arg)
{
	struct tcp_pcb *pcb = tcp_new_ip_type(IP_GET_TYPE(&client.address));

	(void)arg;
	if (!pcb) {
		sys_timeout(RETRY_MS, try_to_connect, NULL);
		return;
	}
	tcp_err(pcb, failed);
	if (tcp_connect(pcb, &client.address, ECHO_PORT, connected) != ERR_OK)
		tcp_abort(pcb); /* comes to failed() */
}

void client_echo_start(void)
{
	cmdline_parse_str("connect", client.name, sizeof(client.name), "");
	if (!client.name[0])
		return;
	client.bytes = (u64)cmdline_parse_int("bytes", BYTES_DEFAULT);
	if (!ipaddr_aton(client.name, &client.address)) {
		printf("net-demo: cannot connect to %s\n", client.name);
		return;
	}
	fill_pattern();
	try_to_connect(NULL);
}
