/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Messages from two threads and an interrupt handler to one thread, under preemption at any time.
 */
#include "demo.h"

#define PER_THREAD  20000U
#define PER_HANDLER 200U
#define CAPACITY    16

enum sender {
	FIRST,
	SECOND,
	HANDLER,
	NUM_SENDERS,
};

struct message {
	u32 sender;
	u32 number;
};

static struct queue queue;
static struct alarm alarm;
static u32 handler_sent, handler_lost;

static void send_all(void *arg)
{
	struct message message = { .sender = (u64)arg };

	for (; message.number < PER_THREAD; message.number++)
		CHECK(queue_send(&queue, &message, WAIT_FOREVER) == 0);
}

static void send_in_handler(void *arg)
{
	struct message message = { .sender = HANDLER, .number = handler_sent };

	if (queue_send(&queue, &message, WAIT_NOT) == 0)
		handler_sent++;
	else
		handler_lost++;
	if (handler_sent < PER_HANDLER)
		alarm_set(&alarm, deadline_after(200 * NS_PER_US), send_in_handler, arg);
}

static void receive_all(void)
{
	const unsigned int total = 2 * PER_THREAD + PER_HANDLER;
	u32 next[NUM_SENDERS] = { 0 }, n;
	struct message message;

	for (n = 0; n < total; n++) {
		if (queue_receive(&queue, &message, deadline_after(10 * NS_PER_SEC)))
			break;
		if (message.sender >= NUM_SENDERS || message.number != next[message.sender])
			break;
		next[message.sender]++;
	}
	CHECK(n == total);
	CHECK(next[FIRST] == PER_THREAD && next[SECOND] == PER_THREAD);
	CHECK(next[HANDLER] == PER_HANDLER);
}

void test_messages(void)
{
	struct thread *first, *second;
	u64 start = get_time_ns();

	handler_sent = handler_lost = 0;
	CHECK(queue_create(&queue, sizeof(struct message), CAPACITY) == 0);
	first = start_thread("first", send_all, (void *)(u64)FIRST, DEMO_PRIORITY);
	second = start_thread("second", send_all, (void *)(u64)SECOND, DEMO_PRIORITY + 1);
	alarm_set(&alarm, deadline_after(NS_PER_MS), send_in_handler, NULL);
	receive_all();
	printf("thread-demo: %u messages in %llu us, the handler found the queue full %u times\n",
	       2 * PER_THREAD + PER_HANDLER, (get_time_ns() - start) / NS_PER_US, handler_lost);
	join_thread(first);
	join_thread(second);
	CHECK(queue_length(&queue) == 0);
	queue_destroy(&queue);
}
