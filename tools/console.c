// SPDX-License-Identifier: GPL-2.0-only
/*
 * jailhouse console: copies the hypervisor's console to standard output.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

static int complain_read(int error)
{
	if (error == EAGAIN)
		return complain("the hypervisor does not run: jailhouse enable SYSCONFIG");
	if (error == EPERM)
		return complain("the system configuration keeps the console from root: set "
				"JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE in its flags");
	return complain("console: %s", strerror(error));
}

/* Cells write there as well: what could steer a terminal is shown as ^X. */
static bool put_text(const char *text, size_t length, bool terminal)
{
	for (size_t n = 0; n < length; n++) {
		unsigned char c = text[n];

		if (terminal && iscntrl(c) && !strchr("\n\r\t", c))
			printf("^%c", c ^ 0x40);
		else
			putchar(c);
	}
	return fflush(stdout) == 0 && !ferror(stdout);
}

static int copy_console(int fd)
{
	bool terminal = isatty(STDOUT_FILENO);
	char text[4096];
	ssize_t length;

	while ((length = read(fd, text, sizeof(text))) != 0) {
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return complain_read(errno);
		if (!put_text(text, length, terminal))
			return complain("console: %s", strerror(errno));
	}
	return EXIT_SUCCESS;
}

int command_console(struct args *args)
{
	bool follow = args_option(args, "-f", "--follow");
	int result = args_end(args);
	int fd;

	if (result)
		return result;
	fd = device_open(O_RDONLY | (follow ? 0 : O_NONBLOCK));
	if (fd < 0)
		return EXIT_FAILURE;
	result = copy_console(fd);
	close(fd);
	return result;
}
