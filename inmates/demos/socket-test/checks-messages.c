// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Checks: messages in pieces, addresses, IPv6, options.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "socket-test.h"

static const char text[] = "one two three";

/* Sends @text in three pieces. */
static bool send_pieces(int fd)
{
	struct iovec pieces[] = {
		{ .iov_base = (void *)text, .iov_len = 3 },
		{ .iov_base = (void *)(text + 3), .iov_len = 4 },
		{ .iov_base = (void *)(text + 7), .iov_len = 6 },
	};
	struct msghdr message = { .msg_iov = pieces, .msg_iovlen = 3 };

	return sendmsg(fd, &message, 0) == 13;
}

/*
 * Receives it in two; @size is how much the second may take. If that is not enough for a datagram,
 * the result is its whole length nevertheless.
 */
static bool receive_pieces(int fd, size_t size, int flags)
{
	char first[5], second[16];
	struct iovec pieces[] = {
		{ .iov_base = first, .iov_len = sizeof(first) },
		{ .iov_base = second, .iov_len = size },
	};
	struct msghdr message = { .msg_iov = pieces, .msg_iovlen = 2 };

	EXPECT(recvmsg(fd, &message, 0) == 13);
	EXPECT(memcmp(first, text, 5) == 0 && memcmp(second, text + 5, size < 8 ? size : 8) == 0);
	EXPECT(message.msg_flags == flags);
	return true;
}

static bool datagrams_in_pieces(void)
{
	struct sockaddr_in from, any = { .sin_family = AF_INET };
	int server = socket(AF_INET, SOCK_DGRAM, 0), client;
	socklen_t size = sizeof(from);
	char buffer[20];
	int waiting = 0;

	EXPECT(bind(server, (struct sockaddr *)&any, sizeof(any)) == 0);
	client = connect_to_self(AF_INET, SOCK_DGRAM, port_of(server));
	EXPECT(client >= 0 && send_pieces(client) && receive_pieces(server, 16, 0));
	EXPECT(send_pieces(client) && receive_pieces(server, 2, MSG_TRUNC));
	EXPECT(send_pieces(client));
	EXPECT(recv(server, buffer, sizeof(buffer), MSG_PEEK) == 13);
	EXPECT(ioctl(server, FIONREAD, &waiting) == 0 && waiting == 13);
	EXPECT(recvfrom(server, buffer, sizeof(buffer), 0, (struct sockaddr *)&from, &size) == 13);
	EXPECT(size == sizeof(from) && from.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
	EXPECT(ntohs(from.sin_port) == port_of(client));
	EXPECT(sendto(server, "", 0, 0, (struct sockaddr *)&from, size) == 0);
	EXPECT(recv(client, buffer, sizeof(buffer), 0) == 0);
	return close(client) == 0 && close(server) == 0;
}

bool check_messages(void)
{
	struct iovec piece = { .iov_base = (void *)text, .iov_len = 13 };
	char buffer[16];
	int pair[2];

	EXPECT(make_pair(AF_INET, pair));
	EXPECT(send_pieces(pair[0]) && receive_pieces(pair[1], 16, 0));
	EXPECT(writev(pair[1], &piece, 1) == 13 && read(pair[0], buffer, 3) == 3);
	EXPECT(recv(pair[0], buffer + 3, 10, MSG_PEEK) == 10);
	EXPECT(receive_exactly(pair[0], text + 3, 10));
	EXPECT(close(pair[0]) == 0 && close(pair[1]) == 0);
	return datagrams_in_pieces();
}

/* Looks @host up; true if the first result, as text, is @expected. */
static bool finds(const char *host, int family, int flags, const char *expected)
{
	struct addrinfo hints = { .ai_family = family,
				  .ai_flags = flags,
				  .ai_socktype = SOCK_STREAM };
	char name[NI_MAXHOST], port[NI_MAXSERV];
	struct addrinfo *found;

	EXPECT(getaddrinfo(host, "7", &hints, &found) == 0);
	EXPECT(getnameinfo(found->ai_addr, found->ai_addrlen, name, sizeof(name), port,
			   sizeof(port), NI_NUMERICHOST) == 0);
	freeaddrinfo(found);
	EXPECT(strcasecmp(name, expected) == 0 && strcmp(port, "7") == 0);
	return true;
}

bool check_addresses(void)
{
	struct addrinfo *found;
	struct in6_addr ip6;
	struct in_addr ip4;
	char buffer[INET6_ADDRSTRLEN];

	EXPECT(finds("10.1.2.3", AF_UNSPEC, 0, "10.1.2.3"));
	EXPECT(finds("fd00::1:2", AF_UNSPEC, 0, "fd00::1:2"));
	EXPECT(finds("localhost", AF_INET, 0, "127.0.0.1"));
	EXPECT(finds(NULL, AF_INET6, 0, "::1") && finds(NULL, AF_INET6, AI_PASSIVE, "::"));
	EXPECT(getaddrinfo("10.1.2.3", "no-number", NULL, &found) == EAI_SERVICE);
	EXPECT(getaddrinfo(NULL, NULL, NULL, &found) == EAI_NONAME);
	EXPECT(inet_pton(AF_INET, "10.0.0.256", &ip4) == 0);
	EXPECT(inet_pton(AF_INET, "192.168.1.2", &ip4) == 1);
	EXPECT(inet_ntop(AF_INET, &ip4, buffer, sizeof(buffer)));
	EXPECT(strcmp(buffer, "192.168.1.2") == 0);
	EXPECT(inet_pton(AF_INET6, "fe80::1", &ip6) == 1 && IN6_IS_ADDR_LINKLOCAL(&ip6));
	return true;
}

/* A client of the other family at a socket for both. */
static bool serves_both(void)
{
	int listener = open_listener(AF_INET6, 0), client, server, only = 1;
	struct sockaddr_in6 peer, any = { .sin6_family = AF_INET6 };
	struct sockaddr_in from;
	socklen_t size = sizeof(from);

	client = connect_to_self(AF_INET, SOCK_STREAM, port_of(listener));
	EXPECT(client >= 0);
	server = accept(listener, (struct sockaddr *)&from, &size);
	EXPECT(server >= 0 && size == sizeof(from) && from.sin_family == AF_INET);
	size = sizeof(peer);
	EXPECT(getpeername(server, (struct sockaddr *)&peer, &size) == 0);
	EXPECT(peer.sin6_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&peer.sin6_addr));
	EXPECT(close(client) == 0 && close(server) == 0 && close(listener) == 0);
	listener = socket(AF_INET6, SOCK_STREAM, 0);
	EXPECT(setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof(only)) == 0);
	EXPECT(bind(listener, (struct sockaddr *)&any, sizeof(any)) == 0);
	EXPECT(listen(listener, 1) == 0);
	EXPECT(connect_to_self(AF_INET, SOCK_STREAM, port_of(listener)) == -1);
	return close(listener) == 0;
}

bool check_ip6(void)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6 };
	int server = socket(AF_INET6, SOCK_DGRAM, 0), client, pair[2];

	EXPECT(make_pair(AF_INET6, pair));
	EXPECT(send_pieces(pair[0]) && receive_pieces(pair[1], 16, 0));
	EXPECT(close(pair[0]) == 0 && close(pair[1]) == 0);
	EXPECT(bind(server, (struct sockaddr *)&any, sizeof(any)) == 0);
	client = connect_to_self(AF_INET6, SOCK_DGRAM, port_of(server));
	EXPECT(client >= 0 && send_pieces(client) && receive_pieces(server, 16, 0));
	EXPECT(close(client) == 0 && close(server) == 0);
	return serves_both();
}

static bool has_option(int fd, int level, int option, int expected)
{
	int value = -1;
	socklen_t size = sizeof(value);

	return getsockopt(fd, level, option, &value, &size) == 0 && value == expected;
}

static bool sets_option(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) == 0;
}

bool check_options(void)
{
	int pair[2];
	char c;

	EXPECT(make_pair(AF_INET, pair));
	EXPECT(has_option(pair[0], SOL_SOCKET, SO_TYPE, SOCK_STREAM));
	EXPECT(sets_option(pair[0], IPPROTO_TCP, TCP_NODELAY, 1));
	EXPECT(has_option(pair[0], IPPROTO_TCP, TCP_NODELAY, 1));
	EXPECT(sets_option(pair[0], SOL_SOCKET, SO_KEEPALIVE, 1));
	EXPECT(sets_option(pair[0], IPPROTO_TCP, TCP_KEEPIDLE, 5));
	EXPECT(has_option(pair[0], IPPROTO_TCP, TCP_KEEPIDLE, 5));
	EXPECT(sets_option(pair[0], IPPROTO_TCP, TCP_MAXSEG, 1000));
	EXPECT(has_option(pair[0], IPPROTO_TCP, TCP_MAXSEG, 1000));
	EXPECT(!sets_option(pair[0], IPPROTO_TCP, TCP_MAXSEG, 0) && errno == EINVAL);
	EXPECT(sets_option(pair[0], SOL_SOCKET, SO_SNDBUF, 200000));
	EXPECT(has_option(pair[0], SOL_SOCKET, SO_SNDBUF, 200000));
	EXPECT(sets_option(pair[0], SOL_SOCKET, SO_RCVBUF, 100000));
	EXPECT(has_option(pair[0], SOL_SOCKET, SO_RCVBUF, 100000));
	EXPECT(!sets_option(pair[0], IPPROTO_TCP, 12345, 1) && errno == ENOPROTOOPT);
	/* A socket with options closes as others do: what was sent arrives, and then the end. */
	EXPECT(send_pieces(pair[0]) && close(pair[0]) == 0 && receive_pieces(pair[1], 16, 0));
	EXPECT(recv(pair[1], &c, 1, 0) == 0);
	return close(pair[1]) == 0;
}
