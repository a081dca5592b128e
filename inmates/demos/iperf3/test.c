/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The life of a test: memory, streams, start, intervals, end.
 */
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "transfer.h"

/* A rest at the end that is a smaller part of an interval than that is not worth a line. */
#define SHORTEST_REST 20

void test_init(struct test *test, const struct options *options, int control)
{
	*test = (struct test){ .options = options };
	wire_open(&test->control, control);
	test->output.silent = options->json;
	if (control >= 0)
		socket_remote(control, &test->peer);
}

void test_destroy(struct test *test)
{
	unsigned int i;

	for (i = 0; i < test->num_streams; i++)
		close_stream(&test->streams[i]);
	wire_close(&test->control);
	free(test->streams);
	free(test->send_buffer);
	free(test->receive_buffer);
	free(test->peer_output);
	cJSON_Delete(test->peer_output_json);
	cJSON_Delete(test->report);
	output_clear(&test->output);
	*test = (struct test){ .control.fd = -1 };
}

unsigned int test_wanted_streams(const struct test *test)
{
	return (unsigned int)test->params.parallel * (test->params.bidirectional ? 2 : 1);
}

/* Noise, so that nothing on the way can compress it, or digits. */
static void fill(char *buffer, size_t size, bool repeating)
{
	size_t i;

	if (!repeating) {
		platform_random(buffer, size);
		return;
	}
	for (i = 0; i < size; i++)
		buffer[i] = (char)('0' + i % 10);
}

bool test_allocate(struct test *test)
{
	const struct params *params = &test->params;

	test->receive_size = params->udp ? MAX_UDP_BLOCK : params->block;
	if (test->receive_size < DEFAULT_TCP_BLOCK)
		test->receive_size = DEFAULT_TCP_BLOCK;
	test->streams = calloc(test_wanted_streams(test), sizeof(*test->streams));
	test->send_buffer = malloc(params->block);
	test->receive_buffer = malloc(test->receive_size);
	if (!test->streams || !test->send_buffer || !test->receive_buffer)
		return false;
	fill(test->send_buffer, params->block, params->repeating);
	return true;
}

/* Of both directions, the client's comes first. */
static bool is_sender(const struct test *test, unsigned int index)
{
	bool from_client = !test->params.reverse;

	if (test->params.bidirectional)
		from_client = index < test->params.parallel;
	return from_client != test->options->server;
}

struct stream *test_add_stream(struct test *test, int fd)
{
	unsigned int index = test->num_streams;
	struct stream *stream = &test->streams[index];

	if (socket_apply(fd, &test->params) < 0)
		return NULL;
	*stream = (struct stream){
		.fd = fd,
		.id = stream_id(index),
		.sender = is_sender(test, index),
	};
	test->num_streams++;
	report_stream(test, stream);
	return stream;
}

double test_seconds(const struct test *test, uint64_t time)
{
	return (double)(time - test->counted) / (double)NS_PER_SECOND;
}

static uint64_t interval_length(const struct test *test)
{
	return test->options->interval_us * NS_PER_MICRO;
}

static void plan_interval(struct test *test, uint64_t now)
{
	unsigned int i;

	test->interval = now;
	test->next_interval = interval_length(test) ? now + interval_length(test) : UINT64_MAX;
	for (i = 0; i < test->num_streams; i++)
		test->streams[i].interval = test->streams[i].all;
}

/* Intervals keep their distance, whenever they were looked at. */
static void end_interval(struct test *test, uint64_t now)
{
	uint64_t planned = test->next_interval;

	report_interval(test, now);
	plan_interval(test, now);
	if (planned < now && now - planned < interval_length(test))
		test->next_interval = planned + interval_length(test);
}

static void count_from_here(struct test *test, uint64_t now)
{
	unsigned int i;

	test->counted = now;
	test->blocks_begun = 0;
	test->bytes_sent = 0;
	test->bytes_received = 0;
	for (i = 0; i < test->num_streams; i++) {
		test->streams[i].omitted = test->streams[i].all;
		test->streams[i].jitter = 0;
	}
	platform_cpu_time(&test->cpu_start);
}

void test_start(struct test *test, uint64_t now)
{
	test->running = true;
	test->omitting = test->params.omit > 0;
	test->start = now;
	test->last_arrival = test->last_departure = now;
	count_from_here(test, now);
	plan_interval(test, now);
	report_start(test);
}

static uint64_t omit_end(const struct test *test)
{
	return test->start + test->params.omit * NS_PER_SECOND;
}

static uint64_t time_end(const struct test *test)
{
	return omit_end(test) + test->params.time * NS_PER_SECOND;
}

void test_watch(const struct test *test, struct watch *watch)
{
	watch_until(watch, test->next_interval);
	if (test->omitting)
		watch_until(watch, omit_end(test));
	if (test->params.time && !test->options->server)
		watch_until(watch, time_end(test));
	transfer_watch(test, watch);
}

void test_step(struct test *test, const struct watch *watch, uint64_t now)
{
	transfer_step(test, watch);
	if (test->omitting && now >= omit_end(test)) {
		report_interval(test, now);
		test->omitting = false;
		count_from_here(test, now);
		plan_interval(test, now);
	} else if (now >= test->next_interval) {
		end_interval(test, now);
	}
}

bool test_complete(const struct test *test, uint64_t now)
{
	const struct params *params = &test->params;

	if (test->omitting)
		return false;
	if (params->time)
		return now >= time_end(test);
	if (params->bytes && test->bytes_received >= params->bytes)
		return true;
	if (params->blocks && test->bytes_received >= params->blocks * params->block)
		return true;
	return transfer_all_sent(test);
}

static void measure_cpu(struct test *test, uint64_t now)
{
	double seconds = test_seconds(test, now);
	struct cpu_time used;

	platform_cpu_time(&used);
	if (seconds <= 0)
		return;
	test->cpu.user = (used.user - test->cpu_start.user) / seconds * 100;
	test->cpu.system = (used.system - test->cpu_start.system) / seconds * 100;
	test->cpu.total = test->cpu.user + test->cpu.system;
}

void test_finish(struct test *test, uint64_t now)
{
	if (!test->running)
		return;
	test->running = false;
	/* What has been reported stays. */
	if (now < test->interval)
		now = test->interval;
	test->end = now;
	measure_cpu(test, now);
	if (test->interval == test->counted ||
	    (now - test->interval) * SHORTEST_REST > interval_length(test))
		report_interval(test, now);
}
