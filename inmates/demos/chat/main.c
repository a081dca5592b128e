// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A chat by TCP, for people with nc and for cells.
 *
 *	chat [-p PORT] [-n MEMBERS] [-t MILLISECONDS]	the server, and how long it waits for the slow
 *	chat -c ADDRESS [-p PORT] NAME [LINE ...]	joins, and says the lines
 *
 * It uses nothing but sockets: "gcc -o chat *.c" makes a program for Linux of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chat.h"

static int usage(void)
{
	fprintf(stderr, "usage: chat [-p PORT] [-n MEMBERS] [-t MILLISECONDS]\n"
			"       chat -c ADDRESS [-p PORT] NAME [LINE ...]\n");
	return EXIT_FAILURE;
}

int main(int argc, char *argv[])
{
	struct server_options options = { CHAT_PORT, CHAT_MEMBERS, CHAT_PATIENCE_MS };
	const char *address = NULL;
	int n;

	for (n = 1; n + 1 < argc && argv[n][0] == '-'; n += 2) {
		if (strcmp(argv[n], "-c") == 0)
			address = argv[n + 1];
		else if (strcmp(argv[n], "-p") == 0)
			options.port = argv[n + 1];
		else if (strcmp(argv[n], "-n") == 0)
			options.members = atoi(argv[n + 1]);
		else if (strcmp(argv[n], "-t") == 0)
			options.patience_ms = atoi(argv[n + 1]);
		else
			return usage();
	}
	if (address && n < argc)
		return client_run(address, options.port, argv[n], argv + n + 1);
	if (address || n < argc || options.members < 1 || options.members > CHAT_MEMBERS)
		return usage();
	return server_run(&options);
}
