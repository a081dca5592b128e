/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the threads need from the machine below them. thread-machine.c has it for inmates; the unit
 * tests have another one, and a get_time_ns() of their own.
 */
#ifndef INMATE_LIB_THREAD_PORT_H
#define INMATE_LIB_THREAD_PORT_H

#include <jailhouse/types.h>

struct thread;

/*
 * The running CPU is that of the threads from now on. @thread is what it runs: gets noted where its
 * stack is. With interrupts disabled.
 */
void thread_port_start(struct thread *thread);

/* Disables interrupts, and restores what they were. */
bool thread_port_lock(void);
void thread_port_unlock(bool state);

bool thread_port_in_interrupt(void);

/*
 * Wants a call of thread_timer_expired() at @deadline, WAIT_FOREVER: none. Replaces the wish before
 * it, which is void once it has come true.
 */
void thread_port_set_timer(u64 deadline);

/*
 * Gives @thread a stack of thread->stack_size bytes, on which thread_begin() will be called when it
 * is first switched to. Returns false if there is no memory.
 */
bool thread_port_create(struct thread *thread);

/* Takes all of it back. @thread is not the running one. */
void thread_port_destroy(struct thread *thread);

/* Returns when somebody switches back to @from. With interrupts disabled. */
void thread_port_switch(struct thread *from, struct thread *to);

/* Enables interrupts and waits for the next. Called over and over when nobody is ready. */
void thread_port_idle(void);

/* Prints and stops the inmate. */
void __attribute__((noreturn, format(printf, 1, 2))) thread_port_panic(const char *format, ...);

#endif /* INMATE_LIB_THREAD_PORT_H */
