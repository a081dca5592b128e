/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Between the trap entries in assembly and their C side.
 */
#ifndef INMATE_LIB_TRAP_H
#define INMATE_LIB_TRAP_H

#define TRAP_ENTRY_SIZE 16

/* Vectors whose exceptions push an error code, AMD APM vol. 2, 8.2: 8, 10-14, 17, 21, 29, 30 */
#define TRAPS_WITH_ERROR_CODE 0x60227d00

#define NUM_EXCEPTIONS 32

#ifndef __ASSEMBLY__
#ifndef __ASSEMBLER__

struct trap_frame;

/* trap-entry.S */
extern const char trap_entries[];

/* trap.c, called by trap-entry.S with interrupts disabled */
void trap_dispatch(struct trap_frame *frame);

/* exception.c: returns if somebody handled it */
void exception_dispatch(struct trap_frame *frame);

/* irq.c */
void irq_dispatch(unsigned int vector);

#endif
#endif

#endif /* INMATE_LIB_TRAP_H */
