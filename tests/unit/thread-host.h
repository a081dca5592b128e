/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine for the threads library on the host: stacks by ucontext, a clock that only moves when
 * a test says so or all threads wait, interrupts that a test causes. So everything that happens is
 * the same in each run.
 *
 * The test program's own stack becomes thread main.
 */
#ifndef TESTS_UNIT_THREAD_HOST_H
#define TESTS_UNIT_THREAD_HOST_H

#include <setjmp.h>

#include <inmate/thread.h>

/* cmocka's set-up of a group: thread_init() and what it needs. */
int host_start(void **state);

/*
 * cmocka's tear-down of a test fails unless only main is left, with its own priority. All tests
 * after one that leaves threads fail in their set-up.
 */
int host_check_start(void **state);
int host_check_end(void **state);

/* The running thread computes for @ns. Meanwhile the timer may expire, and others may run. */
void host_compute(u64 ns);

/* An interrupt with this handler comes now. */
void host_interrupt(void (*handler)(void *arg), void *arg);

/* Called whenever interrupts get enabled, and may cause some; NULL: nothing. */
void host_on_enable(void (*function)(void));

/* How often the timer has expired, and how often it has been set. */
extern unsigned int host_timer_expired, host_timer_set;

/* The number of stacks that have been allocated and not freed; create fails at the limit. */
extern unsigned int host_stacks, host_stacks_limit;

/* What the threads wanted to panic with; valid after HOST_PANICS has been true. */
extern char host_panic_text[256];
extern jmp_buf host_panic_jump;
extern bool host_panic_expected;
void host_after_panic(void);

/* Whether @statement, run by thread main, panics. */
#define HOST_PANICS(statement)                  \
	({                                      \
		volatile bool panicked = true;  \
		host_panic_expected = true;     \
		if (!setjmp(host_panic_jump)) { \
			statement;              \
			panicked = false;       \
		}                               \
		host_after_panic();             \
		panicked;                       \
	})

#endif /* TESTS_UNIT_THREAD_HOST_H */
