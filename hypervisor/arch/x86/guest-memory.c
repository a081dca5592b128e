/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Walks of the guest's page tables and access to what they lead to, through a small window in the
 * hypervisor's address space. Each level of a walk has its own slot, which stays mapped, so that
 * walks for the same code find their tables in place.
 */
#include "guest-memory.h"

#include "cell.h"
#include "hypervisor.h"
#include "paging.h"
#include "string.h"
#include "processor.h"
#include "svm.h"

#define WINDOW_FLAGS (PTE_PRESENT | PTE_WRITE | PTE_NO_EXECUTE | PTE_ACCESSED | PTE_DIRTY)

/* 32-bit page directory entries of 4 MiB pages have address bits 39:32 in bits 20:13. */
#define PSE_HIGH_MASK  0x001fe000U
#define PSE_HIGH_SHIFT 19
#define PSE_BASE_MASK  0xffc00000U

/* One format of guest page tables */
struct walk_format {
	unsigned int levels;
	unsigned int index_bits;
	unsigned int entry_size;
};

static const struct walk_format format_5_level = { 5, 9, 8 };
static const struct walk_format format_4_level = { 4, 9, 8 };
static const struct walk_format format_pae = { 3, 9, 8 };
static const struct walk_format format_32_bit = { 2, 10, 4 };

enum x86_mode guest_mode(const struct per_cpu *cpu)
{
	const struct vmcb *vmcb = &cpu->vmcb;

	if ((vmcb->efer & X86_EFER_LMA) && (vmcb->cs.attributes & VMCB_SEG_LONG))
		return X86_MODE_64;
	if (!(vmcb->cr0 & X86_CR0_PE) || (vmcb->rflags & X86_RFLAGS_VM))
		return X86_MODE_16;
	return vmcb->cs.attributes & VMCB_SEG_DEFAULT_32 ? X86_MODE_32 : X86_MODE_16;
}

void *guest_window(struct per_cpu *cpu, unsigned int slot, u64 phys, bool write)
{
	u64 virt = GUEST_WINDOW_BASE + ((u64)cpu->cpu_id * GUEST_WINDOW_SLOTS + slot) * PAGE_SIZE;
	unsigned int level;
	u64 entry, wanted;

	if (phys >> 48)
		return NULL;
	entry = paging_lookup(cpu->cell->npt, phys, &level);
	if (!entry || (write && !(entry & PTE_WRITE)))
		return NULL;
	wanted = (paging_leaf_address(entry, level, phys) & PAGE_MASK) | WINDOW_FLAGS;
	if (cpu->guest_window[slot] != wanted) {
		cpu->guest_window[slot] = wanted;
		invalidate_page(virt);
	}
	return (void *)(virt | (phys & (PAGE_SIZE - 1)));
}

static const struct walk_format *paging_format(const struct vmcb *vmcb)
{
	if (!(vmcb->cr0 & X86_CR0_PG))
		return NULL;
	if (vmcb->efer & X86_EFER_LMA)
		return vmcb->cr4 & X86_CR4_LA57 ? &format_5_level : &format_4_level;
	return vmcb->cr4 & X86_CR4_PAE ? &format_pae : &format_32_bit;
}

static u64 load_entry(const void *entry, unsigned int size)
{
	return size == 8 ? *(const volatile u64 *)entry : *(const volatile u32 *)entry;
}

static void set_entry_bits(void *entry, u64 bits)
{
	/* Accessed and dirty are in the lowest byte of both formats. */
	__atomic_fetch_or((u8 *)entry, (u8)bits, __ATOMIC_RELAXED);
}

static int page_fault(struct guest_fault *fault, u64 virt, u32 error_code)
{
	*fault = (struct guest_fault){ true, error_code, virt };
	return -1;
}

static bool is_leaf(const struct vmcb *vmcb, const struct walk_format *format, unsigned int level,
		    u64 entry)
{
	if (level == 1)
		return true;
	if (!(entry & PTE_HUGE) || level > PAGING_LEVEL_1G)
		return false;
	/* Bit 7 is reserved in PAE's third level, and without effect in 32 bits unless CR4.PSE. */
	if (format == &format_pae)
		return level == PAGING_LEVEL_2M;
	return format != &format_32_bit || (vmcb->cr4 & X86_CR4_PSE);
}

static u64 leaf_address(const struct walk_format *format, unsigned int shift, u64 entry, u64 virt)
{
	u64 mask = (1ULL << shift) - 1;

	if (format == &format_32_bit && shift > 12)
		return (entry & PSE_BASE_MASK) | (entry & PSE_HIGH_MASK) << PSE_HIGH_SHIFT |
		       (virt & mask);
	return (entry & PTE_ADDRESS & ~mask) | (virt & mask);
}

/* Checks the rights that all entries of a walk have in common. */
static int check_rights(const struct vmcb *vmcb, u64 rights, u64 virt, u32 access,
			struct guest_fault *fault)
{
	bool write_protect = (access & GUEST_ACCESS_USER) || (vmcb->cr0 & X86_CR0_WP);

	if (((access & GUEST_ACCESS_USER) && !(rights & PTE_USER)) ||
	    ((access & GUEST_ACCESS_WRITE) && write_protect && !(rights & PTE_WRITE)))
		return page_fault(fault, virt, access | GUEST_ACCESS_PRESENT);
	return 0;
}

static bool entry_has_rights(const struct walk_format *format, unsigned int level)
{
	return format != &format_pae || level < 3;
}

static int walk(struct per_cpu *cpu, const struct walk_format *format, u64 virt, u32 access,
		u64 *phys, struct guest_fault *fault)
{
	u64 table = cpu->vmcb.cr3 & (format == &format_pae ? 0xffffffe0ULL : PTE_ADDRESS);
	u64 rights = PTE_WRITE | PTE_USER, value;
	unsigned int level, shift;
	void *entry;

	for (level = format->levels;; level--) {
		shift = 12 + (level - 1) * format->index_bits;
		table += ((virt >> shift) & ((1U << format->index_bits) - 1)) * format->entry_size;
		/* Slots of the window: one for each level */
		entry = guest_window(cpu, level - 1, table, false);
		if (!entry)
			return -1;
		value = load_entry(entry, format->entry_size);
		if (!(value & PTE_PRESENT))
			return page_fault(fault, virt, access);
		if (entry_has_rights(format, level))
			rights &= value;
		if (is_leaf(&cpu->vmcb, format, level, value))
			break;
		table = value & PTE_ADDRESS;
	}
	if (check_rights(&cpu->vmcb, rights, virt, access, fault))
		return -1;
	if ((access & GUEST_ACCESS_WRITE) && guest_window(cpu, level - 1, table, true))
		set_entry_bits(entry, PTE_ACCESSED | PTE_DIRTY);
	*phys = leaf_address(format, shift, value, virt);
	return 0;
}

int guest_translate(struct per_cpu *cpu, u64 virt, u32 access, u64 *phys, struct guest_fault *fault)
{
	const struct walk_format *format = paging_format(&cpu->vmcb);

	fault->is_page_fault = false;
	if (!format) {
		*phys = virt;
		return 0;
	}
	return walk(cpu, format, virt, access, phys, fault);
}

/* Bytes up to the end of the page, but not more than @size */
static unsigned int page_chunk(u64 address, unsigned int size)
{
	unsigned int rest = PAGE_SIZE - (address & (PAGE_SIZE - 1));

	return size < rest ? size : rest;
}

int guest_read_phys(struct per_cpu *cpu, u64 phys, void *data, unsigned int size)
{
	unsigned int chunk;
	void *source;

	for (; size; size -= chunk, phys += chunk, data = (u8 *)data + chunk) {
		chunk = page_chunk(phys, size);
		source = guest_window(cpu, GUEST_WINDOW_DATA, phys, false);
		if (!source)
			return -1;
		memcpy(data, source, chunk);
	}
	return 0;
}

int guest_write(struct per_cpu *cpu, u64 virt, const void *data, unsigned int size)
{
	struct guest_fault fault;
	unsigned int chunk;
	void *target;
	u64 phys;

	for (; size; size -= chunk, virt += chunk, data = (const u8 *)data + chunk) {
		chunk = page_chunk(virt, size);
		if (guest_translate(cpu, virt, GUEST_ACCESS_WRITE, &phys, &fault))
			return -1;
		target = guest_window(cpu, GUEST_WINDOW_DATA, phys, true);
		if (!target)
			return -1;
		memcpy(target, data, chunk);
	}
	return 0;
}

/* Linear address of the instruction's byte @offset; outside of 64-bit mode, they end at 4 GiB. */
static u64 code_address(const struct per_cpu *cpu, unsigned int offset)
{
	u64 virt = cpu->vmcb.rip + offset;

	return guest_mode(cpu) == X86_MODE_64 ? virt : (u32)(cpu->vmcb.cs.base + virt);
}

unsigned int guest_fetch_instruction(struct per_cpu *cpu, u8 *bytes)
{
	unsigned int length = 0, chunk;
	struct guest_fault fault;
	u64 virt, phys;
	void *source;

	for (; length < X86_MAX_INSN_LENGTH; length += chunk) {
		virt = code_address(cpu, length);
		chunk = page_chunk(virt, X86_MAX_INSN_LENGTH - length);
		if (guest_translate(cpu, virt, 0, &phys, &fault))
			break;
		source = guest_window(cpu, GUEST_WINDOW_CODE, phys, false);
		if (!source)
			break;
		memcpy(bytes + length, source, chunk);
	}
	return length;
}
