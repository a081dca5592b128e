// SPDX-License-Identifier: GPL-2.0-only
/*
 * The `ivshmem` command: channels to other cells, from the shell. See Documentation/ivshmem.8.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ivshmem.h"

struct command {
	const char *verb;
	int (*run)(struct args *args);
};

static const struct command commands[] = {
	{ "list", ivshmem_command_list },   { "info", ivshmem_command_info },
	{ "read", ivshmem_command_read },   { "write", ivshmem_command_write },
	{ "ring", ivshmem_command_ring },   { "wait", ivshmem_command_wait },
	{ "state", ivshmem_command_state }, { "bench", ivshmem_command_bench },
};

static const char help[] =
	"Usage: ivshmem COMMAND ...\n"
	"\n"
	"   list [--json]\n"
	"   info DEV [--json]\n"
	"   read DEV [SECTION] [OFFSET [LENGTH]] [--raw]\n"
	"   write DEV [SECTION] OFFSET { TEXT | --hex BYTES | - }\n"
	"   ring DEV [PEER [VECTOR]] [--count N]\n"
	"   wait DEV [--count N] [--timeout S] [--vector V]\n"
	"   state DEV [VALUE]\n"
	"   bench DEV [PEER [VECTOR]] [--count N] [--timeout S] [--json]\n"
	"   --help | --version\n"
	"\n"
	"DEV is uioN or a PCI address. SECTION is state, common, output:PEER, output (one's own),\n"
	"or memory (all, with a classic device). See ivshmem(8).\n";

static int run_command(struct args *args)
{
	const char *verb = args_next(args);

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (strcmp(commands[i].verb, verb) == 0)
			return commands[i].run(args);
	return complain_usage("there is no command \"%s\"", verb);
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
		printf("ivshmem %s\n", TOOL_VERSION);
		return EXIT_SUCCESS;
	}
	return run_command(&args);
}
