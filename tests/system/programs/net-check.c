/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Traffic to the small services of net-demo (RFC 862 to 864), every byte of which is checked:
 *
 *	net-check echo ADDRESS BYTES [STREAMS]	TCP; all of it has to come back
 *	net-check discard ADDRESS BYTES [STREAMS]
 *	net-check chargen ADDRESS BYTES [STREAMS]	TCP, until so much has come
 *	net-check udp ADDRESS COUNT SIZE [WINDOW]	datagrams to echo, WINDOW of them on the way
 *	net-check ping ADDRESS FIRST LAST [STEP]	pings of these sizes, unfragmented
 *
 * For "ping", sysctl net.ipv4.ping_group_range has to let it. BYTES are those of each stream. Fails if
 * anything is missing, wrong or out of order, or if nothing moves for 30 seconds.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* RFC 792, RFC 4443 */
#define ECHO_REQUEST  8
#define ECHO_REPLY    0
#define ECHO_REQUEST6 128
#define ECHO_REPLY6   129

#define PORT_ECHO    7
#define PORT_DISCARD 9
#define PORT_CHARGEN 19

#define STREAMS_MAX   64
#define PATIENCE_MS   30000
#define DATAGRAM_MAX  65507
#define RANDOM_PERIOD 1048573 /* a prime, so that no piece fits at another place */

#define LINE_CHARACTERS 72
#define LINE_SIZE       (LINE_CHARACTERS + 2)
#define CHARACTERS      95

/* What a stream consists of: repeats after @period bytes, and is there twice. */
static uint8_t *pattern;
static size_t period;

static struct sockaddr_storage peer;
static socklen_t peer_size;

struct stream {
	int socket;
	size_t start; /* where in the pattern it begins */
	size_t sent, received;
};

static struct stream streams[STREAMS_MAX];
static size_t num_streams, send_bytes, receive_bytes;

static void allocate_pattern(size_t size)
{
	period = size;
	pattern = malloc(2 * size);
	if (!pattern)
		err(1, "malloc");
}

static void make_random_pattern(void)
{
	uint32_t value = 1;

	allocate_pattern(RANDOM_PERIOD);
	for (size_t i = 0; i < period; i++) {
		value = value * 1664525 + 1013904223;
		pattern[i] = pattern[i + period] = value >> 24;
	}
}

static void make_chargen_pattern(void)
{
	allocate_pattern(CHARACTERS * LINE_SIZE);
	for (size_t i = 0; i < 2 * period; i++) {
		size_t line = i / LINE_SIZE, place = i % LINE_SIZE;

		if (place < LINE_CHARACTERS)
			pattern[i] = ' ' + (line + place) % CHARACTERS;
		else
			pattern[i] = place == LINE_CHARACTERS ? '\r' : '\n';
	}
}

static const uint8_t *content(size_t position)
{
	return pattern + position % period;
}

static size_t min(size_t one, size_t other)
{
	return one < other ? one : other;
}

static void set_peer(const char *address, int port)
{
	struct sockaddr_in *ip4 = (struct sockaddr_in *)&peer;
	struct sockaddr_in6 *ip6 = (struct sockaddr_in6 *)&peer;

	if (inet_pton(AF_INET, address, &ip4->sin_addr) == 1) {
		ip4->sin_family = AF_INET;
		ip4->sin_port = htons(port);
		peer_size = sizeof(*ip4);
	} else if (inet_pton(AF_INET6, address, &ip6->sin6_addr) == 1) {
		ip6->sin6_family = AF_INET6;
		ip6->sin6_port = htons(port);
		peer_size = sizeof(*ip6);
	} else {
		errx(2, "%s is no address", address);
	}
}

static int connect_to_peer(int type, int protocol)
{
	int fd = socket(peer.ss_family, type, protocol);

	if (fd < 0 || connect(fd, (struct sockaddr *)&peer, peer_size))
		err(1, "connect");
	return fd;
}

/* How much moved; 0 as well if it would have blocked. */
static size_t moved(ssize_t result, const char *what)
{
	if (result < 0 && errno != EAGAIN && errno != EINTR)
		err(1, "%s", what);
	return result < 0 ? 0 : result;
}

static void send_more(struct stream *stream)
{
	size_t size = min(period, send_bytes - stream->sent);

	stream->sent += moved(send(stream->socket, content(stream->start + stream->sent), size,
				   MSG_DONTWAIT | MSG_NOSIGNAL),
			      "send");
	if (stream->sent == send_bytes && shutdown(stream->socket, SHUT_WR))
		err(1, "shutdown");
}

/* False at the end. */
static bool receive_more(struct stream *stream)
{
	static uint8_t buffer[262144];
	ssize_t result = recv(stream->socket, buffer, min(sizeof(buffer), period), MSG_DONTWAIT);
	size_t size = moved(result, "recv");

	if (result == 0)
		return false;
	if (memcmp(buffer, content(stream->start + stream->received), size) != 0)
		errx(1, "stream %zu: wrong bytes behind %zu", stream - streams, stream->received);
	stream->received += size;
	return true;
}

/* Whether the stream has come to its end. */
static bool serve(struct stream *stream, short events)
{
	if ((events & POLLOUT) && stream->sent < send_bytes)
		send_more(stream);
	if (!(events & (POLLIN | POLLHUP | POLLERR)))
		return false;
	if (receive_more(stream))
		return send_bytes == 0 && stream->received >= receive_bytes;
	if (stream->sent < send_bytes || stream->received != receive_bytes)
		errx(1, "stream %zu: closed after %zu of %zu bytes sent, %zu of %zu received",
		     stream - streams, stream->sent, send_bytes, stream->received, receive_bytes);
	return true;
}

static void run_streams(void)
{
	struct pollfd polls[STREAMS_MAX];
	size_t left = num_streams;

	for (size_t i = 0; i < num_streams; i++) {
		streams[i].socket = connect_to_peer(SOCK_STREAM, 0);
		streams[i].start = send_bytes ? i * 99991 : 0; /* a generator has its own */
	}
	while (left) {
		for (size_t i = 0; i < num_streams; i++) {
			polls[i].fd = streams[i].socket;
			polls[i].events = POLLIN | (streams[i].sent < send_bytes ? POLLOUT : 0);
		}
		if (poll(polls, num_streams, PATIENCE_MS) <= 0)
			errx(1, "nothing moves; stream 0: %zu sent, %zu received", streams[0].sent,
			     streams[0].received);
		for (size_t i = 0; i < num_streams; i++) {
			if (!polls[i].revents || !serve(&streams[i], polls[i].revents))
				continue;
			close(streams[i].socket);
			streams[i].socket = -1;
			left--;
		}
	}
	printf("%zu bytes sent, %zu received by each of %zu streams\n", send_bytes,
	       streams[0].received, num_streams);
}

/* A datagram is its number, and content that depends on that. */
static void send_datagram(int fd, uint32_t number, size_t size)
{
	uint8_t data[DATAGRAM_MAX];

	memcpy(data, content(number * 31UL), size);
	memcpy(data, &number, min(size, sizeof(number)));
	if (send(fd, data, size, 0) != (ssize_t)size)
		err(1, "send");
}

static void receive_datagram(int fd, uint32_t number, size_t size)
{
	uint8_t data[DATAGRAM_MAX + 1];
	struct pollfd poller = { .fd = fd, .events = POLLIN };
	ssize_t received;

	if (poll(&poller, 1, PATIENCE_MS) <= 0)
		errx(1, "datagram %u is lost", number);
	received = recv(fd, data, sizeof(data), 0);
	if (received != (ssize_t)size)
		errx(1, "datagram %u has %zd bytes", number, received);
	if (size >= sizeof(number) && memcmp(data, &number, sizeof(number)) != 0)
		errx(1, "not datagram %u, but another", number);
	if (size > sizeof(number) &&
	    memcmp(data + sizeof(number), content(number * 31UL) + sizeof(number),
		   size - sizeof(number)) != 0)
		errx(1, "datagram %u is wrong", number);
}

static void run_datagrams(uint32_t count, size_t size, uint32_t window)
{
	int fd = connect_to_peer(SOCK_DGRAM, 0);
	int room = 8 << 20;
	uint32_t sent = 0;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (size > DATAGRAM_MAX)
		errx(2, "no datagram has %zu bytes", size);
	for (uint32_t received = 0; received < count; received++) {
		while (sent < count && sent < received + window)
			send_datagram(fd, sent++, size);
		receive_datagram(fd, received, size);
	}
	printf("%u datagrams of %zu bytes, %u at a time\n", count, size, window);
}

/* RFC 792: type, code, checksum, identifier, sequence number; the system fills in two of them. */
struct echo {
	uint8_t type, code;
	uint16_t checksum, identifier, sequence;
	uint8_t payload[DATAGRAM_MAX - 8];
};

static void ping_once(int fd, size_t size, bool ip6)
{
	static struct echo sent, received;
	struct pollfd poller = { .fd = fd, .events = POLLIN };
	size_t all = offsetof(struct echo, payload) + size;
	ssize_t result;

	sent = (struct echo){ .type = ip6 ? ECHO_REQUEST6 : ECHO_REQUEST, .sequence = size };
	memcpy(sent.payload, content(size * 31), size);
	if (send(fd, &sent, all, 0) != (ssize_t)all)
		err(1, "send");
	if (poll(&poller, 1, PATIENCE_MS) <= 0)
		errx(1, "no answer to a ping with %zu bytes", size);
	result = recv(fd, &received, sizeof(received), 0);
	if (result != (ssize_t)all || received.type != (ip6 ? ECHO_REPLY6 : ECHO_REPLY) ||
	    received.sequence != sent.sequence || memcmp(received.payload, sent.payload, size) != 0)
		errx(1, "wrong answer to a ping with %zu bytes", size);
}

static void run_pings(size_t first, size_t last, size_t step)
{
	bool ip6 = peer.ss_family == AF_INET6;
	int fd = connect_to_peer(SOCK_DGRAM, ip6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
	int never = IP_PMTUDISC_DO;
	size_t size, count = 0;

	if (setsockopt(fd, ip6 ? IPPROTO_IPV6 : IPPROTO_IP,
		       ip6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER, &never, sizeof(never)))
		err(1, "setsockopt");
	if (last > DATAGRAM_MAX - offsetof(struct echo, payload))
		errx(2, "no ping has %zu bytes", last);
	for (size = first; size <= last; size += step, count++)
		ping_once(fd, size, ip6);
	printf("%zu pings of %zu to %zu bytes\n", count, first, last);
}

static void usage(void)
{
	errx(2, "usage: net-check echo|discard|chargen ADDRESS BYTES [STREAMS]\n"
		"       net-check udp ADDRESS COUNT SIZE [WINDOW]\n"
		"       net-check ping ADDRESS FIRST LAST [STEP]");
}

static size_t number(const char *text)
{
	char *end;
	size_t value = strtoul(text, &end, 0);

	if (*text == '\0' || *end != '\0')
		errx(2, "%s is no number", text);
	return value;
}

/* The kinds with streams. */
static void set_up_streams(const char *kind, const char *address, size_t bytes)
{
	if (strcmp(kind, "echo") == 0) {
		set_peer(address, PORT_ECHO);
		send_bytes = receive_bytes = bytes;
	} else if (strcmp(kind, "discard") == 0) {
		set_peer(address, PORT_DISCARD);
		send_bytes = bytes;
	} else if (strcmp(kind, "chargen") == 0) {
		set_peer(address, PORT_CHARGEN);
		receive_bytes = bytes;
	} else {
		usage();
	}
}

int main(int argc, char *argv[])
{
	const char *kind = argv[1];
	size_t first, last;

	if (argc < 4 || argc > 6)
		usage();
	first = number(argv[3]);
	last = argc > 4 ? number(argv[argc - 1]) : 1;
	if (strcmp(kind, "chargen") == 0)
		make_chargen_pattern();
	else
		make_random_pattern();

	if (strcmp(kind, "udp") == 0 && argc > 4) {
		set_peer(argv[2], PORT_ECHO);
		run_datagrams(first, number(argv[4]), argc > 5 ? last : 1);
	} else if (strcmp(kind, "ping") == 0 && argc > 4) {
		set_peer(argv[2], 0);
		run_pings(first, number(argv[4]), argc > 5 && last ? last : 1);
	} else {
		set_up_streams(kind, argv[2], first);
		num_streams = min(last, STREAMS_MAX);
		run_streams();
	}
	return 0;
}
