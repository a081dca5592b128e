/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Exceptions: to the inmate's handler, or a register dump and the end.
 */
#include <inmate/inmate.h>

#include "console.h"
#include "cpu-block.h"
#include "trap.h"

/* Error code of a page fault, AMD APM vol. 2, 8.4.2 */
#define PF_PRESENT 1
#define PF_WRITE   2
#define PF_FETCH   0x10

static const char *const names[NUM_EXCEPTIONS] = {
	"#DE divide error",
	"#DB debug",
	"NMI",
	"#BP breakpoint",
	"#OF overflow",
	"#BR bound range",
	"#UD invalid opcode",
	"#NM device not available",
	"#DF double fault",
	"coprocessor segment overrun",
	"#TS invalid TSS",
	"#NP segment not present",
	"#SS stack",
	"#GP general protection",
	"#PF page fault",
	"reserved",
	"#MF x87 floating-point",
	"#AC alignment check",
	"#MC machine check",
	"#XF SIMD floating-point",
	[21] = "#CP control protection",
	[28] = "#HV hypervisor injection",
	[29] = "#VC VMM communication",
	[30] = "#SX security",
};

static exception_handler inmate_handler;
static bool dumping;

exception_handler exception_set_handler(exception_handler handler)
{
	return __atomic_exchange_n(&inmate_handler, handler, __ATOMIC_SEQ_CST);
}

const char *exception_name(unsigned int vector)
{
	if (vector >= NUM_EXCEPTIONS || !names[vector])
		return "reserved";
	return names[vector];
}

static void dump_page_fault(const struct trap_frame *frame)
{
	u64 error = frame->error_code;

	printf("  %s address 0x%llx, %s\n",
	       error & PF_FETCH   ? "execution at"
	       : error & PF_WRITE ? "write to"
				  : "read from",
	       read_cr2(), error & PF_PRESENT ? "not permitted" : "nothing is mapped there");
}

static void dump_registers(const struct trap_frame *frame)
{
	printf("  rip %016llx  cs  %04llx              rflags %016llx\n", frame->rip, frame->cs,
	       frame->rflags);
	printf("  rax %016llx  rbx %016llx  rcx %016llx\n", frame->rax, frame->rbx, frame->rcx);
	printf("  rdx %016llx  rsi %016llx  rdi %016llx\n", frame->rdx, frame->rsi, frame->rdi);
	printf("  rbp %016llx  rsp %016llx  ss  %04llx\n", frame->rbp, frame->rsp, frame->ss);
	printf("  r8  %016llx  r9  %016llx  r10 %016llx\n", frame->r8, frame->r9, frame->r10);
	printf("  r11 %016llx  r12 %016llx  r13 %016llx\n", frame->r11, frame->r12, frame->r13);
	printf("  r14 %016llx  r15 %016llx\n", frame->r14, frame->r15);
	printf("  cr0 %016llx  cr2 %016llx  cr3 %016llx\n", read_cr0(), read_cr2(), read_cr3());
	printf("  cr4 %016llx\n", read_cr4());
}

void exception_dispatch(struct trap_frame *frame)
{
	exception_handler handler = __atomic_load_n(&inmate_handler, __ATOMIC_SEQ_CST);
	const struct cpu_hooks *hooks = this_cpu()->hooks;

	if (hooks && hooks->exception(frame))
		return;
	if (handler && handler(frame))
		return;

	/* One that happens in here must not lead here again. */
	if (__atomic_exchange_n(&dumping, true, __ATOMIC_SEQ_CST))
		comm_fail();
	console_break_lock();
	printf("\ninmate: exception %llu (%s) on CPU %u, error code 0x%llx\n", frame->vector,
	       exception_name(frame->vector), smp_cpu(), frame->error_code);
	if (frame->vector == EXCEPTION_PF)
		dump_page_fault(frame);
	if (hooks)
		hooks->describe(frame);
	dump_registers(frame);
	comm_fail();
}
