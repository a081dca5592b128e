/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Whether a report goes out as lines or as JSON.
 */
#include "report.h"

#include <stdarg.h>
#include <stdio.h>

#include "report-json.h"
#include "report-text.h"

#define ERROR_SIZE 200

void report_accepted(struct test *test)
{
	if (test->report)
		json_accepted(test);
	else
		output_line(&test->output, "Accepted connection from %s, port %u",
			    test->peer.address, test->peer.port);
}

void report_connecting(struct test *test)
{
	const struct options *options = test->options;

	if (test->report) {
		json_connecting(test);
		return;
	}
	output_line(&test->output, "Connecting to host %s, port %s", options->host, options->port);
	if (test->params.reverse)
		output_line(&test->output, "Reverse mode, remote host %s is sending",
			    options->host);
}

void report_parameters(struct test *test)
{
	if (test->report)
		json_parameters(test);
}

void report_stream(struct test *test, const struct stream *stream)
{
	struct endpoint local, remote;

	socket_local(stream->fd, &local);
	socket_remote(stream->fd, &remote);
	if (test->report)
		json_stream(test, stream, &local, &remote);
	else
		output_line(&test->output, "[%3d] local %s port %u connected to %s port %u",
			    stream->fd, local.address, local.port, remote.address, remote.port);
}

void report_start(struct test *test)
{
	if (test->report)
		json_start(test);
	else
		text_interval_heading(test);
}

void report_interval(struct test *test, uint64_t now)
{
	if (test->report)
		json_interval(test, now);
	else
		text_interval(test, now);
}

void report_results(struct test *test)
{
	if (test->report)
		json_results(test);
	else
		text_results(test);
}

void report_end(struct test *test)
{
	if (test->report)
		json_peer_output(test);
	else
		text_end(test);
}

void report_error(struct test *test, const char *format, ...)
{
	char text[ERROR_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (test->report)
		cJSON_AddStringToObject(test->report, "error", text);
	else
		output_line(&test->output, "iperf3: error - %s", text);
}

void report_print(struct test *test)
{
	char *text = test->report ? cJSON_Print(test->report) : NULL;

	if (text)
		puts(text);
	cJSON_free(text);
}
