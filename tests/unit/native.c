/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Execution of single instructions by signal handlers: the handler of a first breakpoint exchanges
 * the interrupted context for the one to be tested, that of the next signal exchanges it back.
 */
#define _GNU_SOURCE
#include "native.h"

#include <asm/ldt.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define PAGE            4096ULL
#define INT3            0xcc
#define STACK_SIZE      (256 * 1024)
#define PAGE_FAULT      14
#define ERR_WRITE       2
#define ALL_FLAGS       0xcd5
#define LDT_SELECTOR(i) ((i)*8 + 7)

enum {
	LDT_CODE_16,
	LDT_CODE_32,
	LDT_DATA,
};

static const int greg_of[X86_NUM_REGISTERS] = {
	REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
	REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
};

static u8 *const code_page = (u8 *)NATIVE_CODE_BASE;
static bool has_ldt;

/* What the handler works on */
static struct {
	bool running;
	enum x86_mode mode;
	const struct native_state *state;
	struct native_result *result;
	gregset_t caller;
} run;

static void set_segments(greg_t *gregs, u64 code, u64 data)
{
	gregs[REG_CSGSFS] = (greg_t)((data << 48) | code);
}

static void enter(greg_t *gregs)
{
	unsigned int i;

	memcpy(run.caller, gregs, sizeof(run.caller));
	for (i = 0; i < X86_NUM_REGISTERS; i++)
		gregs[greg_of[i]] = (greg_t)run.state->gprs[i];
	gregs[REG_EFL] = (gregs[REG_EFL] & ~ALL_FLAGS) | (greg_t)run.state->rflags;
	if (run.mode == X86_MODE_64) {
		gregs[REG_RIP] = (greg_t)NATIVE_CODE_BASE;
		return;
	}
	gregs[REG_RIP] = 0;
	set_segments(gregs, LDT_SELECTOR(run.mode == X86_MODE_16 ? LDT_CODE_16 : LDT_CODE_32),
		     LDT_SELECTOR(LDT_DATA));
}

static void leave(int signal, const siginfo_t *info, greg_t *gregs)
{
	struct native_result *result = run.result;
	u64 start = run.mode == X86_MODE_64 ? NATIVE_CODE_BASE : 0;
	unsigned int i;

	for (i = 0; i < X86_NUM_REGISTERS; i++)
		result->state.gprs[i] = (u64)gregs[greg_of[i]];
	result->state.rflags = (u64)gregs[REG_EFL] & ALL_FLAGS;
	result->address = (uintptr_t)info->si_addr;
	result->is_write = gregs[REG_ERR] & ERR_WRITE;
	result->length = (unsigned int)((u64)gregs[REG_RIP] - start - 1);
	result->end = NATIVE_OTHER;
	if (signal == SIGTRAP)
		result->end = NATIVE_BREAKPOINT;
	else if (signal == SIGSEGV && gregs[REG_TRAPNO] == PAGE_FAULT &&
		 result->address >= NATIVE_ARENA_START && result->address < NATIVE_ARENA_END)
		result->end = NATIVE_PAGE_FAULT;
	memcpy(gregs, run.caller, sizeof(run.caller));
}

static void handler(int signal, siginfo_t *info, void *context)
{
	ucontext_t *user = context;

	if (!run.state) {
		/* Not ours: a real crash. Die of it on return. */
		struct sigaction action = { .sa_handler = SIG_DFL };

		sigaction(signal, &action, NULL);
		return;
	}
	if (!run.running)
		enter(user->uc_mcontext.gregs);
	else
		leave(signal, info, user->uc_mcontext.gregs);
	run.running = !run.running;
}

void native_run(enum x86_mode mode, const u8 *code, unsigned int length,
		const struct native_state *state, struct native_result *result)
{
	memset(code_page, INT3, PAGE);
	memcpy(code_page, code, length);
	run.mode = mode;
	run.result = result;
	run.state = state;
	asm volatile("int3" ::: "memory", "cc");
	run.state = NULL;
}

static bool set_descriptor(unsigned int index, u64 base, bool is_32bit, bool is_code)
{
	struct user_desc descriptor = {
		.entry_number = index,
		.base_addr = (unsigned int)base,
		.limit = 0xfffff,
		.limit_in_pages = 1,
		.seg_32bit = is_32bit,
		.contents = is_code ? MODIFY_LDT_CONTENTS_CODE : MODIFY_LDT_CONTENTS_DATA,
		.useable = 1,
	};

	return syscall(SYS_modify_ldt, 1, &descriptor, sizeof(descriptor)) == 0;
}

/* A kernel may take a descriptor and not make it. VERR looks without a fault. */
static bool is_readable(unsigned int selector)
{
	bool readable;

	asm("verr %w1" : "=@ccz"(readable) : "r"(selector));
	return readable;
}

/* DS and ES mean nothing to 64-bit code, so they can stay loaded. */
static bool set_up_ldt(void)
{
	if (!set_descriptor(LDT_CODE_16, NATIVE_CODE_BASE, false, true) ||
	    !set_descriptor(LDT_CODE_32, NATIVE_CODE_BASE, true, true) ||
	    !set_descriptor(LDT_DATA, NATIVE_DATA_BASE, true, false) ||
	    !is_readable(LDT_SELECTOR(LDT_DATA)) || !is_readable(LDT_SELECTOR(LDT_CODE_16)) ||
	    !is_readable(LDT_SELECTOR(LDT_CODE_32)))
		return false;
	asm volatile("movw %w0, %%ds\n\tmovw %w0, %%es" : : "r"(LDT_SELECTOR(LDT_DATA)));
	return true;
}

static bool map(u64 start, u64 size, int protection)
{
	void *address = (void *)(uintptr_t)start;

	return mmap(address, size, protection,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1,
		    0) == address;
}

static bool set_up_memory(void)
{
	static u8 stack_memory[STACK_SIZE];
	stack_t stack = { .ss_sp = stack_memory, .ss_size = sizeof(stack_memory) };

	if (!map(NATIVE_CODE_BASE, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC) ||
	    !map(NATIVE_ARENA_START, NATIVE_ARENA_END - NATIVE_ARENA_START, PROT_NONE))
		return false;
	return sigaltstack(&stack, NULL) == 0;
}

bool native_init(void)
{
	static const int signals[] = { SIGTRAP, SIGSEGV, SIGILL, SIGBUS, SIGFPE };
	struct sigaction action = {
		.sa_sigaction = handler,
		.sa_flags = SA_SIGINFO | SA_ONSTACK,
	};
	static bool is_set_up;
	unsigned int i;

	if (!is_set_up && !set_up_memory())
		return false;
	if (!is_set_up)
		has_ldt = set_up_ldt();
	is_set_up = true;
	sigfillset(&action.sa_mask);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		if (sigaction(signals[i], &action, NULL))
			return false;
	return true;
}

bool native_has_mode(enum x86_mode mode)
{
	return mode == X86_MODE_64 || has_ldt;
}

static void protect(u64 address, u64 size, int protection)
{
	u64 start = address & ~(PAGE - 1);
	u64 end = (address + size + PAGE - 1) & ~(PAGE - 1);

	if (mprotect((void *)(uintptr_t)start, end - start, protection))
		abort();
}

void native_open(u64 address, u64 size)
{
	protect(address, size, PROT_READ | PROT_WRITE);
}

void native_close(u64 address, u64 size)
{
	protect(address, size, PROT_NONE);
}
