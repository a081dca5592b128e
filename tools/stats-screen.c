// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shows the exit counters of a cell on a terminal, as top(1) does. Uses what every terminal of
 * ECMA-48 understands, so that no terminal library is needed.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "stats.h"

#define INTERVAL_MS 1000

#define NAME_WIDTH   16
#define NUMBER_WIDTH 13

#define DEFAULT_COLUMNS 80

/* Control sequences: alternate screen and cursor; first position; rest of line or screen. */
#define SCREEN_ENTER "\033[?1049h\033[?25l"
#define SCREEN_LEAVE "\033[?25h\033[?1049l"
#define SCREEN_HOME  "\033[H"
#define LINE_END     "\033[K\n"
#define SCREEN_END   "\033[J"
#define BOLD         "\033[1m"
#define PLAIN        "\033[0m"

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

/* No SA_RESTART: a signal ends the wait for a key. */
static void catch_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal };

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		sigaction(numbers[i], &action, NULL);
}

static size_t screen_cpus(const struct stats *stats)
{
	struct winsize size = { 0 };
	size_t columns = DEFAULT_COLUMNS, fit;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		columns = size.ws_col;
	fit = columns > NAME_WIDTH + 2 * NUMBER_WIDTH
		      ? (columns - NAME_WIDTH - 2 * NUMBER_WIDTH - 1) / NUMBER_WIDTH
		      : 0;
	return stats->num_cpus < fit ? stats->num_cpus : fit;
}

static void draw(const struct stats *stats, const struct stats *before)
{
	size_t num_cpus = screen_cpus(stats);
	char cpu[16];

	printf(SCREEN_HOME "Cell \"%s\" (ID %u), %s, CPUs %s; q quits" LINE_END LINE_END,
	       stats->cell.name, stats->cell.id, stats->cell.state, stats->cell.cpus_assigned);
	printf(BOLD "%-*s%*s%*s", NAME_WIDTH, "Exits", NUMBER_WIDTH, "Total", NUMBER_WIDTH,
	       "Per second");
	for (size_t i = 0; i < num_cpus; i++) {
		snprintf(cpu, sizeof(cpu), "CPU %d", stats->cpus[i].cpu);
		printf("%*s", NUMBER_WIDTH, cpu);
	}
	printf(PLAIN LINE_END);

	for (unsigned int index = 0; index < JAILHOUSE_NUM_CPU_STATS; index++) {
		printf("%-*s%*llu%*.0f", NAME_WIDTH, stats_names[index], NUMBER_WIDTH,
		       stats->totals[index], NUMBER_WIDTH, stats_rate(before, stats, index));
		for (size_t i = 0; i < num_cpus; i++)
			printf("%*u", NUMBER_WIDTH, stats->cpus[i].counters[index]);
		printf(LINE_END);
	}
	printf(SCREEN_END);
	fflush(stdout);
}

/* Waits for the next round. Returns whether the user wants to go. */
static bool wait_for_quit(void)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	char key;

	if (interrupted || poll(&input, 1, INTERVAL_MS) < 0)
		return true;
	if (!(input.revents & POLLIN)) {
		/* Nobody is there to press a key: end of input must not make this spin. */
		if (input.revents)
			poll(NULL, 0, INTERVAL_MS);
		return interrupted;
	}
	return read(STDIN_FILENO, &key, 1) != 1 || key == 'q' || key == 'Q';
}

/* Returns when the user quits, or the cell is gone (false). */
static bool show(const struct jailhouse_cell_id *id)
{
	struct stats before, stats;
	bool found, quit = false;

	found = stats_read(&before, id);
	if (found)
		draw(&before, &before);
	while (found && !(quit = wait_for_quit())) {
		found = stats_read(&stats, id);
		if (found) {
			draw(&stats, &before);
			stats_free(&before);
			before = stats;
		}
	}
	stats_free(&before);
	return quit;
}

int stats_screen(const struct jailhouse_cell_id *id)
{
	struct termios saved, raw;
	bool has_keys = tcgetattr(STDIN_FILENO, &saved) == 0;
	bool quit;

	catch_signals();
	if (has_keys) {
		raw = saved;
		raw.c_lflag &= ~(ICANON | ECHO);
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw);
	}
	fputs(SCREEN_ENTER, stdout);
	quit = show(id);
	fputs(SCREEN_LEAVE, stdout);
	fflush(stdout);
	if (has_keys)
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved);
	return quit ? EXIT_SUCCESS : complain("the cell has been destroyed");
}
