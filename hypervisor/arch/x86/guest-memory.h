/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of the guest on the running CPU, by the addresses that its instructions use: translation
 * through the guest's page tables in every paging mode, AMD APM vol. 2, chapter 5, and then through
 * the nested tables, so that a cell can never make the hypervisor touch what is not its own.
 */
#ifndef HYPERVISOR_ARCH_X86_GUEST_MEMORY_H
#define HYPERVISOR_ARCH_X86_GUEST_MEMORY_H

#include "decode.h"
#include "percpu.h"

/* Bits of page fault error codes, APM vol. 2, 8.4.2, which also say what is asked for. */
#define GUEST_ACCESS_PRESENT (1U << 0)
#define GUEST_ACCESS_WRITE   (1U << 1)
#define GUEST_ACCESS_USER    (1U << 2)

struct guest_fault {
	/* False: the guest's tables or the memory are not the guest's, there is no one to tell. */
	bool is_page_fault;
	u32 error_code;
	u64 address;
};

/* Operating mode, which decides on the sizes of addresses and operands. */
enum x86_mode guest_mode(const struct per_cpu *cpu);

/*
 * Translates the linear address @virt for an access (GUEST_ACCESS_WRITE, _USER) to a guest-physical
 * one. Returns 0, or -1 and fills in @fault.
 */
int guest_translate(struct per_cpu *cpu, u64 virt, u32 access, u64 *phys,
		    struct guest_fault *fault);

/* Pointer to guest-physical memory, valid up to the end of its page and until the next call with
 * the same slot; NULL if it is not mapped for the cell in that way. Slots 0..4 are for translation.
 */
void *guest_window(struct per_cpu *cpu, unsigned int slot, u64 phys, bool write);
#define GUEST_WINDOW_DATA 5
#define GUEST_WINDOW_CODE 6

/* Read of @size bytes of guest-physical memory. Returns 0 or -1. */
int guest_read_phys(struct per_cpu *cpu, u64 phys, void *data, unsigned int size);

/* Write of @size bytes at the linear address @virt, with the rights of the supervisor. 0 or -1. */
int guest_write(struct per_cpu *cpu, u64 virt, const void *data, unsigned int size);

/*
 * Fetches the instruction at RIP. Returns the number of bytes, up to X86_MAX_INSN_LENGTH; fewer if
 * the next page is out of reach, 0 if all of it is.
 */
unsigned int guest_fetch_instruction(struct per_cpu *cpu, u8 *bytes);

#endif /* HYPERVISOR_ARCH_X86_GUEST_MEMORY_H */
