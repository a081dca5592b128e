/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Exceptions. One that nobody handles is a bug of the inmate: its registers are printed, the state
 * of the cell becomes "failed", and the cell halts.
 */
#ifndef INMATE_EXCEPTION_H
#define INMATE_EXCEPTION_H

#include <jailhouse/types.h>

/* Exception vectors, AMD APM vol. 2, 8.2 */
#define EXCEPTION_DE  0  /* divide error */
#define EXCEPTION_DB  1  /* debug */
#define EXCEPTION_NMI 2  /* non-maskable interrupt */
#define EXCEPTION_BP  3  /* breakpoint */
#define EXCEPTION_UD  6  /* invalid opcode */
#define EXCEPTION_NM  7  /* device not available */
#define EXCEPTION_DF  8  /* double fault */
#define EXCEPTION_GP  13 /* general protection */
#define EXCEPTION_PF  14 /* page fault */

/* What trap-entry.S and the CPU have saved; rip and others may be changed by a handler. */
struct trap_frame {
	u64 r15, r14, r13, r12, r11, r10, r9, r8;
	u64 rbp, rdi, rsi, rdx, rcx, rbx, rax;
	u64 vector, error_code;
	u64 rip, cs, rflags, rsp, ss;
};

/*
 * Returns true if the program may go on at frame->rip, false if it does not want this one. Runs
 * with interrupts disabled; for page faults, double faults and NMIs on a stack of 4 KiB of their
 * own.
 */
typedef bool (*exception_handler)(struct trap_frame *frame);

/* Sets the handler of all exceptions, on all CPUs; NULL: none. Returns the one before. */
exception_handler exception_set_handler(exception_handler handler);

/* "#GP general protection" and the like; @vector may be any number. */
const char *exception_name(unsigned int vector);

#endif /* INMATE_EXCEPTION_H */
