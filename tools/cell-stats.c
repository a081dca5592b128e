// SPDX-License-Identifier: GPL-2.0-only
/*
 * jailhouse cell stats
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "stats.h"

static void print_once(const struct stats *stats)
{
	printf("%-16s%16s", "Exits", "Total");
	for (size_t i = 0; i < stats->num_cpus; i++)
		printf("%9s%4d", "CPU", stats->cpus[i].cpu);
	putchar('\n');
	for (unsigned int index = 0; index < JAILHOUSE_NUM_CPU_STATS; index++) {
		printf("%-16s%16llu", stats_names[index], stats->totals[index]);
		for (size_t i = 0; i < stats->num_cpus; i++)
			printf("%13u", stats->cpus[i].counters[index]);
		putchar('\n');
	}
}

static void add_counter(json_t *object, unsigned int index, unsigned long long value)
{
	char name[32];

	snprintf(name, sizeof(name), "vmexits_%s", stats_names[index]);
	json_object_set_new(object, name, json_integer(value));
}

static json_t *totals_to_json(const struct stats *stats)
{
	json_t *object = json_object();

	for (unsigned int index = 0; index < JAILHOUSE_NUM_CPU_STATS; index++)
		add_counter(object, index, stats->totals[index]);
	return object;
}

static json_t *cpu_to_json(const struct cpu_stats *cpu)
{
	json_t *object = json_object();

	json_object_set_new(object, "cpu", json_integer(cpu->cpu));
	for (unsigned int index = 0; index < JAILHOUSE_NUM_CPU_STATS; index++)
		add_counter(object, index, cpu->counters[index]);
	return object;
}

static void print_json(const struct stats *stats)
{
	json_t *cpus = json_array();
	json_t *object;

	for (size_t i = 0; i < stats->num_cpus; i++)
		json_array_append_new(cpus, cpu_to_json(&stats->cpus[i]));
	object = json_pack("{s:i, s:s, s:s, s:o, s:o}", "id", stats->cell.id, "name",
			   stats->cell.name, "state", stats->cell.state, "statistics",
			   totals_to_json(stats), "cpus", cpus);
	json_dumpf(object, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(object);
}

static int show_cell(const struct jailhouse_cell_id *id, bool json)
{
	struct stats stats;

	if (!stats_read(&stats, id)) {
		if (id->id == JAILHOUSE_CELL_ID_UNUSED)
			return complain("there is no cell \"%s\": see jailhouse cell list",
					id->name);
		return complain("there is no cell %d: see jailhouse cell list", id->id);
	}
	if (json)
		print_json(&stats);
	else if (!isatty(STDOUT_FILENO))
		print_once(&stats);
	stats_free(&stats);
	return !json && isatty(STDOUT_FILENO) ? stats_screen(id) : EXIT_SUCCESS;
}

int command_cell_stats(struct args *args)
{
	bool json = args_option(args, "--json", NULL);
	struct jailhouse_cell_id id;
	int result = cell_id_parse(args, &id);

	if (result)
		return result;
	json |= args_option(args, "--json", NULL);
	result = args_end(args);
	if (!result)
		result = sysfs_check();
	return result ? result : show_cell(&id, json);
}
