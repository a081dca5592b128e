/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * iperf3's account of datagrams (losses, order, jitter), its pacing, and the results that both
 * sides exchange.
 *
 * suite: sockets
 * sources: inmates/demos/iperf3/stream.c inmates/demos/iperf3/results.c inmates/demos/iperf3/json.c inmates/demos/iperf3/platform-host.c
 * flags: -iquote inmates/demos/iperf3
 * cjson: linked
 */
#include "unit.h"

#include "results.h"

#define SIZE 100

static struct stream from, to;

double test_seconds(const struct test *test, uint64_t time)
{
	return (double)(time - test->counted) / (double)NS_PER_SECOND;
}

static void reset(void)
{
	memset(&from, 0, sizeof(from));
	memset(&to, 0, sizeof(to));
	from.sender = true;
}

/* The next datagram is sent at @sent, in ms, and arrives at @arrived unless that is 0. */
static void datagram(bool counters_64bit, uint64_t sent, uint64_t arrived)
{
	char data[SIZE];

	stream_mark_datagram(&from, data, counters_64bit, sent * NS_PER_MILLI);
	from.all.packets++;
	if (arrived)
		stream_count_datagram(&to, data, SIZE, counters_64bit, arrived * NS_PER_MILLI);
}

static void losses(void **unused)
{
	unsigned int wide;

	(void)unused;
	for (wide = 0; wide < 2; wide++) {
		reset();
		datagram(wide, 1, 5);
		datagram(wide, 2, 0);
		datagram(wide, 3, 0);
		datagram(wide, 4, 8);
		assert_int_equal(to.all.packets, 4);
		assert_int_equal(to.all.lost, 2);
		assert_int_equal(to.all.out_of_order, 0);
		assert_int_equal(to.all.bytes, 2 * SIZE);
	}
}

static void late_datagrams_are_not_lost(void **unused)
{
	char late[SIZE];

	(void)unused;
	reset();
	stream_mark_datagram(&from, late, false, NS_PER_MILLI);
	from.all.packets++;
	datagram(false, 2, 3);
	assert_int_equal(to.all.lost, 1);
	stream_count_datagram(&to, late, SIZE, false, 4 * NS_PER_MILLI);
	assert_int_equal(to.all.lost, 0);
	assert_int_equal(to.all.out_of_order, 1);
	assert_int_equal(to.all.packets, 2);
	/* Twice the same: never less than none are lost. */
	stream_count_datagram(&to, late, SIZE, false, 5 * NS_PER_MILLI);
	assert_int_equal(to.all.lost, 0);
}

static void numbers_of_64_bits(void **unused)
{
	(void)unused;
	reset();
	from.all.packets = 0xffffffff;
	to.all.packets = 0xffffffff;
	datagram(true, 1, 2);
	assert_int_equal(to.all.packets, 0x100000000);
	assert_int_equal(to.all.lost, 0);
}

static void what_is_too_short_counts_as_bytes_only(void **unused)
{
	char data[SIZE] = { 0 };
	size_t size;

	(void)unused;
	reset();
	for (size = 1; size < 12; size++)
		stream_count_datagram(&to, data, size, false, 1);
	assert_int_equal(to.all.bytes, 66);
	assert_int_equal(to.all.packets, 0);
	stream_count_datagram(&to, data, 15, true, 1);
	assert_int_equal(to.all.out_of_order, 0);
}

static void jitter_is_that_of_the_specification(void **unused)
{
	(void)unused;
	reset();
	/* The time on the way is the same, whatever the clocks say. */
	datagram(false, 10, 1000);
	datagram(false, 20, 1010);
	assert_true(to.jitter < 1e-9);
	/* 8 ms later than expected, then 8 ms earlier again */
	datagram(false, 30, 1028);
	assert_true(to.jitter > 0.000499 && to.jitter < 0.000501);
	datagram(false, 40, 1030);
	assert_true(to.jitter > 0.000968 && to.jitter < 0.000970);
}

static void streams_have_the_numbers_of_stock(void **unused)
{
	(void)unused;
	assert_int_equal(stream_id(0), 1);
	assert_int_equal(stream_id(1), 3);
	assert_int_equal(stream_id(2), 4);
}

static void pacing(void **unused)
{
	struct params params = { .rate = 8000000, .pacing_us = 1000 };
	const uint64_t start = 5 * NS_PER_SECOND;

	(void)unused;
	reset();
	assert_int_equal(stream_send_time(&from, &params, start), start);
	/* A byte each microsecond; the timer ticks each millisecond. */
	from.all.bytes = 1500;
	assert_int_equal(stream_send_time(&from, &params, start), start + 2 * NS_PER_MILLI);
	from.all.bytes = 2000;
	assert_int_equal(stream_send_time(&from, &params, start), start + 2 * NS_PER_MILLI);
	params.pacing_us = 100;
	from.all.bytes = 2001;
	assert_int_equal(stream_send_time(&from, &params, start),
			 start + 2 * NS_PER_MILLI + 100 * NS_PER_MICRO);
	/* The rest of a burst does not wait, but for room. */
	from.burst_left = 1;
	assert_int_equal(stream_send_time(&from, &params, start), 0);
	from.retry = 7;
	assert_int_equal(stream_send_time(&from, &params, start), 7);
	params.rate = 0;
	from.burst_left = 0;
	assert_int_equal(stream_send_time(&from, &params, start), 7);
}

static struct options options;
static struct stream streams[2];
static struct test test = {
	.options = &options,
	.streams = streams,
	.num_streams = 2,
	.counted = NS_PER_SECOND,
	.end = 11 * NS_PER_SECOND,
};

static void reset_test(bool server)
{
	memset(streams, 0, sizeof(streams));
	options.server = server;
	streams[0].id = stream_id(0);
	streams[1].id = stream_id(1);
	streams[1].sender = true;
}

static const char *take(const char *text)
{
	cJSON *json = cJSON_Parse(text);
	const char *wrong = results_from_json(&test, json);

	cJSON_Delete(json);
	return wrong;
}

static void results_arrive_as_they_are_sent(void **unused)
{
	cJSON *json;

	(void)unused;
	reset_test(true);
	streams[0].all = (struct counts){ .bytes = 5000, .packets = 50, .lost = 7 };
	streams[0].omitted = (struct counts){ .bytes = 1000, .packets = 10, .lost = 2 };
	streams[0].jitter = 0.25;
	test.cpu.total = 12.5;
	json = results_to_json(&test);
	reset_test(false);
	assert_null(results_from_json(&test, json));
	cJSON_Delete(json);
	assert_true(streams[0].peer.known && streams[1].peer.known);
	assert_int_equal(streams[0].peer.bytes, 4000);
	assert_int_equal(streams[0].peer.packets, 40);
	assert_int_equal(streams[0].peer.lost, 5);
	assert_int_equal(streams[0].peer.retransmits, -1);
	assert_true(streams[0].peer.jitter == 0.25 && streams[0].peer.seconds == 10);
	assert_true(test.peer_cpu.total == 12.5);
	assert_false(test.peer_counts_retransmits);
}

static void results_of_a_stock_server(void **unused)
{
	(void)unused;
	reset_test(false);
	streams[0].omitted = (struct counts){ .packets = 125 };
	assert_null(take("{\"cpu_util_total\":8.8,\"cpu_util_user\":0.3,\"cpu_util_system\":8.5,"
			 "\"sender_has_retransmits\":1,\"congestion_used\":\"bbr\","
			 "\"server_output_text\":\"text\\n\",\"streams\":[{\"id\":1,"
			 "\"bytes\":126000,\"retransmits\":15,\"jitter\":5e-05,\"errors\":1,"
			 "\"packets\":251,\"start_time\":0,\"end_time\":1.0}]}"));
	assert_int_equal(streams[0].peer.packets, 126);
	assert_int_equal(streams[0].peer.lost, 1);
	assert_int_equal(streams[0].peer.retransmits, 15);
	assert_false(streams[1].peer.known);
	assert_string_equal(test.peer_output, "text\n");
	assert_string_equal(test.peer_congestion, "bbr");
	assert_true(test.peer_counts_retransmits);
	free(test.peer_output);
	test.peer_output = NULL;
	/* "Not available" of those versions */
	assert_null(take("{\"sender_has_retransmits\":18446744073709551615,\"streams\":[{\"id\":1,"
			 "\"bytes\":1,\"retransmits\":18446744073709551615}]}"));
	assert_int_equal(streams[0].peer.retransmits, -1);
	assert_false(test.peer_counts_retransmits);
}

static void results_that_make_no_sense(void **unused)
{
	static const char *const texts[] = {
		"[]",
		"{}",
		"{\"streams\":1}",
		"{\"streams\":[1]}",
		"{\"streams\":[{}]}",
		"{\"streams\":[{\"id\":2}]}",
		"{\"streams\":[{\"id\":1,\"bytes\":-1}]}",
		"{\"streams\":[{\"id\":1,\"bytes\":\"1\"}]}",
		"{\"streams\":[{\"id\":1,\"bytes\":1e19}]}",
		"{\"streams\":[{\"id\":1,\"jitter\":null}]}",
		"{\"streams\":[{\"id\":1,\"packets\":-5}]}",
		"{\"streams\":[{\"id\":1},{\"id\":4}]}",
	};
	size_t i;

	(void)unused;
	assert_non_null(results_from_json(&test, NULL));
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		reset_test(false);
		if (!take(texts[i]))
			fail_msg("%s is taken", texts[i]);
		assert_false(streams[0].peer.known);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(losses),
		cmocka_unit_test(late_datagrams_are_not_lost),
		cmocka_unit_test(numbers_of_64_bits),
		cmocka_unit_test(what_is_too_short_counts_as_bytes_only),
		cmocka_unit_test(jitter_is_that_of_the_specification),
		cmocka_unit_test(streams_have_the_numbers_of_stock),
		cmocka_unit_test(pacing),
		cmocka_unit_test(results_arrive_as_they_are_sent),
		cmocka_unit_test(results_of_a_stock_server),
		cmocka_unit_test(results_that_make_no_sense),
	};

	return cmocka_run_group_tests_name("iperf3-stream", tests, NULL, NULL);
}
