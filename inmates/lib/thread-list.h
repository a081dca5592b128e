/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Lists of threads: those that wait for the same thing, and those that are ready. A thread is in
 * one list at most. All with interrupts disabled.
 */
#ifndef INMATE_LIB_THREAD_LIST_H
#define INMATE_LIB_THREAD_LIST_H

#include <inmate/thread-list.h>
#include <inmate/thread.h>

void thread_list_push_front(struct thread_list *list, struct thread *thread);
void thread_list_push_back(struct thread_list *list, struct thread *thread);

/* Behind those of the same or a higher priority. */
void thread_list_insert(struct thread_list *list, struct thread *thread);

/* Takes @thread out of the list that it is in, if any. */
void thread_list_remove(struct thread *thread);

#define NUM_PRIORITIES (THREAD_PRIORITY_MAX + 1)

/* Ready threads, a list for each priority */
struct ready_queue {
	/* A bit for each list that has a thread */
	u32 used;
	struct thread_list lists[NUM_PRIORITIES];
};

/* At the end of its priority, or at its start. */
void ready_push_back(struct ready_queue *queue, struct thread *thread);
void ready_push_front(struct ready_queue *queue, struct thread *thread);

void ready_remove(struct ready_queue *queue, struct thread *thread);

/* The highest priority that has a ready thread, -1 if none has. */
int ready_highest(const struct ready_queue *queue);

/* Takes out the first thread of the highest priority; there must be one. */
struct thread *ready_pop(struct ready_queue *queue);

#endif /* INMATE_LIB_THREAD_LIST_H */
