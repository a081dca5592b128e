/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs single x86 instructions on the processor of the host, with all registers as given, so that
 * tests can take it as the reference. Signals bring the results back: the breakpoint that follows
 * the instruction, or its page fault. For one thread, on x86-64 Linux.
 */
#ifndef TESTS_UNIT_NATIVE_H
#define TESTS_UNIT_NATIVE_H

#include <jailhouse/types.h>

#include "hypervisor/arch/x86/decode.h"

/* Address space for memory operands, inaccessible until native_open(). */
#define NATIVE_ARENA_START 0x08000000ULL
#define NATIVE_ARENA_END   0x60000000ULL

/* Bases of CS and of DS, ES, SS in 16- and 32-bit modes; the code runs at the former in all. */
#define NATIVE_CODE_BASE 0x07000000ULL
#define NATIVE_DATA_BASE NATIVE_ARENA_START

struct native_state {
	u64 gprs[X86_NUM_REGISTERS];
	/* Arithmetic flags and DF only */
	u64 rflags;
};

enum native_end {
	/* The instruction was completed. */
	NATIVE_BREAKPOINT,
	/* It touched closed memory of the arena. */
	NATIVE_PAGE_FAULT,
	NATIVE_OTHER,
};

struct native_result {
	enum native_end end;
	/* Of the instruction, if it was completed */
	unsigned int length;
	/* Of a page fault */
	u64 address;
	bool is_write;
	struct native_state state;
};

/*
 * To be called by each test, as cmocka sets signal handlers of its own before. Returns false if the
 * host cannot do it.
 */
bool native_init(void);

/* 16- and 32-bit modes need a local descriptor table, which not every host offers. */
bool native_has_mode(enum x86_mode mode);

void native_run(enum x86_mode mode, const u8 *code, unsigned int length,
		const struct native_state *state, struct native_result *result);

/* Makes the pages around [@address, @address + @size) accessible, or takes them away again. */
void native_open(u64 address, u64 size);
void native_close(u64 address, u64 size);

#endif /* TESTS_UNIT_NATIVE_H */
