// SPDX-License-Identifier: GPL-2.0-only
/*
 * Both ends of what is measured over a network, over whatever link: the small services of RFC 862
 * to 864, as net-demo has them in an inmate, and the client that measures with them. The result is
 * one line a figure, name and value.
 *
 *	net-bench serve ADDRESS				until it is killed
 *	net-bench send ADDRESS SECONDS			TCP to the discard service
 *	net-bench receive ADDRESS SECONDS		TCP from the character generator
 *	net-bench flood ADDRESS SECONDS BYTES		UDP to the discard service
 *	net-bench rtt ADDRESS SECONDS BYTES [PORT]	UDP to the echo service and back
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PORT_ECHO    7
#define PORT_DISCARD 9
#define PORT_CHARGEN 19

#define CHUNK        (128 * 1024) /* bytes per call with TCP */
#define DATAGRAM_MAX 65507
#define DATAGRAM_MIN ((int)sizeof(uint32_t))
#define TRIPS_MAX    1000000
#define WARM_UP      20 /* round trips that do not count */
#define PATIENCE     1  /* seconds to wait for an answer */
#define PATIENCE_TCP 10 /* and for the peer to take or send anything */

static uint8_t buffer[CHUNK];

static void die(const char *what)
{
	fprintf(stderr, "net-bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec * 1e-9;
}

static struct sockaddr_in address_of(const char *text, int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };

	if (inet_pton(AF_INET, text, &address.sin_addr) != 1) {
		fprintf(stderr, "net-bench: '%s' is no IPv4 address\n", text);
		exit(2);
	}
	return address;
}

/* --------------------------------------------------------------------------------- services */

static int bound(const char *where, int type, int port)
{
	struct sockaddr_in address = address_of(where, port);
	int fd = socket(AF_INET, type, 0), on = 1;

	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		die("bind");
	if (type == SOCK_STREAM && listen(fd, 8) != 0)
		die("listen");
	return fd;
}

static void echo_datagrams(int fd)
{
	struct sockaddr_in from;

	for (;;) {
		socklen_t length = sizeof(from);
		ssize_t size = recvfrom(fd, buffer, sizeof(buffer), 0, (struct sockaddr *)&from,
					&length);

		if (size >= 0)
			sendto(fd, buffer, size, 0, (struct sockaddr *)&from, length);
	}
}

static void discard_datagrams(int fd)
{
	for (;;)
		recv(fd, buffer, sizeof(buffer), 0);
}

static void discard_streams(int fd)
{
	for (;;) {
		int peer = accept(fd, NULL, NULL);

		while (peer >= 0 && recv(peer, buffer, sizeof(buffer), 0) > 0)
			;
		close(peer);
	}
}

static void generate_streams(int fd)
{
	for (;;) {
		int peer = accept(fd, NULL, NULL);

		while (peer >= 0 && send(peer, buffer, sizeof(buffer), 0) > 0)
			;
		close(peer);
	}
}

/* Each service in a process of its own, one peer at a time. */
static int serve(const char *where)
{
	static const struct {
		void (*run)(int fd);
		int type, port;
	} services[] = {
		{ echo_datagrams, SOCK_DGRAM, PORT_ECHO },
		{ discard_datagrams, SOCK_DGRAM, PORT_DISCARD },
		{ discard_streams, SOCK_STREAM, PORT_DISCARD },
		{ generate_streams, SOCK_STREAM, PORT_CHARGEN },
	};
	const int count = sizeof(services) / sizeof(services[0]);

	for (int i = 0; i < count; i++) {
		int fd = bound(where, services[i].type, services[i].port);
		pid_t child = fork();

		if (child < 0)
			die("fork");
		if (child == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			services[i].run(fd);
		}
		close(fd);
	}
	printf("ready\n");
	fflush(stdout);
	wait(NULL);
	return 1;
}

/* ------------------------------------------------------------------------------------ client */

static int connected(const char *where, int type, int port, int patience)
{
	const struct timeval limit = { .tv_sec = patience };
	struct sockaddr_in address = address_of(where, port);
	int fd = socket(AF_INET, type, 0);

	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		die("connect");
	return fd;
}

static int print_rate(double bytes, double seconds)
{
	printf("bytes %.0f\nseconds %.3f\nmbit_per_second %.1f\n", bytes, seconds,
	       bytes * 8 / seconds / 1e6);
	return 0;
}

/* The time ends when the peer has closed as well: then it has got everything. */
static int measure_send(const char *where, double seconds)
{
	int fd = connected(where, SOCK_STREAM, PORT_DISCARD, PATIENCE_TCP);
	double start = now(), bytes = 0;
	ssize_t size;

	while (now() - start < seconds) {
		size = send(fd, buffer, sizeof(buffer), 0);
		if (size < 0)
			die("send");
		bytes += size;
	}
	shutdown(fd, SHUT_WR);
	if (recv(fd, buffer, sizeof(buffer), 0) != 0)
		die("end of the connection");
	return print_rate(bytes, now() - start);
}

static int measure_receive(const char *where, double seconds)
{
	int fd = connected(where, SOCK_STREAM, PORT_CHARGEN, PATIENCE_TCP);
	double start = now(), bytes = 0;

	while (now() - start < seconds) {
		ssize_t size = recv(fd, buffer, sizeof(buffer), 0);

		if (size <= 0)
			die("receive");
		bytes += size;
	}
	return print_rate(bytes, now() - start);
}

/* What was sent; how many of them arrived, the peer's counters say. */
static int measure_flood(const char *where, double seconds, int bytes)
{
	int fd = connected(where, SOCK_DGRAM, PORT_DISCARD, PATIENCE);
	double start = now(), elapsed;
	long packets = 0;

	while ((elapsed = now() - start) < seconds)
		if (send(fd, buffer, bytes, 0) == bytes)
			packets++;
		else if (errno != ENOBUFS && errno != EAGAIN)
			die("send");
	printf("packets %ld\nseconds %.3f\n", packets, elapsed);
	return 0;
}

/* One datagram there and back, in microseconds; negative if it got lost. */
static double round_trip(int fd, uint32_t number, int bytes)
{
	double start = now();
	uint32_t got;

	memcpy(buffer, &number, sizeof(number));
	if (send(fd, buffer, bytes, 0) != bytes)
		die("send");
	do {
		if (recv(fd, buffer, sizeof(buffer), 0) < 0)
			return -1;
		memcpy(&got, buffer, sizeof(got));
	} while (got != number);
	return (now() - start) * 1e6;
}

static int compare(const void *a, const void *b)
{
	double difference = *(const double *)a - *(const double *)b;

	return (difference > 0) - (difference < 0);
}

static int measure_rtt(const char *where, double seconds, int bytes, int port)
{
	int fd = connected(where, SOCK_DGRAM, port, PATIENCE), lost = 0, count = 0;
	double *times = calloc(TRIPS_MAX, sizeof(*times)), start;

	if (!times)
		die("memory");
	for (uint32_t i = 0; i < WARM_UP; i++)
		round_trip(fd, i, bytes);
	start = now();
	for (uint32_t i = WARM_UP; now() - start < seconds && count < TRIPS_MAX; i++) {
		times[count] = round_trip(fd, i, bytes);
		if (times[count] < 0)
			lost++;
		else
			count++;
	}
	if (!count)
		die("no answer");
	qsort(times, count, sizeof(*times), compare);
	printf("trips %d\nlost %d\nmin_us %.1f\np50_us %.1f\np99_us %.1f\nmax_us %.1f\n", count,
	       lost, times[0], times[count / 2], times[count * 99L / 100], times[count - 1]);
	free(times);
	return 0;
}

/* -------------------------------------------------------------------------------------- main */

static int usage(void)
{
	fprintf(stderr, "usage: net-bench serve ADDRESS\n"
			"       net-bench send|receive ADDRESS SECONDS\n"
			"       net-bench flood|rtt ADDRESS SECONDS BYTES [PORT]\n");
	return 2;
}

int main(int argc, char *argv[])
{
	const char *mode = argc > 2 ? argv[1] : "";
	double seconds = argc > 3 ? strtod(argv[3], NULL) : 0;
	int bytes = argc > 4 ? atoi(argv[4]) : 0;
	int port = argc > 5 ? atoi(argv[5]) : PORT_ECHO;

	signal(SIGPIPE, SIG_IGN);
	if (strcmp(mode, "serve") == 0)
		return serve(argv[2]);
	if (seconds > 0 && strcmp(mode, "send") == 0)
		return measure_send(argv[2], seconds);
	if (seconds > 0 && strcmp(mode, "receive") == 0)
		return measure_receive(argv[2], seconds);
	if (seconds <= 0 || bytes < DATAGRAM_MIN || bytes > DATAGRAM_MAX)
		return usage();
	if (strcmp(mode, "flood") == 0)
		return measure_flood(argv[2], seconds, bytes);
	if (strcmp(mode, "rtt") == 0)
		return measure_rtt(argv[2], seconds, bytes, port);
	return usage();
}
