/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of threads share: threads that start and end well, and a trace of what they did.
 */
#ifndef TESTS_UNIT_THREAD_TRACE_H
#define TESTS_UNIT_THREAD_TRACE_H

#include <inmate/thread.h>

#define STACK 4096

/* What threads have written, a letter each time */
extern char trace[256];

void note(char letter);

/* A thread's function: writes the letter that @arg points to. */
void write_name(void *arg);

/* cmocka's set-up of a test: nothing is written; then host_check_start. */
int trace_start(void **state);

/* A thread with a stack of STACK bytes. */
struct thread *start(void (*function)(void *arg), void *arg, unsigned int priority);

/* Waits until it has ended, however long that takes. */
void join(struct thread *thread);

#endif /* TESTS_UNIT_THREAD_TRACE_H */
