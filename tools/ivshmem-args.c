// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arguments that several of ivshmem's commands have.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "ivshmem.h"

int parse_number(struct args *args, const char *what, uint64_t max, uint64_t *value)
{
	const char *word = args_next(args);
	char *end;

	if (!word)
		return EXIT_SUCCESS;
	errno = 0;
	*value = strtoull(word, &end, 0);
	if (!isdigit((unsigned char)*word) || *end || errno)
		return complain_usage("%s \"%s\" is no number", what, word);
	if (*value > max)
		return complain("%s %s is too large, the last is %llu", what, word,
				(unsigned long long)max);
	return EXIT_SUCCESS;
}

static int parse_option(struct args *args, const struct option *option)
{
	if (option->flag) {
		*option->flag = true;
		return EXIT_SUCCESS;
	}
	if (!args->count)
		return complain_usage("%s needs a number", option->name);
	return parse_number(args, option->name, option->max, option->number);
}

int parse_options(struct args *args, const struct option *options, size_t num)
{
	int result = EXIT_SUCCESS;
	size_t i = 0;

	while (i < num && !result) {
		if (args_option(args, options[i].name, NULL)) {
			result = parse_option(args, &options[i]);
			i = 0;
		} else {
			i++;
		}
	}
	return result ? result : args_end(args);
}

static bool has_number(const struct args *args)
{
	return args->count && isdigit((unsigned char)args->words[0][0]);
}

int parse_target(const struct ivshmem *device, struct args *args, unsigned int *peer,
		 unsigned int *vector)
{
	uint64_t peer_value = device->id == 0, vector_value = 0;
	int result;

	if (!has_number(args) && device->max_peers > 2)
		return complain_usage("%s has %u peers: say which", device->info.uio,
				      device->max_peers);
	result = has_number(args) ? parse_number(args, "peer", device->max_peers - 1, &peer_value)
				  : EXIT_SUCCESS;
	if (!result && has_number(args))
		result = parse_number(args, "vector", IVSHMEM_VECTORS_LIMIT - 1, &vector_value);
	*peer = peer_value;
	*vector = vector_value;
	return result;
}
