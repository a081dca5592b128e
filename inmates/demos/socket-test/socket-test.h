/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the parts of the test program share.
 */
#ifndef SOCKET_TEST_H
#define SOCKET_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* ------------------------------------------------------------------------------ services */

/* Each in threads of its own; they never end. */
void echo_start(void);
void datagrams_start(void);
void streams_start(void);

/* The echo service looks at nothing for so long, as soon as it has a client. */
void echo_pause(unsigned int ms);

struct echo_state {
	unsigned int clients, most_clients, resets;
	/* The most bytes that waited in one connection when the service came back from a pause */
	unsigned int most_waiting;
};

struct echo_state echo_state(void);

/* -------------------------------------------------------------------------------- checks */

/* Sockets of one host with each other. Prints what fails. */
struct check {
	const char *name;
	bool (*run)(void);
};

extern const struct check checks[];
extern const size_t num_checks;

bool check_addresses(void);
bool check_errors(void);
bool check_half_close(void);
bool check_ip6(void);
bool check_late_close(void);
bool check_messages(void);
bool check_options(void);
bool check_reset(void);
bool check_select(void);
bool check_threads(void);
bool check_timeouts(void);

/* False, with a message, if the condition does not hold; for functions that return bool. */
#define EXPECT(condition)                                                                         \
	do {                                                                                      \
		if (!(condition)) {                                                               \
			printf("socket-test: %s:%d: not so: %s (errno %d)\n", __func__, __LINE__, \
			       #condition, errno);                                                \
			return false;                                                             \
		}                                                                                 \
	} while (0)

/* ------------------------------------------------------------------------------- helpers */

/* A listening socket of @family at @port (0: any) of all addresses; -1 with errno. */
int open_listener(int family, unsigned int port);

/* The port of a bound socket. */
unsigned int port_of(int fd);

/* A socket connected to @port of the loopback address of @family; -1 with errno. */
int connect_to_self(int family, int type, unsigned int port);

/* A connected pair of TCP sockets. False if there is none. */
bool make_pair(int family, int pair[2]);

/* Whether all of it went. */
bool send_all(int fd, const void *data, size_t size);

/* Until so much has come; false if the stream ends before, or something else comes. */
bool receive_exactly(int fd, const void *expected, size_t size);

void set_receive_timeout(int fd, unsigned int ms);

/* Runs @function(@arg) in a thread that nobody joins; false if there is no memory. */
bool start_thread(const char *name, void (*function)(void *arg), void *arg);

#endif /* SOCKET_TEST_H */
