/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * iperf3's command line, amounts with their units, and parameters as JSON.
 *
 * suite: sockets
 * sources: inmates/demos/iperf3/options.c inmates/demos/iperf3/units.c inmates/demos/iperf3/params.c inmates/demos/iperf3/json.c
 * flags: -iquote inmates/demos/iperf3
 * cjson: linked
 */
#include "unit.h"

#include "json.h"
#include "options.h"
#include "units.h"

static struct options options;
static char error[OPTIONS_ERROR_SIZE];

/* Splits @line at its spaces. */
static bool parse(const char *line)
{
	static char copy[256];
	char *argv[32] = { "iperf3" };
	int argc = 1;
	char *word;

	snprintf(copy, sizeof(copy), "%s", line);
	for (word = strtok(copy, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	error[0] = '\0';
	return options_parse(&options, argc, argv, error, sizeof(error));
}

static void expect(const char *line)
{
	if (!parse(line))
		fail_msg("'%s': %s", line, error);
}

static void defaults_of_a_client(void **unused)
{
	(void)unused;
	expect("-c 10.0.1.1");
	assert_false(options.server);
	assert_string_equal(options.host, "10.0.1.1");
	assert_string_equal(options.port, "5201");
	assert_int_equal(options.interval_us, 1000000);
	assert_int_equal(options.params.time, 10);
	assert_int_equal(options.params.parallel, 1);
	assert_int_equal(options.params.block, 131072);
	assert_int_equal(options.params.rate, 0);
	assert_int_equal(options.params.pacing_us, 1000);
	expect("-c host -u");
	assert_int_equal(options.params.rate, 1024 * 1024);
	assert_int_equal(options.params.block, 0);
	expect("-c host -u -b 0");
	assert_int_equal(options.params.rate, 0);
}

static void all_ways_to_write_an_option(void **unused)
{
	static const char *const lines[] = { "-c h -t 5", "-c h -t5", "-c h --time 5",
					     "-c h --time=5", "-Rch -t5" };
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		expect(lines[i]);
		assert_int_equal(options.params.time, 5);
		assert_string_equal(options.host, "h");
	}
	assert_true(options.params.reverse);
}

/* No time at all is something else than no word about it. */
static void without_an_end(void **unused)
{
	(void)unused;
	expect("-c h -t 0");
	assert_int_equal(options.params.time, 0);
	expect("-c h -n 1M");
	assert_int_equal(options.params.time, 0);
	expect("-c h -k 3 -t 0");
	assert_int_equal(options.params.time, 0);
	expect("-c h");
	assert_int_equal(options.params.time, 10);
}

static void every_option(void **unused)
{
	const struct params *params = &options.params;

	(void)unused;
	expect("-c h -n 10M -P 8 -l 8K -w 256K -M 1000 -b 100M/32 -i 0.5 -J -O 2 -6 -N -S 8 -Z");
	assert_int_equal(params->bytes, 10 << 20);
	assert_int_equal(params->time, 0);
	assert_int_equal(params->parallel, 8);
	assert_int_equal(params->block, 8192);
	assert_int_equal(params->window, 256 << 10);
	assert_int_equal(params->mss, 1000);
	assert_int_equal(params->rate, 100000000);
	assert_int_equal(params->burst, 32);
	assert_int_equal(options.interval_us, 500000);
	assert_int_equal(params->omit, 2);
	assert_int_equal(params->tos, 8);
	assert_true(options.json && options.only_ipv6 && params->no_delay && params->zero_copy);
	expect("-c h -u -k 5 --pacing-timer 5K --bidir --get-server-output --udp-counters-64bit");
	assert_int_equal(params->blocks, 5);
	assert_int_equal(params->pacing_us, 5000);
	assert_true(params->udp && params->bidirectional && params->server_output);
	assert_true(params->counters_64bit);
	expect("-s -1 -p 5000 -f m -V -4 --rcv-timeout 500 -B 10.0.1.2");
	assert_true(options.server && options.one_off && options.verbose && options.only_ipv4);
	assert_int_equal(options.unit, 'm');
	assert_int_equal(options.rcv_timeout_ms, 500);
	assert_string_equal(options.bind, "10.0.1.2");
}

static void wrong_lines_say_why(void **unused)
{
	static const char *const lines[][2] = {
		{ "", "either -s or -c" },
		{ "-s -c h", "either -s or -c" },
		{ "-c", "--client wants a value" },
		{ "-c h -t x", "--time cannot be 'x'" },
		{ "-c h -t 86401", "--time" },
		{ "-c h -t -1", "--time" },
		{ "-c h -P 0", "--parallel" },
		{ "-c h -P 129", "--parallel" },
		{ "-c h -l 2M", "--length" },
		{ "-c h -u -l 15", "datagram" },
		{ "-c h -R --bidir", "exclude" },
		{ "-c h -4 -6", "exclude" },
		{ "-c h -t 1 -n 1", "only one" },
		{ "-c h -i 0.05", "interval" },
		{ "-c h --json=1", "no value" },
		{ "-c h --tim 1", "unknown" },
		{ "-c h -q", "unknown" },
		{ "-c h h", "unknown" },
		{ "-c h -f x", "--format" },
		{ "-c h -b 1M/2K", "--bitrate" },
		{ "-c h -n 99999999999999T", "--bytes" },
	};
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (parse(lines[i][0]))
			fail_msg("'%s' is taken", lines[i][0]);
		if (!strstr(error, lines[i][1]))
			fail_msg("'%s': %s", lines[i][0], error);
	}
}

static void amounts(void **unused)
{
	char text[UNITS_SIZE];
	uint64_t value;

	(void)unused;
	assert_true(parse_amount("1.5K", UNITS_BINARY, &value));
	assert_int_equal(value, 1536);
	assert_true(parse_amount("2g", UNITS_DECIMAL, &value));
	assert_int_equal(value, 2000000000);
	assert_false(parse_amount("", UNITS_BINARY, &value));
	assert_false(parse_amount("1KK", UNITS_BINARY, &value));
	assert_false(parse_amount("1..2", UNITS_BINARY, &value));
	assert_false(parse_amount("99999999999999999999", UNITS_BINARY, &value));
	/* As stock iperf3 prints them */
	assert_string_equal(format_amount(text, 819200, 'A'), " 800 KBytes");
	assert_string_equal(format_amount(text, 10485760, 'A'), "10.0 MBytes");
	assert_string_equal(format_amount(text, 1277952, 'A'), "1.22 MBytes");
	assert_string_equal(format_amount(text, 0, 'A'), "0.00 Bytes");
	assert_string_equal(format_amount(text, 0, 'a'), "0.00 bits");
	assert_string_equal(format_amount(text, 789053440, 'a'), "6.31 Gbits");
	assert_string_equal(format_amount(text, 125000000, 'm'), "1000 Mbits");
	assert_string_equal(format_amount(text, 3e15, 'K'), "2929687500000 KBytes");
	assert_string_equal(format_amount(text, 1e300, 'A') + 21, "TBytes");
	assert_string_equal(format_fixed(text, 1.005, 2), "1.00");
	assert_string_equal(format_fixed(text, -0.25, 1), "-0.3");
	assert_string_equal(format_percent(text, 1, 3), "33");
	assert_string_equal(format_percent(text, 3, 39), "7.7");
	assert_string_equal(format_percent(text, 0, 0), "0");
}

static const char *from_text(struct params *params, const char *text)
{
	cJSON *json = cJSON_Parse(text);
	const char *wrong = params_from_json(params, json);

	cJSON_Delete(json);
	return wrong;
}

static void parameters_arrive_as_they_are_sent(void **unused)
{
	struct params there;
	cJSON *json;

	(void)unused;
	expect("-c h -u -n 10M -P 8 -l 1K -w 256K -M 1000 -b 100M/32 -O 2 -S 8 -T title --bidir "
	       "--get-server-output --udp-counters-64bit --extra-data x --repeating-payload -N -Z");
	json = params_to_json(&options.params);
	assert_null(params_from_json(&there, json));
	cJSON_Delete(json);
	assert_memory_equal(&there, &options.params, sizeof(there));
}

static void parameters_of_a_stock_client(void **unused)
{
	struct params params;

	(void)unused;
	assert_null(from_text(&params, "{\"tcp\":true,\"omit\":0,\"time\":0,\"num\":0,"
				       "\"blockcount\":100,\"MSS\":1000,\"nodelay\":true,"
				       "\"parallel\":1,\"window\":102400,\"len\":8192,"
				       "\"bandwidth\":100000000,\"pacing_timer\":1000,\"TOS\":8,"
				       "\"title\":\"hel\\u0007lo\",\"congestion\":\"reno\","
				       "\"zerocopy\":1,\"client_version\":\"3.12\"}"));
	assert_int_equal(params.blocks, 100);
	assert_int_equal(params.mss, 1000);
	assert_true(params.no_delay && params.zero_copy && !params.udp);
	assert_string_equal(params.title, "hel?lo");
}

static void parameters_that_make_no_sense(void **unused)
{
	static const char *const texts[][2] = {
		{ "[]", "object" },
		{ "1", "object" },
		{ "{\"sctp\":true}", "sctp" },
		{ "{\"time\":-1}", "time" },
		{ "{\"time\":\"1\"}", "time" },
		{ "{\"time\":1e300}", "time" },
		{ "{\"parallel\":0}", "parallel" },
		{ "{\"parallel\":129}", "parallel" },
		{ "{\"len\":0}", "len" },
		{ "{\"len\":1048577}", "len" },
		{ "{\"udp\":true,\"len\":15}", "len" },
		{ "{\"udp\":true,\"len\":65508}", "len" },
		{ "{\"num\":1,\"time\":1}", "time" },
		{ "{\"reverse\":true,\"bidirectional\":true}", "bidirectional" },
		{ "{\"bandwidth\":null}", "bandwidth" },
		{ "{\"bandwidth\":-5}", "bandwidth" },
		{ "{\"MSS\":70000}", "MSS" },
	};
	struct params params;
	const char *wrong;
	size_t i;

	(void)unused;
	assert_string_equal(params_from_json(&params, NULL), "object");
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		wrong = from_text(&params, texts[i][0]);
		if (!wrong || strcmp(wrong, texts[i][1]) != 0)
			fail_msg("%s: %s", texts[i][0], wrong ? wrong : "taken");
	}
	assert_null(from_text(&params, "{\"pacing_timer\":1}"));
	assert_int_equal(params.pacing_us, MIN_PACING_US);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_of_a_client),
		cmocka_unit_test(all_ways_to_write_an_option),
		cmocka_unit_test(without_an_end),
		cmocka_unit_test(every_option),
		cmocka_unit_test(wrong_lines_say_why),
		cmocka_unit_test(amounts),
		cmocka_unit_test(parameters_arrive_as_they_are_sent),
		cmocka_unit_test(parameters_of_a_stock_client),
		cmocka_unit_test(parameters_that_make_no_sense),
	};

	return cmocka_run_group_tests_name("iperf3-options", tests, NULL, NULL);
}
