/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the hypervisor keeps for each CPU: stack, VMCB, host save area and state.
 */
#ifndef HYPERVISOR_ARCH_X86_PERCPU_H
#define HYPERVISOR_ARCH_X86_PERCPU_H

#include <jailhouse/hypercall.h>
#include <jailhouse/types.h>

#include "page-pool.h"
#include "spinlock.h"
#include "percpu-layout.h"
#include "vmcb.h"

struct cell;

/* General registers of the guest in the order of their encoding. RAX and RSP are copies of what is
 * in the VMCB; the exit handler writes them back.
 */
struct guest_registers {
	union {
		u64 by_number[16];
		struct {
			u64 rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi;
			u64 r8, r9, r10, r11, r12, r13, r14, r15;
		};
	};
	u64 vmcb_phys;
	u64 padding;
};

/* What another CPU wants of this one, see events.h. */
#define CPU_EVENT_PARK      (1U << 0)
#define CPU_EVENT_START     (1U << 1)
#define CPU_EVENT_INIT      (1U << 2)
#define CPU_EVENT_SIPI      (1U << 3)
#define CPU_EVENT_NMI       (1U << 4)
#define CPU_EVENT_FLUSH_TLB (1U << 5)

/* Slots of the window through which a CPU looks at guest memory, see guest-memory.c. */
#define GUEST_WINDOW_SLOTS 8

struct per_cpu {
	u8 guard[PER_CPU_GUARD_SIZE];
	u8 stack[PER_CPU_GUEST_REGS - PER_CPU_GUARD_SIZE];
	struct guest_registers regs;
	struct vmcb vmcb;
	u8 host_save_area[PAGE_SIZE];

	/* Linux at entry; offsets are known to entry.S. */
	u64 linux_cr3;
	u64 linux_frame;
	/* The hypervisor's NMI handler ran. */
	volatile bool nmi_taken;
	u64 linux_resume;

	unsigned int cpu_id;
	u32 apic_id;
	/* Set once the CPU has entered. */
	bool online;

	/* Changed by management operations while the CPU is suspended. */
	struct cell *cell;
	/* The CPU broke a rule. */
	bool failed;

	/* Logical destination registers as the cell set them, xAPIC only. */
	u32 apic_ldr;
	u32 apic_dfr;
	/* Virtual MSRs */
	u64 mtrr_def_type;

	/* Covers the following, which other CPUs change, too. */
	spinlock_t event_lock;
	volatile bool suspend;
	volatile bool suspended;
	/* An NMI was sent and has not arrived yet. */
	bool kicked;
	volatile u32 events;
	u8 sipi_vector;

	/* Only used by this CPU. */
	bool parked;
	bool wait_for_sipi;
	/* An NMI for the guest waits; one was injected and the guest has not returned from it. */
	bool nmi_pending;
	bool nmi_blocked;
	/* The guest is about to return, with IRET at this place. */
	bool nmi_returning;
	u64 nmi_iret_rip, nmi_iret_rsp;
	u64 *guest_window;
	u32 address_space_generation;
	u64 report_time;
	u32 reports_suppressed;

	volatile u32 stats[JAILHOUSE_NUM_CPU_STATS];
} __attribute__((aligned(PER_CPU_SIZE)));

_Static_assert(sizeof(struct per_cpu) == PER_CPU_SIZE, "percpu-layout.h");
_Static_assert(offsetof(struct per_cpu, regs) == PER_CPU_GUEST_REGS, "percpu-layout.h");
_Static_assert(offsetof(struct per_cpu, regs.vmcb_phys) - offsetof(struct per_cpu, regs) ==
		       GUEST_REGS_VMCB,
	       "percpu-layout.h");
_Static_assert(offsetof(struct per_cpu, vmcb) == PER_CPU_VMCB, "percpu-layout.h");
_Static_assert(offsetof(struct per_cpu, host_save_area) == PER_CPU_HOST_SAVE, "percpu-layout.h");
_Static_assert(offsetof(struct per_cpu, linux_cr3) == PER_CPU_LINUX_CR3, "percpu-layout.h");
_Static_assert(offsetof(struct per_cpu, linux_frame) == PER_CPU_LINUX_FRAME, "percpu-layout.h");
_Static_assert(offsetof(struct per_cpu, nmi_taken) == PER_CPU_NMI_TAKEN, "percpu-layout.h");

/* The block of the running CPU. */
static inline struct per_cpu *this_cpu(void)
{
	u64 rsp;

	asm("mov %%rsp, %0" : "=r"(rsp));
	return (struct per_cpu *)(rsp & ~(u64)(PER_CPU_SIZE - 1));
}

/* The block of CPU @cpu_id, below header.max_cpus; look at its field `online` first. */
struct per_cpu *per_cpu(unsigned int cpu_id);

static inline void count_exit(struct per_cpu *cpu, unsigned int reason)
{
	cpu->stats[reason]++;
}

#endif /* HYPERVISOR_ARCH_X86_PERCPU_H */
