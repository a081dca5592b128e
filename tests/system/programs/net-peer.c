/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * net-peer: the other end of net-check. Sends back what it gets by TCP and UDP on port 7, over IPv4
 * and IPv6, until it is killed; other services are net-demo's.
 */
#include <err.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT         7
#define CHUNK        65536
#define RECEIVE_ROOM (8 << 20) /* for all datagrams that a client has on their way */

static uint8_t received[CHUNK];

static void set_option(int fd, int level, int option, int value)
{
	if (setsockopt(fd, level, option, &value, sizeof(value)))
		err(1, "socket option");
}

static int socket_on_port(int type)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(PORT) };
	int fd = socket(AF_INET6, type, 0);

	if (fd < 0)
		err(1, "socket");
	set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
	set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (bind(fd, (struct sockaddr *)&any, sizeof(any)))
		err(1, "bind");
	return fd;
}

static void echo_stream(int fd)
{
	ssize_t size, sent, part;

	while ((size = recv(fd, received, CHUNK, 0)) > 0)
		for (sent = 0; sent < size; sent += part) {
			part = send(fd, received + sent, size - sent, MSG_NOSIGNAL);
			if (part < 0)
				exit(1);
		}
	exit(0);
}

static void echo_datagrams(int fd)
{
	struct sockaddr_in6 from;
	socklen_t length;
	ssize_t size;

	for (;;) {
		length = sizeof(from);
		size = recvfrom(fd, received, CHUNK, 0, (struct sockaddr *)&from, &length);
		if (size >= 0)
			sendto(fd, received, size, 0, (struct sockaddr *)&from, length);
	}
}

int main(void)
{
	int listener = socket_on_port(SOCK_STREAM), datagrams = socket_on_port(SOCK_DGRAM), fd;

	signal(SIGCHLD, SIG_IGN);
	set_option(datagrams, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_ROOM);
	if (listen(listener, SOMAXCONN))
		err(1, "listen");
	if (fork() == 0)
		echo_datagrams(datagrams);
	for (;;) {
		fd = accept(listener, NULL, NULL);
		if (fd >= 0 && fork() == 0)
			echo_stream(fd);
		close(fd);
	}
}
