/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The server. One loop serves the listener, connections that belong to nobody yet, the control
 * connection and the streams of the test. Each phase of a test has a time to end by, so that no
 * client can keep the server from the next.
 */
#include "server.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report-json.h"
#include "report.h"
#include "results.h"
#include "server-streams.h"
#include "transfer.h"
#include "visitors.h"

#define BANNER "-----------------------------------------------------------"

/* Milliseconds for parameters and streams; for results and the farewell */
#define SETUP_MS   10000
#define RESULTS_MS 30000
/* How much longer than announced a test may take */
#define GRACE_MS 30000
/* Between two looks whether data has arrived that was still on the way at the end */
#define LOOK_MS 5

struct server {
	const struct options *options;
	struct server_sockets sockets;
	struct visitors visitors;
	/* Not running a test: test.control.fd is negative */
	struct test test;
	/* What the client has been told last */
	enum state state;
	/* Of that state */
	uint64_t deadline;
	/* The client has sent its results, and waits for ours */
	bool has_results;
	unsigned int tests_done;
};

static bool busy(const struct server *server)
{
	return server->test.control.fd >= 0;
}

static void announce(const struct server *server)
{
	if (server->options->json)
		return;
	if (server->options->verbose)
		platform_print_usage();
	printf("%s\nServer listening on %s (test #%u)\n%s\n", BANNER, server->options->port,
	       server->tests_done + 1, BANNER);
}

/* @limit_ms is not more than what is said to be long enough for data to come. */
static void enter(struct server *server, enum state state, uint64_t limit_ms)
{
	if (limit_ms > server->options->rcv_timeout_ms && state != TEST_RUNNING)
		limit_ms = server->options->rcv_timeout_ms;
	server->state = state;
	server->deadline = platform_now() + limit_ms * NS_PER_MILLI;
	wire_send_state(&server->test.control, state);
}

/* The test is over, one way or the other. */
static void end_test(struct server *server)
{
	report_print(&server->test);
	server_sockets_end(&server->sockets);
	test_destroy(&server->test);
	server->has_results = false;
	server->tests_done++;
	if (!server->options->one_off)
		announce(server);
}

/* Tells both sides what went wrong. @system_error is a value of errno, or 0. */
static void fail_test(struct server *server, enum wire_error error, int system_error,
		      const char *what)
{
	report_error(&server->test, "%s%s%s", what, system_error ? ": " : "",
		     system_error ? strerror(system_error) : "");
	wire_send_error(&server->test.control, error, system_error);
	visitors_leave(&server->visitors, &server->test.control, platform_now());
	end_test(server);
}

static void begin_test(struct server *server, struct wire *wire, const char cookie[COOKIE_SIZE])
{
	struct test *test = &server->test;

	test_init(test, server->options, wire->fd);
	test->control = *wire;
	memcpy(test->cookie, cookie, COOKIE_SIZE);
	test->cookie[COOKIE_SIZE - 1] = '\0';
	test->output.keep = true;
	if (server->options->json)
		json_begin(test);
	socket_no_delay(wire->fd);
	socket_keep_alive(wire->fd);
	report_accepted(test);
	enter(server, PARAM_EXCHANGE, SETUP_MS);
}

static void set_up_streams(struct server *server)
{
	struct test *test = &server->test;

	test->output.title = test->params.title;
	test->output.keep = test->params.server_output;
	if (!test->output.keep)
		output_clear(&test->output);
	if (!test_allocate(test))
		fail_test(server, ERROR_BUFFER_SIZE, ENOMEM, "no memory for the test");
	else if (test->params.udp && !server_sockets_datagrams(&server->sockets))
		fail_test(server, ERROR_CREATE_STREAM, errno, "unable to start stream listener");
	else
		enter(server, CREATE_STREAMS, SETUP_MS);
}

static void start_test(struct server *server)
{
	uint64_t limit_ms = 0;

	server_sockets_end(&server->sockets);
	wire_send_state(&server->test.control, TEST_START);
	if (server->test.params.time)
		limit_ms = (server->test.params.omit + server->test.params.time) * 1000 + GRACE_MS;
	enter(server, TEST_RUNNING, limit_ms);
	if (!limit_ms)
		server->deadline = UINT64_MAX;
	test_start(&server->test, platform_now());
}

static void stream_arrived(struct server *server, int fd)
{
	if (!test_add_stream(&server->test, fd)) {
		int error = errno;

		close(fd);
		fail_test(server, ERROR_INIT_STREAM, error, "unable to initialize stream");
		return;
	}
	if (server->test.num_streams == test_wanted_streams(&server->test))
		start_test(server);
}

/* What a client says who knows the cookie of the test that is about to start */
static bool expects_stream(const struct server *server, const char cookie[COOKIE_SIZE])
{
	return busy(server) && server->state == CREATE_STREAMS && !server->test.params.udp &&
	       memcmp(server->test.cookie, cookie, COOKIE_SIZE - 1) == 0;
}

static void deny(struct server *server, struct wire *wire, uint64_t now)
{
	wire_send_state(wire, ACCESS_DENIED);
	visitors_leave(&server->visitors, wire, now);
}

/* Somebody new. Who cannot be a stream of the test that runs need not say more to hear that. */
static void arrive(struct server *server, uint64_t now)
{
	int fd = socket_accept(server->sockets.listener);
	struct wire wire;

	if (fd < 0)
		return;
	if (busy(server) && (server->state != CREATE_STREAMS || server->test.params.udp)) {
		wire_open(&wire, fd);
		deny(server, &wire, now);
		return;
	}
	visitors_arrive(&server->visitors, fd, now);
}

static void introduce(struct server *server, struct visitor *visitor,
		      const char cookie[COOKIE_SIZE], uint64_t now)
{
	struct wire wire = visitor->wire;

	visitor->wire = (struct wire){ .fd = -1 };
	if (!busy(server))
		begin_test(server, &wire, cookie);
	else if (expects_stream(server, cookie))
		stream_arrived(server, wire.fd);
	else
		deny(server, &wire, now);
}

static void take_params(struct server *server)
{
	enum wire_result result;
	const char *wrong;
	cJSON *json = NULL;

	result = wire_receive_json(&server->test.control, MAX_PARAMS_MESSAGE, &json);
	if (result == WIRE_NOT_YET)
		return;
	if (result == WIRE_BROKEN) {
		fail_test(server, ERROR_RECEIVE_PARAMS, errno,
			  "unable to receive parameters from client");
		return;
	}
	wrong = params_from_json(&server->test.params, json);
	cJSON_Delete(json);
	if (wrong) {
		output_line(&server->test.output, "parameter %s is wrong", wrong);
		fail_test(server, ERROR_RECEIVE_PARAMS, EINVAL,
			  "unable to receive parameters from client");
		return;
	}
	set_up_streams(server);
}

static void take_results(struct server *server)
{
	enum wire_result result;
	const char *wrong;
	cJSON *json = NULL;

	result = wire_receive_json(&server->test.control, MAX_RESULTS_MESSAGE, &json);
	if (result == WIRE_NOT_YET)
		return;
	wrong = result == WIRE_BROKEN ? "message" : results_from_json(&server->test, json);
	cJSON_Delete(json);
	if (wrong) {
		fail_test(server, ERROR_RECEIVE_RESULTS, result == WIRE_BROKEN ? errno : EINVAL,
			  "unable to receive results");
		return;
	}
	server->has_results = true;
}

/* All data is there that will come. */
static void give_results(struct server *server)
{
	struct test *test = &server->test;

	test_finish(test, test->last_arrival > test->ending ? test->last_arrival : test->ending);
	report_results(test);
	wire_send_json(&test->control, results_to_json(test));
	enter(server, DISPLAY_RESULTS, RESULTS_MS);
	server->has_results = false;
}

static void client_is_done(struct server *server)
{
	transfer_end(&server->test);
	enter(server, EXCHANGE_RESULTS, RESULTS_MS);
}

static void connection_lost(struct server *server)
{
	report_error(&server->test,
		     errno ? "unable to receive control message: %s"
			   : "the client has unexpectedly closed the connection",
		     strerror(errno));
	end_test(server);
}

static void take_state(struct server *server)
{
	int state = 0;
	enum wire_result result = wire_receive_state(&server->test.control, &state);

	if (result == WIRE_NOT_YET)
		return;
	if (result == WIRE_BROKEN && server->state == DISPLAY_RESULTS)
		end_test(server);
	else if (result == WIRE_BROKEN)
		connection_lost(server);
	else if (state == TEST_END && server->state == TEST_RUNNING)
		client_is_done(server);
	else if (state == IPERF_DONE && server->state == DISPLAY_RESULTS)
		end_test(server);
	else if (state == CLIENT_TERMINATE) {
		report_error(&server->test, "the client has terminated");
		end_test(server);
	} else {
		fail_test(server, ERROR_MESSAGE, 0, "received an unknown control message");
	}
}

static void take_control(struct server *server)
{
	if (server->state == PARAM_EXCHANGE)
		take_params(server);
	else if (server->state == EXCHANGE_RESULTS && !server->has_results)
		take_results(server);
	else
		take_state(server);
}

/*
 * When it is too long since a stream moved. One that has said when its test ends need not take what
 * we send before.
 */
static uint64_t stream_limit(const struct server *server, const struct stream *stream)
{
	uint64_t patience = server->options->rcv_timeout_ms * NS_PER_MILLI;
	const struct test *test = &server->test;
	uint64_t due;

	if (!stream->sender)
		return test->last_arrival + patience;
	if (server->deadline != UINT64_MAX)
		return UINT64_MAX;
	due = stream_send_time(stream, &test->params, test->start);
	return (due > test->last_departure ? due : test->last_departure) + patience;
}

/* When the test will have failed */
static uint64_t time_limit(const struct server *server)
{
	const struct test *test = &server->test;
	uint64_t limit = server->deadline, other;
	unsigned int i;

	for (i = 0; test->running && i < test->num_streams; i++) {
		other = stream_limit(server, &test->streams[i]);
		limit = other < limit ? other : limit;
	}
	return limit;
}

static void step_test(struct server *server, const struct watch *watch)
{
	struct test *test = &server->test;
	uint64_t now;
	int fd;

	if (server->state == CREATE_STREAMS && test->params.udp) {
		fd = server_sockets_accept(&server->sockets, &test->peer, watch);
		if (fd >= 0)
			stream_arrived(server, fd);
	}
	if (!busy(server))
		return;
	now = platform_now();
	if (test->running)
		test_step(test, watch, now);
	if (wire_pending(&test->control) && !wire_flush(&test->control))
		connection_lost(server);
	else if (watch_readable(watch, test->control.fd))
		take_control(server);
	else if (test->failed)
		fail_test(server, test->failed, test->failed_errno, "a stream failed");
	else if (server->has_results && transfer_all_arrived(test, watch->looked_at))
		give_results(server);
	else if (watch->looked_at >= time_limit(server))
		fail_test(server, ERROR_STREAM_READ, ETIMEDOUT, "the client took too long");
}

static void watch_all(const struct server *server, struct watch *watch)
{
	watch_clear(watch);
	watch_read(watch, server->sockets.listener);
	visitors_watch(&server->visitors, watch);
	if (!busy(server))
		return;
	watch_read(watch, server->test.control.fd);
	if (wire_pending(&server->test.control))
		watch_write(watch, server->test.control.fd);
	if (server->sockets.datagrams >= 0)
		watch_read(watch, server->sockets.datagrams);
	watch_until(watch, time_limit(server));
	if (server->test.running)
		test_watch(&server->test, watch);
	if (server->has_results)
		watch_until(watch, platform_now() + LOOK_MS * NS_PER_MILLI);
}

static void step(struct server *server)
{
	char cookie[COOKIE_SIZE];
	struct visitor *visitor;
	struct watch watch;
	uint64_t now;

	watch_all(server, &watch);
	watch_wait(&watch);
	if (busy(server))
		step_test(server, &watch);
	now = platform_now();
	if (watch_readable(&watch, server->sockets.listener))
		arrive(server, now);
	while ((visitor = visitors_step(&server->visitors, &watch, now, cookie)))
		introduce(server, visitor, cookie, now);
}

int server_run(const struct options *options)
{
	static struct server server;

	server = (struct server){ .options = options, .test.control.fd = -1 };
	visitors_init(&server.visitors);
	if (!server_sockets_open(&server.sockets, options)) {
		printf("iperf3: error - unable to start listener for connections: %s\n",
		       strerror(errno));
		return 1;
	}
	announce(&server);
	while (!options->one_off || !server.tests_done)
		step(&server);
	visitors_close(&server.visitors);
	server_sockets_close(&server.sockets);
	return 0;
}
