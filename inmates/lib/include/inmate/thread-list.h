/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Threads in a row, for the insides of semaphores and the like. All zeros: nobody.
 */
#ifndef INMATE_THREAD_LIST_H
#define INMATE_THREAD_LIST_H

struct thread;

struct thread_list {
	struct thread *first;
	struct thread *last;
};

#endif /* INMATE_THREAD_LIST_H */
