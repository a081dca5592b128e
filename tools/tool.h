/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the `jailhouse` command share: its commands, messages, files, the driver's
 * device and its place in sysfs. Functions that return an exit code have printed why it is not 0.
 * The `ivshmem` command has the words of the command line and the messages from here, too.
 */
#ifndef TOOLS_TOOL_H
#define TOOLS_TOOL_H

#include <stdbool.h>
#include <stddef.h>

#include <jailhouse/ioctl.h>

#include "common/config-check.h"

/* Exit codes beside EXIT_SUCCESS and EXIT_FAILURE. */
#define EXIT_USAGE 2

/* Words of the command line that are not used up yet. */
struct args {
	int count;
	char **words;
};

/* Returns the next word and uses it up; NULL if there is none. */
const char *args_next(struct args *args);

/* Uses up the next word if it is @option (or @other, if that is not NULL). */
bool args_option(struct args *args, const char *option, const char *other);

/* Prints one line, "PROGRAM: ...", to standard error; returns EXIT_FAILURE. */
int __attribute__((format(printf, 1, 2))) complain(const char *format, ...);

/* As complain, for wrong arguments; refers to --help and returns EXIT_USAGE. */
int __attribute__((format(printf, 1, 2))) complain_usage(const char *format, ...);

/* EXIT_SUCCESS if all arguments are used up. */
int args_end(const struct args *args);

/* A file's content. */
struct file {
	const char *path;
	void *data;
	size_t size;
};

/* Reads @path; returns an exit code. Release with file_free. */
int file_read(struct file *file, const char *path);
void file_free(struct file *file);

/* Opens /dev/jailhouse, @flags as for open(2). Returns a descriptor, or -1 after a complaint. */
int device_open(int flags);

/* Opens the device and issues an ioctl; explains a refusal. Returns an exit code. */
int device_request(unsigned long request, const void *arg);

/* Uses up { ID | [--name] NAME }. Returns an exit code. */
int cell_id_parse(struct args *args, struct jailhouse_cell_id *id);

/* A cell as sysfs shows it. */
struct cell_info {
	unsigned int id;
	char name[JAILHOUSE_CELL_ID_NAMELEN + 1];
	char state[32];
	/* Lists such as "0,2-3"; empty ones are "". */
	char cpus_assigned[1024];
	char cpus_failed[1024];
};

/* EXIT_FAILURE after a complaint if the driver is not there. */
int sysfs_check(void);

/*
 * Reads the first line of a file below /sys/devices/jailhouse into @line, without newline; false
 * if it cannot be read.
 */
bool __attribute__((format(printf, 3, 4)))
sysfs_read(char *line, size_t size, const char *format, ...);

/* Fills in a new array of all cells, by ascending ID; returns their number. */
size_t sysfs_cells(struct cell_info **cells);

/* Finds a cell; false if there is none. */
bool sysfs_find_cell(const struct jailhouse_cell_id *id, struct cell_info *cell);

/*
 * Steps through a list of CPUs: stores the next one in @cpu and moves @list behind it. Start with
 * *@cpu = -1. Returns false at the end.
 */
bool cpu_list_next(const char **list, int *cpu);

/* Prints findings as complaints; arg is the file's path. */
void print_finding(void *path, const char *line);

/* Prints the channels that the configurations make, if there are any. */
void channel_table_print(const struct jailhouse_cell_desc *const cells[], unsigned int num_cells);

/* The commands; each uses up its arguments and returns an exit code. */
int command_enable(struct args *args);
int command_disable(struct args *args);
int command_console(struct args *args);
int command_cell_create(struct args *args);
int command_cell_list(struct args *args);
int command_cell_load(struct args *args);
int command_cell_start(struct args *args);
int command_cell_shutdown(struct args *args);
int command_cell_destroy(struct args *args);
int command_cell_stats(struct args *args);
int command_config_check(struct args *args);

#endif /* TOOLS_TOOL_H */
