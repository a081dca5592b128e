/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Printing: choice of the console, and the lock that keeps the text of one call together. See
 * printf.c for the functions that programs call.
 */
#include <inmate/inmate.h>

#include "console.h"
#include "init.h"

static void (*console_putc)(char c);

/*
 * Number of the CPU that prints, plus 1. Interrupts stay enabled while it does, because consoles
 * are slow; so the owner may come here again in an interrupt handler, and gets through.
 */
static u32 owner;
static unsigned int depth;
static bool lock_broken;

/* Of the threads, if there are any. Taken first, it may wait. */
static bool (*threads_lock)(void);
static void (*threads_unlock)(void);

static void hypercall_putc(char c)
{
	hypercall(JAILHOUSE_HC_DEBUG_CONSOLE_PUTC, (u8)c, 0);
}

static void uart_text_putc(char c)
{
	if (c == '\n')
		uart_putc('\r');
	uart_putc(c);
}

void console_init(void)
{
	const struct jailhouse_comm_region *comm = comm_region();

	if (comm->flags & JAILHOUSE_COMM_FLAG_DBG_PUTC_ACTIVE)
		console_putc = hypercall_putc;
	else if (comm->console.type == JAILHOUSE_CON_TYPE_8250 && uart_init(&comm->console))
		console_putc = uart_text_putc;
}

static void console_lock(void)
{
	u32 me = smp_cpu() + 1, nobody = 0;

	if (__atomic_load_n(&owner, __ATOMIC_RELAXED) != me)
		while (!__atomic_compare_exchange_n(&owner, &nobody, me, false, __ATOMIC_ACQUIRE,
						    __ATOMIC_RELAXED) &&
		       !__atomic_load_n(&lock_broken, __ATOMIC_RELAXED)) {
			nobody = 0;
			cpu_relax();
		}
	depth++;
}

static void console_unlock(void)
{
	if (--depth == 0)
		__atomic_store_n(&owner, 0, __ATOMIC_RELEASE);
}

void console_break_lock(void)
{
	__atomic_store_n(&lock_broken, true, __ATOMIC_RELAXED);
}

void console_set_lock(bool (*lock)(void), void (*unlock)(void))
{
	threads_lock = lock;
	threads_unlock = unlock;
}

static void output(void *arg, char c)
{
	(void)arg;
	console_putc(c);
}

int vprintf_with(format_conversion other, const char *format, va_list args)
{
	bool locked;
	int length;

	if (!console_putc)
		return 0;
	locked = threads_lock && threads_lock();
	console_lock();
	length = format_output_with(other, output, NULL, format, args);
	console_unlock();
	if (locked)
		threads_unlock();
	return length;
}

void panic(const char *format, ...)
{
	va_list args;

	cpu_disable_interrupts();
	console_break_lock();
	va_start(args, format);
	vprintf_with(NULL, format, args);
	va_end(args);
	if (console_putc)
		console_putc('\n');
	comm_fail();
}
