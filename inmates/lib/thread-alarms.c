/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * A pairing heap of alarms. Each alarm leads to its first child, children to their next sibling;
 * "back" is the previous sibling, or the parent of a first child.
 */
#include "thread-alarms.h"

#include <inmate/thread.h>

static bool goes_first(const struct alarm *a, const struct alarm *b)
{
	return a->deadline != b->deadline ? a->deadline < b->deadline : a->order < b->order;
}

static void add_child(struct alarm *parent, struct alarm *child)
{
	child->back = parent;
	child->sibling = parent->child;
	if (child->sibling)
		child->sibling->back = child;
	parent->child = child;
}

/* Makes one heap of two, either may be NULL; neither has siblings. */
static struct alarm *merge(struct alarm *a, struct alarm *b)
{
	if (!a || !b)
		return a ? a : b;
	if (goes_first(b, a)) {
		add_child(b, a);
		return b;
	}
	add_child(a, b);
	return a;
}

static struct alarm *take_sibling(struct alarm **list)
{
	struct alarm *alarm = *list;

	if (alarm) {
		*list = alarm->sibling;
		alarm->sibling = NULL;
		alarm->back = NULL;
	}
	return alarm;
}

/* Makes one heap of a list of siblings: in pairs from the left, those together from the right. */
static struct alarm *merge_siblings(struct alarm *list)
{
	struct alarm *pairs = NULL, *heap = NULL, *pair;

	while (list) {
		struct alarm *left = take_sibling(&list);

		pair = merge(left, take_sibling(&list));
		pair->sibling = pairs;
		pairs = pair;
	}
	while ((pair = take_sibling(&pairs)))
		heap = merge(heap, pair);
	return heap;
}

static void detach(struct alarm *alarm)
{
	if (alarm->back->child == alarm)
		alarm->back->child = alarm->sibling;
	else
		alarm->back->sibling = alarm->sibling;
	if (alarm->sibling)
		alarm->sibling->back = alarm->back;
	alarm->sibling = NULL;
	alarm->back = NULL;
}

void alarm_queue_add(struct alarm_queue *queue, struct alarm *alarm)
{
	alarm->order = queue->next_order++;
	alarm->child = NULL;
	alarm->sibling = NULL;
	alarm->back = NULL;
	alarm->set = true;
	queue->first = merge(queue->first, alarm);
}

bool alarm_queue_remove(struct alarm_queue *queue, struct alarm *alarm)
{
	struct alarm *rest;

	if (!alarm->set)
		return false;
	alarm->set = false;
	rest = merge_siblings(alarm->child);
	alarm->child = NULL;
	if (queue->first == alarm) {
		queue->first = rest;
		return true;
	}
	detach(alarm);
	queue->first = merge(queue->first, rest);
	return true;
}

u64 alarm_queue_deadline(const struct alarm_queue *queue)
{
	return queue->first ? queue->first->deadline : WAIT_FOREVER;
}

struct alarm *alarm_queue_pop(struct alarm_queue *queue, u64 now)
{
	struct alarm *alarm = queue->first;

	if (!alarm || alarm->deadline > now)
		return NULL;
	alarm_queue_remove(queue, alarm);
	return alarm;
}
