// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Checks: what goes wrong, and what takes too long.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include <inmate/time.h>

#include "socket-test.h"

#define PORT_CLOSED 4999
#define TIMEOUT_MS  150

/* More than 2 * TCP_MSL */
#define LATE_SECONDS 6

static u64 start_ns;

/* Whether it took about the timeout, by lwIP's clock of milliseconds. */
static bool took_timeout(void)
{
	u64 ms = (get_time_ns() - start_ns) / NS_PER_MS;

	return ms >= TIMEOUT_MS - 1;
}

static bool receive_times_out(int fd)
{
	char c;

	set_receive_timeout(fd, TIMEOUT_MS);
	start_ns = get_time_ns();
	EXPECT(recv(fd, &c, 1, 0) == -1 && errno == EAGAIN);
	EXPECT(took_timeout());
	return true;
}

static bool waits_time_out(int fd)
{
	struct timeval time = { .tv_usec = TIMEOUT_MS * 1000 };
	struct pollfd polled = { .fd = fd, .events = POLLIN };
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fd, &set);
	start_ns = get_time_ns();
	EXPECT(select(fd + 1, &set, NULL, NULL, &time) == 0);
	EXPECT(took_timeout() && !FD_ISSET(fd, &set));
	start_ns = get_time_ns();
	EXPECT(poll(&polled, 1, TIMEOUT_MS) == 0);
	EXPECT(took_timeout() && polled.revents == 0);
	return true;
}

bool check_timeouts(void)
{
	int udp = socket(AF_INET, SOCK_DGRAM, 0), listener = open_listener(AF_INET, 0), pair[2];
	bool good;

	EXPECT(udp >= 0 && listener >= 0 && make_pair(AF_INET, pair));
	good = receive_times_out(udp) && receive_times_out(pair[0]) && waits_time_out(pair[1]);
	set_receive_timeout(listener, TIMEOUT_MS);
	start_ns = get_time_ns();
	EXPECT(accept(listener, NULL, NULL) == -1 && errno == EAGAIN);
	EXPECT(took_timeout());
	close(udp);
	close(listener);
	close(pair[0]);
	close(pair[1]);
	return good;
}

static bool connecting_fails_later(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT_CLOSED),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0), error = 0;
	socklen_t size = sizeof(error);
	fd_set set;

	EXPECT(fcntl(fd, F_SETFL, O_NONBLOCK) == 0 && fcntl(fd, F_GETFL, 0) & O_NONBLOCK);
	EXPECT(connect(fd, (struct sockaddr *)&address, sizeof(address)) == -1);
	EXPECT(errno == EINPROGRESS);
	FD_ZERO(&set);
	FD_SET(fd, &set);
	EXPECT(select(fd + 1, NULL, &set, NULL, NULL) == 1);
	EXPECT(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0);
	EXPECT(error == ECONNRESET);
	return close(fd) == 0;
}

bool check_errors(void)
{
	int listener = open_listener(AF_INET, 0), pair[2];
	char c;

	EXPECT(close(-1) == -1 && errno == EBADF);
	EXPECT(recv(1000, &c, 1, 0) == -1 && errno == EBADF);
	EXPECT(socket(AF_INET, 99, 0) == -1 && errno == EINVAL);
	EXPECT(connect_to_self(AF_INET, SOCK_STREAM, PORT_CLOSED) == -1 && errno == ECONNRESET);
	EXPECT(listener >= 0);
	EXPECT(open_listener(AF_INET, port_of(listener)) == -1 && errno == EADDRINUSE);
	EXPECT(recv(listener, &c, 1, 0) == -1 && errno == ENOTCONN);
	EXPECT(close(listener) == 0);
	EXPECT(close(listener) == -1 && errno == EBADF);
	EXPECT(make_pair(AF_INET, pair));
	EXPECT(recv(pair[0], &c, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN);
	EXPECT(close(pair[0]) == 0 && recv(pair[1], &c, 1, 0) == 0 && close(pair[1]) == 0);
	return connecting_fails_later();
}

bool check_half_close(void)
{
	int pair[2];
	char c;

	EXPECT(make_pair(AF_INET, pair));
	EXPECT(send_all(pair[0], "question", 8) && shutdown(pair[0], SHUT_WR) == 0);
	EXPECT(receive_exactly(pair[1], "question", 8));
	EXPECT(recv(pair[1], &c, 1, 0) == 0);
	EXPECT(send_all(pair[1], "answer", 6));
	EXPECT(receive_exactly(pair[0], "answer", 6));
	EXPECT(send(pair[0], "more", 4, 0) == -1);
	EXPECT(shutdown(pair[1], SHUT_WR) == 0 && recv(pair[0], &c, 1, 0) == 0);
	return close(pair[0]) == 0 && close(pair[1]) == 0;
}

/* lwIP has forgotten the connection long before: RFC 9293's TIME-WAIT, 2 MSL, is over. */
bool check_late_close(void)
{
	int pair[2], n;
	char c;

	EXPECT(make_pair(AF_INET, pair));
	for (n = 0; n < 2; n++)
		EXPECT(shutdown(pair[n], SHUT_WR) == 0);
	for (n = 0; n < 2; n++)
		EXPECT(recv(pair[n], &c, 1, 0) == 0);
	sleep(LATE_SECONDS);
	for (n = 0; n < 2; n++)
		EXPECT(send(pair[n], &c, 1, 0) == -1 && close(pair[n]) == 0);
	return true;
}

/* Who closes a connection without having read all of it resets it. */
bool check_reset(void)
{
	struct pollfd polled = { .events = POLLIN };
	int pair[2];
	char c;

	EXPECT(make_pair(AF_INET, pair));
	polled.fd = pair[0];
	EXPECT(send_all(pair[1], "unread", 6) && poll(&polled, 1, 5000) == 1);
	EXPECT(close(pair[0]) == 0);
	EXPECT(recv(pair[1], &c, 1, 0) == -1 && errno == ECONNRESET);
	EXPECT(send(pair[1], &c, 1, 0) == -1);
	return close(pair[1]) == 0;
}
