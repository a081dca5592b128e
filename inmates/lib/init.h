/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Set-up of the library's parts, in the order in which start.c calls it.
 */
#ifndef INMATE_LIB_INIT_H
#define INMATE_LIB_INIT_H

#include <jailhouse/types.h>

/* start.c, from start.S */
void __attribute__((noreturn)) inmate_start(void);

/* hypercall.c: chooses the instruction */
void hypercall_init(void);

/* malloc.c: memory below the communication region; then, once it is mapped, the rest */
void heap_init_low(void);
void heap_init_high(void);

/* paging.c: replaces the boot page table. Stops the inmate if memory is too short for it. */
void paging_init(void);

/* console.c */
void console_init(void);

/* time.c, timer.c */
void time_init(void);
void timer_init(void);

/* smp.c: CPU 0; others halt when they are told to by a CPU that ends the inmate */
void smp_init(void);
void smp_stop_others(void);

#endif /* INMATE_LIB_INIT_H */
