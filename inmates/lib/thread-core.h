/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the parts of the threads library share: the thread itself, and the scheduler's verbs on
 * which mutexes, semaphores and queues stand. All verbs want interrupts disabled by thread_lock(),
 * and may leave a more important thread ready: thread_unlock() sees to it.
 */
#ifndef INMATE_LIB_THREAD_CORE_H
#define INMATE_LIB_THREAD_CORE_H

#include <inmate/alarm.h>
#include <inmate/mutex.h>
#include <inmate/thread-list.h>
#include <inmate/thread.h>
#include <jailhouse/errno.h>

#ifndef EDEADLK
#define EDEADLK 35
#endif

#define THREAD_PRIORITY_IDLE 0

enum thread_state {
	THREAD_READY,
	THREAD_RUNNING,
	THREAD_WAITING,
	THREAD_ENDED,
};

struct thread {
	char name[THREAD_NAME_SIZE];
	enum thread_state state;

	/* In the ready queue or in the list of what it waits for, thread-list.c */
	struct thread_list *list;
	struct thread *next, *previous;

	/* What it was given, and with what it has inherited, thread-priority.c */
	unsigned int base_priority;
	unsigned int priority;
	/* Those it has, linked by next_held; and the one it waits for */
	struct mutex *held;
	struct mutex *wanted;

	/* While it waits: the deadline, where to get or put what is passed, how the wait ended */
	struct alarm timeout;
	void *wait_data;
	int wait_result;

	/* Rest of its turn when it last stopped running; all the time it had. In ns. */
	u64 slice_left;
	u64 cpu_time;

	void (*function)(void *arg);
	void *arg;
	bool detached;
	/* Somebody joins it, and will free it: also when it has ended and he has not run yet. */
	bool claimed;
	/* Who waits for that */
	struct thread_list joiner;

	/* In the list of all threads */
	struct thread *next_of_all, *previous_of_all;

	int error_number;

	/* thread_set_data */
	void *data;
	void (*destroy_data)(void *data);

	/* The port's: lowest usable byte and size of the stack, the rest is what it likes */
	void *stack;
	size_t stack_size;
	void *context;
	void *fpu;
};

/* thread-schedule.c */

/* Makes @thread the running one, and @idle the one that runs when nobody else does. */
void thread_schedule_init(struct thread *thread, struct thread *idle);

struct thread *thread_current(void);
u64 thread_slice(void);

/* Makes a thread ready that is new, or waits no more. Its wait, if any, ends with @result. */
void thread_make_ready(struct thread *thread);
void thread_wake(struct thread *thread, int result);

/*
 * The running thread goes to @list (NULL: none), until @deadline. Returns 0, or -ETIMEDOUT if that
 * has passed; then nothing was done. After 0, thread_suspend() has to follow: it runs others, and
 * returns the result of the wake-up.
 */
int thread_enter_wait(struct thread_list *list, u64 deadline, void *data);
int thread_suspend(void);

/* Both in one. */
int thread_wait(struct thread_list *list, u64 deadline, void *data);

/* Takes a waiting thread's place among the ready or waiting into account. */
void thread_requeue(struct thread *thread, unsigned int priority);

/* Runs others for good. The running thread's memory is given back if it is detached. */
void __attribute__((noreturn)) thread_leave(void);

/* First on a new thread's stack, called by the port with interrupts disabled. */
void __attribute__((noreturn)) thread_begin(void);

/* The port calls these: in the timer's interrupt, and at the end of every interrupt, also of that. */
void thread_timer_expired(void);
void thread_interrupt_return(void);

/* thread-priority.c: computes what @thread and those it waits for have to inherit now. */
void thread_priority_update(struct thread *thread);

/* thread.c */
void thread_free(struct thread *thread);
/* The first in the list of all threads, idle included; follow next_of_all. */
struct thread *thread_first(void);

#endif /* INMATE_LIB_THREAD_CORE_H */
