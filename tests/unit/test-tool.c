/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The jailhouse command: its words, lists of CPUs, and rates of counters.
 *
 * suite: hypervisor
 * sources: tools/args.c tools/sysfs.c tools/stats.c
 */
#include "unit.h"

#include "tools/stats.h"

static struct args make_args(char **words)
{
	struct args args = { 0, words };

	while (words[args.count])
		args.count++;
	return args;
}

static void number_is_an_id(void **state)
{
	struct args args = make_args((char *[]){ "12", "rest", NULL });
	struct jailhouse_cell_id id;

	(void)state;
	assert_int_equal(cell_id_parse(&args, &id), EXIT_SUCCESS);
	assert_int_equal(id.id, 12);
	assert_int_equal(args.count, 1);
}

static void name_is_anything_else(void **state)
{
	char *names[] = { "tick-demo", "12a", "-1", "2147483648", "a name with spaces" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct args args = make_args((char *[]){ names[i], NULL });
		struct jailhouse_cell_id id;

		assert_int_equal(cell_id_parse(&args, &id), EXIT_SUCCESS);
		assert_int_equal(id.id, JAILHOUSE_CELL_ID_UNUSED);
		assert_string_equal(id.name, names[i]);
	}
}

static void name_option_makes_a_number_a_name(void **state)
{
	struct args args = make_args((char *[]){ "--name", "12", NULL });
	struct jailhouse_cell_id id;

	(void)state;
	assert_int_equal(cell_id_parse(&args, &id), EXIT_SUCCESS);
	assert_int_equal(id.id, JAILHOUSE_CELL_ID_UNUSED);
	assert_string_equal(id.name, "12");
}

static void bad_name_is_refused(void **state)
{
	struct args none = make_args((char *[]){ NULL });
	struct args empty = make_args((char *[]){ "", NULL });
	struct args option = make_args((char *[]){ "--name", NULL });
	/* 32 characters: no room for the NUL */
	struct args longer = make_args((char *[]){ "0123456789abcdef0123456789abcdef", NULL });
	struct jailhouse_cell_id id;

	(void)state;
	assert_int_equal(cell_id_parse(&none, &id), EXIT_USAGE);
	assert_int_equal(cell_id_parse(&option, &id), EXIT_USAGE);
	assert_int_equal(cell_id_parse(&empty, &id), EXIT_FAILURE);
	assert_int_equal(cell_id_parse(&longer, &id), EXIT_FAILURE);
}

static void options_are_used_up(void **state)
{
	struct args args = make_args((char *[]){ "-s", "text", "--json", NULL });

	(void)state;
	assert_false(args_option(&args, "--json", NULL));
	assert_true(args_option(&args, "--string", "-s"));
	assert_string_equal(args_next(&args), "text");
	assert_int_equal(args_end(&args), EXIT_USAGE);
	assert_true(args_option(&args, "--json", NULL));
	assert_int_equal(args_end(&args), EXIT_SUCCESS);
	assert_null(args_next(&args));
}

static void expect_cpus(const char *list, const char *expected)
{
	char text[128] = "";
	int cpu = -1;

	while (cpu_list_next(&list, &cpu))
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%d ", cpu);
	assert_string_equal(text, expected);
}

static void cpu_lists_are_expanded(void **state)
{
	(void)state;
	expect_cpus("", "");
	expect_cpus("0", "0 ");
	expect_cpus("1,3", "1 3 ");
	expect_cpus("0-3", "0 1 2 3 ");
	expect_cpus("0,2-4,7-8,10", "0 2 3 4 7 8 10 ");
}

static void rate_knows_wrap_around_and_new_cpus(void **state)
{
	struct cpu_stats old_cpus[] = { { .cpu = 1, .counters = { 0x7ffffffe, 5 } },
					{ .cpu = 3, .counters = { 100 } } };
	struct cpu_stats new_cpus[] = { { .cpu = 1, .counters = { 2, 25 } },
					{ .cpu = 2, .counters = { 1000 } },
					{ .cpu = 3, .counters = { 106 } } };
	struct stats old = { .time = { 10, 900000000 }, .num_cpus = 2, .cpus = old_cpus };
	struct stats new = { .time = { 12, 900000000 }, .num_cpus = 3, .cpus = new_cpus };

	(void)state;
	/* 4 + 6 in two seconds; CPU 2 was not there. */
	assert_true(stats_rate(&old, &new, 0) == 5);
	assert_true(stats_rate(&old, &new, 1) == 10);
	assert_true(stats_rate(&old, &old, 0) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(number_is_an_id),
		cmocka_unit_test(name_is_anything_else),
		cmocka_unit_test(name_option_makes_a_number_a_name),
		cmocka_unit_test(bad_name_is_refused),
		cmocka_unit_test(options_are_used_up),
		cmocka_unit_test(cpu_lists_are_expanded),
		cmocka_unit_test(rate_knows_wrap_around_and_new_cpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
