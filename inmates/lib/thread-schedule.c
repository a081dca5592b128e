/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Which thread runs: the ready ones by priority, those of the same priority in turns, those that
 * wait when they are woken or their deadline comes.
 */
#include <inmate/time.h>

#include "thread-alarms.h"
#include "thread-core.h"
#include "thread-list.h"
#include "thread-port.h"

static struct {
	struct thread *current;
	struct ready_queue ready;
	struct alarm_queue alarms;
	/* When current started to run, and when its turn ends if there are others */
	u64 switched_at;
	u64 slice_end;
	u64 slice;
	/* What the port's timer is set to */
	u64 timer;
	/* Has ended, detached, but its stack may still be in use until the switch is done */
	struct thread *dead;
} scheduler = { .slice = THREAD_SLICE_NS, .timer = WAIT_FOREVER };

static u64 add_saturated(u64 a, u64 b)
{
	u64 sum;

	return __builtin_add_overflow(a, b, &sum) ? WAIT_FOREVER : sum;
}

struct thread *thread_current(void)
{
	return scheduler.current;
}

u64 thread_slice(void)
{
	return scheduler.slice;
}

void thread_set_slice(u64 ns)
{
	scheduler.slice = ns;
}

void thread_schedule_init(struct thread *thread, struct thread *idle)
{
	thread->state = THREAD_RUNNING;
	scheduler.current = thread;
	scheduler.switched_at = get_time_ns();
	scheduler.slice_end = add_saturated(scheduler.switched_at, scheduler.slice);
	thread_make_ready(idle);
}

/* Sets the timer to the next deadline or, if somebody waits for that, to the end of the turn. */
static void update_timer(void)
{
	u64 next = alarm_queue_deadline(&scheduler.alarms);

	if (scheduler.current && scheduler.slice_end < next &&
	    ready_highest(&scheduler.ready) == (int)scheduler.current->priority)
		next = scheduler.slice_end;
	if (next == scheduler.timer)
		return;
	scheduler.timer = next;
	thread_port_set_timer(next);
}

static void finish_switch(void)
{
	struct thread *dead = scheduler.dead;

	scheduler.dead = NULL;
	if (dead)
		thread_free(dead);
}

/* Makes the first of the ready threads the running one. */
static void switch_to_next(void)
{
	struct thread *previous = scheduler.current, *next = ready_pop(&scheduler.ready);
	u64 now = get_time_ns();

	previous->cpu_time += now - scheduler.switched_at;
	next->state = THREAD_RUNNING;
	scheduler.current = next;
	scheduler.switched_at = now;
	scheduler.slice_end = add_saturated(now, next->slice_left);
	update_timer();
	if (next == previous)
		return;
	thread_port_switch(previous, next);
	finish_switch();
}

/* Lets a ready thread run if the running one has to stop for it. */
static void reschedule(void)
{
	struct thread *current = scheduler.current;
	int highest = ready_highest(&scheduler.ready);
	u64 now;

	if (highest < (int)current->priority) {
		update_timer();
		return;
	}
	now = get_time_ns();
	if (highest == (int)current->priority && now < scheduler.slice_end) {
		update_timer();
		return;
	}
	current->state = THREAD_READY;
	if (now < scheduler.slice_end) {
		current->slice_left = scheduler.slice_end - now;
		ready_push_front(&scheduler.ready, current);
	} else {
		current->slice_left = scheduler.slice;
		ready_push_back(&scheduler.ready, current);
	}
	switch_to_next();
}

bool thread_lock(void)
{
	return thread_port_lock();
}

/*
 * With interrupts to stay disabled, as in their handlers, others have to wait. A handler's timer is
 * set when it has ended, by thread_interrupt_return.
 */
void thread_unlock(bool state)
{
	if (state && scheduler.current)
		reschedule();
	else if (!thread_port_in_interrupt())
		update_timer();
	thread_port_unlock(state);
}

void thread_interrupt_return(void)
{
	reschedule();
}

void thread_yield(void)
{
	struct thread *current = scheduler.current;
	bool state = thread_lock();

	current->state = THREAD_READY;
	current->slice_left = scheduler.slice;
	ready_push_back(&scheduler.ready, current);
	switch_to_next();
	thread_unlock(state);
}

void thread_make_ready(struct thread *thread)
{
	thread->state = THREAD_READY;
	thread->slice_left = scheduler.slice;
	ready_push_back(&scheduler.ready, thread);
}

void thread_wake(struct thread *thread, int result)
{
	thread_list_remove(thread);
	alarm_queue_remove(&scheduler.alarms, &thread->timeout);
	thread->wanted = NULL;
	thread->wait_result = result;
	thread_make_ready(thread);
}

static void wait_timed_out(void *arg)
{
	struct thread *thread = arg;
	struct mutex *wanted = thread->wanted;

	thread_wake(thread, -ETIMEDOUT);
	if (wanted)
		thread_priority_update(wanted->owner);
}

static void set_timeout(struct thread *thread, u64 deadline)
{
	struct alarm *timeout = &thread->timeout;

	if (deadline == WAIT_FOREVER)
		return;
	timeout->deadline = deadline;
	timeout->function = wait_timed_out;
	timeout->arg = thread;
	alarm_queue_add(&scheduler.alarms, timeout);
}

int thread_enter_wait(struct thread_list *list, u64 deadline, void *data)
{
	struct thread *current = scheduler.current;

	if (deadline == WAIT_NOT || (deadline != WAIT_FOREVER && deadline <= get_time_ns()))
		return -ETIMEDOUT;
	if (!current)
		thread_port_panic("inmate: there are no threads yet that could wait");
	if (thread_port_in_interrupt())
		thread_port_panic("inmate: an interrupt handler waits, on top of thread \"%s\"",
				  current->name);
	current->state = THREAD_WAITING;
	current->wait_data = data;
	if (list)
		thread_list_insert(list, current);
	set_timeout(current, deadline);
	return 0;
}

int thread_suspend(void)
{
	struct thread *current = scheduler.current;

	switch_to_next();
	return current->wait_result;
}

int thread_wait(struct thread_list *list, u64 deadline, void *data)
{
	int err = thread_enter_wait(list, deadline, data);

	return err ? err : thread_suspend();
}

void thread_requeue(struct thread *thread, unsigned int priority)
{
	struct thread_list *list = thread->list;

	if (thread->state == THREAD_READY) {
		ready_remove(&scheduler.ready, thread);
		thread->priority = priority;
		ready_push_back(&scheduler.ready, thread);
		return;
	}
	thread->priority = priority;
	if (thread->state == THREAD_WAITING && list) {
		thread_list_remove(thread);
		thread_list_insert(list, thread);
	}
}

void thread_leave(void)
{
	struct thread *current = scheduler.current;

	current->state = THREAD_ENDED;
	if (current->detached)
		scheduler.dead = current;
	switch_to_next();
	thread_port_panic("inmate: thread \"%s\" runs on after its end", current->name);
}

void thread_begin(void)
{
	struct thread *current = scheduler.current;

	finish_switch();
	thread_port_unlock(true);
	current->function(current->arg);
	thread_exit();
}

/*
 * Does not set the timer anew: what is due next is known only when thread_interrupt_return has ended
 * the turn. To set it to the end of a turn that is over would be another interrupt for nothing.
 */
void thread_timer_expired(void)
{
	u64 now = get_time_ns();
	struct alarm *alarm;

	scheduler.timer = WAIT_FOREVER;
	while ((alarm = alarm_queue_pop(&scheduler.alarms, now)))
		alarm->function(alarm->arg);
}

void alarm_set(struct alarm *alarm, u64 deadline, void (*function)(void *arg), void *arg)
{
	bool state = thread_lock();

	alarm_queue_remove(&scheduler.alarms, alarm);
	alarm->deadline = deadline;
	alarm->function = function;
	alarm->arg = arg;
	if (deadline != WAIT_FOREVER)
		alarm_queue_add(&scheduler.alarms, alarm);
	thread_unlock(state);
}

bool alarm_cancel(struct alarm *alarm)
{
	bool state = thread_lock(), was_set = alarm_queue_remove(&scheduler.alarms, alarm);

	thread_unlock(state);
	return was_set;
}

u64 thread_cpu_time(const struct thread *thread)
{
	bool state = thread_lock();
	u64 time = thread->cpu_time;

	if (thread == scheduler.current)
		time += get_time_ns() - scheduler.switched_at;
	thread_unlock(state);
	return time;
}
