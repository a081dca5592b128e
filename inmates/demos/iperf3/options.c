/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The command line: a table of the options, and the ways to write them (-t 5, -t5, -uR, --time 5,
 * --time=5).
 */
#include "options.h"

#include <stdio.h>
#include <string.h>

#include "units.h"
#include "version.h"

enum kind {
	FLAG,    /* bool */
	NUMBER,  /* uint64_t */
	BINARY,  /* uint64_t, K is 1024 */
	DECIMAL, /* uint64_t, K is 1000 */
	SECONDS, /* uint64_t, in microseconds */
	RATE,    /* as DECIMAL; /N behind it sets the burst */
	TEXT,    /* const char * */
	LETTER,  /* char */
};

struct option {
	const char *name;
	/* Of the member in struct options */
	size_t offset;
	uint64_t min;
	uint64_t max;
	enum kind kind;
	char letter;
};

#define OPTION(member) offsetof(struct options, member)
#define PARAM(member)  offsetof(struct options, params.member)
#define NO_LETTER      '\0'
#define NO_RANGE       0, 0

#define MAX_INTERVAL_US 60000000
#define MAX_TIMEOUT_MS  86400000
/* Shorter ones would only report themselves. */
#define MIN_INTERVAL_US 100000

static const struct option options_table[] = {
	{ "server", OPTION(server), NO_RANGE, FLAG, 's' },
	{ "client", OPTION(host), NO_RANGE, TEXT, 'c' },
	{ "port", OPTION(port), NO_RANGE, TEXT, 'p' },
	{ "format", OPTION(unit), NO_RANGE, LETTER, 'f' },
	{ "interval", OPTION(interval_us), 0, MAX_INTERVAL_US, SECONDS, 'i' },
	{ "bind", OPTION(bind), NO_RANGE, TEXT, 'B' },
	{ "verbose", OPTION(verbose), NO_RANGE, FLAG, 'V' },
	{ "json", OPTION(json), NO_RANGE, FLAG, 'J' },
	{ "help", OPTION(help), NO_RANGE, FLAG, 'h' },
	{ "version", OPTION(version), NO_RANGE, FLAG, 'v' },
	{ "rcv-timeout", OPTION(rcv_timeout_ms), 100, MAX_TIMEOUT_MS, NUMBER, NO_LETTER },
	{ "one-off", OPTION(one_off), NO_RANGE, FLAG, '1' },
	{ "connect-timeout", OPTION(connect_timeout_ms), 1, MAX_TIMEOUT_MS, NUMBER, NO_LETTER },
	{ "udp", PARAM(udp), NO_RANGE, FLAG, 'u' },
	{ "bitrate", PARAM(rate), 0, MAX_RATE, RATE, 'b' },
	{ "bandwidth", PARAM(rate), 0, MAX_RATE, RATE, NO_LETTER },
	{ "pacing-timer", PARAM(pacing_us), MIN_PACING_US, MAX_PACING_US, DECIMAL, NO_LETTER },
	{ "time", PARAM(time), 0, MAX_SECONDS, NUMBER, 't' },
	{ "bytes", PARAM(bytes), 0, MAX_AMOUNT, BINARY, 'n' },
	{ "blockcount", PARAM(blocks), 0, MAX_AMOUNT, BINARY, 'k' },
	{ "length", PARAM(block), 1, MAX_TCP_BLOCK, BINARY, 'l' },
	{ "parallel", PARAM(parallel), 1, MAX_PARALLEL, NUMBER, 'P' },
	{ "reverse", PARAM(reverse), NO_RANGE, FLAG, 'R' },
	{ "bidir", PARAM(bidirectional), NO_RANGE, FLAG, NO_LETTER },
	{ "window", PARAM(window), 0, MAX_WINDOW, BINARY, 'w' },
	{ "set-mss", PARAM(mss), 1, MAX_MSS, NUMBER, 'M' },
	{ "no-delay", PARAM(no_delay), NO_RANGE, FLAG, 'N' },
	{ "version4", OPTION(only_ipv4), NO_RANGE, FLAG, '4' },
	{ "version6", OPTION(only_ipv6), NO_RANGE, FLAG, '6' },
	{ "tos", PARAM(tos), 0, MAX_TOS, NUMBER, 'S' },
	{ "zerocopy", PARAM(zero_copy), NO_RANGE, FLAG, 'Z' },
	{ "omit", PARAM(omit), 0, MAX_OMIT, NUMBER, 'O' },
	{ "title", OPTION(title), NO_RANGE, TEXT, 'T' },
	{ "extra-data", OPTION(extra), NO_RANGE, TEXT, NO_LETTER },
	{ "get-server-output", PARAM(server_output), NO_RANGE, FLAG, NO_LETTER },
	{ "udp-counters-64bit", PARAM(counters_64bit), NO_RANGE, FLAG, NO_LETTER },
	{ "repeating-payload", PARAM(repeating), NO_RANGE, FLAG, NO_LETTER },
};

#define NUM_OPTIONS (sizeof(options_table) / sizeof(options_table[0]))

/* Where the words are and what was wrong with them */
struct parser {
	struct options *options;
	char **next;
	char **end;
	char *error;
	size_t size;
};

static const struct option *find_letter(char letter)
{
	size_t i;

	for (i = 0; i < NUM_OPTIONS; i++)
		if (options_table[i].letter == letter)
			return &options_table[i];
	return NULL;
}

static const struct option *find_name(const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < NUM_OPTIONS; i++)
		if (strlen(options_table[i].name) == length &&
		    strncmp(options_table[i].name, name, length) == 0)
			return &options_table[i];
	return NULL;
}

/* "10M/32": 32 blocks in a row */
static bool set_rate(struct options *options, const char *value, uint64_t *rate)
{
	const char *slash = strchr(value, '/');
	char number[UNITS_SIZE];

	if (!slash)
		return parse_amount(value, UNITS_DECIMAL, rate);
	snprintf(number, sizeof(number), "%.*s", (int)(slash - value), value);
	return parse_amount(number, UNITS_DECIMAL, rate) &&
	       parse_amount(slash + 1, UNITS_DECIMAL, &options->params.burst) &&
	       options->params.burst <= MAX_BURST;
}

static bool set_letter(char *member, const char *value)
{
	if (!*value || value[1] || !strchr("kmgtKMGT", *value))
		return false;
	*member = *value;
	return true;
}

/* Returns whether @value has the right form and lies in the range. */
static bool set_member(struct options *options, const struct option *option, const char *value)
{
	void *member = (char *)options + option->offset;
	uint64_t *number = member;
	bool good = true;

	switch (option->kind) {
	case FLAG:
		*(bool *)member = true;
		return true;
	case TEXT:
		*(const char **)member = value;
		return true;
	case LETTER:
		return set_letter(member, value);
	case SECONDS:
		good = parse_millionths(value, number);
		break;
	case RATE:
		good = set_rate(options, value, number);
		break;
	case NUMBER:
	case DECIMAL:
	case BINARY:
		good = parse_amount(value, option->kind == BINARY ? UNITS_BINARY : UNITS_DECIMAL,
				    number);
		break;
	}
	return good && *number >= option->min && *number <= option->max;
}

/* @value is what follows in the same word, or NULL. */
static bool take(struct parser *parser, const struct option *option, const char *value)
{
	if (option->kind == FLAG && value) {
		snprintf(parser->error, parser->size, "--%s takes no value", option->name);
		return false;
	}
	if (option->kind != FLAG && !value) {
		if (parser->next == parser->end) {
			snprintf(parser->error, parser->size, "--%s wants a value", option->name);
			return false;
		}
		value = *parser->next++;
	}
	if (set_member(parser->options, option, value))
		return true;
	snprintf(parser->error, parser->size, "--%s cannot be '%s'", option->name, value);
	return false;
}

static bool unknown(struct parser *parser, const char *word)
{
	snprintf(parser->error, parser->size, "unknown option '%s'", word);
	return false;
}

/* One word that starts with "--" */
static bool take_long(struct parser *parser, const char *word)
{
	const char *name = word + 2, *equals = strchr(name, '=');
	const struct option *option;

	option = find_name(name, equals ? (size_t)(equals - name) : strlen(name));
	return option ? take(parser, option, equals ? equals + 1 : NULL) : unknown(parser, word);
}

/* One word with letters, of which the last may have a value */
static bool take_letters(struct parser *parser, const char *word)
{
	const struct option *option;
	const char *letter = word + 1;

	for (; *letter; letter++) {
		option = find_letter(*letter);
		if (!option)
			return unknown(parser, word);
		if (option->kind != FLAG)
			return take(parser, option, letter[1] ? letter + 1 : NULL);
		if (!take(parser, option, NULL))
			return false;
	}
	return true;
}

static bool take_words(struct parser *parser)
{
	const char *word;

	while (parser->next < parser->end) {
		word = *parser->next++;
		if (word[0] != '-' || !word[1])
			return unknown(parser, word);
		if (!(word[1] == '-' ? take_long(parser, word) : take_letters(parser, word)))
			return false;
	}
	return true;
}

/* What the client fills in; the block of a UDP test stays open until the path is known. */
static void complete(struct options *options)
{
	struct params *params = &options->params;

	if (!params->block && !params->udp)
		params->block = DEFAULT_TCP_BLOCK;
	if (options->title)
		snprintf(params->title, sizeof(params->title), "%s", options->title);
	if (options->extra)
		snprintf(params->extra, sizeof(params->extra), "%s", options->extra);
}

static const char *check(const struct options *options)
{
	const struct params *params = &options->params;

	if (options->server == (options->host != NULL))
		return "either -s or -c HOST must be given";
	if (options->only_ipv4 && options->only_ipv6)
		return "-4 and -6 exclude each other";
	if (options->interval_us && options->interval_us < MIN_INTERVAL_US)
		return "the interval must be 0 or 0.1 to 60 seconds";
	if (params->reverse && params->bidirectional)
		return "-R and --bidir exclude each other";
	if (!!params->time + !!params->bytes + !!params->blocks > 1)
		return "only one of -t, -n and -k can be given";
	if (params->udp && params->block &&
	    (params->block < MIN_UDP_BLOCK || params->block > MAX_UDP_BLOCK))
		return "the length of a datagram must be 16 to 65507";
	return NULL;
}

bool options_parse(struct options *options, int argc, char *argv[], char *error, size_t size)
{
	struct parser parser = { .options = options, .next = argv + 1, .end = argv + argc };
	const char *wrong;

	parser.error = error;
	parser.size = size;
	*options = (struct options){
		.port = IPERF3_PORT,
		.unit = 'a',
		.interval_us = DEFAULT_INTERVAL_US,
		.rcv_timeout_ms = DEFAULT_RCV_TIMEOUT_MS,
		.connect_timeout_ms = DEFAULT_CONNECT_TIMEOUT_MS,
		.params = { .parallel = 1, .pacing_us = DEFAULT_PACING_US },
	};
	/* Their defaults depend on others, which are known only afterwards. No time at all is -t 0. */
	options->params.rate = options->params.time = UINT64_MAX;
	if (argc > 0 && !take_words(&parser))
		return false;
	if (options->params.rate == UINT64_MAX)
		options->params.rate = options->params.udp ? DEFAULT_UDP_RATE : 0;
	if (options->params.time == UINT64_MAX)
		options->params.time = options->params.bytes || options->params.blocks
					       ? 0
					       : DEFAULT_SECONDS;
	if (options->help || options->version)
		return true;
	wrong = check(options);
	if (wrong) {
		snprintf(error, size, "%s", wrong);
		return false;
	}
	complete(options);
	return true;
}

const char *options_help(void)
{
	return "usage: iperf3 -s | -c HOST [options]\n"
	       "both:   -p PORT  -f kmgtKMGT  -i SECONDS  -B ADDRESS  -4  -6  -J  -V\n"
	       "        --rcv-timeout MS\n"
	       "server: -1 (one test, then end)\n"
	       "client: -u  -t SECONDS | -n BYTES | -k BLOCKS  -l LENGTH  -P STREAMS  -R  --bidir\n"
	       "        -b RATE[/BURST]  --pacing-timer US  -w WINDOW  -M MSS  -N  -S TOS  -Z\n"
	       "        -O SECONDS  -T TITLE  --extra-data TEXT  --get-server-output\n"
	       "        --udp-counters-64bit  --repeating-payload  --connect-timeout MS\n"
	       "LENGTH, BYTES, BLOCKS, WINDOW: K, M, G, T are powers of 1024; RATE: of 1000\n";
}
