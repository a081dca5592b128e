/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * iperf3's control connection: messages in pieces, garbage, ends, receivers that do not read.
 *
 * suite: sockets
 * sources: inmates/demos/iperf3/wire.c
 * flags: -iquote inmates/demos/iperf3
 * cjson: linked
 */
#include "unit.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire.h"

static struct wire wire;
static int other;

static int open_pair(void **unused)
{
	int pair[2];

	(void)unused;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		return -1;
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	fcntl(pair[1], F_SETFL, O_NONBLOCK);
	wire_open(&wire, pair[0]);
	other = pair[1];
	return 0;
}

static int close_pair(void **unused)
{
	(void)unused;
	wire_close(&wire);
	wire_close(&wire);
	close(other);
	return 0;
}

static void put(const void *bytes, size_t size)
{
	assert_int_equal(write(other, bytes, size), size);
}

static void states(void **unused)
{
	int state = 0;

	(void)unused;
	assert_int_equal(wire_receive_state(&wire, &state), WIRE_NOT_YET);
	put("\x09\xff\xfe", 3);
	assert_int_equal(wire_receive_state(&wire, &state), WIRE_DONE);
	assert_int_equal(state, PARAM_EXCHANGE);
	assert_int_equal(wire_receive_state(&wire, &state), WIRE_DONE);
	assert_int_equal(state, ACCESS_DENIED);
	assert_int_equal(wire_receive_state(&wire, &state), WIRE_DONE);
	assert_int_equal(state, SERVER_ERROR);
	close(other);
	assert_int_equal(wire_receive_state(&wire, &state), WIRE_BROKEN);
	assert_int_equal(errno, 0);
}

static void a_message_in_single_bytes(void **unused)
{
	static const char message[] = "\0\0\0\x08{\"a\":12}";
	cJSON *json = NULL;
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(message) - 2; i++) {
		put(&message[i], 1);
		assert_int_equal(wire_receive_json(&wire, 100, &json), WIRE_NOT_YET);
	}
	put("}\x0d", 2);
	assert_int_equal(wire_receive_json(&wire, 100, &json), WIRE_DONE);
	assert_true(cJSON_GetObjectItem(json, "a")->valuedouble == 12);
	cJSON_Delete(json);
	assert_int_equal(wire_receive_state(&wire, &(int){ 0 }), WIRE_DONE);
}

static void garbage(void **unused)
{
	static const struct {
		const char *bytes;
		size_t size;
	} messages[] = {
		{ "\0\0\0\0", 4 },
		{ "\0\0\0\x65", 4 },
		{ "\xff\xff\xff\xff", 4 },
		{ "\0\0\0\x04nope", 8 },
		{ "\0\0\0\x04\0\0\0\0", 8 },
		/* Deeper than anything that makes sense */
		{ "\0\0\0\x28[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]", 44 },
	};
	cJSON *json;
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		json = NULL;
		put(messages[i].bytes, messages[i].size);
		if (wire_receive_json(&wire, 100, &json) != WIRE_BROKEN)
			fail_msg("message %zu is taken", i);
		assert_int_equal(errno, EINVAL);
		assert_null(json);
		close_pair(NULL);
		open_pair(NULL);
	}
}

static void an_end_within_a_message(void **unused)
{
	cJSON *json = NULL;

	(void)unused;
	put("\0\0\0\x08{\"a", 7);
	close(other);
	assert_int_equal(wire_receive_json(&wire, 100, &json), WIRE_BROKEN);
	assert_int_equal(errno, 0);
}

static void what_is_sent(void **unused)
{
	cJSON *json = cJSON_CreateObject();
	char bytes[64];

	(void)unused;
	wire_send_state(&wire, CREATE_STREAMS);
	cJSON_AddTrueToObject(json, "udp");
	wire_send_json(&wire, json);
	wire_send_error(&wire, ERROR_RECEIVE_PARAMS, 22);
	assert_false(wire_pending(&wire));
	assert_int_equal(read(other, bytes, sizeof(bytes)), 1 + 4 + 12 + 9);
	assert_memory_equal(bytes, "\x0a\0\0\0\x0c{\"udp\":true}\xfe\0\0\0\x72\0\0\0\x16", 26);
}

static void a_receiver_that_does_not_read(void **unused)
{
	static char bytes[100000];
	size_t total = 0;
	ssize_t got;
	int i;

	(void)unused;
	for (i = 0; i < 20; i++)
		wire_send_bytes(&wire, bytes, sizeof(bytes));
	assert_true(wire_pending(&wire));
	assert_true(wire_flush(&wire));
	while (total < 20 * sizeof(bytes)) {
		got = read(other, bytes, sizeof(bytes));
		assert_true(got > 0);
		total += (size_t)got;
		assert_true(wire_flush(&wire));
	}
	assert_false(wire_pending(&wire));
	/* Who never reads does not get all the memory. */
	for (i = 0; i < 100; i++)
		wire_send_bytes(&wire, bytes, sizeof(bytes));
	assert_false(wire_flush(&wire));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_pair, close_pair)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(states),       TEST(a_message_in_single_bytes),
		TEST(garbage),      TEST(an_end_within_a_message),
		TEST(what_is_sent), TEST(a_receiver_that_does_not_read),
	};

	return cmocka_run_group_tests_name("iperf3-wire", tests, NULL, NULL);
}
