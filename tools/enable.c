// SPDX-License-Identifier: GPL-2.0-only
/*
 * jailhouse enable, disable
 */
#include <stdlib.h>

#include "tool.h"

/* The request has no size: the driver trusts the counts, so that they are checked here. */
static int enable(const struct file *file)
{
	struct config_report report = { print_finding, (void *)file->path };

	if (config_check_system(file->data, file->size, &report) != 0)
		return EXIT_FAILURE;
	return device_request(JAILHOUSE_ENABLE, file->data);
}

int command_enable(struct args *args)
{
	const char *path = args_next(args);
	struct file file;
	int result;

	if (!path)
		return complain_usage("enable what? A system configuration is missing");
	result = args_end(args);
	if (!result)
		result = file_read(&file, path);
	if (result)
		return result;
	result = enable(&file);
	file_free(&file);
	return result;
}

int command_disable(struct args *args)
{
	int result = args_end(args);

	return result ? result : device_request(JAILHOUSE_DISABLE, NULL);
}
