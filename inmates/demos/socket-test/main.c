// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Tests of sockets: services at the ports 7, 9 and 19, which tests/system drives from the root cell,
 * and checks of what sockets of one host do with each other.
 *
 * Commands are lines sent to port 5000, one for each connection; the answer ends with it:
 *
 *     list         names of the checks
 *     check NAME   "passed" or "failed"
 *     state        counters: memory, control blocks, clients
 *     pause MS     the echo service stops for so long, as soon as it has a client
 *     name NAME    addresses of a host, by getaddrinfo(); name6 for IPv6 only
 *     exit STATUS  ends the program
 */
#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <inmate/heap.h>
#include <inmate/thread.h>

#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"
#include "lwip/tcpip.h"
#include "lwip/udp.h"
#include "socket-test.h"

#define PORT      5000
#define LINE_SIZE 128

const struct check checks[] = {
	{ "addresses", check_addresses },   { "errors", check_errors },
	{ "half-close", check_half_close }, { "ip6", check_ip6 },
	{ "late-close", check_late_close }, { "messages", check_messages },
	{ "options", check_options },       { "reset", check_reset },
	{ "select", check_select },         { "threads", check_threads },
	{ "timeouts", check_timeouts },
};
const size_t num_checks = sizeof(checks) / sizeof(checks[0]);

static void __attribute__((format(printf, 2, 3))) answer(int fd, const char *format, ...)
{
	char line[LINE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	send_all(fd, line, strlen(line));
}

static void do_list(int fd, const char *argument)
{
	size_t n;

	(void)argument;
	for (n = 0; n < num_checks; n++)
		answer(fd, "%s\n", checks[n].name);
}

static void do_check(int fd, const char *argument)
{
	size_t n;

	for (n = 0; n < num_checks; n++)
		if (strcmp(checks[n].name, argument) == 0)
			answer(fd, "%s\n", checks[n].run() ? "passed" : "failed");
}

static unsigned int count_pcbs(const struct tcp_pcb *pcb)
{
	unsigned int number = 0;

	for (; pcb; pcb = pcb->next)
		number++;
	return number;
}

static void do_state(int fd, const char *argument)
{
	struct heap_info heap = heap_info();
	struct echo_state echo = echo_state();
	unsigned int active, waiting;

	(void)argument;
	LOCK_TCPIP_CORE();
	active = count_pcbs(tcp_active_pcbs);
	waiting = count_pcbs(tcp_tw_pcbs);
	UNLOCK_TCPIP_CORE();
	answer(fd, "heap_free %zu\nheap_blocks %zu\nthreads %u\n", heap.free, heap.blocks,
	       thread_count());
	answer(fd, "tcp_active %u\ntcp_waiting %u\n", active, waiting);
	answer(fd, "clients %u\nmost_clients %u\nresets %u\nmost_waiting %u\n", echo.clients,
	       echo.most_clients, echo.resets, echo.most_waiting);
	answer(fd, "tcp_window %u\n", (unsigned int)TCP_WND);
}

static void do_pause(int fd, const char *argument)
{
	echo_pause((unsigned int)atoi(argument));
	answer(fd, "pausing\n");
}

static void look_up(int fd, const char *argument, int family)
{
	struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_STREAM }, *found, *one;
	char text[NI_MAXHOST];
	int err = getaddrinfo(argument, "7", &hints, &found);

	if (err) {
		answer(fd, "%s\n", gai_strerror(err));
		return;
	}
	for (one = found; one; one = one->ai_next) {
		err = getnameinfo(one->ai_addr, one->ai_addrlen, text, sizeof(text), NULL, 0,
				  NI_NUMERICHOST);
		answer(fd, "%s\n", err ? gai_strerror(err) : text);
	}
	freeaddrinfo(found);
}

static void do_name(int fd, const char *argument)
{
	look_up(fd, argument, AF_UNSPEC);
}

static void do_name6(int fd, const char *argument)
{
	look_up(fd, argument, AF_INET6);
}

static void do_exit(int fd, const char *argument)
{
	answer(fd, "bye\n");
	exit(atoi(argument));
}

static void run_command(int fd, char *line)
{
	static const struct {
		const char *name;
		void (*run)(int fd, const char *argument);
	} commands[] = {
		{ "list", do_list },   { "check", do_check }, { "state", do_state },
		{ "pause", do_pause }, { "name", do_name },   { "name6", do_name6 },
		{ "exit", do_exit },
	};
	char *rest, *name = strtok_r(line, " \r\n", &rest);
	char *argument = strtok_r(NULL, " \r\n", &rest);
	size_t n;

	for (n = 0; name && n < sizeof(commands) / sizeof(commands[0]); n++)
		if (strcmp(name, commands[n].name) == 0)
			commands[n].run(fd, argument ? argument : "");
}

static void serve(int fd)
{
	char line[LINE_SIZE];
	ssize_t size = recv(fd, line, sizeof(line) - 1, 0);

	if (size > 0) {
		line[size] = '\0';
		run_command(fd, line);
	}
	shutdown(fd, SHUT_WR);
	while (recv(fd, line, sizeof(line), 0) > 0)
		;
	close(fd);
}

int main(int argc, char *argv[])
{
	int listener = open_listener(AF_INET6, PORT), fd, n;

	for (n = 0; n < argc; n++)
		printf("socket-test: argument %d: %s\n", n, argv[n]);
	echo_start();
	datagrams_start();
	streams_start();
	printf("socket-test: ready\n");
	while ((fd = accept(listener, NULL, NULL)) >= 0)
		serve(fd);
	perror("socket-test");
	return EXIT_FAILURE;
}
