// SPDX-License-Identifier: GPL-2.0-only
/*
 * The `jailhouse` command: finds out which command is meant. See Documentation/jailhouse.8.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

struct command {
	/* The second word may be NULL. */
	const char *noun;
	const char *verb;
	int (*run)(struct args *args);
};

static const struct command commands[] = {
	{ "enable", NULL, command_enable },          { "disable", NULL, command_disable },
	{ "console", NULL, command_console },        { "cell", "create", command_cell_create },
	{ "cell", "list", command_cell_list },       { "cell", "load", command_cell_load },
	{ "cell", "start", command_cell_start },     { "cell", "shutdown", command_cell_shutdown },
	{ "cell", "destroy", command_cell_destroy }, { "cell", "stats", command_cell_stats },
	{ "config", "check", command_config_check },
};

static const char help[] = "Usage: jailhouse COMMAND ...\n"
			   "\n"
			   "   enable SYSCONFIG\n"
			   "   disable\n"
			   "   console [-f | --follow]\n"
			   "   cell create CONFIG\n"
			   "   cell list [--json]\n"
			   "   cell load CELL { IMAGE | { -s | --string } \"STRING\" }\n"
			   "             [-a | --address ADDRESS] ...\n"
			   "   cell start CELL\n"
			   "   cell shutdown CELL\n"
			   "   cell destroy CELL\n"
			   "   cell stats CELL [--json]\n"
			   "   config check SYSCONFIG [CELLCONFIG ...]\n"
			   "   --help | --version\n"
			   "\n"
			   "CELL is { ID | [--name] NAME }. See jailhouse(8).\n";

/* Needs no cleaning up: the list of all verbs of one noun, for a message. */
static int complain_verb(const char *noun)
{
	char verbs[128] = "";

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (commands[i].verb && strcmp(commands[i].noun, noun) == 0) {
			strcat(verbs, " ");
			strcat(verbs, commands[i].verb);
		}
	}
	return complain_usage("\"%s\" is followed by one of:%s", noun, verbs);
}

static int run_command(struct args *args)
{
	const char *noun = args_next(args);
	bool needs_verb = false;

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		const struct command *command = &commands[i];

		if (strcmp(command->noun, noun) != 0)
			continue;
		if (!command->verb || args_option(args, command->verb, NULL))
			return command->run(args);
		needs_verb = true;
	}
	if (needs_verb)
		return complain_verb(noun);
	return complain_usage("there is no command \"%s\"", noun);
}

int main(int argc, char *argv[])
{
	struct args args = { argc - 1, argv + 1 };

	if (!args.count) {
		fputs(help, stderr);
		return EXIT_USAGE;
	}
	if (args_option(&args, "--help", "-h")) {
		fputs(help, stdout);
		return EXIT_SUCCESS;
	}
	if (args_option(&args, "--version", NULL)) {
		printf("jailhouse %s\n", TOOL_VERSION);
		return EXIT_SUCCESS;
	}
	return run_command(&args);
}
