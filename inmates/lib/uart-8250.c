/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Output on a UART of type 8250, by ports or memory; National Semiconductor PC16550D, 8.
 */
#include <inmate/inmate.h>

#include "console.h"

#define UART_TX          0
#define UART_DIVIDER_LOW 0
#define UART_IER         1
#define UART_DIVIDER_HI  1
#define UART_FCR         2
#define UART_LCR         3
#define UART_MCR         4
#define UART_LSR         5

#define UART_FCR_ENABLE_CLEAR 0x07
#define UART_LCR_8N1          0x03
#define UART_LCR_DLAB         0x80
#define UART_MCR_DTR_RTS      0x03
#define UART_LSR_TX_EMPTY     0x20

/* Where nobody takes the characters away, the others must still come to an end. */
#define MAX_POLLS 100000

static struct jailhouse_console uart;

static u64 reg_address(unsigned int reg)
{
	return uart.address + (JAILHOUSE_CON_USES_REGDIST_4(uart.flags) ? reg * 4 : reg);
}

static void reg_write(unsigned int reg, u8 value)
{
	u64 address = reg_address(reg);

	if (!JAILHOUSE_CON_IS_MMIO(uart.flags))
		outb(address, value);
	else if (JAILHOUSE_CON_USES_REGDIST_4(uart.flags))
		mmio_write32((void *)address, value);
	else
		mmio_write8((void *)address, value);
}

static u8 reg_read(unsigned int reg)
{
	u64 address = reg_address(reg);

	if (!JAILHOUSE_CON_IS_MMIO(uart.flags))
		return inb(address);
	if (JAILHOUSE_CON_USES_REGDIST_4(uart.flags))
		return mmio_read32((void *)address);
	return mmio_read8((void *)address);
}

bool uart_init(const struct jailhouse_console *console)
{
	uart = *console;
	if (JAILHOUSE_CON_IS_MMIO(uart.flags) &&
	    !map_range(uart.address, uart.size ? uart.size : PAGE_SIZE, MAP_UNCACHED))
		return false;
	if (!uart.divider)
		return true;

	reg_write(UART_IER, 0);
	reg_write(UART_LCR, UART_LCR_DLAB);
	reg_write(UART_DIVIDER_LOW, uart.divider);
	reg_write(UART_DIVIDER_HI, uart.divider >> 8);
	reg_write(UART_LCR, UART_LCR_8N1);
	reg_write(UART_FCR, UART_FCR_ENABLE_CLEAR);
	reg_write(UART_MCR, UART_MCR_DTR_RTS);
	return true;
}

void uart_putc(char c)
{
	unsigned int polls = 0;

	while (!(reg_read(UART_LSR) & UART_LSR_TX_EMPTY) && polls++ < MAX_POLLS)
		cpu_relax();
	reg_write(UART_TX, c);
}
