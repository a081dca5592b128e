/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The platform on a POSIX system, with a clock of its own.
 */
#include "iperf3-clock.h"

#include <signal.h>

#define platform_now host_now
#include "inmates/demos/iperf3/platform-host.c"
#undef platform_now

uint64_t platform_now(void);

static uint64_t skipped;

uint64_t platform_now(void)
{
	return host_now() + __atomic_load_n(&skipped, __ATOMIC_RELAXED);
}

static void skip(int signal)
{
	(void)signal;
	__atomic_fetch_add(&skipped, SKIPPED_SECONDS * NS_PER_SECOND, __ATOMIC_RELAXED);
}

/* Before there is a program; those that are started inherit it. */
static void __attribute__((constructor)) take_signals(void)
{
	signal(SIGUSR1, skip);
}

void skip_time(const struct program *program)
{
	kill(program->pid, SIGUSR1);
}
