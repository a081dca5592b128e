// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Echo by UDP at port 7: each datagram in two pieces, by recvmsg() and sendmsg().
 */
#include <netinet/in.h>
#include <stdio.h>
#include <sys/uio.h>

#include "socket-test.h"

#define PORT       7
#define FIRST_SIZE 1000
#define REST_SIZE  65000

static char first[FIRST_SIZE], rest[REST_SIZE];

static void serve(int fd)
{
	struct sockaddr_in6 from;
	struct iovec pieces[] = {
		{ .iov_base = first, .iov_len = sizeof(first) },
		{ .iov_base = rest, .iov_len = sizeof(rest) },
	};
	struct msghdr message = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = pieces,
		.msg_iovlen = 2,
	};
	ssize_t size = recvmsg(fd, &message, 0);

	if (size < 0) {
		perror("datagrams: recvmsg");
		return;
	}
	message.msg_iovlen = size > FIRST_SIZE ? 2 : 1;
	pieces[0].iov_len = size > FIRST_SIZE ? FIRST_SIZE : (size_t)size;
	pieces[1].iov_len = (size_t)size - pieces[0].iov_len;
	if (sendmsg(fd, &message, 0) != size)
		perror("datagrams: sendmsg");
}

static void serve_all(void *arg)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(PORT) };
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);

	(void)arg;
	if (fd < 0 || bind(fd, (struct sockaddr *)&any, sizeof(any)))
		perror("datagrams");
	for (;;)
		serve(fd);
}

void datagrams_start(void)
{
	if (!start_thread("datagrams", serve_all, NULL))
		perror("datagrams");
}
