/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Message queues. Who finds a thread waiting at the other end completes its call for it: a waiting
 * receiver gets its message directly, and a place that becomes free is filled by a waiting sender.
 */
#include <inmate/heap.h>
#include <inmate/queue.h>
#include <inmate/string.h>

#include "thread-core.h"
#include "thread-port.h"

void queue_init(struct queue *queue, void *buffer, size_t message_size, u32 capacity)
{
	*queue = (struct queue){
		.buffer = buffer,
		.message_size = message_size,
		.capacity = capacity,
	};
}

int queue_create(struct queue *queue, size_t message_size, u32 capacity)
{
	void *buffer;

	if (!message_size || !capacity)
		return -EINVAL;
	buffer = calloc(capacity, message_size);
	if (!buffer)
		return -ENOMEM;
	queue_init(queue, buffer, message_size, capacity);
	return 0;
}

void queue_destroy(struct queue *queue)
{
	if (queue->senders.first || queue->receivers.first)
		thread_port_panic("inmate: a queue is destroyed for which a thread waits");
	free(queue->buffer);
	queue->buffer = NULL;
}

static void *slot(struct queue *queue, u32 n)
{
	u32 index = queue->first + n;

	if (index >= queue->capacity)
		index -= queue->capacity;
	return queue->buffer + index * queue->message_size;
}

static void put(struct queue *queue, const void *message)
{
	memcpy(slot(queue, queue->length++), message, queue->message_size);
}

static void get(struct queue *queue, void *message)
{
	memcpy(message, slot(queue, 0), queue->message_size);
	queue->first = queue->first + 1 == queue->capacity ? 0 : queue->first + 1;
	queue->length--;
}

int queue_send(struct queue *queue, const void *message, u64 deadline)
{
	bool state = thread_lock();
	struct thread *receiver = queue->receivers.first;
	int err = 0;

	if (receiver) {
		memcpy(receiver->wait_data, message, queue->message_size);
		thread_wake(receiver, 0);
	} else if (queue->length < queue->capacity) {
		put(queue, message);
	} else {
		err = thread_wait(&queue->senders, deadline, (void *)message);
	}
	thread_unlock(state);
	return err;
}

int queue_receive(struct queue *queue, void *message, u64 deadline)
{
	bool state = thread_lock();
	struct thread *sender = queue->senders.first;
	int err = 0;

	if (queue->length) {
		get(queue, message);
		if (sender) {
			put(queue, sender->wait_data);
			thread_wake(sender, 0);
		}
	} else {
		err = thread_wait(&queue->receivers, deadline, message);
	}
	thread_unlock(state);
	return err;
}

u32 queue_length(const struct queue *queue)
{
	return __atomic_load_n(&queue->length, __ATOMIC_RELAXED);
}
