/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Threads: preemptive, by priority, with equal shares of time among equals.
 *
 * They all run on one CPU, the one that called thread_init. Everything declared here and in
 * mutex.h, semaphore.h, queue.h and alarm.h is for that CPU alone, and for use after thread_init.
 * Interrupts that wake threads have to be routed to it. The CPU's time belongs to the ready thread
 * of the highest priority; when none is ready, it halts. There is no periodic tick: the APIC timer
 * is only set for the next deadline.
 *
 * "Interrupt handlers may call it" is said where it is so. What a handler wakes runs when the
 * handler returns. Code that has disabled interrupts with cpu.h may call these functions too: what
 * it wakes runs at the next interrupt or the next call with interrupts enabled. If it waits, others
 * run meanwhile, and interrupts with them.
 */
#ifndef INMATE_THREAD_H
#define INMATE_THREAD_H

#include <inmate/time.h>
#include <jailhouse/types.h>

struct thread;

/* Higher numbers go first. */
#define THREAD_PRIORITY_MIN     1
#define THREAD_PRIORITY_DEFAULT 16
#define THREAD_PRIORITY_MAX     31

/*
 * Bytes. Interrupt handlers run on the stack of the thread that they interrupt, and need some 500
 * bytes beside what they use themselves. One that prints needs 2 KiB.
 */
#define THREAD_STACK_MIN     4096
#define THREAD_STACK_DEFAULT 16384

/* With the terminating NUL; longer names are cut. */
#define THREAD_NAME_SIZE 24

/* How long a thread runs before an equal gets its turn, at first */
#define THREAD_SLICE_NS 10000000UL

/*
 * Deadlines are times of get_time_ns(). What waits for one never returns -ETIMEDOUT before it.
 * Waiting for one that has passed is looking without waiting.
 */
#define WAIT_FOREVER (~0ULL)
#define WAIT_NOT     0ULL

/* The time in @ns nanoseconds from now, WAIT_FOREVER if that is beyond all time. Any context. */
static inline u64 deadline_after(u64 ns)
{
	u64 now = get_time_ns();

	return ns < WAIT_FOREVER - now ? now + ns : WAIT_FOREVER;
}

/*
 * The caller becomes a thread, "main", of default priority. Enables interrupts. Stops the timer of
 * the CPU, which may be used again then (timer.h). Floating-point registers start afresh. Returns
 * 0, -EBUSY if this was done before, or -ENOMEM.
 *
 * The inmate ends when inmate_main returns, whatever other threads do. Thread main may end by
 * thread_exit() instead.
 */
int thread_init(void);

/*
 * Creates a thread that runs @function(@arg) with interrupts enabled, and ends when it returns. It
 * is ready at once. @stack_size is rounded up to whole pages; an unmapped page lies below.
 *
 * Every thread has to be joined or detached, which gives back its memory. Returns NULL if there is
 * no memory or an argument is out of range.
 */
struct thread *thread_create(const char *name, void (*function)(void *arg), void *arg,
			     unsigned int priority, size_t stack_size);

/*
 * Waits for @thread to end; there can be one who waits. Returns 0, and @thread is gone; -ETIMEDOUT;
 * -EDEADLK (oneself) or -EINVAL (detached, or somebody else waits).
 */
int thread_join(struct thread *thread, u64 deadline);

/* @thread, which may be the caller, needs no join any more. Returns 0, or -EINVAL as above. */
int thread_detach(struct thread *thread);

/* Ends the calling thread, which must not have a mutex. */
void __attribute__((noreturn)) thread_exit(void);

/* The running thread; in an interrupt handler, the one that is interrupted. NULL before
 * thread_init, and on other CPUs.
 */
struct thread *thread_self(void);

const char *thread_name(const struct thread *thread);

/*
 * A pointer that belongs to the calling thread, for the one library that wants it. @destroy(@data)
 * is called in the thread when it ends; either may be NULL. thread_data returns NULL if none was
 * set.
 */
void thread_set_data(void *data, void (*destroy)(void *data));
void *thread_data(void);

/* Lets the other ready threads of the same priority go first. */
void thread_yield(void);

void thread_sleep_until(u64 deadline);
void thread_sleep(u64 ns);

/*
 * The priority that a thread has been given; while it has mutexes that others wait for, it may run
 * with a higher one. Interrupt handlers may call these. thread_set_priority returns 0 or -EINVAL.
 */
int thread_set_priority(struct thread *thread, unsigned int priority);
unsigned int thread_priority(const struct thread *thread);

/* The one it runs with. */
unsigned int thread_effective_priority(const struct thread *thread);

/* Sets for how long each thread may run while others of its priority are ready. */
void thread_set_slice(u64 ns);

/*
 * A critical section: no other thread and no interrupt handler runs until it is left. The result
 * goes to thread_unlock, where threads run that have been woken meanwhile. May be nested, and
 * entered by interrupt handlers.
 */
bool thread_lock(void);
void thread_unlock(bool state);

/* Threads that exist, main included, and those that have ended and wait for a join. */
unsigned int thread_count(void);

/* Time in ns that the CPU has given to @thread, or that it has had nothing to do. */
u64 thread_cpu_time(const struct thread *thread);
u64 thread_idle_time(void);

/* Bytes of its stack that @thread has not touched so far. */
size_t thread_stack_unused(const struct thread *thread);

/* Prints a line for each thread: name, priority, state, CPU time, stack. */
void thread_print_all(void);

#endif /* INMATE_THREAD_H */
