/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Threads that do what chance tells them, with interrupts at any time. What must hold always is
 * checked whenever interrupts are enabled: who runs is the right one, inherited priorities are
 * those that the waiters cause, mutexes exclude, and nothing that was counted or sent gets lost.
 *
 * suite: sockets
 * sources: inmates/lib/thread.c inmates/lib/thread-schedule.c inmates/lib/thread-list.c
 * sources: inmates/lib/thread-alarms.c inmates/lib/thread-priority.c inmates/lib/thread-mutex.c
 * sources: inmates/lib/thread-semaphore.c inmates/lib/thread-queue.c tests/unit/thread-host.c
 * flags: -Iinmates/lib/include
 */
#include "unit.h"

#include <inmate/mutex.h>
#include <inmate/queue.h>
#include <inmate/semaphore.h>

#include "inmates/lib/thread-core.h"
#include "thread-host.h"

#define STACK       4096
#define NUM_THREADS 12
#define NUM_MUTEXES 5
#define NUM_STEPS   600
#define NUM_ROUNDS  6

/* Who sends, and the how manieth it is; the last sender is the interrupt handler. */
struct message {
	u32 sender;
	u32 number;
};

static struct {
	struct mutex mutexes[NUM_MUTEXES];
	/* Who believes to have it */
	struct thread *holders[NUM_MUTEXES];
	struct semaphore semaphore;
	u64 posted, taken;
	struct queue queue;
	u32 sent[NUM_THREADS + 1], received[NUM_THREADS + 1];
	u64 messages_received;
	unsigned int timeouts, interrupts, checks, ended;
} world;

static u32 random_state;

static u32 random_below(u32 limit)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % limit;
}

/* Mostly one that comes soon */
static u64 random_deadline(void)
{
	switch (random_below(6)) {
	case 0:
		return WAIT_NOT;
	case 1:
		return get_time_ns();
	default:
		return deadline_after(1 + random_below(20000));
	}
}

static unsigned int expected_priority(const struct thread *thread)
{
	unsigned int priority = thread->base_priority;
	const struct thread *other;

	for (other = thread_first(); other; other = other->next_of_all)
		if (other->wanted && other->wanted->owner == thread && other->priority > priority)
			priority = other->priority;
	return priority;
}

/* Called with interrupts enabled, so all that was pending has been done. */
static void check_all(void)
{
	const struct thread *thread;

	world.checks++;
	for (thread = thread_first(); thread; thread = thread->next_of_all) {
		if (thread->state == THREAD_READY)
			assert_true(thread->priority <= thread_current()->priority);
		if (thread->state != THREAD_ENDED)
			assert_int_equal(thread->priority, expected_priority(thread));
		if (thread->wanted)
			assert_ptr_equal(thread->list, &thread->wanted->waiters);
	}
}

static void handler(void *arg)
{
	struct message message = { NUM_THREADS, world.sent[NUM_THREADS] };

	(void)arg;
	world.interrupts++;
	if (random_below(2) && semaphore_post(&world.semaphore))
		world.posted++;
	if (random_below(2) && queue_send(&world.queue, &message, WAIT_NOT) == 0)
		world.sent[NUM_THREADS]++;
}

static void at_enabling(void)
{
	if (random_below(8) == 0)
		host_interrupt(handler, NULL);
}

static void use_mutexes(unsigned int first)
{
	unsigned int n = first + random_below(3);

	if (n >= NUM_MUTEXES)
		return;
	if (random_below(2)) {
		mutex_lock(&world.mutexes[n]);
	} else if (mutex_lock_until(&world.mutexes[n], random_deadline())) {
		world.timeouts++;
		return;
	}
	assert_null(world.holders[n]);
	world.holders[n] = thread_self();
	host_compute(random_below(3000));
	if (random_below(2))
		use_mutexes(n + 1);
	if (random_below(4) == 0)
		thread_sleep(random_below(5000));
	assert_ptr_equal(world.holders[n], thread_self());
	world.holders[n] = NULL;
	mutex_unlock(&world.mutexes[n]);
}

static void use_semaphore(void)
{
	if (random_below(2)) {
		if (semaphore_post(&world.semaphore))
			world.posted++;
	} else if (semaphore_wait(&world.semaphore, random_deadline()) == 0) {
		world.taken++;
	} else {
		world.timeouts++;
	}
}

static void send(unsigned int self)
{
	struct message message = { self, world.sent[self] };

	if (queue_send(&world.queue, &message, random_deadline()) == 0)
		world.sent[self]++;
	else
		world.timeouts++;
}

static void receive(void)
{
	struct message message;

	if (queue_receive(&world.queue, &message, random_deadline())) {
		world.timeouts++;
		return;
	}
	assert_true(message.sender <= NUM_THREADS);
	world.received[message.sender]++;
	world.messages_received++;
}

static void change_priority(void)
{
	thread_set_priority(thread_self(), 1 + random_below(THREAD_PRIORITY_MAX));
}

static void live(void *arg)
{
	unsigned int self = (uintptr_t)arg, n;

	for (n = 0; n < NUM_STEPS; n++) {
		check_all();
		switch (random_below(8)) {
		case 0:
			thread_yield();
			break;
		case 1:
			thread_sleep(random_below(10000));
			break;
		case 2:
			change_priority();
			break;
		case 3:
			use_semaphore();
			break;
		case 4:
			send(self);
			break;
		case 5:
			receive();
			break;
		default:
			use_mutexes(0);
		}
	}
	world.ended++;
}

static void check_nothing_is_lost(void)
{
	struct message message;
	unsigned int n;

	while (queue_receive(&world.queue, &message, WAIT_NOT) == 0)
		world.received[message.sender]++;
	for (n = 0; n <= NUM_THREADS; n++)
		assert_int_equal(world.sent[n], world.received[n]);
	for (n = 0; n < NUM_MUTEXES; n++)
		assert_null(world.mutexes[n].owner);
	assert_int_equal(world.posted - world.taken, semaphore_count(&world.semaphore));
	assert_int_equal(world.ended, NUM_THREADS);
}

static void one_life(u32 seed)
{
	struct thread *threads[NUM_THREADS];
	uintptr_t n;

	memset(&world, 0, sizeof(world));
	random_state = seed;
	semaphore_init(&world.semaphore, 0, 50);
	assert_int_equal(queue_create(&world.queue, sizeof(struct message), 3), 0);
	thread_set_slice(1000 + seed * 500);
	host_on_enable(at_enabling);
	for (n = 0; n < NUM_THREADS; n++)
		threads[n] = thread_create("random", live, (void *)n, 1 + n % 5, STACK);
	for (n = 0; n < NUM_THREADS; n++)
		assert_int_equal(thread_join(threads[n], WAIT_FOREVER), 0);
	host_on_enable(NULL);
	check_nothing_is_lost();
	queue_destroy(&world.queue);
	print_message("seed %u: %u checks, %u interrupts, %u timeouts, %llu messages\n", seed,
		      world.checks, world.interrupts, world.timeouts, world.messages_received);
	assert_true(world.interrupts > 1000 && world.timeouts > 100);
	assert_true(world.messages_received > 100);
}

static void random_lives(void **state)
{
	u32 seed;

	(void)state;
	for (seed = 1; seed <= NUM_ROUNDS; seed++)
		one_life(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(random_lives, host_check_start, host_check_end),
	};

	return cmocka_run_group_tests(tests, host_start, NULL);
}
