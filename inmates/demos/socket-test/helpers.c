// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What several tests and services do with sockets.
 */
#include <netinet/in.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include <inmate/thread.h>

#include "socket-test.h"

#define BACKLOG    64
#define PIECE      4096
#define STACK_SIZE 32768

/* Returns its size. */
static socklen_t make_address(struct sockaddr_storage *storage, int family, unsigned int port,
			      bool loopback)
{
	struct sockaddr_in6 *in6 = (void *)storage;
	struct sockaddr_in *in = (void *)storage;

	memset(storage, 0, sizeof(*storage));
	if (family == AF_INET6) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(port);
		in6->sin6_addr = loopback ? in6addr_loopback : in6addr_any;
		return sizeof(*in6);
	}
	in->sin_family = AF_INET;
	in->sin_port = htons(port);
	in->sin_addr.s_addr = htonl(loopback ? INADDR_LOOPBACK : INADDR_ANY);
	return sizeof(*in);
}

int open_listener(int family, unsigned int port)
{
	struct sockaddr_storage address;
	socklen_t size = make_address(&address, family, port, false);
	int fd = socket(family, SOCK_STREAM, 0), on = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, size) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	close(fd);
	return -1;
}

unsigned int port_of(int fd)
{
	struct sockaddr_in6 in6;
	socklen_t size = sizeof(in6);

	if (getsockname(fd, (struct sockaddr *)&in6, &size))
		return 0;
	/* At the same place for IPv4 */
	return ntohs(in6.sin6_port);
}

int connect_to_self(int family, int type, unsigned int port)
{
	struct sockaddr_storage address;
	socklen_t size = make_address(&address, family, port, true);
	int fd = socket(family, type, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&address, size) == 0)
		return fd;
	close(fd);
	return -1;
}

bool make_pair(int family, int pair[2])
{
	int listener = open_listener(family, 0);

	if (listener < 0)
		return false;
	pair[0] = connect_to_self(family, SOCK_STREAM, port_of(listener));
	pair[1] = pair[0] < 0 ? -1 : accept(listener, NULL, NULL);
	close(listener);
	return pair[1] >= 0;
}

bool send_all(int fd, const void *data, size_t size)
{
	const char *p = data;

	while (size) {
		ssize_t sent = send(fd, p, size, 0);

		if (sent <= 0)
			return false;
		p += sent;
		size -= (size_t)sent;
	}
	return true;
}

bool receive_exactly(int fd, const void *expected, size_t size)
{
	const char *p = expected;
	char data[PIECE];

	while (size) {
		ssize_t length = recv(fd, data, size < PIECE ? size : PIECE, 0);

		if (length <= 0 || memcmp(data, p, (size_t)length) != 0)
			return false;
		p += length;
		size -= (size_t)length;
	}
	return true;
}

void set_receive_timeout(int fd, unsigned int ms)
{
	struct timeval time = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
}

bool start_thread(const char *name, void (*function)(void *arg), void *arg)
{
	struct thread *thread = thread_create(name, function, arg, THREAD_PRIORITY_DEFAULT,
					      STACK_SIZE);

	return thread && thread_detach(thread) == 0;
}
