/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The client. The server says which state comes next, the client does what belongs to it; only the
 * end of the data is its own decision.
 */
#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "datagram.h"
#include "report-json.h"
#include "report.h"
#include "results.h"
#include "transfer.h"

/* Milliseconds that the server has for each step */
#define STEP_MS 30000
/* When a stream has failed, what the server says about it may still be on the way. */
#define WORD_MS 5000
/* Between two tries to reach a server over a link that is not up yet */
#define RETRY_MS 100

#define SERVER_BUSY "the server is busy running a test. try again later"

/* What the next bytes from the server are */
enum expect {
	EXPECT_STATE,
	EXPECT_RESULTS,
	EXPECT_ERROR
};

struct client {
	struct test test;
	enum expect expect;
	uint64_t deadline;
	/* Of that word, once a stream has failed; or 0 */
	uint64_t word_deadline;
	/* The data is through, the server knows */
	bool ended;
	bool done;
	bool failed;
};

static void fail(struct client *client, int system_error, const char *what)
{
	report_error(&client->test, "%s%s%s", what, system_error ? ": " : "",
		     system_error ? strerror(system_error) : "");
	client->failed = true;
}

static struct place server_place(const struct options *options, bool datagrams)
{
	return (struct place){
		.host = options->host,
		.port = options->port,
		.only_ipv4 = options->only_ipv4,
		.only_ipv6 = options->only_ipv6,
		.datagrams = datagrams,
	};
}

static int connect_control(const struct options *options)
{
	uint64_t patience = platform_now() + platform_link_patience() * NS_PER_MILLI;
	struct place place = server_place(options, false);
	int fd;

	for (;;) {
		fd = socket_connect(&place, options->bind, options->connect_timeout_ms);
		if (fd >= 0 || platform_now() >= patience)
			return fd;
		platform_sleep(RETRY_MS * NS_PER_MILLI);
	}
}

static void make_cookie(char cookie[COOKIE_SIZE])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
	unsigned int i;

	platform_random(cookie, COOKIE_SIZE);
	for (i = 0; i < COOKIE_SIZE - 1; i++)
		cookie[i] = letters[(unsigned char)cookie[i] % (sizeof(letters) - 1)];
	cookie[COOKIE_SIZE - 1] = '\0';
}

/* Datagrams are as large as a segment, so that they need no fragments. */
static void complete_params(struct test *test)
{
	unsigned int mss = socket_mss(test->control.fd);

	if (test->params.block)
		return;
	test->params.block = mss ? mss : DEFAULT_UDP_BLOCK;
	if (test->params.block > MAX_UDP_BLOCK)
		test->params.block = MAX_UDP_BLOCK;
	if (test->params.block < MIN_UDP_BLOCK)
		test->params.block = MIN_UDP_BLOCK;
}

/* From now on, the server has this long for its next word. */
static void expect_answer(struct client *client)
{
	client->deadline = platform_now() + STEP_MS * NS_PER_MILLI;
}

static bool begin(struct client *client, const struct options *options)
{
	struct test *test = &client->test;
	int fd;

	test_init(test, options, -1);
	test->params = options->params;
	test->output.title = test->params.title;
	if (options->json)
		json_begin(test);
	report_connecting(test);
	fd = connect_control(options);
	if (fd < 0) {
		fail(client, errno, "unable to connect to server");
		return false;
	}
	wire_open(&test->control, fd);
	socket_remote(fd, &test->peer);
	socket_no_delay(fd);
	socket_keep_alive(fd);
	complete_params(test);
	make_cookie(test->cookie);
	report_parameters(test);
	wire_send_bytes(&test->control, test->cookie, COOKIE_SIZE);
	expect_answer(client);
	return true;
}

/* Says which test the stream belongs to. Returns false with errno. */
static bool greet(const struct test *test, int fd)
{
	char reply[GREETING_SIZE];

	if (!test->params.udp)
		return send(fd, test->cookie, COOKIE_SIZE, MSG_NOSIGNAL) == COOKIE_SIZE;
	errno = ETIMEDOUT;
	return send(fd, GREETING, GREETING_SIZE, MSG_NOSIGNAL) == GREETING_SIZE &&
	       socket_wait_readable(fd, test->options->connect_timeout_ms) &&
	       recv(fd, reply, sizeof(reply), 0) == GREETING_SIZE;
}

static bool open_stream(struct test *test)
{
	struct place place = server_place(test->options, test->params.udp);
	int fd, error;

	fd = socket_connect(&place, test->options->bind, test->options->connect_timeout_ms);
	if (fd < 0)
		return false;
	if (greet(test, fd) && test_add_stream(test, fd))
		return true;
	error = errno;
	close(fd);
	errno = error;
	return false;
}

static void open_streams(struct client *client)
{
	struct test *test = &client->test;
	unsigned int i;

	if (test->streams) {
		fail(client, EPROTO, "the server wants streams twice");
		return;
	}
	if (!test_allocate(test)) {
		fail(client, ENOMEM, "no memory for the test");
		return;
	}
	for (i = 0; i < test_wanted_streams(test); i++) {
		if (!open_stream(test)) {
			fail(client, errno, "unable to connect stream");
			return;
		}
	}
	expect_answer(client);
}

static void start(struct client *client)
{
	if (client->test.running || client->ended ||
	    client->test.num_streams != test_wanted_streams(&client->test))
		fail(client, EPROTO, "the server starts before there are streams");
	else
		test_start(&client->test, platform_now());
}

static void finish(struct client *client, uint64_t now)
{
	test_finish(&client->test, now);
	client->test.ending = now;
	wire_send_state(&client->test.control, TEST_END);
	client->ended = true;
	expect_answer(client);
}

static void display(struct client *client)
{
	if (!client->ended) {
		fail(client, EPROTO, "the server shows results before there are any");
		return;
	}
	report_results(&client->test);
	wire_send_state(&client->test.control, IPERF_DONE);
	report_end(&client->test);
	client->done = true;
}

static void exchange(struct client *client)
{
	if (!client->ended) {
		fail(client, EPROTO, "the server wants results before there are any");
		return;
	}
	wire_send_json(&client->test.control, results_to_json(&client->test));
	client->expect = EXPECT_RESULTS;
}

static void enter(struct client *client, int state)
{
	switch (state) {
	case PARAM_EXCHANGE:
		wire_send_json(&client->test.control, params_to_json(&client->test.params));
		break;
	case CREATE_STREAMS:
		open_streams(client);
		break;
	case TEST_START:
		break;
	case TEST_RUNNING:
		start(client);
		break;
	case EXCHANGE_RESULTS:
		exchange(client);
		break;
	case DISPLAY_RESULTS:
		display(client);
		break;
	case ACCESS_DENIED:
		fail(client, 0, SERVER_BUSY);
		break;
	case SERVER_TERMINATE:
		fail(client, 0, "the server has terminated");
		break;
	case SERVER_ERROR:
		client->expect = EXPECT_ERROR;
		break;
	default:
		fail(client, 0, "received an unknown control message");
	}
}

static enum wire_result take_results(struct client *client)
{
	cJSON *json = NULL;
	enum wire_result result;

	result = wire_receive_json(&client->test.control, MAX_OUTPUT_MESSAGE, &json);
	if (result != WIRE_DONE)
		return result;
	if (results_from_json(&client->test, json))
		fail(client, 0, "unable to receive results");
	cJSON_Delete(json);
	client->expect = EXPECT_STATE;
	return result;
}

static enum wire_result take_error(struct client *client)
{
	uint32_t numbers[2];
	enum wire_result result;
	char text[64];

	result = wire_receive_bytes(&client->test.control, numbers, sizeof(numbers));
	if (result != WIRE_DONE)
		return result;
	snprintf(text, sizeof(text), "the server reports error %u", ntohl(numbers[0]));
	fail(client, (int)ntohl(numbers[1]), text);
	return result;
}

static enum wire_result take_state(struct client *client)
{
	int state = 0;
	enum wire_result result = wire_receive_state(&client->test.control, &state);

	if (result == WIRE_DONE)
		enter(client, state);
	return result;
}

/* All that has come over the control connection */
static void take_control(struct client *client)
{
	enum wire_result result = WIRE_DONE;

	while (result == WIRE_DONE && !client->done && !client->failed) {
		expect_answer(client);
		if (client->expect == EXPECT_RESULTS)
			result = take_results(client);
		else if (client->expect == EXPECT_ERROR)
			result = take_error(client);
		else
			result = take_state(client);
	}
	if (result == WIRE_BROKEN)
		fail(client, errno, "control socket has closed unexpectedly");
}

/* Whether nothing comes that should */
static uint64_t time_limit(const struct client *client)
{
	const struct test *test = &client->test;
	bool receives = test->params.reverse || test->params.bidirectional;

	if (client->word_deadline)
		return client->word_deadline;
	if (!test->running)
		return client->deadline;
	if (!receives)
		return UINT64_MAX;
	return test->last_arrival + test->options->rcv_timeout_ms * NS_PER_MILLI;
}

static void watch_all(const struct client *client, struct watch *watch)
{
	const struct test *test = &client->test;

	watch_clear(watch);
	watch_read(watch, test->control.fd);
	if (wire_pending(&test->control))
		watch_write(watch, test->control.fd);
	watch_until(watch, time_limit(client));
	if (client->word_deadline)
		return;
	if (test->running)
		test_watch(test, watch);
	else if (client->ended && client->expect == EXPECT_STATE)
		transfer_watch_receivers(test, watch);
}

static void move_data(struct client *client, const struct watch *watch, uint64_t now)
{
	struct test *test = &client->test;

	if (client->word_deadline)
		return;
	if (test->running)
		test_step(test, watch, now);
	else
		transfer_drain(test, watch);
	if (test->failed)
		client->word_deadline = now + WORD_MS * NS_PER_MILLI;
}

static void time_is_over(struct client *client)
{
	if (client->test.failed)
		fail(client, client->test.failed_errno, "a stream failed");
	else
		fail(client, ETIMEDOUT, "the server took too long");
}

static void step(struct client *client)
{
	struct test *test = &client->test;
	struct watch watch;
	uint64_t now;

	watch_all(client, &watch);
	watch_wait(&watch);
	now = platform_now();
	move_data(client, &watch, now);
	/* What has come goes first: it may say why nothing can be sent any more. */
	if (watch_readable(&watch, test->control.fd))
		take_control(client);
	else if (watch.looked_at >= time_limit(client))
		time_is_over(client);
	if (client->done || client->failed)
		return;
	if (!wire_flush(&test->control))
		fail(client, errno, "unable to send control message");
	else if (test->running && !test->failed && test_complete(test, platform_now()))
		finish(client, platform_now());
}

/* What is queued goes out first, the end of a good test in particular. */
static void leave(struct client *client)
{
	struct test *test = &client->test;

	if (client->failed && test->control.fd >= 0)
		wire_send_state(&test->control, CLIENT_TERMINATE);
	report_print(test);
	test_destroy(test);
}

int client_run(const struct options *options)
{
	static struct client client;

	client = (struct client){ 0 };
	if (begin(&client, options))
		while (!client.done && !client.failed)
			step(&client);
	leave(&client);
	return client.failed;
}
