/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Reports as lines, in the form that stock iperf3 prints, so that what reads those reads these.
 */
#include "report-text.h"

#include <stdio.h>

#include "units.h"

/* Between the intervals and what follows */
#define RULE "- - - - - - - - - - - - - - - - - - - - - - - - -"

/* "[  5][TX-C]" */
#define LABEL_SIZE 24

/* Which lines are printed of a result */
typedef bool (*result_of)(const struct test *test, const struct stream *stream,
			  struct figures *figures);

static const char *role(const struct test *test, bool sender)
{
	if (!test->params.bidirectional)
		return "";
	if (test->options->server)
		return sender ? "[TX-S]" : "[RX-S]";
	return sender ? "[TX-C]" : "[RX-C]";
}

static void label_stream(char label[LABEL_SIZE], const struct test *test,
			 const struct stream *stream)
{
	snprintf(label, LABEL_SIZE, "[%3d]%s", stream->fd, role(test, stream->sender));
}

/* Whether the lines of one direction have a column for retransmissions */
static bool shows_retransmits(const struct test *test)
{
	return !test->params.udp && test->peer_counts_retransmits;
}

static const char *heading_start(const struct test *test)
{
	return test->params.bidirectional ? "[ ID][Role]" : "[ ID]";
}

static bool has_receivers(const struct test *test)
{
	return test->params.bidirectional || !test->streams[0].sender;
}

void text_interval_heading(struct test *test)
{
	const char *more = "";

	if (test->params.udp)
		more = has_receivers(test) ? "         Jitter    Lost/Total Datagrams"
					   : "         Total Datagrams";
	output_line(&test->output, "%s Interval           Transfer     Bitrate%s",
		    heading_start(test), more);
}

static void results_heading(struct test *test)
{
	const char *more = "";

	if (test->params.udp)
		more = "         Jitter    Lost/Total Datagrams";
	else if (shows_retransmits(test))
		more = "         Retr";
	output_line(&test->output, "%s Interval           Transfer     Bitrate%s",
		    heading_start(test), more);
}

/* What all lines begin with: label, time, amount, rate */
struct line_start {
	char text[LABEL_SIZE + 4 * UNITS_SIZE];
};

static void start_line(const struct test *test, struct line_start *line, const char *label,
		       const struct figures *figures)
{
	char start[UNITS_SIZE], end[UNITS_SIZE], amount[UNITS_SIZE], rate[UNITS_SIZE];

	snprintf(line->text, sizeof(line->text), "%s %6s-%-6s sec  %s  %s/sec", label,
		 format_fixed(start, figures->start, 2), format_fixed(end, figures->end, 2),
		 format_amount(amount, (double)figures->bytes, 'A'),
		 format_amount(rate, figures_rate(figures), test->options->unit));
}

static void print_losses(struct test *test, const char *label, const struct figures *figures,
			 const char *note)
{
	char jitter[UNITS_SIZE], percent[UNITS_SIZE];
	struct line_start line = { "" };

	start_line(test, &line, label, figures);
	output_line(&test->output, "%s  %s ms  %ld/%lu (%s%%)  %s", line.text,
		    format_fixed(jitter, figures->jitter * 1000, 3), (long)figures->lost,
		    (unsigned long)figures->packets,
		    format_percent(percent, figures->lost > 0 ? (uint64_t)figures->lost : 0,
				   figures->packets),
		    note);
}

static void print_interval_line(struct test *test, const char *label, const struct figures *figures,
				bool sender, const char *note)
{
	struct line_start line = { "" };

	if (test->params.udp && !sender) {
		print_losses(test, label, figures, note);
		return;
	}
	start_line(test, &line, label, figures);
	if (test->params.udp)
		output_line(&test->output, "%s %s %lu  %s", line.text,
			    test->params.bidirectional ? "          " : "",
			    (unsigned long)figures->packets, note);
	else
		output_line(&test->output, "%s                  %s", line.text, note);
}

static void print_result_line(struct test *test, const char *label, const struct figures *figures,
			      bool sent)
{
	const char *note = sent ? "sender" : "receiver";
	struct line_start line = { "" };

	if (test->params.udp) {
		print_losses(test, label, figures, note);
		return;
	}
	start_line(test, &line, label, figures);
	if (sent && shows_retransmits(test) && figures->retransmits >= 0)
		output_line(&test->output, "%s %4ld             %s", line.text,
			    (long)figures->retransmits, note);
	else
		output_line(&test->output, "%s                  %s", line.text, note);
}

/* The intervals of one direction */
static void interval_lines(struct test *test, uint64_t now, bool sender)
{
	const char *note = test->omitting ? "(omitted)" : "";
	struct figures sum = { 0 }, figures;
	const struct stream *stream;
	char label[LABEL_SIZE];
	unsigned int i;

	for (i = 0; i < test->num_streams; i++) {
		stream = &test->streams[i];
		if (stream->sender != sender)
			continue;
		figures_interval(test, stream, now, &figures);
		figures_add(&sum, &figures);
		label_stream(label, test, stream);
		print_interval_line(test, label, &figures, sender, note);
	}
	if (sum.streams < 2)
		return;
	snprintf(label, sizeof(label), "[SUM]%s", role(test, sender));
	print_interval_line(test, label, &sum, sender, note);
}

void text_interval(struct test *test, uint64_t now)
{
	bool first = test->streams[0].sender;

	if (test->interval != test->start && test->num_streams > 1)
		output_line(&test->output, RULE);
	interval_lines(test, now, first);
	interval_lines(test, now, !first);
}

static bool print_result(struct test *test, const struct stream *stream, bool sent,
			 struct figures *sum)
{
	result_of get = sent ? figures_sent : figures_received;
	struct figures figures = { 0 };
	char label[LABEL_SIZE];

	if (!get(test, stream, &figures))
		return false;
	figures_add(sum, &figures);
	label_stream(label, test, stream);
	print_result_line(test, label, &figures, sent);
	return true;
}

/* The results of one direction, at both of its ends */
static void result_lines(struct test *test, bool sender)
{
	struct figures sent = { 0 }, received = { 0 };
	const struct stream *stream;
	char label[LABEL_SIZE];
	unsigned int i;

	for (i = 0; i < test->num_streams; i++) {
		stream = &test->streams[i];
		if (stream->sender != sender)
			continue;
		print_result(test, stream, true, &sent);
		print_result(test, stream, false, &received);
	}
	snprintf(label, sizeof(label), "[SUM]%s", role(test, sender));
	if (sent.streams > 1)
		print_result_line(test, label, &sent, true);
	if (received.streams > 1)
		print_result_line(test, label, &received, false);
}

static void print_cpu(struct test *test)
{
	const char *own = test->options->server ? "receiver" : "local";
	char local[UNITS_SIZE], remote[UNITS_SIZE];

	output_line(&test->output, "CPU Utilization: %s %s%%, remote %s%%", own,
		    format_fixed(local, test->cpu.total, 1),
		    format_fixed(remote, test->peer_cpu.total, 1));
}

void text_results(struct test *test)
{
	bool first = test->streams[0].sender;

	output_line(&test->output, RULE);
	results_heading(test);
	result_lines(test, first);
	result_lines(test, !first);
	if (test->options->verbose)
		print_cpu(test);
}

/* What the server printed has lines of its own, and may be long. */
static void print_peer_output(struct test *test)
{
	char *json = test->peer_output_json ? cJSON_Print(test->peer_output_json) : NULL;
	const char *text = json ? json : test->peer_output;

	if (text && !test->output.silent) {
		output_line(&test->output, json ? "\nServer JSON output:" : "\nServer output:");
		puts(text);
	}
	cJSON_free(json);
}

void text_end(struct test *test)
{
	print_peer_output(test);
	output_line(&test->output, "\niperf Done.");
}
