// SPDX-License-Identifier: GPL-2.0-only
/*
 * jailhouse cell create, start, shutdown, destroy
 */
#include <stdlib.h>

#include "tool.h"

/* Whether the cell fits the system is the hypervisor's to say. */
static int create(const struct file *file)
{
	struct config_report report = { print_finding, (void *)file->path };
	struct jailhouse_cell_create request = {
		.config_address = (unsigned long)file->data,
		.config_size = file->size,
	};

	if (config_check_cell(NULL, file->data, file->size, &report) != 0)
		return EXIT_FAILURE;
	return device_request(JAILHOUSE_CELL_CREATE, &request);
}

int command_cell_create(struct args *args)
{
	const char *path = args_next(args);
	struct file file;
	int result;

	if (!path)
		return complain_usage("create what? A cell configuration is missing");
	result = args_end(args);
	if (!result)
		result = file_read(&file, path);
	if (result)
		return result;
	result = create(&file);
	file_free(&file);
	return result;
}

/* Requests whose argument starts with the cell's ID. */
static int request_by_id(struct args *args, unsigned long request)
{
	struct jailhouse_cell_load load = { 0 };
	int result = cell_id_parse(args, &load.cell_id);

	if (!result)
		result = args_end(args);
	return result ? result : device_request(request, &load);
}

int command_cell_start(struct args *args)
{
	return request_by_id(args, JAILHOUSE_CELL_START);
}

/* To load nothing stops the cell. */
int command_cell_shutdown(struct args *args)
{
	return request_by_id(args, JAILHOUSE_CELL_LOAD);
}

int command_cell_destroy(struct args *args)
{
	return request_by_id(args, JAILHOUSE_CELL_DESTROY);
}
