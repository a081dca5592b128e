/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Our iperf3 and stock iperf3 as server and client of each other, with every option. Bytes, streams
 * and losses are taken from the client's JSON, and have to fit each other.
 *
 * suite: sockets
 * sources: tests/unit/iperf3-run.c inmates/demos/iperf3/client.c inmates/demos/iperf3/figures.c inmates/demos/iperf3/json.c inmates/demos/iperf3/options.c
 * sources: inmates/demos/iperf3/output.c inmates/demos/iperf3/params.c inmates/demos/iperf3/platform-host.c inmates/demos/iperf3/report.c inmates/demos/iperf3/report-json.c
 * sources: inmates/demos/iperf3/report-text.c inmates/demos/iperf3/results.c inmates/demos/iperf3/server.c inmates/demos/iperf3/server-streams.c inmates/demos/iperf3/sockets.c
 * sources: inmates/demos/iperf3/stream.c inmates/demos/iperf3/test.c inmates/demos/iperf3/transfer.c inmates/demos/iperf3/units.c inmates/demos/iperf3/visitors.c inmates/demos/iperf3/watch.c inmates/demos/iperf3/wire.c
 * flags: -iquote inmates/demos/iperf3
 * cjson: linked
 */
#include "unit.h"

#include <cJSON.h>

#include "iperf3-run.h"

enum who {
	STOCK_CLIENT,
	OUR_CLIENT
};

static struct program server, client;

/* The client's; a program that is started later must not take it for a leak of its own. */
static cJSON *report;

/* One test; returns the client's JSON, which stays until the next. */
static cJSON *run(enum who who, const char *address, const char *arguments)
{
	unsigned int port = free_port();
	char line[256];
	int status;

	snprintf(line, sizeof(line), "-s -1 -p %u --rcv-timeout 30000", port);
	(who == STOCK_CLIENT ? start_ours : start_stock)(&server, line);
	wait_for_listener(port);
	snprintf(line, sizeof(line), "-c %s -p %u -J %s", address, port, arguments);
	(who == STOCK_CLIENT ? start_stock : start_ours)(&client, line);
	status = wait_for_end(&client);
	if (status)
		fail_msg("client with %s: %d\n%s", arguments, status, client.text);
	status = wait_for_end(&server);
	if (status)
		fail_msg("server with %s: %d\n%s", arguments, status, server.text);
	cJSON_Delete(report);
	report = cJSON_Parse(client.text);
	if (!report)
		fail_msg("no JSON:\n%s", client.text);
	assert_null(cJSON_GetObjectItem(report, "error"));
	return report;
}

/* A number at a path like "end.sum_sent.bytes" */
static double number(const cJSON *json, const char *path)
{
	char copy[128], *name;
	const cJSON *item = json;

	snprintf(copy, sizeof(copy), "%s", path);
	for (name = strtok(copy, "."); name && item; name = strtok(NULL, "."))
		item = cJSON_GetObjectItem(item, name);
	if (!cJSON_IsNumber(item))
		fail_msg("no number %s in:\n%s", path, client.text);
	return item->valuedouble;
}

static int streams(const cJSON *json)
{
	return cJSON_GetArraySize(cJSON_GetObjectItem(cJSON_GetObjectItem(json, "end"), "streams"));
}

/*
 * The receiver has no more than what was sent, but what the two take for omitted may differ. Our
 * server waits for all that a client has sent; a stock server forgets what is on the way.
 */
static void check_bytes(const cJSON *json, enum who who, const char *arguments)
{
	double sent = number(json, "end.sum_sent.bytes");
	double received = number(json, "end.sum_received.bytes");
	bool exact = who == STOCK_CLIENT && !strstr(arguments, "-R") && !strstr(arguments, "-O");

	if (sent <= 0 || received > sent * 1.3 + 8e6 || (exact && received != sent))
		fail_msg("%.0f bytes sent, %.0f received", sent, received);
}

static void check_tcp(enum who who, const char *arguments, int number_of_streams)
{
	cJSON *json = run(who, "127.0.0.1", arguments);

	assert_int_equal(streams(json), number_of_streams);
	check_bytes(json, who, arguments);
	assert_true(number(json, "end.cpu_utilization_percent.remote_total") >= 0);
}

static void check_udp(enum who who, const char *arguments, int number_of_streams)
{
	cJSON *json = run(who, "127.0.0.1", arguments);
	double sent, lost;

	assert_int_equal(streams(json), number_of_streams);
	sent = number(json, "end.sum_sent.packets");
	lost = number(json, "end.sum.lost_packets");
	assert_true(sent > 0);
	/* The loopback interface loses what a busy machine does not read in time. */
	assert_true(lost >= 0 && lost < sent);
	assert_true(number(json, "end.sum.jitter_ms") >= 0);
	assert_true(number(json, "end.sum.lost_percent") < 100);
}

static void tcp_of(enum who who)
{
	check_tcp(who, "-t 1 -i 0.3", 1);
	check_tcp(who, "-n 20M -R", 1);
	check_tcp(who, "-t 1 -P 8", 8);
	check_tcp(who, "-n 20M -b 40M -w 256K -P 2 --bidir -O 1", 4);
	check_tcp(who, "-k 1000 -l 8K -w 64K -N", 1);
	check_tcp(who, "-n 4M -M 1000 -b 80M -i 0", 1);
	check_tcp(who, "-n 1M -b 100M/4 --pacing-timer 5000 -S 8 -T title --extra-data x -Z", 1);
}

static void tcp_of_a_stock_client(void **unused)
{
	(void)unused;
	tcp_of(STOCK_CLIENT);
}

static void tcp_of_our_client(void **unused)
{
	(void)unused;
	tcp_of(OUR_CLIENT);
}

static void udp_of(enum who who)
{
	check_udp(who, "-u -t 1 -b 5M -l 1000", 1);
	check_udp(who, "-u -k 100 -b 5M -l 1000 -R", 1);
	check_udp(who, "-u -k 40 -b 100K -l 500 -P 4 -O 1", 4);
	check_udp(who, "-u -t 1 -b 2M --bidir --udp-counters-64bit --pacing-timer 5000", 2);
	check_udp(who, "-u -n 1M -b 0 -l 8K", 1);
}

static void udp_of_a_stock_client(void **unused)
{
	(void)unused;
	udp_of(STOCK_CLIENT);
}

static void udp_of_our_client(void **unused)
{
	(void)unused;
	udp_of(OUR_CLIENT);
}

static void a_count_of_bytes_is_exact(void **unused)
{
	cJSON *json = run(STOCK_CLIENT, "127.0.0.1", "-n 10M -b 10G");

	(void)unused;
	assert_true(number(json, "end.sum_sent.bytes") == 10 << 20);
	assert_true(number(json, "end.sum_received.bytes") == 10 << 20);
	json = run(OUR_CLIENT, "127.0.0.1", "-k 7 -l 10000");
	assert_true(number(json, "end.sum_sent.bytes") == 70000);
}

static void a_rate_is_kept(void **unused)
{
	cJSON *json = run(STOCK_CLIENT, "127.0.0.1", "-u -R -k 2000 -b 4M -l 1000");
	double rate = number(json, "end.sum_sent.bits_per_second");

	(void)unused;
	/* The server's own time may be longer, never its rate larger. */
	assert_true(rate > 2e6 && rate < 4.2e6);
}

static void the_servers_output(void **unused)
{
	const char *text;
	cJSON *json;

	(void)unused;
	json = run(STOCK_CLIENT, "127.0.0.1", "-n 1M --get-server-output");
	text = cJSON_GetStringValue(cJSON_GetObjectItem(json, "server_output_text"));
	assert_non_null(text);
	assert_non_null(strstr(text, "Accepted connection from 127.0.0.1"));
	assert_non_null(strstr(text, "receiver\n"));
	json = run(OUR_CLIENT, "127.0.0.1", "-n 1M --get-server-output");
	assert_non_null(cJSON_GetObjectItem(json, "server_output_text"));
}

static void ipv6(void **unused)
{
	cJSON *json = run(STOCK_CLIENT, "::1", "-6 -n 1M");

	(void)unused;
	check_bytes(json, STOCK_CLIENT, "");
	json = run(OUR_CLIENT, "::1", "-6 -u -k 10");
	assert_true(number(json, "end.sum_sent.packets") == 10);
}

static void our_client_and_our_server(void **unused)
{
	unsigned int port = free_port();
	char line[128];

	(void)unused;
	snprintf(line, sizeof(line), "-s -1 -J -p %u", port);
	start_ours(&server, line);
	wait_for_listener(port);
	snprintf(line, sizeof(line), "-c 127.0.0.1 -p %u -t 1 --bidir -P 2 --get-server-output",
		 port);
	start_ours(&client, line);
	assert_int_equal(wait_for_end(&client), 0);
	assert_int_equal(wait_for_end(&server), 0);
	assert_non_null(strstr(client.text, "[SUM][RX-C]"));
	assert_non_null(strstr(client.text, "iperf Done."));
	assert_non_null(strstr(server.text, "sum_received_bidir_reverse"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_of_a_stock_client),     cmocka_unit_test(tcp_of_our_client),
		cmocka_unit_test(udp_of_a_stock_client),     cmocka_unit_test(udp_of_our_client),
		cmocka_unit_test(a_count_of_bytes_is_exact), cmocka_unit_test(a_rate_is_kept),
		cmocka_unit_test(the_servers_output),        cmocka_unit_test(ipv6),
		cmocka_unit_test(our_client_and_our_server),
	};

	int failed = cmocka_run_group_tests_name("iperf3-stock", tests, NULL, NULL);

	cJSON_Delete(report);
	return failed;
}
