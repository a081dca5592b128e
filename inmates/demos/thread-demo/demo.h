/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The tests of thread-demo. Each runs in a thread of priority DEMO_PRIORITY and returns when all
 * that it has started has ended.
 */
#ifndef THREAD_DEMO_H
#define THREAD_DEMO_H

#include <inmate/inmate.h>

#define DEMO_PRIORITY 10

/* latency.c */
void test_latency(void);
/* life.c */
void test_create(void);
void test_detach(void);
/* schedule.c */
void test_priorities(void);
void test_preemption(void);
void test_slices(void);
/* inherit.c */
void test_inheritance(void);
/* timers.c */
void test_timers(void);
void test_user_timer(void);
/* messages.c */
void test_messages(void);
/* registers.c */
void test_registers(void);
void test_errno(void);
/* overflow.c: these end the inmate */
void test_overflow(void);
void test_overflow_array(void);
void test_overflow_main(void);

/* Counts and prints what is wrong. */
#define CHECK(condition) check_that(condition, #condition, __FILE__, __LINE__)
void check_that(bool ok, const char *condition, const char *file, int line);

/* thread_create, or the end if that fails. */
struct thread *start_thread(const char *name, void (*function)(void *arg), void *arg,
			    unsigned int priority);

/* Joins it, for ever if need be. */
void join_thread(struct thread *thread);

/* Computes that long, in time that passes, not in time that the thread has. */
void compute(u64 ns);

/* A number below @limit */
u32 random_below(u32 limit);

#endif /* THREAD_DEMO_H */
