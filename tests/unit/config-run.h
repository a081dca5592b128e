/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs the configuration checker for tests and keeps what it says.
 */
#ifndef TESTS_UNIT_CONFIG_RUN_H
#define TESTS_UNIT_CONFIG_RUN_H

#include "unit.h"

#include "common/config-check.h"
#include "config-samples.h"

/* What the checker said since check_* was called. */
static char findings[8192];
static unsigned int num_lines;

static inline void collect(void *arg, const char *line)
{
	assert_ptr_equal(arg, findings);
	assert_true(strlen(line) < CONFIG_CHECK_LINE_SIZE);
	assert_null(strchr(line, '\n'));
	assert_true(strncmp(line, "system ", 7) == 0 || strncmp(line, "cell ", 5) == 0);
	num_lines++;
	assert_true(strlen(findings) + strlen(line) + 2 < sizeof(findings));
	strcat(findings, line);
	strcat(findings, "\n");
}

static const struct config_report report = { collect, findings };

static inline void forget(void)
{
	findings[0] = '\0';
	num_lines = 0;
}

/* The checker may not read one byte more: give it a copy with nothing behind. */
static inline void *exact_copy(const void *data, size_t size)
{
	void *copy = malloc(size ? size : 1);

	assert_non_null(copy);
	memcpy(copy, data, size);
	return copy;
}

static inline int check_system_size(const struct sample_system *system, size_t size)
{
	struct jailhouse_system *copy = exact_copy(system, size);
	int error;

	forget();
	error = config_check_system(copy, size, &report);
	free(copy);
	assert_true(!error == !num_lines);
	return error;
}

static inline int check_system(const struct sample_system *system)
{
	return check_system_size(system, sizeof(*system));
}

static inline int check_cell_size(const struct sample_system *system,
				  const struct sample_cell *cell, size_t size)
{
	struct jailhouse_cell_desc *copy = exact_copy(cell, size);
	int error;

	forget();
	error = config_check_cell(&system->header, copy, size, &report);
	free(copy);
	assert_true(!error == !num_lines);
	return error;
}

static inline int check_cell(const struct sample_cell *cell)
{
	return check_cell_size(&sample_system, cell, sizeof(*cell));
}

/* A cell beside up to two others. */
static inline int check_beside(const struct sample_cell *cell, const struct sample_cell *a,
			       const struct sample_cell *b)
{
	const struct jailhouse_cell_desc *const others[] = { &a->cell, b ? &b->cell : NULL };
	int error;

	forget();
	error = config_check_beside(&sample_system.header, &cell->cell, others, b ? 2 : 1, &report);
	assert_true(!error == !num_lines);
	return error;
}

static inline void expect(const char *what, int error, int expected, const char *words)
{
	if (error == expected && strstr(findings, words))
		return;
	fail_msg("%s: result %d, expected %d with \"%s\"; findings:\n%s", what, error, expected,
		 words, findings);
}

#endif /* TESTS_UNIT_CONFIG_RUN_H */
