/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The port of the threads library to the host; inmates/lib/thread-port.h says what each function
 * has to do. The address sanitizer wants to be told of each change of stacks.
 */
#include "unit.h"

#include <sanitizer/common_interface_defs.h>
#include <ucontext.h>

#include "inmates/lib/thread-core.h"
#include "inmates/lib/thread-port.h"
#include "thread-host.h"

/* The sanitizers need far more than the inmates. */
#define STACK_SIZE 65536

struct context {
	ucontext_t registers;
	char *stack;
	const void *bottom;
	size_t size;
	void *fake_stack;
};

unsigned int host_timer_expired, host_timer_set;
unsigned int host_stacks, host_stacks_limit = ~0U;
char host_panic_text[256];
jmp_buf host_panic_jump;
bool host_panic_expected;

static u64 now = 1000000;
static u64 timer = WAIT_FOREVER;
static bool enabled, in_interrupt;
static void (*on_enable)(void);
static struct thread *main_thread;
/* A test failed amid its threads. */
static bool broken;
/* Who has switched to the running thread */
static struct context *previous;

u64 get_time_ns(void)
{
	return now;
}

void host_interrupt(void (*handler)(void *arg), void *arg)
{
	assert_true(enabled);
	assert_false(in_interrupt);
	enabled = false;
	in_interrupt = true;
	handler(arg);
	assert_false(enabled);
	in_interrupt = false;
	thread_interrupt_return();
	assert_false(enabled);
	enabled = true;
}

static void expire(void *arg)
{
	(void)arg;
	timer = WAIT_FOREVER;
	host_timer_expired++;
	thread_timer_expired();
}

static void take_interrupts(void)
{
	while (timer <= now)
		host_interrupt(expire, NULL);
}

bool thread_port_lock(void)
{
	bool state = enabled;

	enabled = false;
	return state;
}

void thread_port_unlock(bool state)
{
	enabled = state;
	if (!state)
		return;
	take_interrupts();
	if (on_enable)
		on_enable();
}

void host_on_enable(void (*function)(void))
{
	on_enable = function;
}

bool thread_port_in_interrupt(void)
{
	return in_interrupt;
}

void thread_port_set_timer(u64 deadline)
{
	assert_false(enabled);
	host_timer_set++;
	timer = deadline;
}

void host_compute(u64 ns)
{
	while (ns) {
		u64 step = timer - now < ns ? timer - now : ns;

		now += step;
		ns -= step;
		take_interrupts();
	}
}

void thread_port_idle(void)
{
	if (timer == WAIT_FOREVER)
		fail_msg("all threads wait forever");
	if (timer > now)
		now = timer;
	take_interrupts();
}

static void switched(void)
{
	struct context *self = thread_current()->context;

	__sanitizer_finish_switch_fiber(self->fake_stack, &previous->bottom, &previous->size);
}

static void begin(void)
{
	switched();
	thread_begin();
}

void thread_port_switch(struct thread *from, struct thread *to)
{
	struct context *old = from->context, *new = to->context;

	assert_false(enabled);
	previous = old;
	__sanitizer_start_switch_fiber(from->state == THREAD_ENDED ? NULL : &old->fake_stack,
				       new->bottom, new->size);
	swapcontext(&old->registers, &new->registers);
	switched();
}

static struct context *new_context(struct thread *thread)
{
	struct context *context = calloc(1, sizeof(*context));

	assert_non_null(context);
	getcontext(&context->registers);
	thread->context = context;
	return context;
}

bool thread_port_create(struct thread *thread)
{
	struct context *context;

	if (host_stacks >= host_stacks_limit)
		return false;
	context = new_context(thread);
	context->stack = malloc(STACK_SIZE);
	assert_non_null(context->stack);
	context->bottom = context->stack;
	context->size = STACK_SIZE;
	context->registers.uc_stack.ss_sp = context->stack;
	context->registers.uc_stack.ss_size = STACK_SIZE;
	makecontext(&context->registers, begin, 0);
	host_stacks++;
	return true;
}

void thread_port_destroy(struct thread *thread)
{
	struct context *context = thread->context;

	assert_ptr_not_equal(thread, thread_current());
	free(context->stack);
	free(context);
	host_stacks--;
}

void thread_port_start(struct thread *thread)
{
	main_thread = thread;
	new_context(thread);
	enabled = false;
}

struct thread *thread_self(void)
{
	return thread_current();
}

void thread_port_panic(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(host_panic_text, sizeof(host_panic_text), format, args);
	va_end(args);
	if (!host_panic_expected || thread_current() != main_thread)
		fail_msg("panic: %s", host_panic_text);
	longjmp(host_panic_jump, 1);
}

void host_after_panic(void)
{
	host_panic_expected = false;
	in_interrupt = false;
	enabled = true;
}

int host_start(void **state)
{
	(void)state;
	assert_int_equal(thread_init(), 0);
	assert_true(enabled);
	assert_int_equal(thread_init(), -EBUSY);
	return 0;
}

int host_check_start(void **state)
{
	(void)state;
	return broken ? -1 : 0;
}

/* Idle is the one stack that stays. */
int host_check_end(void **state)
{
	(void)state;
	broken = thread_current() != main_thread || thread_count() != 1;
	if (broken)
		return -1;
	assert_int_equal(host_stacks, 1);
	assert_int_equal(main_thread->priority, THREAD_PRIORITY_DEFAULT);
	assert_int_equal(main_thread->base_priority, THREAD_PRIORITY_DEFAULT);
	assert_null(main_thread->held);
	assert_int_equal(timer, WAIT_FOREVER);
	return 0;
}
