/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The results that both sides exchange. Counters of datagrams include what was omitted; beside
 * them stands how much that is, which versions before 3.13 do not send.
 */
#include "results.h"

#include <stdio.h>
#include <string.h>

#include "json.h"

/* Above what any counter can have honestly, and still exact as a double */
#define MAX_COUNT (1LL << 53)

/* "Not available", as it should be. Old versions send it as an unsigned number of 64 bits. */
#define NOT_AVAILABLE (-1)
#define ALL_ONES      1.8446744073709552e19

/* What the sender's retransmissions are: 1 known, 0 unknown, -1 not a sender */
static int has_retransmits(const struct test *test)
{
	unsigned int i;

	for (i = 0; i < test->num_streams; i++)
		if (test->streams[i].sender)
			return 0;
	return NOT_AVAILABLE;
}

static cJSON *stream_to_json(const struct test *test, const struct stream *stream)
{
	struct counts counted = counts_between(&stream->omitted, &stream->all);
	cJSON *json = cJSON_CreateObject();

	json_add_integer(json, "id", stream->id);
	json_add_integer(json, "bytes", counted.bytes);
	cJSON_AddNumberToObject(json, "retransmits", NOT_AVAILABLE);
	cJSON_AddNumberToObject(json, "jitter", stream->sender ? 0 : stream->jitter);
	cJSON_AddNumberToObject(json, "errors", (double)stream->all.lost);
	cJSON_AddNumberToObject(json, "omitted_errors", (double)stream->omitted.lost);
	json_add_integer(json, "packets", stream->all.packets);
	json_add_integer(json, "omitted_packets", stream->omitted.packets);
	cJSON_AddNumberToObject(json, "start_time", 0);
	cJSON_AddNumberToObject(json, "end_time", test_seconds(test, test->end));
	return json;
}

/* Of the server, on request */
static void add_output(const struct test *test, cJSON *json)
{
	if (!test->options->server || !test->params.server_output)
		return;
	if (test->report)
		cJSON_AddItemToObject(json, "server_output_json",
				      cJSON_Duplicate(test->report, true));
	else if (test->output.text)
		cJSON_AddStringToObject(json, "server_output_text", test->output.text);
}

cJSON *results_to_json(const struct test *test)
{
	cJSON *json = cJSON_CreateObject(), *streams;
	unsigned int i;

	cJSON_AddNumberToObject(json, "cpu_util_total", test->cpu.total);
	cJSON_AddNumberToObject(json, "cpu_util_user", test->cpu.user);
	cJSON_AddNumberToObject(json, "cpu_util_system", test->cpu.system);
	cJSON_AddNumberToObject(json, "sender_has_retransmits", has_retransmits(test));
	add_output(test, json);
	streams = cJSON_AddArrayToObject(json, "streams");
	for (i = 0; i < test->num_streams; i++)
		cJSON_AddItemToArray(streams, stream_to_json(test, &test->streams[i]));
	return json;
}

static struct stream *find_stream(struct test *test, int64_t id)
{
	unsigned int i;

	for (i = 0; i < test->num_streams; i++)
		if (test->streams[i].id == id)
			return &test->streams[i];
	return NULL;
}

/* -1 if it is not available */
static int64_t retransmits_of(const cJSON *json, bool *good)
{
	double value = json_real(json, "retransmits", NOT_AVAILABLE, ALL_ONES, NOT_AVAILABLE, good);

	return value > (double)MAX_COUNT ? NOT_AVAILABLE : (int64_t)value;
}

static const char *take_stream(struct test *test, const cJSON *json)
{
	bool good = true;
	struct stream *stream = find_stream(test, json_integer(json, "id", 1, INT32_MAX, 0, &good));
	struct peer_result result = { .known = true };
	int64_t packets, omitted;

	if (!stream)
		return "id";
	result.bytes = (uint64_t)json_integer(json, "bytes", 0, MAX_COUNT, 0, &good);
	result.jitter = json_real(json, "jitter", 0, 1e9, 0, &good);
	result.seconds = json_real(json, "end_time", 0, 1e9, 0, &good) -
			 json_real(json, "start_time", 0, 1e9, 0, &good);
	result.retransmits = retransmits_of(json, &good);
	/* Who does not say what was omitted has probably omitted what we have. */
	packets = json_integer(json, "packets", 0, MAX_COUNT, 0, &good);
	omitted = json_integer(json, "omitted_packets", 0, MAX_COUNT,
			       (int64_t)stream->omitted.packets, &good);
	result.packets = packets > omitted ? (uint64_t)(packets - omitted) : 0;
	result.lost = json_integer(json, "errors", -MAX_COUNT, MAX_COUNT, 0, &good) -
		      json_integer(json, "omitted_errors", -MAX_COUNT, MAX_COUNT,
				   stream->omitted.lost, &good);
	if (!good)
		return "streams";
	stream->peer = result;
	return NULL;
}

static const char *take_streams(struct test *test, const cJSON *json)
{
	const cJSON *streams = cJSON_GetObjectItemCaseSensitive(json, "streams"), *stream;
	const char *wrong = NULL;

	if (!cJSON_IsArray(streams))
		return "streams";
	cJSON_ArrayForEach(stream, streams)
	{
		wrong = take_stream(test, stream);
		if (wrong)
			break;
	}
	return wrong;
}

/* These are for people: what makes no sense is 0. */
static void take_cpu(struct test *test, const cJSON *json)
{
	bool good;

	test->peer_cpu.total = json_real(json, "cpu_util_total", 0, 1e9, 0, &good);
	test->peer_cpu.user = json_real(json, "cpu_util_user", 0, 1e9, 0, &good);
	test->peer_cpu.system = json_real(json, "cpu_util_system", 0, 1e9, 0, &good);
	test->peer_counts_retransmits = json_real(json, "sender_has_retransmits", NOT_AVAILABLE,
						  ALL_ONES, 0, &good) == 1;
}

static void take_output(struct test *test, cJSON *json)
{
	cJSON *item = cJSON_GetObjectItemCaseSensitive(json, "server_output_text");

	if (cJSON_IsString(item)) {
		/* The text changes hands. */
		test->peer_output = item->valuestring;
		item->valuestring = NULL;
	}
	test->peer_output_json = cJSON_DetachItemFromObjectCaseSensitive(json,
									 "server_output_json");
}

const char *results_from_json(struct test *test, cJSON *json)
{
	const char *wrong, *congestion;
	unsigned int i;

	if (!cJSON_IsObject(json))
		return "object";
	wrong = take_streams(test, json);
	for (i = 0; wrong && i < test->num_streams; i++)
		test->streams[i].peer = (struct peer_result){ 0 };
	if (wrong)
		return wrong;
	take_cpu(test, json);
	congestion = json_text(json, "congestion_used");
	snprintf(test->peer_congestion, sizeof(test->peer_congestion), "%s",
		 congestion ? congestion : "");
	take_output(test, json);
	return NULL;
}
