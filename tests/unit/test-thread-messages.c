/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Semaphores and message queues between threads, and from interrupt handlers.
 *
 * suite: sockets
 * sources: inmates/lib/thread.c inmates/lib/thread-schedule.c inmates/lib/thread-list.c
 * sources: inmates/lib/thread-alarms.c inmates/lib/thread-priority.c inmates/lib/thread-mutex.c
 * sources: inmates/lib/thread-semaphore.c inmates/lib/thread-queue.c tests/unit/thread-host.c
 * sources: tests/unit/thread-trace.c
 * flags: -Iinmates/lib/include
 */
#include "unit.h"

#include <inmate/queue.h>
#include <inmate/semaphore.h>

#include "inmates/lib/thread-core.h"
#include "thread-host.h"
#include "thread-trace.h"

static struct semaphore semaphore;
static struct queue queue;
static unsigned int results[16], num_results;

static int set_up(void **state)
{
	semaphore_init(&semaphore, 0, 3);
	assert_int_equal(queue_create(&queue, sizeof(u32), 4), 0);
	num_results = 0;
	return host_check_start(state);
}

static int check_end(void **state)
{
	assert_null(semaphore.waiters.first);
	queue_destroy(&queue);
	return host_check_end(state);
}

static void add_result(unsigned int value)
{
	assert_true(num_results < ARRAY_SIZE(results));
	results[num_results++] = value;
}

static void semaphores_count_up_to_their_maximum(void **state)
{
	(void)state;
	assert_int_equal(semaphore_wait(&semaphore, WAIT_NOT), -ETIMEDOUT);
	assert_true(semaphore_post(&semaphore));
	assert_true(semaphore_post(&semaphore));
	assert_true(semaphore_post(&semaphore));
	assert_false(semaphore_post(&semaphore));
	assert_int_equal(semaphore_count(&semaphore), 3);
	assert_int_equal(semaphore_wait(&semaphore, WAIT_NOT), 0);
	assert_int_equal(semaphore_wait(&semaphore, WAIT_FOREVER), 0);
	assert_int_equal(semaphore_wait(&semaphore, get_time_ns() + 1), 0);
	assert_int_equal(semaphore_wait(&semaphore, WAIT_NOT), -ETIMEDOUT);
}

static void take_semaphore(void *arg)
{
	(void)arg;
	assert_int_equal(semaphore_wait(&semaphore, WAIT_FOREVER), 0);
	add_result(thread_priority(thread_self()));
}

static void a_post_wakes_the_most_important(void **state)
{
	static const unsigned int priorities[] = { 17, 29, 20 };
	struct thread *threads[3];
	unsigned int n;

	(void)state;
	for (n = 0; n < 3; n++)
		threads[n] = start(take_semaphore, NULL, priorities[n]);
	for (n = 0; n < 3; n++)
		assert_true(semaphore_post(&semaphore));
	assert_int_equal(semaphore_count(&semaphore), 0);
	for (n = 0; n < 3; n++)
		join(threads[n]);
	assert_int_equal(results[0], 29);
	assert_int_equal(results[1], 20);
	assert_int_equal(results[2], 17);
}

static void waits_end_at_their_deadlines(void **state)
{
	u64 deadline = deadline_after(5000);
	u32 message;

	(void)state;
	assert_int_equal(semaphore_wait(&semaphore, deadline), -ETIMEDOUT);
	assert_int_equal(get_time_ns(), deadline);
	deadline = deadline_after(3000);
	assert_int_equal(queue_receive(&queue, &message, deadline), -ETIMEDOUT);
	assert_int_equal(get_time_ns(), deadline);
	assert_null(queue.receivers.first);
}

static void post_in_handler(void *arg)
{
	(void)arg;
	assert_true(semaphore_post(&semaphore));
	assert_int_equal(semaphore_wait(&semaphore, WAIT_NOT), -ETIMEDOUT);
}

static void handlers_post(void **state)
{
	struct thread *thread = start(take_semaphore, NULL, 20);

	(void)state;
	host_interrupt(post_in_handler, NULL);
	assert_int_equal(num_results, 1);
	join(thread);
}

static void messages_stay_in_order(void **state)
{
	u32 sent, received = 0, expected = 0;

	(void)state;
	for (sent = 0; sent < 100; sent += 3) {
		u32 message = sent;

		for (; message < sent + 3; message++)
			assert_int_equal(queue_send(&queue, &message, WAIT_NOT), 0);
		assert_int_equal(queue_length(&queue), 3);
		while (queue_receive(&queue, &received, WAIT_NOT) == 0)
			assert_int_equal(received, expected++);
	}
}

static void a_full_queue_takes_no_more(void **state)
{
	u32 message, deadline;

	(void)state;
	for (message = 0; message < 4; message++)
		assert_int_equal(queue_send(&queue, &message, WAIT_FOREVER), 0);
	assert_int_equal(queue_send(&queue, &message, WAIT_NOT), -ETIMEDOUT);
	deadline = deadline_after(100);
	assert_int_equal(queue_send(&queue, &message, deadline), -ETIMEDOUT);
	assert_int_equal(get_time_ns(), deadline);
	for (message = 0; message < 4; message++)
		assert_int_equal(queue_receive(&queue, &(u32){ 0 }, WAIT_NOT), 0);
	assert_int_equal(queue_receive(&queue, &message, WAIT_NOT), -ETIMEDOUT);
}

static void receive(void *arg)
{
	u32 message;

	(void)arg;
	assert_int_equal(queue_receive(&queue, &message, WAIT_FOREVER), 0);
	add_result(message);
}

static void a_receiver_gets_its_message_directly(void **state)
{
	struct thread *low = start(receive, NULL, 20), *high = start(receive, NULL, 21);
	u32 message;

	(void)state;
	for (message = 7; message < 9; message++)
		assert_int_equal(queue_send(&queue, &message, WAIT_NOT), 0);
	assert_int_equal(queue_length(&queue), 0);
	join(low);
	join(high);
	assert_int_equal(results[0], 7);
	assert_int_equal(results[1], 8);
}

static void send(void *arg)
{
	u32 message = *(u32 *)arg;

	assert_int_equal(queue_send(&queue, &message, WAIT_FOREVER), 0);
	add_result(message);
}

/* The order is that of the senders' priorities, then, and their messages do not overtake. */
static void senders_wait_for_room(void **state)
{
	u32 message, low_message = 50, high_message = 60;
	struct thread *low, *high;
	unsigned int n;

	(void)state;
	for (message = 0; message < 4; message++)
		assert_int_equal(queue_send(&queue, &message, WAIT_NOT), 0);
	low = start(send, &low_message, 20);
	high = start(send, &high_message, 25);
	assert_int_equal(num_results, 0);
	for (n = 0; n < 6; n++) {
		static const u32 expected[] = { 0, 1, 2, 3, 60, 50 };

		assert_int_equal(queue_receive(&queue, &message, WAIT_NOT), 0);
		assert_int_equal(message, expected[n]);
	}
	assert_int_equal(results[0], 60);
	assert_int_equal(results[1], 50);
	join(low);
	join(high);
}

static void send_in_handler(void *arg)
{
	u32 message = 0;

	(void)arg;
	while (queue_send(&queue, &message, WAIT_NOT) == 0)
		message++;
	add_result(message);
}

static void handlers_send(void **state)
{
	struct thread *receiver = start(receive, NULL, 20);
	u32 message, expected = 1;

	(void)state;
	host_interrupt(send_in_handler, NULL);
	assert_int_equal(results[0], 5);
	assert_int_equal(results[1], 0);
	while (queue_receive(&queue, &message, WAIT_NOT) == 0)
		assert_int_equal(message, expected++);
	assert_int_equal(expected, 5);
	join(receiver);
}

static void messages_have_any_size(void **state)
{
	struct message {
		char text[37];
	} in, out;
	struct queue odd;
	unsigned int n;

	(void)state;
	assert_int_equal(queue_create(&odd, 0, 4), -EINVAL);
	assert_int_equal(queue_create(&odd, 4, 0), -EINVAL);
	assert_int_equal(queue_create(&odd, sizeof(in), 3), 0);
	for (n = 0; n < 10; n++) {
		memset(&in, n, sizeof(in));
		assert_int_equal(queue_send(&odd, &in, WAIT_NOT), 0);
		assert_int_equal(queue_receive(&odd, &out, WAIT_NOT), 0);
		assert_memory_equal(&in, &out, sizeof(in));
	}
	queue_destroy(&odd);
}

static void a_queue_in_use_is_not_destroyed(void **state)
{
	struct thread *receiver = start(receive, NULL, 20);

	(void)state;
	assert_true(HOST_PANICS(queue_destroy(&queue)));
	assert_int_equal(queue_send(&queue, &(u32){ 1 }, WAIT_NOT), 0);
	join(receiver);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, check_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(semaphores_count_up_to_their_maximum),
		TEST(a_post_wakes_the_most_important),
		TEST(waits_end_at_their_deadlines),
		TEST(handlers_post),
		TEST(messages_stay_in_order),
		TEST(a_full_queue_takes_no_more),
		TEST(a_receiver_gets_its_message_directly),
		TEST(senders_wait_for_room),
		TEST(handlers_send),
		TEST(messages_have_any_size),
		TEST(a_queue_in_use_is_not_destroyed),
	};

	return cmocka_run_group_tests(tests, host_start, NULL);
}
