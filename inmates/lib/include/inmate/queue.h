/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Queues of messages of one size, first in first out. Messages are copied; large things are passed
 * by a pointer to them.
 */
#ifndef INMATE_QUEUE_H
#define INMATE_QUEUE_H

#include <inmate/thread-list.h>
#include <jailhouse/types.h>

/* Members are private. */
struct queue {
	u8 *buffer;
	size_t message_size;
	u32 capacity;
	u32 length;
	/* Index of the oldest message */
	u32 first;
	/* By priority, then by time; senders wait for a full queue only, receivers for an empty one */
	struct thread_list senders;
	struct thread_list receivers;
};

/* @buffer holds @capacity (at least 1) messages of @message_size bytes. */
void queue_init(struct queue *queue, void *buffer, size_t message_size, u32 capacity);

/* With a buffer from the heap. Returns 0, -ENOMEM, or -EINVAL if one of the numbers is 0. */
int queue_create(struct queue *queue, size_t message_size, u32 capacity);

/* Frees the buffer of queue_create. If a thread waits, the inmate stops with a message. */
void queue_destroy(struct queue *queue);

/*
 * Both return 0 or -ETIMEDOUT, then nothing has been sent or received. @deadline: see thread.h;
 * with WAIT_NOT, interrupt handlers may call them.
 */
int queue_send(struct queue *queue, const void *message, u64 deadline);
int queue_receive(struct queue *queue, void *message, u64 deadline);

/* Messages that could be received now without waiting. */
u32 queue_length(const struct queue *queue);

#endif /* INMATE_QUEUE_H */
