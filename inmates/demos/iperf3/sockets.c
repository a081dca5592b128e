/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Sockets as the program wants them. Options that a system lacks are passed over.
 */
#include "sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "platform.h"
#include "watch.h"

/* Connections that wait for accept() */
#define BACKLOG 32

/* Seconds of silence before probes, between them, and how many of them */
#define KEEP_IDLE     10
#define KEEP_INTERVAL 5
#define KEEP_PROBES   3

/* How an IPv4 address looks in an IPv6 socket */
#define MAPPED_PREFIX "::ffff:"

static int close_failed(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
	return -1;
}

static int set_non_blocking(int fd)
{
	int flags = fcntl(fd, F_GETFL, 0);

	if (!watch_can(fd))
		errno = EMFILE;
	else if (flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0)
		return fd;
	return close_failed(fd);
}

static void set_option(int fd, int level, int option, int value)
{
	(void)setsockopt(fd, level, option, &value, sizeof(value));
}

static struct addrinfo *look_up(const struct place *place, const char *host, int family)
{
	struct addrinfo hints = { .ai_family = family }, *found = NULL;

	hints.ai_socktype = place->datagrams ? SOCK_DGRAM : SOCK_STREAM;
	hints.ai_flags = host ? 0 : AI_PASSIVE;
	if (getaddrinfo(host, place->port, &hints, &found) == 0)
		return found;
	errno = EADDRNOTAVAIL;
	return NULL;
}

static int listen_at(const struct addrinfo *address, bool both)
{
	int fd = socket(address->ai_family, address->ai_socktype, 0);

	if (fd < 0)
		return -1;
	set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (address->ai_family == AF_INET6)
		set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, !both);
	if (bind(fd, address->ai_addr, address->ai_addrlen) < 0)
		return close_failed(fd);
	if (address->ai_socktype == SOCK_STREAM && listen(fd, BACKLOG) < 0)
		return close_failed(fd);
	return set_non_blocking(fd);
}

static int listen_family(const struct place *place, int family, bool both)
{
	struct addrinfo *address = look_up(place, place->host, family);
	int fd;

	if (!address)
		return -1;
	fd = listen_at(address, both);
	freeaddrinfo(address);
	return fd;
}

int socket_listen(const struct place *place)
{
	int fd;

	if (place->only_ipv4)
		return listen_family(place, AF_INET, false);
	if (place->host)
		return listen_family(place, place->only_ipv6 ? AF_INET6 : AF_UNSPEC, false);
	fd = listen_family(place, AF_INET6, !place->only_ipv6);
	return fd < 0 && !place->only_ipv6 ? listen_family(place, AF_INET, false) : fd;
}

static int bind_local(int fd, const struct place *place, const char *local, int family)
{
	struct place any_port = *place;
	struct addrinfo *address;
	int result;

	any_port.port = "0";
	address = look_up(&any_port, local, family);
	if (!address)
		return -1;
	result = bind(fd, address->ai_addr, address->ai_addrlen);
	freeaddrinfo(address);
	return result;
}

bool socket_wait_readable(int fd, uint64_t timeout_ms)
{
	uint64_t end = platform_now() + timeout_ms * NS_PER_MILLI;
	struct watch watch;

	do {
		watch_clear(&watch);
		watch_read(&watch, fd);
		watch_until(&watch, end);
		watch_wait(&watch);
		if (watch_readable(&watch, fd))
			return true;
	} while (platform_now() < end);
	return false;
}

static bool wait_writable(int fd, uint64_t end)
{
	struct watch watch;

	do {
		watch_clear(&watch);
		watch_write(&watch, fd);
		watch_until(&watch, end);
		watch_wait(&watch);
		if (watch_writable(&watch, fd))
			return true;
	} while (platform_now() < end);
	errno = ETIMEDOUT;
	return false;
}

/* What became of a connect() that has not blocked */
static int connect_outcome(int fd)
{
	int error = 0;
	socklen_t size = sizeof(error);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		return -1;
	errno = error;
	return error ? -1 : 0;
}

static int connect_to(const struct place *place, const struct addrinfo *address, const char *local,
		      uint64_t end)
{
	int fd = socket(address->ai_family, address->ai_socktype, 0);

	if (fd < 0)
		return -1;
	if (local && bind_local(fd, place, local, address->ai_family) < 0)
		return close_failed(fd);
	if (set_non_blocking(fd) < 0)
		return -1;
	if (connect(fd, address->ai_addr, address->ai_addrlen) == 0)
		return fd;
	if (errno != EINPROGRESS || !wait_writable(fd, end) || connect_outcome(fd) < 0)
		return close_failed(fd);
	return fd;
}

int socket_connect(const struct place *place, const char *bind, uint64_t timeout_ms)
{
	uint64_t end = platform_now() + timeout_ms * NS_PER_MILLI;
	int family = place->only_ipv4 ? AF_INET : place->only_ipv6 ? AF_INET6 : AF_UNSPEC;
	struct addrinfo *first = look_up(place, place->host, family), *address;
	int fd = -1;

	for (address = first; address && fd < 0; address = address->ai_next)
		fd = connect_to(place, address, bind, end);
	if (first)
		freeaddrinfo(first);
	return fd;
}

int socket_accept(int listener)
{
	int fd = accept(listener, NULL, NULL);

	return fd < 0 ? -1 : set_non_blocking(fd);
}

static int limit_mss(int fd, int mss)
{
	return setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &mss, sizeof(mss));
}

int socket_apply(int fd, const struct params *params)
{
	int family = AF_UNSPEC;
	struct sockaddr_storage local;
	socklen_t size = sizeof(local);

	if (getsockname(fd, (struct sockaddr *)&local, &size) == 0)
		family = local.ss_family;
	if (params->window) {
		set_option(fd, SOL_SOCKET, SO_RCVBUF, (int)params->window);
#ifdef SO_SNDBUF
		set_option(fd, SOL_SOCKET, SO_SNDBUF, (int)params->window);
#endif
	}
	if (params->tos) {
		set_option(fd, IPPROTO_IP, IP_TOS, (int)params->tos);
#ifdef IPV6_TCLASS
		if (family == AF_INET6)
			set_option(fd, IPPROTO_IPV6, IPV6_TCLASS, (int)params->tos);
#else
		(void)family;
#endif
	}
	if (params->no_delay && !params->udp)
		socket_no_delay(fd);
	if (params->mss && !params->udp)
		return limit_mss(fd, (int)params->mss);
	return 0;
}

void socket_no_delay(int fd)
{
	set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
}

void socket_keep_alive(int fd)
{
	set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEP_IDLE);
	set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEP_INTERVAL);
	set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEP_PROBES);
}

void socket_abort_at_close(int fd)
{
	struct linger linger = { .l_onoff = 1, .l_linger = 0 };

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

void socket_describe(const struct sockaddr_storage *address, struct endpoint *endpoint)
{
	const struct sockaddr_in6 *ipv6 = (const void *)address;
	const struct sockaddr_in *ipv4 = (const void *)address;
	const size_t prefix = sizeof(MAPPED_PREFIX) - 1;

	*endpoint = (struct endpoint){ .address = "?" };
	if (address->ss_family == AF_INET) {
		inet_ntop(AF_INET, &ipv4->sin_addr, endpoint->address, ADDRESS_SIZE);
		endpoint->port = ntohs(ipv4->sin_port);
	} else if (address->ss_family == AF_INET6) {
		inet_ntop(AF_INET6, &ipv6->sin6_addr, endpoint->address, ADDRESS_SIZE);
		endpoint->port = ntohs(ipv6->sin6_port);
	}
	if (strncmp(endpoint->address, MAPPED_PREFIX, prefix) == 0 ||
	    strncmp(endpoint->address, "::FFFF:", prefix) == 0)
		memmove(endpoint->address, endpoint->address + prefix,
			strlen(endpoint->address + prefix) + 1);
}

void socket_local(int fd, struct endpoint *endpoint)
{
	struct sockaddr_storage address = { .ss_family = AF_UNSPEC };
	socklen_t size = sizeof(address);

	(void)getsockname(fd, (struct sockaddr *)&address, &size);
	socket_describe(&address, endpoint);
}

void socket_remote(int fd, struct endpoint *endpoint)
{
	struct sockaddr_storage address = { .ss_family = AF_UNSPEC };
	socklen_t size = sizeof(address);

	(void)getpeername(fd, (struct sockaddr *)&address, &size);
	socket_describe(&address, endpoint);
}

static unsigned int get_option(int fd, int level, int option)
{
	int value = 0;
	socklen_t size = sizeof(value);

	if (getsockopt(fd, level, option, &value, &size) < 0 || value < 0)
		return 0;
	return (unsigned int)value;
}

unsigned int socket_send_buffer(int fd)
{
#ifdef SO_SNDBUF
	return get_option(fd, SOL_SOCKET, SO_SNDBUF);
#else
	return 0;
#endif
}

unsigned int socket_receive_buffer(int fd)
{
	return get_option(fd, SOL_SOCKET, SO_RCVBUF);
}

unsigned int socket_mss(int fd)
{
	return get_option(fd, IPPROTO_TCP, TCP_MAXSEG);
}
