/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Debug console: an 8250 UART by ports or MMIO, and the virtual console that root may read. Cells
 * with permission print character by character; whoever starts while a line of somebody else is
 * unfinished gets a new line first.
 */
#include "console.h"

#include <jailhouse/errno.h>

#include "../common/format.h"
#include "arch/x86/percpu.h"
#include "arch/x86/processor.h"
#include "device-map.h"
#include "hypervisor.h"
#include "spinlock.h"

/* 8250 registers; the divisor latch is behind LCR.DLAB */
#define UART_THR      0
#define UART_DLL      0
#define UART_DLM      1
#define UART_LCR      3
#define UART_LCR_8N1  0x03
#define UART_LCR_DLAB 0x80
#define UART_LSR      5
#define UART_LSR_THRE 0x20
/* A UART that is not there must not stop the hypervisor. */
#define UART_MAX_POLLS 1000000

struct jailhouse_virt_console virt_console __attribute__((aligned(4096)));

static struct {
	const struct jailhouse_console *config;
	/* Of the registers, if they are in memory */
	volatile u8 *mmio;
	bool broken;
	spinlock_t lock;
	/* Who wrote the last character, and whether it ended a line */
	const void *writer;
	bool line_open;
} console;

/* Bytes from one register to the next; those in memory are as wide. */
static unsigned int uart_distance(void)
{
	return JAILHOUSE_CON_USES_REGDIST_4(console.config->flags) ? 4 : 1;
}

static void uart_write(unsigned int reg, u8 value)
{
	unsigned int distance = uart_distance();

	if (console.mmio)
		register_write(console.mmio + reg * distance, distance, value);
	else
		io_out(console.config->address + reg * distance, 1, value);
}

static u8 uart_read(unsigned int reg)
{
	unsigned int distance = uart_distance();

	if (console.mmio)
		return register_read(console.mmio + reg * distance, distance);
	return io_in(console.config->address + reg * distance, 1);
}

static void uart_putc(char c)
{
	unsigned int polls = 0;

	if (!console.config || console.broken)
		return;
	while (!(uart_read(UART_LSR) & UART_LSR_THRE)) {
		if (++polls == UART_MAX_POLLS) {
			console.broken = true;
			return;
		}
		cpu_relax();
	}
	uart_write(UART_THR, c);
}

static void emit(char c)
{
	u32 tail = virt_console.tail;

	virt_console.content[tail % JAILHOUSE_CONSOLE_CONTENT_SIZE] = c;
	__atomic_store_n(&virt_console.tail, tail + 1, __ATOMIC_RELEASE);
	if (c == '\n')
		uart_putc('\r');
	uart_putc(c);
	console.line_open = c != '\n';
}

/* With the lock held: @writer is to print next. */
static void take_over(const void *writer)
{
	if (console.writer != writer && console.line_open)
		emit('\n');
	console.writer = writer;
}

static void emit_formatted(void *arg, char c)
{
	(void)arg;
	emit(c);
}

int console_init(const struct jailhouse_console *config)
{
	if (config->type != JAILHOUSE_CON_TYPE_8250)
		return 0;
	if (JAILHOUSE_CON_IS_MMIO(config->flags)) {
		console.mmio = device_map(config->address, config->size);
		if (!console.mmio)
			return -ENOMEM;
	}
	console.config = config;
	if (config->divider) {
		uart_write(UART_LCR, UART_LCR_DLAB);
		uart_write(UART_DLL, config->divider & 0xff);
		uart_write(UART_DLM, (config->divider >> 8) & 0xff);
		uart_write(UART_LCR, UART_LCR_8N1);
	}
	return 0;
}

void console_putc(const void *writer, char c)
{
	spin_lock(&console.lock);
	take_over(writer);
	emit(c);
	spin_unlock(&console.lock);
}

void printk(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	spin_lock(&console.lock);
	take_over(NULL);
	format_output(emit_formatted, NULL, format, args);
	spin_unlock(&console.lock);
	va_end(args);
}

void console_break_lock(void)
{
	unsigned int polls;

	/* Whoever holds it has a bounded amount of work, unless it is this CPU. */
	for (polls = 0; polls < UART_MAX_POLLS; polls++) {
		if (__atomic_load_n(&console.lock.owner, __ATOMIC_RELAXED) ==
		    __atomic_load_n(&console.lock.next, __ATOMIC_RELAXED))
			return;
		cpu_relax();
	}
	__atomic_store_n(&console.lock.owner, console.lock.next, __ATOMIC_RELAXED);
}
