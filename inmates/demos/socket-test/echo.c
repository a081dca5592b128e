// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Echo by TCP at port 7: one thread, select(), sockets that do not block. What a client has sent
 * comes back even after it has closed its direction.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <unistd.h>

#include "socket-test.h"

#define PORT        7
#define CLIENTS_MAX 80
#define BUFFER_SIZE 8192
#define PERIOD_US   50000 /* a pause begins so late at most, once there is a client */

struct client {
	int fd; /* 0: none */
	size_t start, end;
	char *buffer;
};

static struct client clients[CLIENTS_MAX];
static struct echo_state state;
static volatile unsigned int pause_ms;

void echo_pause(unsigned int ms)
{
	pause_ms = ms;
}

struct echo_state echo_state(void)
{
	return state;
}

static void drop(struct client *client)
{
	close(client->fd);
	free(client->buffer);
	client->fd = 0;
	state.clients--;
}

static void add(int fd)
{
	struct client *client = clients;
	char *buffer = malloc(BUFFER_SIZE);

	while (client < clients + CLIENTS_MAX && client->fd)
		client++;
	if (!buffer || client == clients + CLIENTS_MAX) {
		free(buffer);
		close(fd);
		return;
	}
	fcntl(fd, F_SETFL, O_NONBLOCK);
	*client = (struct client){ .fd = fd, .buffer = buffer };
	state.clients++;
	if (state.clients > state.most_clients)
		state.most_clients = state.clients;
}

/* A result that ends the connection. */
static bool is_end(ssize_t result)
{
	if (result < 0 && errno == ECONNRESET)
		state.resets++;
	return result == 0 || (result < 0 && errno != EAGAIN);
}

static void serve(struct client *client, bool readable, bool writable)
{
	ssize_t result = 1;

	if (writable) {
		result = send(client->fd, client->buffer + client->start,
			      client->end - client->start, 0);
		if (result > 0)
			client->start += (size_t)result;
	} else if (readable) {
		result = recv(client->fd, client->buffer, BUFFER_SIZE, 0);
		client->start = 0;
		client->end = result > 0 ? (size_t)result : 0;
	}
	if (is_end(result))
		drop(client);
}

/* One client after the other is read from or written to. */
static int fill_sets(int listener, fd_set *readable, fd_set *writable)
{
	int last = listener, n;

	FD_ZERO(readable);
	FD_ZERO(writable);
	FD_SET(listener, readable);
	for (n = 0; n < CLIENTS_MAX; n++) {
		const struct client *client = &clients[n];

		if (!client->fd)
			continue;
		FD_SET(client->fd, client->start < client->end ? writable : readable);
		last = client->fd > last ? client->fd : last;
	}
	return last + 1;
}

static void wait_for_clients(int listener)
{
	struct timeval period = { .tv_usec = PERIOD_US };
	fd_set readable, writable;
	int n, number = fill_sets(listener, &readable, &writable);

	if (select(number, &readable, &writable, NULL, &period) <= 0)
		return;
	for (n = 0; n < CLIENTS_MAX; n++)
		if (clients[n].fd)
			serve(&clients[n], FD_ISSET(clients[n].fd, &readable),
			      FD_ISSET(clients[n].fd, &writable));
	if (FD_ISSET(listener, &readable)) {
		n = accept(listener, NULL, NULL);
		if (n >= 0)
			add(n);
	}
}

static void make_pause(void)
{
	int n, waiting;

	usleep(pause_ms * 1000);
	pause_ms = 0;
	for (n = 0; n < CLIENTS_MAX; n++)
		if (clients[n].fd && ioctl(clients[n].fd, FIONREAD, &waiting) == 0 &&
		    (unsigned int)waiting > state.most_waiting)
			state.most_waiting = (unsigned int)waiting;
}

static void serve_all(void *arg)
{
	int listener = open_listener(AF_INET6, PORT);

	(void)arg;
	for (;;) {
		wait_for_clients(listener);
		if (pause_ms && state.clients)
			make_pause();
	}
}

void echo_start(void)
{
	if (!start_thread("echo", serve_all, NULL))
		perror("echo");
}
