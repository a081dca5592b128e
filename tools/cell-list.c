// SPDX-License-Identifier: GPL-2.0-only
/*
 * jailhouse cell list
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "tool.h"

#define ROW "%-8s%-24s%-18s%-24s%-24s\n"

static void print_table(const struct cell_info *cells, size_t num_cells)
{
	char id[16];

	if (num_cells)
		printf(ROW, "ID", "Name", "State", "Assigned CPUs", "Failed CPUs");
	for (size_t i = 0; i < num_cells; i++) {
		snprintf(id, sizeof(id), "%u", cells[i].id);
		printf(ROW, id, cells[i].name, cells[i].state, cells[i].cpus_assigned,
		       cells[i].cpus_failed);
	}
}

static json_t *cpus_to_json(const char *list)
{
	json_t *cpus = json_array();
	int cpu = -1;

	while (cpu_list_next(&list, &cpu))
		json_array_append_new(cpus, json_integer(cpu));
	return cpus;
}

static json_t *cell_to_json(const struct cell_info *cell)
{
	return json_pack("{s:i, s:s, s:s, s:o, s:o}", "id", cell->id, "name", cell->name, "state",
			 cell->state, "cpus_assigned", cpus_to_json(cell->cpus_assigned),
			 "cpus_failed", cpus_to_json(cell->cpus_failed));
}

static void print_json(const struct cell_info *cells, size_t num_cells)
{
	json_t *list = json_array();

	for (size_t i = 0; i < num_cells; i++)
		json_array_append_new(list, cell_to_json(&cells[i]));
	json_dumpf(list, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(list);
}

int command_cell_list(struct args *args)
{
	bool json = args_option(args, "--json", NULL);
	int result = args_end(args);
	struct cell_info *cells;
	size_t num_cells;

	if (!result)
		result = sysfs_check();
	if (result)
		return result;
	num_cells = sysfs_cells(&cells);
	if (json)
		print_json(cells, num_cells);
	else
		print_table(cells, num_cells);
	free(cells);
	return EXIT_SUCCESS;
}
