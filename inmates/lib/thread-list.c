/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Lists of threads, linked in both directions through the threads themselves.
 */
#include "thread-list.h"

#include "thread-core.h"

static void insert(struct thread_list *list, struct thread *thread, struct thread *before)
{
	struct thread *after = before ? before->previous : list->last;

	thread->list = list;
	thread->next = before;
	thread->previous = after;
	if (after)
		after->next = thread;
	else
		list->first = thread;
	if (before)
		before->previous = thread;
	else
		list->last = thread;
}

void thread_list_push_front(struct thread_list *list, struct thread *thread)
{
	insert(list, thread, list->first);
}

void thread_list_push_back(struct thread_list *list, struct thread *thread)
{
	insert(list, thread, NULL);
}

void thread_list_insert(struct thread_list *list, struct thread *thread)
{
	struct thread *before = list->first;

	while (before && before->priority >= thread->priority)
		before = before->next;
	insert(list, thread, before);
}

void thread_list_remove(struct thread *thread)
{
	struct thread_list *list = thread->list;

	if (!list)
		return;
	if (thread->previous)
		thread->previous->next = thread->next;
	else
		list->first = thread->next;
	if (thread->next)
		thread->next->previous = thread->previous;
	else
		list->last = thread->previous;
	thread->list = NULL;
	thread->next = NULL;
	thread->previous = NULL;
}

void ready_push_back(struct ready_queue *queue, struct thread *thread)
{
	thread_list_push_back(&queue->lists[thread->priority], thread);
	queue->used |= 1U << thread->priority;
}

void ready_push_front(struct ready_queue *queue, struct thread *thread)
{
	thread_list_push_front(&queue->lists[thread->priority], thread);
	queue->used |= 1U << thread->priority;
}

void ready_remove(struct ready_queue *queue, struct thread *thread)
{
	unsigned int priority = thread->list - queue->lists;

	thread_list_remove(thread);
	if (!queue->lists[priority].first)
		queue->used &= ~(1U << priority);
}

int ready_highest(const struct ready_queue *queue)
{
	return queue->used ? 31 - __builtin_clz(queue->used) : -1;
}

struct thread *ready_pop(struct ready_queue *queue)
{
	struct thread *thread = queue->lists[ready_highest(queue)].first;

	ready_remove(queue, thread);
	return thread;
}
