// SPDX-License-Identifier: GPL-2.0-only
/*
 * jailhouse config check: a system configuration and the cells that are to exist together, without
 * the machine.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tool.h"

/* Root's descriptor, then those of the cells that are in order by themselves. */
struct set {
	const struct jailhouse_system *system;
	const struct jailhouse_cell_desc **cells;
	unsigned int num_cells;
	bool failed;
};

void print_finding(void *path, const char *line)
{
	complain("%s: %s", (const char *)path, line);
}

static unsigned int count_cpus(const struct jailhouse_cell_desc *cell)
{
	const unsigned char *set = (const unsigned char *)(cell + 1);
	unsigned int count = 0;

	for (unsigned int i = 0; i < cell->cpu_set_size; i++)
		count += __builtin_popcount(set[i]);
	return count;
}

static void print_passed(const struct file *file, const char *kind,
			 const struct jailhouse_cell_desc *cell)
{
	unsigned int cpus = count_cpus(cell);

	printf("%s: %s \"%s\", %u CPU%s: in order\n", file->path, kind, cell->name, cpus,
	       cpus == 1 ? "" : "s");
}

static void check_system(struct set *set, const struct file *file)
{
	struct config_report report = { print_finding, (void *)file->path };

	if (config_check_system(file->data, file->size, &report) != 0) {
		set->failed = true;
		return;
	}
	set->system = file->data;
	set->cells[set->num_cells++] = &set->system->root_cell;
	print_passed(file, "system", &set->system->root_cell);
}

/* A cell that has findings beside others still takes part in the checks of further ones. */
static void check_cell(struct set *set, const struct file *file)
{
	struct config_report report = { print_finding, (void *)file->path };
	int error;

	error = config_check_cell(set->system, file->data, file->size, &report);
	if (!error && set->system) {
		error = config_check_beside(set->system, file->data, set->cells + 1,
					    set->num_cells - 1, &report);
		set->cells[set->num_cells++] = file->data;
	}
	if (error)
		set->failed = true;
	else
		print_passed(file, "cell", file->data);
}

static int check_files(const struct file *files, int num_files)
{
	struct set set = { .cells = calloc(num_files, sizeof(set.cells[0])) };

	if (!set.cells)
		abort();
	check_system(&set, &files[0]);
	for (int i = 1; i < num_files; i++)
		check_cell(&set, &files[i]);
	if (!set.failed)
		channel_table_print(set.cells, set.num_cells);
	free(set.cells);
	return set.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

int command_config_check(struct args *args)
{
	int num_files = 0, result = EXIT_SUCCESS;
	struct file *files;

	if (!args->count)
		return complain_usage("check what? A system configuration is missing");
	files = calloc(args->count, sizeof(files[0]));
	if (!files)
		abort();
	while (!result && args->count) {
		result = file_read(&files[num_files], args_next(args));
		num_files += !result;
	}
	if (!result)
		result = check_files(files, num_files);
	while (num_files)
		file_free(&files[--num_files]);
	free(files);
	return result;
}
