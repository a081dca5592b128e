/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The parameters of a test as JSON. Names and types are those that stock iperf3 sends.
 */
#include "params.h"

#include <stddef.h>
#include <stdio.h>

#include "json.h"
#include "version.h"

/* A field that is true or absent */
struct flag {
	const char *name;
	size_t offset;
};

struct number {
	const char *name;
	size_t offset;
	uint64_t min;
	uint64_t max;
	/* If the field is absent */
	uint64_t absent;
	/* Sent even if it is 0 */
	bool always;
};

/* The ASCII control character above the printable ones */
#define DELETE 0x7f

#define FIELD(name) offsetof(struct params, name)

static const struct flag flags[] = {
	{ "udp", FIELD(udp) },
	{ "nodelay", FIELD(no_delay) },
	{ "reverse", FIELD(reverse) },
	{ "bidirectional", FIELD(bidirectional) },
	{ "zerocopy", FIELD(zero_copy) },
	{ "get_server_output", FIELD(server_output) },
	{ "udp_counters_64bit", FIELD(counters_64bit) },
	{ "repeating_payload", FIELD(repeating) },
};

static const struct number numbers[] = {
	{ "omit", FIELD(omit), 0, MAX_OMIT, 0, true },
	{ "time", FIELD(time), 0, MAX_SECONDS, 0, true },
	{ "num", FIELD(bytes), 0, MAX_AMOUNT, 0, true },
	{ "blockcount", FIELD(blocks), 0, MAX_AMOUNT, 0, true },
	{ "MSS", FIELD(mss), 0, MAX_MSS, 0, false },
	{ "parallel", FIELD(parallel), 1, MAX_PARALLEL, 1, true },
	{ "window", FIELD(window), 0, MAX_WINDOW, 0, false },
	{ "len", FIELD(block), 1, MAX_TCP_BLOCK, DEFAULT_TCP_BLOCK, true },
	{ "bandwidth", FIELD(rate), 0, MAX_RATE, 0, false },
	{ "burst", FIELD(burst), 0, MAX_BURST, 0, false },
	{ "pacing_timer", FIELD(pacing_us), 0, MAX_PACING_US, DEFAULT_PACING_US, true },
	{ "TOS", FIELD(tos), 0, MAX_TOS, 0, false },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Members by the offsets of the tables */
static bool *flag_at(const struct params *params, size_t offset)
{
	return (bool *)((char *)(uintptr_t)params + offset);
}

static uint64_t *number_at(const struct params *params, size_t offset)
{
	return (uint64_t *)(void *)((char *)(uintptr_t)params + offset);
}

cJSON *params_to_json(const struct params *params)
{
	cJSON *json = cJSON_CreateObject();
	uint64_t value;
	size_t i;

	if (!params->udp)
		cJSON_AddTrueToObject(json, "tcp");
	for (i = 0; i < COUNT(flags); i++)
		if (*flag_at(params, flags[i].offset))
			cJSON_AddTrueToObject(json, flags[i].name);
	for (i = 0; i < COUNT(numbers); i++) {
		value = *number_at(params, numbers[i].offset);
		if (value || numbers[i].always)
			json_add_integer(json, numbers[i].name, value);
	}
	if (params->title[0])
		cJSON_AddStringToObject(json, "title", params->title);
	if (params->extra[0])
		cJSON_AddStringToObject(json, "extra_data", params->extra);
	cJSON_AddStringToObject(json, "client_version", IPERF3_VERSION);
	return json;
}

const char *params_check(const struct params *params)
{
	if (params->udp && (params->block < MIN_UDP_BLOCK || params->block > MAX_UDP_BLOCK))
		return "len";
	if (params->reverse && params->bidirectional)
		return "bidirectional";
	/* None of them: until the client ends. */
	if (!!params->time + !!params->bytes + !!params->blocks > 1)
		return "time";
	return NULL;
}

static void copy_text(char text[TEXT_SIZE], const cJSON *json, const char *name)
{
	const char *value = json_text(json, name);

	snprintf(text, TEXT_SIZE, "%s", value ? value : "");
	/* It goes to a console. */
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == DELETE)
			*text = '?';
}

const char *params_from_json(struct params *params, const cJSON *json)
{
	bool good = true;
	size_t i;

	*params = (struct params){ 0 };
	if (!cJSON_IsObject(json))
		return "object";
	if (json_flag(json, "sctp"))
		return "sctp";
	for (i = 0; i < COUNT(flags); i++)
		*flag_at(params, flags[i].offset) = json_flag(json, flags[i].name);
	for (i = 0; i < COUNT(numbers); i++) {
		*number_at(params, numbers[i].offset) = (uint64_t)json_integer(
			json, numbers[i].name, (int64_t)numbers[i].min, (int64_t)numbers[i].max,
			(int64_t)numbers[i].absent, &good);
		if (!good)
			return numbers[i].name;
	}
	if (params->pacing_us < MIN_PACING_US)
		params->pacing_us = params->pacing_us ? MIN_PACING_US : DEFAULT_PACING_US;
	copy_text(params->title, json, "title");
	copy_text(params->extra, json, "extra_data");
	return params_check(params);
}
