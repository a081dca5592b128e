// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Checks: several sockets, several threads.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include <inmate/semaphore.h>
#include <inmate/thread.h>

#include "socket-test.h"

#define PAIRS     16
#define THREADS   8
#define ROUNDS    20
#define DATA_SIZE 20000
#define PORT_ECHO 7

static int pairs[PAIRS][2];

/* Those of the first ends that can be read, as bits. */
static unsigned int readable(void)
{
	struct pollfd polls[PAIRS];
	unsigned int selected = 0, polled = 0;
	fd_set set;
	int n, last = 0;

	FD_ZERO(&set);
	for (n = 0; n < PAIRS; n++) {
		polls[n] = (struct pollfd){ .fd = pairs[n][0], .events = POLLIN };
		FD_SET(pairs[n][0], &set);
		last = pairs[n][0] > last ? pairs[n][0] : last;
	}
	select(last + 1, &set, NULL, NULL, NULL);
	poll(polls, PAIRS, 0);
	for (n = 0; n < PAIRS; n++) {
		selected |= (unsigned int)(FD_ISSET(pairs[n][0], &set) != 0) << n;
		polled |= (unsigned int)((polls[n].revents & POLLIN) != 0) << n;
	}
	return selected == polled ? selected : 0;
}

/* What is sent may wait for the acknowledgement of what was sent before (RFC 896). */
static bool arrives(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, -1) == 1;
}

bool check_select(void)
{
	struct pollfd nobody = { .fd = -1, .events = POLLIN };
	int n;
	char c;

	for (n = 0; n < PAIRS; n++)
		EXPECT(make_pair(AF_INET, pairs[n]));
	for (n = 0; n < PAIRS; n++) {
		EXPECT(send_all(pairs[n][1], "x", 1) && readable() == 1U << n);
		EXPECT(recv(pairs[n][0], &c, 1, 0) == 1);
	}
	EXPECT(send_all(pairs[3][1], "x", 1) && send_all(pairs[9][1], "x", 1));
	EXPECT(arrives(pairs[3][0]) && arrives(pairs[9][0]));
	EXPECT(readable() == (1U << 3 | 1U << 9));
	EXPECT(close(pairs[5][1]) == 0 && readable() == (1U << 3 | 1U << 5 | 1U << 9));
	EXPECT(poll(&nobody, 1, 10) == 0);
	for (n = 0; n < PAIRS; n++)
		EXPECT(close(pairs[n][0]) == 0 && (n == 5 || close(pairs[n][1]) == 0));
	return true;
}

/* --------------------------------------------------------------------------------- threads */

struct worker {
	struct thread *thread;
	unsigned int number;
	bool good;
};

/* Content that no other worker has. */
static void fill(char *data, unsigned int number)
{
	unsigned int i;

	for (i = 0; i < DATA_SIZE; i++)
		data[i] = (char)(i * 7 + i / 251 + number * 41);
}

static bool echo_rounds(const char *data)
{
	int fd = connect_to_self(AF_INET, SOCK_STREAM, PORT_ECHO), n;

	EXPECT(fd >= 0);
	for (n = 0; n < ROUNDS; n++)
		EXPECT(send_all(fd, data, DATA_SIZE) && receive_exactly(fd, data, DATA_SIZE));
	return close(fd) == 0;
}

/* errno is the thread's own: what others do meanwhile leaves it alone. */
static void work(void *arg)
{
	struct worker *worker = arg;
	char *data = malloc(DATA_SIZE);

	errno = 1000 + (int)worker->number;
	if (data) {
		fill(data, worker->number);
		worker->good = echo_rounds(data);
	}
	free(data);
	if (errno != 1000 + (int)worker->number)
		worker->good = false;
	if (connect_to_self(AF_INET, SOCK_STREAM, 1) != -1 || errno != ECONNRESET)
		worker->good = false;
}

static bool work_at_once(void)
{
	static struct worker workers[THREADS];
	bool good = true;
	unsigned int n;

	for (n = 0; n < THREADS; n++) {
		workers[n] = (struct worker){ .number = n };
		workers[n].thread = thread_create("worker", work, &workers[n],
						  THREAD_PRIORITY_DEFAULT, 32768);
		EXPECT(workers[n].thread);
	}
	for (n = 0; n < THREADS; n++) {
		thread_join(workers[n].thread, WAIT_FOREVER);
		good &= workers[n].good;
	}
	EXPECT(good);
	return true;
}

struct waiter {
	int fd;
	ssize_t result;
	int error;
};

static void wait_for_data(void *arg)
{
	struct waiter *waiter = arg;
	char c;

	waiter->result = recv(waiter->fd, &c, 1, 0);
	waiter->error = errno;
}

/* Who waits for data of a socket that another thread closes gets an error, at once. */
static bool closing_wakes_up(void)
{
	struct thread *thread;
	struct waiter waiter = { .result = 1 };
	int pair[2];

	EXPECT(make_pair(AF_INET, pair));
	waiter.fd = pair[0];
	thread = thread_create("waiter", wait_for_data, &waiter, THREAD_PRIORITY_DEFAULT + 1,
			       16384);
	EXPECT(thread);
	usleep(10000);
	EXPECT(close(pair[0]) == 0);
	EXPECT(thread_join(thread, deadline_after(5 * NS_PER_SEC)) == 0);
	EXPECT(waiter.result <= 0);
	return close(pair[1]) == 0;
}

bool check_threads(void)
{
	return work_at_once() && closing_wakes_up();
}
