/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Description of a console, used in system and cell configurations and in the communication
 * region.
 */
#ifndef JAILHOUSE_CONSOLE_H
#define JAILHOUSE_CONSOLE_H

#include <jailhouse/types.h>

#define JAILHOUSE_CON_TYPE_NONE  0
#define JAILHOUSE_CON_TYPE_EFIFB 1
#define JAILHOUSE_CON_TYPE_8250  2
#define JAILHOUSE_CON_TYPE_PL011 3

/* Bit 0 of the flags: how registers are reached. */
#define JAILHOUSE_CON_ACCESS_PIO  0x0000
#define JAILHOUSE_CON_ACCESS_MMIO 0x0001
/* Bit 1 of the flags: bytes between two registers. */
#define JAILHOUSE_CON_REGDIST_1 0x0000
#define JAILHOUSE_CON_REGDIST_4 0x0002

#define JAILHOUSE_CON_FLAGS_VALID (JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_4)

#define JAILHOUSE_CON_IS_MMIO(flags)        (!!((flags)&JAILHOUSE_CON_ACCESS_MMIO))
#define JAILHOUSE_CON_USES_REGDIST_4(flags) (!!((flags)&JAILHOUSE_CON_REGDIST_4))

struct jailhouse_console {
	/* Port number or physical address of the first register. */
	__u64 address;
	/* Bytes of the register window, only for MMIO. */
	__u32 size;
	/* JAILHOUSE_CON_TYPE_* */
	__u16 type;
	/* JAILHOUSE_CON_ACCESS_* | JAILHOUSE_CON_REGDIST_* */
	__u16 flags;
	/* Baud rate divider; 0: the UART is set up already, leave it alone. */
	__u32 divider;
	/* Clock gate, ARM only. */
	__u32 gate_nr;
	__u64 clock_reg;
} __attribute__((packed));

#endif /* JAILHOUSE_CONSOLE_H */
