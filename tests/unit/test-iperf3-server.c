/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Our iperf3 server and clients that do not do what they should: it answers as stock does, is not
 * kept from others, and loses no memory.
 *
 * suite: sockets
 * sources: tests/unit/iperf3-run.c tests/unit/iperf3-clock.c tests/unit/iperf3-talk.c inmates/demos/iperf3/client.c inmates/demos/iperf3/figures.c inmates/demos/iperf3/json.c inmates/demos/iperf3/options.c
 * sources: inmates/demos/iperf3/output.c inmates/demos/iperf3/params.c inmates/demos/iperf3/report.c inmates/demos/iperf3/report-json.c
 * sources: inmates/demos/iperf3/report-text.c inmates/demos/iperf3/results.c inmates/demos/iperf3/server.c inmates/demos/iperf3/server-streams.c inmates/demos/iperf3/sockets.c
 * sources: inmates/demos/iperf3/stream.c inmates/demos/iperf3/test.c inmates/demos/iperf3/transfer.c inmates/demos/iperf3/units.c inmates/demos/iperf3/visitors.c inmates/demos/iperf3/watch.c inmates/demos/iperf3/wire.c
 * flags: -iquote inmates/demos/iperf3
 * cjson: linked
 */
#include "unit.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "iperf3-clock.h"
#include "iperf3-talk.h"

/* For what comes at once on a machine that is not busy */
#define LIMIT_SECONDS 60
/* More than the server has places for */
#define MANY 40
/* Bytes of SERVER_ERROR and its two numbers */
#define ERROR_SIZE 9

#define COOKIE "abcdefghijklmnopqrstuvwxyz2345672345"
#define PARAMS "{\"tcp\":true,\"time\":5,\"parallel\":1,\"len\":1000}"
/* Whose time is never over; the server sends what never ends */
#define LONG_PARAMS    "{\"tcp\":true,\"time\":86400}"
#define ENDLESS_PARAMS "{\"tcp\":true,\"time\":0,\"reverse\":true}"

static struct program server, client;
static unsigned int port;

static void start_with(const char *arguments)
{
	char line[64];

	port = free_port();
	snprintf(line, sizeof(line), "-s -p %u %s", port, arguments);
	start_ours(&server, line);
	wait_for_listener(port);
}

static int start_server(void **unused)
{
	(void)unused;
	start_with("");
	return 0;
}

static int start_impatient_server(void **unused)
{
	(void)unused;
	start_with("--rcv-timeout 1000");
	return 0;
}

static int knock(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct timeval limit = { .tv_sec = LIMIT_SECONDS };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void hear_end(int fd)
{
	char byte;

	if (recv(fd, &byte, 1, 0) > 0)
		fail_msg("not the end, but %d", byte);
	close(fd);
}

static void hear_error(int fd, enum wire_error error)
{
	unsigned char bytes[ERROR_SIZE];
	uint32_t number;

	hear(fd, bytes, ERROR_SIZE);
	assert_int_equal((signed char)bytes[0], SERVER_ERROR);
	memcpy(&number, &bytes[1], sizeof(number));
	assert_int_equal(ntohl(number), error);
	hear_end(fd);
}

/* A client that is in. */
static int enter(void)
{
	int fd = knock();

	say(fd, COOKIE, COOKIE_SIZE);
	assert_int_equal(hear_state(fd), PARAM_EXCHANGE);
	return fd;
}

/* A client whose test runs, with its stream */
static int begin_test_with(const char *params, int *stream)
{
	int fd = enter();

	say_json(fd, params);
	assert_int_equal(hear_state(fd), CREATE_STREAMS);
	*stream = knock();
	say(*stream, COOKIE, COOKIE_SIZE);
	assert_int_equal(hear_state(fd), TEST_START);
	assert_int_equal(hear_state(fd), TEST_RUNNING);
	return fd;
}

static int begin_test(int *stream)
{
	return begin_test_with(PARAMS, stream);
}

/* Returns the exit status of a stock client. */
static int run_stock(const char *arguments)
{
	char line[128];

	snprintf(line, sizeof(line), "-c 127.0.0.1 -p %u %s", port, arguments);
	start_stock(&client, line);
	return wait_for_end(&client);
}

/* The server has lost nothing. */
static int end_impatient_server(void **unused)
{
	int status = end_ours(&server);

	(void)unused;
	if (status)
		fail_msg("the server ends with %d:\n%s", status, server.text);
	return 0;
}

/* And is ready for the next */
static int end_server(void **unused)
{
	if (run_stock("-n 1M -P 2"))
		fail_msg("the next client fails:\n%s\n%s", client.text, server.text);
	return end_impatient_server(unused);
}

static void a_second_client(void **unused)
{
	int stream, fd = begin_test(&stream), second = knock();

	(void)unused;
	/* Says nothing and hears it all the same */
	assert_int_equal(hear_state(second), ACCESS_DENIED);
	close(second);
	assert_int_equal(run_stock("-n 1M"), 1);
	assert_non_null(strstr(client.text, "the server is busy running a test"));
	/* The first does not notice. */
	say(stream, COOKIE, COOKIE_SIZE);
	say_state(fd, TEST_END);
	assert_int_equal(hear_state(fd), EXCHANGE_RESULTS);
	close(fd);
	close(stream);
}

static void a_stranger_is_no_stream(void **unused)
{
	int fd = enter(), stranger;

	(void)unused;
	say_json(fd, PARAMS);
	assert_int_equal(hear_state(fd), CREATE_STREAMS);
	stranger = knock();
	say(stranger, "00000" COOKIE, COOKIE_SIZE);
	assert_int_equal(hear_state(stranger), ACCESS_DENIED);
	close(stranger);
	close(fd);
}

static void garbage_for_parameters(void **unused)
{
	static const char *const texts[] = {
		"x", "{", "[]", "{\"len\":-1}", "{\"sctp\":true}", "{\"parallel\":1000000}"
	};
	size_t i;
	int fd;

	(void)unused;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		fd = enter();
		say_json(fd, texts[i]);
		hear_error(fd, ERROR_RECEIVE_PARAMS);
	}
	fd = enter();
	say(fd, "\xff\xff\xff\xff", 4);
	hear_error(fd, ERROR_RECEIVE_PARAMS);
	fd = enter();
	say(fd, "GET / HTTP/1.0\r\n\r\n", 18);
	hear_error(fd, ERROR_RECEIVE_PARAMS);
}

static void garbage_in_a_test(void **unused)
{
	int stream, fd = begin_test(&stream);

	(void)unused;
	say(fd, "GET / HTTP/1.0", 14);
	hear_error(fd, ERROR_MESSAGE);
	close(stream);
}

static void garbage_for_results(void **unused)
{
	static const char *const texts[] = { "{", "{}", "{\"streams\":[{\"id\":7}]}" };
	int stream, fd;
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		fd = begin_test(&stream);
		say_state(fd, TEST_END);
		assert_int_equal(hear_state(fd), EXCHANGE_RESULTS);
		say_json(fd, texts[i]);
		hear_error(fd, ERROR_RECEIVE_RESULTS);
		close(stream);
	}
}

static void ends_at_every_step(void **unused)
{
	int stream, fd;

	(void)unused;
	close(knock());
	fd = knock();
	say(fd, COOKIE, 5);
	close(fd);
	close(enter());
	fd = enter();
	say(fd, "\0\0\0\x10{", 5);
	close(fd);
	fd = enter();
	say_json(fd, PARAMS);
	close(fd);
	/* Each of these is over only when the server has noticed. */
	wait_for_text(&server, "(test #4)");
	close(begin_test(&stream));
	close(stream);
	wait_for_text(&server, "(test #5)");
	fd = begin_test(&stream);
	say_state(fd, TEST_END);
	close(fd);
	close(stream);
	wait_for_text(&server, "(test #6)");
	fd = begin_test(&stream);
	say(fd, "\x0c", 1);
	close(fd);
	close(stream);
	wait_for_text(&server, "the client has terminated");
	wait_for_text(&server, "(test #7)");
}

static void many_that_say_nothing(void **unused)
{
	int fds[MANY], i;

	(void)unused;
	for (i = 0; i < MANY; i++) {
		fds[i] = knock();
		say(fds[i], COOKIE, (size_t)i % (COOKIE_SIZE - 1));
	}
	/* None of them keeps the server from another. */
	assert_int_equal(run_stock("-n 1M"), 0);
	for (i = 0; i < MANY; i++)
		close(fds[i]);
}

static void one_that_dawdles(void **unused)
{
	int fd = enter(), i;

	(void)unused;
	/* A byte now and then does not make its time longer. */
	for (i = 0; i < 100 && send(fd, &"\0\0\0\x7f{"[i < 4 ? i : 4], 1, MSG_NOSIGNAL) == 1; i++) {
		skip_time(&server, 4);
		usleep(20000);
	}
	wait_for_text(&server, "the client took too long");
	close(fd);
	fd = enter();
	say_json(fd, PARAMS);
	assert_int_equal(hear_state(fd), CREATE_STREAMS);
	skip_time(&server, 11);
	hear_error(fd, ERROR_STREAM_READ);
	fd = enter();
	say_json(fd, "{\"udp\":true,\"time\":5,\"len\":1000}");
	assert_int_equal(hear_state(fd), CREATE_STREAMS);
	skip_time(&server, 11);
	hear_error(fd, ERROR_STREAM_READ);
}

static void one_that_sends_no_data(void **unused)
{
	int stream, fd = begin_test_with(LONG_PARAMS, &stream);

	(void)unused;
	skip_time_until_readable(&server, fd);
	hear_error(fd, ERROR_STREAM_READ);
	close(stream);
}

/* Less time than usual, for parameters and for data */
static void an_impatient_server(void **unused)
{
	int fd = enter();

	(void)unused;
	hear_error(fd, ERROR_STREAM_READ);
}

/* Until nothing more comes */
static void let_fill(int stream)
{
	int waiting = 0, before = -1;

	while (waiting == 0 || waiting != before) {
		before = waiting;
		usleep(100000);
		assert_int_equal(ioctl(stream, FIONREAD, &waiting), 0);
	}
}

/* The server is not kept by data that it cannot send. */
static void one_that_does_not_read(void **unused)
{
	int stream, fd = begin_test_with(ENDLESS_PARAMS, &stream), second;

	(void)unused;
	let_fill(stream);
	second = knock();
	assert_int_equal(hear_state(second), ACCESS_DENIED);
	close(second);
	close(fd);
	wait_for_text(&server, "the client has unexpectedly closed the connection");
	wait_for_text(&server, "(test #2)");
	close(stream);
	fd = begin_test_with(ENDLESS_PARAMS, &stream);
	let_fill(stream);
	say_state(fd, TEST_END);
	assert_int_equal(hear_state(fd), EXCHANGE_RESULTS);
	say_json(fd, "{\"streams\":[{\"id\":1,\"bytes\":0}]}");
	cJSON_Delete(hear_json(fd));
	assert_int_equal(hear_state(fd), DISPLAY_RESULTS);
	say_state(fd, IPERF_DONE);
	hear_end(fd);
	close(stream);
}

/* Runs a stock client until its first interval, then does @action to it. */
static void interrupt_client(const char *arguments, int action)
{
	char line[128];

	snprintf(line, sizeof(line), "-c 127.0.0.1 -p %u -i 0.2 --forceflush %s", port, arguments);
	start_stock(&client, line);
	wait_for_text(&client, "sec");
	kill(client.pid, action);
}

static void a_client_that_is_killed(void **unused)
{
	static const char *const arguments[] = { "-P 2", "-R -P 2", "-u -b 1M", "-u -R -b 1M",
						 "--bidir" };
	char number[32];
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
		interrupt_client(arguments[i], SIGKILL);
		wait_for_end(&client);
		snprintf(number, sizeof(number), "(test #%zu)", i + 2);
		wait_for_text(&server, number);
	}
}

static void freeze_client(const char *arguments)
{
	interrupt_client(arguments, SIGSTOP);
	skip_time_until_text(&server, "the client took too long");
	kill(client.pid, SIGKILL);
	kill(client.pid, SIGCONT);
	wait_for_end(&client);
}

static void a_client_that_freezes(void **unused)
{
	(void)unused;
	freeze_client("-t 86400 -b 10M");
}

/* It has not said when its test ends. */
static void a_client_that_takes_nothing(void **unused)
{
	(void)unused;
	freeze_client("-R -n 100G");
}

static void stop_client(const char *arguments)
{
	interrupt_client(arguments, SIGINT);
	wait_for_end(&client);
	wait_for_text(&server, "the client has terminated");
}

static void a_client_that_is_interrupted(void **unused)
{
	(void)unused;
	stop_client("-t 60");
}

/* Stock's way to say: until I stop. */
static void a_test_without_an_end(void **unused)
{
	(void)unused;
	stop_client("-t 0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start_server, end_server)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_second_client),
		TEST(a_stranger_is_no_stream),
		TEST(garbage_for_parameters),
		TEST(garbage_in_a_test),
		TEST(garbage_for_results),
		TEST(ends_at_every_step),
		TEST(many_that_say_nothing),
		TEST(one_that_dawdles),
		TEST(one_that_sends_no_data),
		TEST(one_that_does_not_read),
		TEST(a_client_that_is_killed),
		TEST(a_client_that_freezes),
		TEST(a_client_that_is_interrupted),
		TEST(a_client_that_takes_nothing),
		TEST(a_test_without_an_end),
		cmocka_unit_test_setup_teardown(an_impatient_server, start_impatient_server,
						end_impatient_server),
	};

	return cmocka_run_group_tests_name("iperf3-server", tests, NULL, NULL);
}
