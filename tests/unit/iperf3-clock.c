/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The platform on a POSIX system, with a clock of its own.
 */
#include "iperf3-clock.h"

#include "unit.h"

#include <poll.h>
#include <signal.h>

/* Between two times that the clock is set forward, and how far */
#define LOOK_MS 50
#define STRIDE  40
/* More than takes a minute is taken for never. */
#define MAX_LOOKS 1200

#define platform_now host_now
#include "inmates/demos/iperf3/platform-host.c"
#undef platform_now

uint64_t platform_now(void);

static uint64_t skipped;

uint64_t platform_now(void)
{
	return host_now() + __atomic_load_n(&skipped, __ATOMIC_RELAXED);
}

static void advance(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	__atomic_fetch_add(&skipped, (uint64_t)info->si_value.sival_int * NS_PER_SECOND,
			   __ATOMIC_RELAXED);
}

/* Before there is a program; those that are started inherit it. */
static void __attribute__((constructor)) take_signals(void)
{
	struct sigaction action = { .sa_sigaction = advance, .sa_flags = SA_SIGINFO | SA_RESTART };

	sigaction(SIGRTMIN, &action, NULL);
}

void skip_time(const struct program *program, int seconds)
{
	assert_int_equal(sigqueue(program->pid, SIGRTMIN, (union sigval){ .sival_int = seconds }),
			 0);
}

void skip_time_until_readable(const struct program *program, int fd)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	unsigned int looks;

	for (looks = 0; poll(&pollfd, 1, LOOK_MS) == 0; looks++) {
		assert_true(looks < MAX_LOOKS);
		skip_time(program, STRIDE);
	}
}

void skip_time_until_text(struct program *program, const char *text)
{
	while (!strstr(program->text, text)) {
		skip_time_until_readable(program, program->output);
		read_text(program);
	}
}
