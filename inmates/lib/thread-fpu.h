/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Floating-point and SSE registers of threads, for programs that are compiled with them. A thread
 * that never touches them costs nothing: its first use is caught by CR0.TS, AMD APM vol. 2, 11.5.
 */
#ifndef INMATE_LIB_THREAD_FPU_H
#define INMATE_LIB_THREAD_FPU_H

#include <jailhouse/types.h>

struct thread;

/* On the CPU of the threads, before the first switch. */
void thread_fpu_start(void);

/* @thread runs next. With interrupts disabled. */
void thread_fpu_switch(const struct thread *thread);

/*
 * Exception #NM: gives the registers to @thread. Returns false if it has them already. Stops the
 * inmate if there is no memory for those of @thread.
 */
bool thread_fpu_claim(struct thread *thread);

void thread_fpu_destroy(struct thread *thread);

#endif /* INMATE_LIB_THREAD_FPU_H */
