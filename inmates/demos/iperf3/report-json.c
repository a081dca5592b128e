/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Reports as a JSON document with the names that stock iperf3 uses.
 */
#include "report-json.h"

#include "json.h"
#include "version.h"

static cJSON *part(const struct test *test, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(test->report, name);
}

void json_begin(struct test *test)
{
	cJSON *start;

	test->report = cJSON_CreateObject();
	start = cJSON_AddObjectToObject(test->report, "start");
	cJSON_AddArrayToObject(start, "connected");
	cJSON_AddStringToObject(start, "version", "iperf " IPERF3_VERSION);
	cJSON_AddStringToObject(start, "system_info", platform_description());
	cJSON_AddArrayToObject(test->report, "intervals");
	cJSON_AddObjectToObject(test->report, "end");
}

static void add_time(const struct test *test)
{
	cJSON *time = cJSON_AddObjectToObject(part(test, "start"), "timestamp");

	json_add_integer(time, "timesecs", platform_wall_clock());
	cJSON_AddStringToObject(part(test, "start"), "cookie", test->cookie);
}

static void add_place(cJSON *json, const char *name, const struct endpoint *endpoint)
{
	cJSON *place = cJSON_AddObjectToObject(json, name);

	cJSON_AddStringToObject(place, "host", endpoint->address);
	json_add_integer(place, "port", endpoint->port);
}

void json_accepted(struct test *test)
{
	add_time(test);
	add_place(part(test, "start"), "accepted_connection", &test->peer);
}

void json_connecting(struct test *test)
{
	if (test->params.title[0])
		cJSON_AddStringToObject(test->report, "title", test->params.title);
	if (test->params.extra[0])
		cJSON_AddStringToObject(test->report, "extra_data", test->params.extra);
}

void json_parameters(struct test *test)
{
	cJSON *start = part(test, "start");

	add_time(test);
	add_place(start, "connecting_to", &test->peer);
	if (!test->params.udp)
		json_add_integer(start, test->params.mss ? "tcp_mss" : "tcp_mss_default",
				 test->params.mss ? test->params.mss
						  : socket_mss(test->control.fd));
	json_add_integer(start, "target_bitrate", test->params.rate);
}

void json_stream(struct test *test, const struct stream *stream, const struct endpoint *local,
		 const struct endpoint *remote)
{
	cJSON *start = part(test, "start"), *connected, *entry = cJSON_CreateObject();

	connected = cJSON_GetObjectItemCaseSensitive(start, "connected");
	cJSON_AddNumberToObject(entry, "socket", stream->fd);
	cJSON_AddStringToObject(entry, "local_host", local->address);
	json_add_integer(entry, "local_port", local->port);
	cJSON_AddStringToObject(entry, "remote_host", remote->address);
	json_add_integer(entry, "remote_port", remote->port);
	cJSON_AddItemToArray(connected, entry);
	if (cJSON_GetArraySize(connected) > 1)
		return;
	json_add_integer(start, "sock_bufsize", test->params.window);
	json_add_integer(start, "sndbuf_actual", socket_send_buffer(stream->fd));
	json_add_integer(start, "rcvbuf_actual", socket_receive_buffer(stream->fd));
}

void json_start(struct test *test)
{
	cJSON *json = cJSON_AddObjectToObject(part(test, "start"), "test_start");
	const struct params *params = &test->params;

	cJSON_AddStringToObject(json, "protocol", params->udp ? "UDP" : "TCP");
	json_add_integer(json, "num_streams", params->parallel);
	json_add_integer(json, "blksize", params->block);
	json_add_integer(json, "omit", params->omit);
	json_add_integer(json, "duration", params->time);
	json_add_integer(json, "bytes", params->bytes);
	json_add_integer(json, "blocks", params->blocks);
	json_add_integer(json, "reverse", params->reverse);
	json_add_integer(json, "tos", params->tos);
	json_add_integer(json, "target_bitrate", params->rate);
}

static void add_losses(cJSON *json, const struct figures *figures)
{
	double percent = figures->packets ? 100.0 * (double)figures->lost / (double)figures->packets
					  : 0;

	cJSON_AddNumberToObject(json, "jitter_ms", figures->jitter * 1000);
	cJSON_AddNumberToObject(json, "lost_packets", (double)figures->lost);
	json_add_integer(json, "packets", figures->packets);
	cJSON_AddNumberToObject(json, "lost_percent", percent);
}

/* What every record of figures has; @losses is for those of UDP receivers. */
static cJSON *to_json(const struct figures *figures, bool losses)
{
	cJSON *json = cJSON_CreateObject();

	cJSON_AddNumberToObject(json, "start", figures->start);
	cJSON_AddNumberToObject(json, "end", figures->end);
	cJSON_AddNumberToObject(json, "seconds", figures->end - figures->start);
	json_add_integer(json, "bytes", figures->bytes);
	cJSON_AddNumberToObject(json, "bits_per_second", figures_rate(figures) * 8);
	if (figures->retransmits >= 0)
		json_add_integer(json, "retransmits", (uint64_t)figures->retransmits);
	if (losses)
		add_losses(json, figures);
	return json;
}

static cJSON *interval_to_json(const struct test *test, const struct figures *figures, bool sender)
{
	cJSON *json = to_json(figures, test->params.udp && !sender);

	if (test->params.udp && sender)
		json_add_integer(json, "packets", figures->packets);
	cJSON_AddBoolToObject(json, "omitted", test->omitting);
	cJSON_AddBoolToObject(json, "sender", sender);
	return json;
}

/* The streams of both directions go to @streams, the sum of one is returned. */
static cJSON *interval_sum(const struct test *test, uint64_t now, bool sender, cJSON *streams)
{
	struct figures sum = { 0 }, figures;
	const struct stream *stream;
	unsigned int i;
	cJSON *json;

	for (i = 0; i < test->num_streams; i++) {
		stream = &test->streams[i];
		if (stream->sender != sender)
			continue;
		figures_interval(test, stream, now, &figures);
		figures_add(&sum, &figures);
		json = interval_to_json(test, &figures, sender);
		cJSON_AddNumberToObject(json, "socket", stream->fd);
		cJSON_AddItemToArray(streams, json);
	}
	return interval_to_json(test, &sum, sender);
}

void json_interval(struct test *test, uint64_t now)
{
	cJSON *json = cJSON_CreateObject(), *streams = cJSON_AddArrayToObject(json, "streams");
	bool first = test->streams[0].sender;

	cJSON_AddItemToObject(json, "sum", interval_sum(test, now, first, streams));
	if (test->params.bidirectional)
		cJSON_AddItemToObject(json, "sum_bidir_reverse",
				      interval_sum(test, now, !first, streams));
	cJSON_AddItemToArray(part(test, "intervals"), json);
}

/* One end of a stream, if it is known; added to @sum. */
static void add_end(cJSON *json, const char *name, const struct test *test,
		    const struct stream *stream, bool sent, struct figures *sum)
{
	struct figures figures = { 0 };
	cJSON *record;

	if (!(sent ? figures_sent : figures_received)(test, stream, &figures))
		return;
	figures_add(sum, &figures);
	record = to_json(&figures, test->params.udp);
	cJSON_AddNumberToObject(record, "socket", stream->fd);
	if (test->params.udp)
		json_add_integer(record, "out_of_order", figures.out_of_order);
	cJSON_AddBoolToObject(record, "sender", stream->sender);
	cJSON_AddItemToObject(json, name, record);
}

static void add_sum(cJSON *end, const struct test *test, const char *name,
		    const struct figures *sum, bool sender)
{
	cJSON *json;

	if (!sum->streams)
		return;
	json = to_json(sum, test->params.udp);
	cJSON_AddBoolToObject(json, "sender", sender);
	cJSON_AddItemToObject(end, name, json);
}

/* UDP has one record for each stream: the sender's bytes, the receiver's losses. */
static void add_datagrams(cJSON *json, const struct test *test, const struct stream *stream,
			  struct figures *sent, struct figures *received)
{
	struct figures both, losses;
	cJSON *record;

	if (!figures_sent(test, stream, &both) || !figures_received(test, stream, &losses)) {
		add_end(json, "udp", test, stream, stream->sender,
			stream->sender ? sent : received);
		return;
	}
	figures_add(sent, &both);
	figures_add(received, &losses);
	both.jitter = losses.jitter;
	both.lost = losses.lost;
	both.packets = losses.packets > both.packets ? losses.packets : both.packets;
	record = to_json(&both, true);
	cJSON_AddNumberToObject(record, "socket", stream->fd);
	json_add_integer(record, "out_of_order", losses.out_of_order);
	cJSON_AddBoolToObject(record, "sender", stream->sender);
	cJSON_AddItemToObject(json, "udp", record);
}

static void add_direction(struct test *test, bool sender, const char *sent_name,
			  const char *received_name)
{
	cJSON *end = part(test, "end"), *json;
	cJSON *streams = cJSON_GetObjectItemCaseSensitive(end, "streams");
	struct figures sent = { 0 }, received = { 0 };
	const struct stream *stream;
	unsigned int i;

	for (i = 0; i < test->num_streams; i++) {
		stream = &test->streams[i];
		if (stream->sender != sender)
			continue;
		json = cJSON_CreateObject();
		if (test->params.udp) {
			add_datagrams(json, test, stream, &sent, &received);
		} else {
			add_end(json, "sender", test, stream, true, &sent);
			add_end(json, "receiver", test, stream, false, &received);
		}
		cJSON_AddItemToArray(streams, json);
	}
	if (test->params.udp && sent_name[sizeof("sum_sent") - 1] == '\0')
		add_sum(end, test, "sum", received.streams ? &received : &sent, sender);
	add_sum(end, test, sent_name, &sent, sender);
	add_sum(end, test, received_name, &received, sender);
}

static void add_cpu(const struct test *test)
{
	cJSON *json = cJSON_AddObjectToObject(part(test, "end"), "cpu_utilization_percent");

	cJSON_AddNumberToObject(json, "host_total", test->cpu.total);
	cJSON_AddNumberToObject(json, "host_user", test->cpu.user);
	cJSON_AddNumberToObject(json, "host_system", test->cpu.system);
	cJSON_AddNumberToObject(json, "remote_total", test->peer_cpu.total);
	cJSON_AddNumberToObject(json, "remote_user", test->peer_cpu.user);
	cJSON_AddNumberToObject(json, "remote_system", test->peer_cpu.system);
}

void json_results(struct test *test)
{
	bool first = test->streams[0].sender;

	cJSON_AddArrayToObject(part(test, "end"), "streams");
	add_direction(test, first, "sum_sent", "sum_received");
	if (test->params.bidirectional)
		add_direction(test, !first, "sum_sent_bidir_reverse", "sum_received_bidir_reverse");
	add_cpu(test);
}

void json_peer_output(struct test *test)
{
	if (test->peer_output)
		cJSON_AddStringToObject(test->report, "server_output_text", test->peer_output);
	if (test->peer_output_json)
		cJSON_AddItemToObject(test->report, "server_output_json", test->peer_output_json);
	test->peer_output_json = NULL;
}
