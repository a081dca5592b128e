// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the driver shows in sysfs. Cells may come and go while it is read.
 */
#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

#define ROOT "/sys/devices/jailhouse"

int sysfs_check(void)
{
	if (access(ROOT, F_OK) == 0)
		return EXIT_SUCCESS;
	return complain("the driver is not loaded: insmod jailhouse.ko");
}

bool sysfs_read(char *line, size_t size, const char *format, ...)
{
	char path[PATH_MAX] = ROOT "/";
	size_t length = strlen(path);
	va_list args;
	FILE *stream;
	bool found;

	va_start(args, format);
	vsnprintf(path + length, sizeof(path) - length, format, args);
	va_end(args);

	stream = fopen(path, "r");
	if (!stream)
		return false;
	found = fgets(line, size, stream);
	fclose(stream);
	if (found)
		line[strcspn(line, "\n")] = '\0';
	return found;
}

static bool read_cell(struct cell_info *cell, const char *id)
{
	cell->id = strtoul(id, NULL, 10);
	return sysfs_read(cell->name, sizeof(cell->name), "cells/%s/name", id) &&
	       sysfs_read(cell->state, sizeof(cell->state), "cells/%s/state", id) &&
	       sysfs_read(cell->cpus_assigned, sizeof(cell->cpus_assigned),
			  "cells/%s/cpus_assigned_list", id) &&
	       sysfs_read(cell->cpus_failed, sizeof(cell->cpus_failed), "cells/%s/cpus_failed_list",
			  id);
}

static int is_cell(const struct dirent *entry)
{
	return isdigit((unsigned char)entry->d_name[0]);
}

static int by_id(const void *a, const void *b)
{
	unsigned int id_a = ((const struct cell_info *)a)->id;
	unsigned int id_b = ((const struct cell_info *)b)->id;

	return id_a < id_b ? -1 : id_a > id_b;
}

size_t sysfs_cells(struct cell_info **cells)
{
	struct dirent **entries;
	size_t num_cells = 0;
	int num_entries;

	*cells = NULL;
	num_entries = scandir(ROOT "/cells", &entries, is_cell, NULL);
	if (num_entries <= 0)
		return 0;
	*cells = calloc(num_entries, sizeof(**cells));
	if (!*cells)
		abort();
	for (int i = 0; i < num_entries; i++) {
		if (read_cell(&(*cells)[num_cells], entries[i]->d_name))
			num_cells++;
		free(entries[i]);
	}
	free(entries);
	qsort(*cells, num_cells, sizeof(**cells), by_id);
	return num_cells;
}

bool sysfs_find_cell(const struct jailhouse_cell_id *id, struct cell_info *cell)
{
	struct cell_info *cells;
	size_t num_cells = sysfs_cells(&cells);
	bool found = false;

	for (size_t i = 0; i < num_cells && !found; i++) {
		found = id->id == JAILHOUSE_CELL_ID_UNUSED ? strcmp(cells[i].name, id->name) == 0
							   : cells[i].id == (unsigned int)id->id;
		if (found)
			*cell = cells[i];
	}
	free(cells);
	return found;
}

bool cpu_list_next(const char **list, int *cpu)
{
	char *end;
	long first = strtol(*list, &end, 10), last;

	if (end == *list)
		return false;
	/* "2-5": stay here until 5 has been returned. */
	last = *end == '-' ? strtol(end + 1, &end, 10) : first;
	*cpu = *cpu < first ? first : *cpu + 1;
	if (*cpu >= last)
		*list = *end == ',' ? end + 1 : end;
	return true;
}
