/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The machine below the threads: their stacks, the switch, interrupts, the timer, and what happens
 * when a stack overflows.
 */
#include <inmate/inmate.h>

#include <stdint.h>

#include "console.h"
#include "cpu-block.h"
#include "thread-core.h"
#include "thread-fpu.h"
#include "thread-port.h"
#include "timer-share.h"

/* Bytes of a stack that have never been used */
#define UNUSED 0xa5

/* What thread_port_start leaves to its callees when it fills the rest of its own stack */
#define OWN_STACK_IN_USE 1024

/* What thread_switch_stacks finds on the stack of a new thread */
struct first_frame {
	u64 r15, r14, r13, r12, rbx, rbp;
	void (*function)(void);
	/* Of thread_begin, which never returns; keeps its stack aligned */
	u64 return_address;
};

_Static_assert(sizeof(struct first_frame) % 16 == 0, "thread_begin has an aligned stack");

/* thread-switch.S */
void thread_switch_stacks(void **save_to, void *load_from);

/* start.S */
extern char boot_stack[];

static struct cpu *threads_cpu;
static struct mutex console_mutex;

bool thread_port_lock(void)
{
	bool state = cpu_save_interrupts();

	if (this_cpu() != threads_cpu && threads_cpu)
		panic("inmate: CPU %u uses threads, which are on CPU %u only", smp_cpu(),
		      threads_cpu->number);
	return state;
}

void thread_port_unlock(bool state)
{
	cpu_restore_interrupts(state);
}

bool thread_port_in_interrupt(void)
{
	return this_cpu()->in_interrupt;
}

void thread_port_set_timer(u64 deadline)
{
	timer_share_set_threads(deadline);
}

void thread_port_idle(void)
{
	cpu_wait_for_interrupt();
}

void thread_port_panic(const char *format, ...)
{
	char text[128];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	panic("%s", text);
}

/* The lowest page stays unmapped. Returns the address above it, or NULL. */
static void *new_stack(size_t size)
{
	char *memory = memalign(PAGE_SIZE, PAGE_SIZE + size);

	if (!memory || unmap_range((u64)memory, PAGE_SIZE)) {
		free(memory);
		return NULL;
	}
	return memset(memory + PAGE_SIZE, UNUSED, size);
}

bool thread_port_create(struct thread *thread)
{
	size_t size = (thread->stack_size + PAGE_SIZE - 1) & PAGE_MASK;
	struct first_frame *frame;

	/* Rounded up to 0, or larger than any memory: no such stack */
	if (size < thread->stack_size || size > PTRDIFF_MAX - PAGE_SIZE)
		return false;
	thread->stack = new_stack(size);
	if (!thread->stack)
		return false;
	thread->stack_size = size;
	frame = (struct first_frame *)((char *)thread->stack + size) - 1;
	*frame = (struct first_frame){ .function = thread_begin };
	thread->context = frame;
	return true;
}

void thread_port_destroy(struct thread *thread)
{
	char *guard = (char *)thread->stack - PAGE_SIZE;

	thread_fpu_destroy(thread);
	/* That of main is no block of the heap. */
	if (!thread->function)
		return;
	if (!map_range((u64)guard, PAGE_SIZE, MAP_CACHED))
		panic("inmate: a page of a stack cannot be mapped again");
	free(guard);
}

void thread_port_switch(struct thread *from, struct thread *to)
{
	thread_fpu_switch(to);
	thread_switch_stacks(&from->context, to->context);
}

static bool claim_fpu(const struct trap_frame *frame)
{
	return frame->vector == EXCEPTION_NM && !this_cpu()->in_interrupt &&
	       thread_fpu_claim(thread_current());
}

static bool is_overflow(const struct trap_frame *frame, const struct thread *thread)
{
	u64 stack = (u64)thread->stack, address = read_cr2();

	return (frame->vector == EXCEPTION_PF || frame->vector == EXCEPTION_DF) &&
	       address < stack && address >= stack - PAGE_SIZE;
}

static void describe(const struct trap_frame *frame)
{
	const struct thread *current = thread_current();

	printf("  in %sthread \"%s\"\n",
	       this_cpu()->in_interrupt ? "an interrupt handler on top of " : "", current->name);
	if (is_overflow(frame, current))
		printf("  stack overflow of thread \"%s\", which has %zu bytes\n", current->name,
		       current->stack_size);
}

static const struct cpu_hooks hooks = {
	.interrupt_return = thread_interrupt_return,
	.exception = claim_fpu,
	.describe = describe,
};

/* Code that must not be interrupted prints at once, amid the text of others if need be. */
static bool lock_console(void)
{
	if (!thread_self() || this_cpu()->in_interrupt || !cpu_interrupts_enabled())
		return false;
	mutex_lock(&console_mutex);
	return true;
}

static void unlock_console(void)
{
	mutex_unlock(&console_mutex);
}

void thread_port_start(struct thread *thread)
{
	struct cpu *cpu = this_cpu();
	char *top = cpu->stack_top, *used = (char *)__builtin_frame_address(0) - OWN_STACK_IN_USE;

	if (cpu == &boot_cpu)
		top = boot_stack + STACK_GUARD + STACK_SIZE;
	thread->stack = top - STACK_SIZE;
	thread->stack_size = STACK_SIZE;
	if (used > (char *)thread->stack)
		memset(thread->stack, UNUSED, used - (char *)thread->stack);

	threads_cpu = cpu;
	timer_share_start(thread_timer_expired);
	cpu->timer_shared = true;
	cpu->hooks = &hooks;
	thread_fpu_start();
	console_set_lock(lock_console, unlock_console);
}

struct thread *thread_self(void)
{
	return this_cpu()->hooks ? thread_current() : NULL;
}

int *thread_errno(void)
{
	struct thread *self = thread_self();

	return self ? &self->error_number : &this_cpu()->error_number;
}

size_t thread_stack_unused(const struct thread *thread)
{
	const u8 *stack = thread->stack;
	size_t n = 0;

	while (n < thread->stack_size && stack[n] == UNUSED)
		n++;
	return n;
}
