/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Our iperf3 client and servers that do not do what they should: it says what is wrong, ends with
 * an error, and loses no memory. And what it sends for a good test.
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
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "iperf3-clock.h"
#include "iperf3-talk.h"

/* For what comes at once on a machine that is not busy */
#define LIMIT_SECONDS 60

#define CHUNK 65536
/* More than can be on the way */
#define MUCH (256 * CHUNK)

static struct program client;

/* We are the server. */
static struct {
	int listener;
	unsigned int port;
	int control;
	int stream;
	char cookie[COOKIE_SIZE];
	/* What the client wants */
	cJSON *params;
} server;

static int set_up(void **unused)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);

	(void)unused;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server.control = server.stream = -1;
	server.listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(server.listener, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(server.listener, 8), 0);
	assert_int_equal(getsockname(server.listener, (struct sockaddr *)&address, &size), 0);
	server.port = ntohs(address.sin_port);
	return 0;
}

static void hang_up(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Ready for the next */
static void end_test(void)
{
	cJSON_Delete(server.params);
	server.params = NULL;
	hang_up(&server.stream);
	hang_up(&server.control);
}

static int tear_down(void **unused)
{
	(void)unused;
	end_test();
	hang_up(&server.listener);
	return 0;
}

static void start_client(const char *arguments)
{
	char line[128];

	snprintf(line, sizeof(line), "-c 127.0.0.1 -p %u %s", server.port, arguments);
	start_ours(&client, line);
}

static int answer_call(void)
{
	struct timeval limit = { .tv_sec = LIMIT_SECONDS };
	struct pollfd pollfd = { .fd = server.listener, .events = POLLIN };
	int fd;

	assert_int_equal(poll(&pollfd, 1, LIMIT_SECONDS * 1000), 1);
	fd = accept(server.listener, NULL, NULL);
	assert_true(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	return fd;
}

static void meet(const char *arguments)
{
	start_client(arguments);
	server.control = answer_call();
	hear(server.control, server.cookie, COOKIE_SIZE);
}

/* A test of one stream runs. */
static void begin_test(const char *arguments)
{
	char cookie[COOKIE_SIZE];

	meet(arguments);
	say_state(server.control, PARAM_EXCHANGE);
	server.params = hear_json(server.control);
	say_state(server.control, CREATE_STREAMS);
	server.stream = answer_call();
	hear(server.stream, cookie, COOKIE_SIZE);
	assert_memory_equal(cookie, server.cookie, COOKIE_SIZE);
	say_state(server.control, TEST_START);
	say_state(server.control, TEST_RUNNING);
}

static double param(const char *name)
{
	const cJSON *item = cJSON_GetObjectItem(server.params, name);

	if (!cJSON_IsNumber(item))
		fail_msg("no number %s", name);
	return item->valuedouble;
}

static void take_some(void)
{
	static char chunk[CHUNK];

	hear(server.stream, chunk, sizeof(chunk));
}

/* @bytes: a multiple of CHUNK */
static void take(size_t bytes)
{
	size_t taken;

	for (taken = 0; taken < bytes; taken += CHUNK)
		take_some();
}

static void take_much(void)
{
	take(MUCH);
}

/*
 * Takes data until the client says something, which may overtake the last of them. Returns the
 * bytes.
 */
static size_t take_all(void)
{
	struct pollfd pollfds[] = { { .fd = server.stream, .events = POLLIN },
				    { .fd = server.control, .events = POLLIN } };
	static char chunk[CHUNK];
	size_t total = 0;
	ssize_t got = 1;

	for (;;) {
		if (poll(pollfds, 2, LIMIT_SECONDS * 1000) <= 0)
			fail_msg("nothing happens after %zu bytes", total);
		if (pollfds[0].revents) {
			got = recv(server.stream, chunk, sizeof(chunk), 0);
			assert_true(got > 0);
			total += (size_t)got;
		} else {
			return total;
		}
	}
}

/* Of the one stream of a client's results */
static double bytes_in_results(const cJSON *results)
{
	const cJSON *streams = cJSON_GetObjectItem(results, "streams");
	const cJSON *bytes = cJSON_GetObjectItem(cJSON_GetArrayItem(streams, 0), "bytes");

	assert_true(cJSON_IsNumber(bytes));
	return bytes->valuedouble;
}

/* The rest of a good test, of which @bytes have been taken. Returns what the client counted. */
static double end_well(size_t bytes)
{
	char text[256];
	cJSON *results;
	double its_bytes;

	assert_int_equal(hear_state(server.control), TEST_END);
	say_state(server.control, EXCHANGE_RESULTS);
	results = hear_json(server.control);
	its_bytes = bytes_in_results(results);
	cJSON_Delete(results);
	snprintf(text, sizeof(text),
		 "{\"cpu_util_total\":1,\"cpu_util_user\":1,\"cpu_util_system\":0,"
		 "\"sender_has_retransmits\":-1,\"streams\":[{\"id\":1,\"bytes\":%zu,"
		 "\"retransmits\":-1,\"jitter\":0,\"errors\":0,\"packets\":0,"
		 "\"start_time\":0,\"end_time\":1}]}",
		 bytes);
	say_json(server.control, text);
	say_state(server.control, DISPLAY_RESULTS);
	assert_int_equal(hear_state(server.control), IPERF_DONE);
	assert_int_equal(wait_for_end(&client), 0);
	assert_non_null(strstr(client.text, "iperf Done."));
	assert_null(strstr(client.text, "error"));
	return its_bytes;
}

/* The client gives up, and says why. */
static void ends_with(const char *text)
{
	int status = wait_for_end(&client);

	if (status != 1 || !strstr(client.text, text) || strstr(client.text, "iperf Done."))
		fail_msg("ends with %d, not 1 and '%s':\n%s", status, text, client.text);
}

/* The client waits for the server, tells it that it waits no longer, and says why. */
static void waits_in_vain(const char *text)
{
	skip_time_until_readable(&client, server.control);
	assert_int_equal(hear_state(server.control), CLIENT_TERMINATE);
	ends_with(text);
}

static void a_good_test(void **unused)
{
	(void)unused;
	begin_test("-n 1M");
	assert_int_equal(param("num"), 1 << 20);
	take(1 << 20);
	assert_int_equal(take_all(), 0);
	assert_true(end_well(1 << 20) == 1 << 20);
}

static void bytes_without_a_time(void **unused)
{
	(void)unused;
	begin_test("-t 0 -n 64M");
	assert_int_equal(param("time"), 0);
	assert_int_equal(param("num"), 64 << 20);
	take_some();
	/* Most of it is not even on the way. */
	skip_time(&client, 40);
	take((64 << 20) - CHUNK);
	assert_int_equal(take_all(), 0);
	assert_true(end_well(64 << 20) == 64 << 20);
}

static void without_an_end(void **unused)
{
	unsigned int n;

	(void)unused;
	begin_test("-t 0");
	assert_int_equal(param("time"), 0);
	assert_int_equal(param("num"), 0);
	assert_int_equal(param("blockcount"), 0);
	for (n = 0; n < 5; n++) {
		/* Not before it runs. */
		take_much();
		skip_time(&client, 40);
	}
	take_much();
	say_state(server.control, SERVER_TERMINATE);
	ends_with("the server has terminated");
}

/* Longer than a server may take for a step. */
static void a_long_test(void **unused)
{
	size_t bytes;

	(void)unused;
	begin_test("-t 75");
	assert_int_equal(param("time"), 75);
	/* Its time starts when it runs. */
	take_some();
	skip_time(&client, 40);
	take_much();
	/* Now 80 seconds have passed. */
	skip_time(&client, 40);
	bytes = CHUNK + MUCH + take_all();
	end_well(bytes);
}

/* Nothing comes for a while, and all the same the test is not over. */
static void a_long_test_in_reverse(void **unused)
{
	static const char chunk[CHUNK];
	struct pollfd pollfd;

	(void)unused;
	begin_test("-t 75 -R -i 1");
	say(server.stream, chunk, sizeof(chunk));
	wait_for_new_text(&client, "sec");
	skip_time(&client, 40);
	wait_for_new_text(&client, "sec");
	pollfd = (struct pollfd){ .fd = server.control, .events = POLLIN };
	assert_int_equal(poll(&pollfd, 1, 0), 0);
	skip_time(&client, 40);
	assert_true(end_well(CHUNK) == CHUNK);
}

static void nobody_is_there(void **unused)
{
	(void)unused;
	hang_up(&server.listener);
	start_client("-n 1M");
	ends_with("unable to connect to server: Connection refused");
}

static void the_server_is_busy(void **unused)
{
	(void)unused;
	meet("-n 1M");
	say_state(server.control, ACCESS_DENIED);
	ends_with("the server is busy running a test. try again later");
}

static void the_server_says_nothing(void **unused)
{
	(void)unused;
	meet("-n 1M");
	waits_in_vain("the server took too long");
}

static void no_results(void **unused)
{
	(void)unused;
	begin_test("-n 1M");
	take_all();
	assert_int_equal(hear_state(server.control), TEST_END);
	waits_in_vain("the server took too long");
}

static void nothing_is_sent_to_a_receiver(void **unused)
{
	(void)unused;
	begin_test("-t 0 -R --rcv-timeout 1000");
	assert_int_equal(hear_state(server.control), CLIENT_TERMINATE);
	ends_with("the server took too long");
}

/* In the middle of its streams, which need not stand still for that: both directions */
static const char *const directions[] = { "-t 0", "-t 0 -R" };

static void say_in_the_middle(const char *arguments, const void *bytes, size_t size,
			      const char *text)
{
	static const char chunk[CHUNK];

	begin_test(arguments);
	if (strstr(arguments, "-R"))
		say(server.stream, chunk, sizeof(chunk));
	else
		take_some();
	say(server.control, bytes, size);
	ends_with(text);
	end_test();
}

static void words_in_the_middle(void **unused)
{
	static const struct {
		const char *bytes;
		size_t size;
		const char *text;
	} words[] = {
		{ "\x0b", 1, "the server has terminated" },
		{ "\xff", 1, "the server is busy" },
		{ "\xfe\0\0\0\xce\0\0\0\x6e", 9,
		  "the server reports error 206: Connection timed out" },
		{ "\x63", 1, "received an unknown control message" },
		{ "\x0d", 1, "the server wants results before there are any" },
		{ "\x0e", 1, "the server shows results before there are any" },
		{ "\x0a", 1, "the server wants streams twice" },
		{ "\x02", 1, "the server starts before there are streams" },
	};
	size_t i, n;

	(void)unused;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (n = 0; n < 2; n++)
			say_in_the_middle(directions[n], words[i].bytes, words[i].size,
					  words[i].text);
}

static void the_server_goes_away(void **unused)
{
	size_t n;

	(void)unused;
	for (n = 0; n < 2; n++) {
		begin_test(directions[n]);
		hang_up(&server.stream);
		hang_up(&server.control);
		ends_with("control socket has closed unexpectedly");
		end_test();
	}
}

/* Resets the stream. */
static void break_stream(void)
{
	struct linger linger = { .l_onoff = 1 };

	setsockopt(server.stream, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	hang_up(&server.stream);
}

/* The end of the streams overtakes the word that says why. */
static void the_word_comes_late(void **unused)
{
	(void)unused;
	begin_test("-t 0");
	take_some();
	break_stream();
	usleep(20000);
	say_state(server.control, SERVER_TERMINATE);
	ends_with("the server has terminated");
}

static void only_a_stream_fails(void **unused)
{
	(void)unused;
	begin_test("-t 0");
	take_some();
	break_stream();
	waits_in_vain("a stream failed: ");
}

static void garbage_for_results(void **unused)
{
	static const char *const texts[] = { "{", "[]", "{\"streams\":[{\"id\":7}]}" };
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		begin_test("-n 1M");
		take_all();
		assert_int_equal(hear_state(server.control), TEST_END);
		say_state(server.control, EXCHANGE_RESULTS);
		cJSON_Delete(hear_json(server.control));
		say_json(server.control, texts[i]);
		ends_with("iperf3: error - ");
		end_test();
	}
}

static void an_error_is_in_the_json(void **unused)
{
	cJSON *json;

	(void)unused;
	begin_test("-t 0 -J");
	take_some();
	say_state(server.control, SERVER_TERMINATE);
	assert_int_equal(wait_for_end(&client), 1);
	json = cJSON_Parse(client.text);
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(json, "error")),
			    "the server has terminated");
	cJSON_Delete(json);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_good_test),
		TEST(bytes_without_a_time),
		TEST(without_an_end),
		TEST(a_long_test),
		TEST(a_long_test_in_reverse),
		TEST(nobody_is_there),
		TEST(the_server_is_busy),
		TEST(the_server_says_nothing),
		TEST(no_results),
		TEST(nothing_is_sent_to_a_receiver),
		TEST(words_in_the_middle),
		TEST(the_server_goes_away),
		TEST(the_word_comes_late),
		TEST(only_a_stream_fails),
		TEST(garbage_for_results),
		TEST(an_error_is_in_the_json),
	};

	return cmocka_run_group_tests_name("iperf3-client", tests, NULL, NULL);
}
