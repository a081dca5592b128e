/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Walks of a guest's page tables in all formats, and what is read and written through them. The
 * machine's memory is a sparse file; the window shows pages of it as the processor would: changed
 * entries count only after INVLPG. The test brings that instruction and the window's place, and
 * therefore includes the source.
 *
 * suite: hypervisor
 * sources: hypervisor/paging.c hypervisor/page-pool.c
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "unit.h"

#include <sys/mman.h>
#include <unistd.h>

#define invalidate_page privileged_invalidate_page
#include "hypervisor/arch/x86/processor.h"
#undef invalidate_page
#include "hypervisor/hypervisor.h"

/* The tested CPU is the second one, to see that each has its own part of the window. */
#define CPU_ID       1
#define WINDOW_PAGES ((CPU_ID + 1) * GUEST_WINDOW_SLOTS)

static u8 *window;
static void invalidate_page(u64 virt);

#undef GUEST_WINDOW_BASE
#define GUEST_WINDOW_BASE ((u64)window)
#include "hypervisor/arch/x86/guest-memory.c"

#define POOL_PAGES 64
#define POOL_PHYS  0x40000000ULL

/* The cell's memory and where it lies in the machine; the rest of that is other people's. */
#define MACHINE_SIZE (1ULL << 40)
#define MACHINE_BASE 0x4000000000ULL
#define GUEST_SIZE   0x1000000ULL
/* The last pages of it cannot be written. */
#define GUEST_READ_ONLY (GUEST_SIZE - 0x10000)
#define OUTSIDE         GUEST_SIZE
/* Nested tables end here. */
#define BEYOND_NPT (1ULL << 48)

#define TABLES    0x100000ULL
#define DATA      0x400000ULL
#define NPT_FLAGS (PTE_PRESENT | PTE_USER)
#define ALL       (PTE_PRESENT | PTE_WRITE | PTE_USER)

/* PWT and PCD, which are no part of the address; PAE's third level is aligned to 32 bytes. */
#define CR3_FLAGS      0x18
#define CR3_PAE_OFFSET 0x20

static int machine;
static u8 *pool;
static struct cell cell;
static struct per_cpu cpu;
static u64 slots[GUEST_WINDOW_SLOTS];
static unsigned int invalidations;

struct format {
	unsigned int levels;
	unsigned int index_bits;
	unsigned int entry_size;
	u64 cr4;
	u64 efer;
	/* One address for each, with different indexes on all levels */
	u64 virt;
};

#define LA57 (X86_CR4_PAE | X86_CR4_LA57)

static const struct format bits32 = { 2, 10, 4, 0, 0, 0x80c03123 };
static const struct format bits32_pse = { 2, 10, 4, X86_CR4_PSE, 0, 0x80d2b123 };
static const struct format pae = { 3, 9, 8, X86_CR4_PAE, 0, 0xc0a03456 };
static const struct format level4 = { 4, 9, 8, X86_CR4_PAE, X86_EFER_LMA, 0xffff912345678abc };
static const struct format level5 = { 5, 9, 8, LA57, X86_EFER_LMA, 0xff12912345678abc };

static const struct format *const formats[] = { &bits32, &bits32_pse, &pae, &level4, &level5 };

#define for_each_format(format)                                 \
	for (const struct format *const *i_ = formats, *format; \
	     i_ < formats + ARRAY_SIZE(formats) && ((format) = *i_); i_++)

static void invalidate_page(u64 virt)
{
	u64 number = (virt - (u64)window) / PAGE_SIZE, entry;

	assert_in_range(number, CPU_ID * GUEST_WINDOW_SLOTS, WINDOW_PAGES - 1);
	entry = slots[number - CPU_ID * GUEST_WINDOW_SLOTS];
	assert_true(entry & PTE_PRESENT);
	assert_in_range(entry & PTE_ADDRESS, MACHINE_BASE, MACHINE_BASE + GUEST_SIZE - 1);
	assert_ptr_equal(mmap((void *)virt, PAGE_SIZE, PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_FIXED, machine, entry & PTE_ADDRESS),
			 (void *)virt);
	invalidations++;
}

static void put(u64 phys, const void *data, unsigned int size)
{
	assert_int_equal(pwrite(machine, data, size, MACHINE_BASE + phys), size);
}

static void get(u64 phys, void *data, unsigned int size)
{
	assert_int_equal(pread(machine, data, size, MACHINE_BASE + phys), size);
}

static void map_nested(u64 phys, u64 machine_phys, u64 size, u64 flags)
{
	assert_int_equal(paging_map(cell.npt, phys, machine_phys, size, flags, PAGING_LEVEL_1G), 0);
}

static int set_up(void **state)
{
	stub_reset(state);
	machine = memfd_create("machine", 0);
	pool = aligned_alloc(PAGE_SIZE, POOL_PAGES * PAGE_SIZE);
	window = mmap(NULL, WINDOW_PAGES * PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		      0);
	if (machine < 0 || ftruncate(machine, MACHINE_SIZE) || !pool || window == MAP_FAILED)
		return -1;
	page_pool_init(pool, POOL_PAGES, POOL_PHYS);
	cell.npt = page_alloc(1);
	map_nested(0, MACHINE_BASE, GUEST_READ_ONLY, NPT_FLAGS | PTE_WRITE);
	map_nested(GUEST_READ_ONLY, MACHINE_BASE + GUEST_READ_ONLY, GUEST_SIZE - GUEST_READ_ONLY,
		   NPT_FLAGS);
	memset(&cpu, 0, sizeof(cpu));
	memset(slots, 0, sizeof(slots));
	cpu.cpu_id = CPU_ID;
	cpu.cell = &cell;
	cpu.guest_window = slots;
	invalidations = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	munmap(window, WINDOW_PAGES * PAGE_SIZE);
	close(machine);
	free(pool);
	return 0;
}

static u64 table_at(const struct format *format, unsigned int level)
{
	return TABLES + level * PAGE_SIZE +
	       (format == &pae && level == pae.levels ? CR3_PAE_OFFSET : 0);
}

static u64 entry_at(const struct format *format, unsigned int level, u64 virt)
{
	u64 index = virt >> (PAGE_SHIFT + (level - 1) * format->index_bits);

	return table_at(format, level) +
	       (index & ((1U << format->index_bits) - 1)) * format->entry_size;
}

static u64 get_entry(const struct format *format, unsigned int level, u64 virt)
{
	u64 entry = 0;

	get(entry_at(format, level, virt), &entry, format->entry_size);
	return entry;
}

static void set_entry(const struct format *format, unsigned int level, u64 virt, u64 entry)
{
	put(entry_at(format, level, virt), &entry, format->entry_size);
}

/* Maps one page; the tables of all levels are shared by all addresses. */
static void map_page(const struct format *format, u64 virt, unsigned int leaf_level, u64 leaf)
{
	unsigned int level;

	for (level = format->levels; level > leaf_level; level--)
		set_entry(format, level, virt, table_at(format, level - 1) | ALL);
	set_entry(format, leaf_level, virt, leaf);
}

static void use_format(const struct format *format)
{
	static const u8 zeroes[PAGE_SIZE];
	unsigned int level;

	for (level = 1; level <= format->levels; level++)
		put(TABLES + level * PAGE_SIZE, zeroes, PAGE_SIZE);
	cpu.vmcb.cr0 = X86_CR0_PE | X86_CR0_PG;
	cpu.vmcb.cr4 = format->cr4;
	cpu.vmcb.efer = format->efer;
	cpu.vmcb.cr3 = table_at(format, format->levels) | CR3_FLAGS;
	cpu.vmcb.cs.attributes = format->efer ? VMCB_SEG_LONG : VMCB_SEG_DEFAULT_32;
}

/* A format with the page of its address in place */
static void use_mapped(const struct format *format)
{
	use_format(format);
	map_page(format, format->virt, PAGING_LEVEL_4K, DATA | ALL);
}

static void expect_translation(u64 virt, u32 access, u64 expected)
{
	struct guest_fault fault;
	u64 phys = ~expected;

	assert_int_equal(guest_translate(&cpu, virt, access, &phys, &fault), 0);
	assert_int_equal(phys, expected);
}

static void expect_page_fault(u64 virt, u32 access, u32 error_code)
{
	struct guest_fault fault = { 0 };
	u64 phys;

	assert_int_equal(guest_translate(&cpu, virt, access, &phys, &fault), -1);
	assert_true(fault.is_page_fault);
	assert_int_equal(fault.error_code, error_code);
	assert_int_equal(fault.address, virt);
}

static void expect_nobody_to_tell(u64 virt)
{
	struct guest_fault fault = { .is_page_fault = true };
	u64 phys;

	assert_int_equal(guest_translate(&cpu, virt, 0, &phys, &fault), -1);
	assert_false(fault.is_page_fault);
}

static void modes_follow_from_registers(void **state)
{
	static const struct {
		u64 cr0, rflags, efer;
		u16 attributes;
		enum x86_mode mode;
	} cases[] = {
		{ 0, 0, 0, 0, X86_MODE_16 },
		/* A large limit and default size that were left behind in real mode */
		{ 0, 0, 0, VMCB_SEG_DEFAULT_32, X86_MODE_16 },
		{ X86_CR0_PE, 0, 0, 0, X86_MODE_16 },
		{ X86_CR0_PE, 0, 0, VMCB_SEG_DEFAULT_32, X86_MODE_32 },
		{ X86_CR0_PE, X86_RFLAGS_VM, 0, VMCB_SEG_DEFAULT_32, X86_MODE_16 },
		/* The bit for long mode means nothing outside of it. */
		{ X86_CR0_PE, 0, 0, VMCB_SEG_LONG | VMCB_SEG_DEFAULT_32, X86_MODE_32 },
		{ X86_CR0_PE, 0, X86_EFER_LME, VMCB_SEG_LONG, X86_MODE_16 },
		{ X86_CR0_PE, 0, X86_EFER_LMA, VMCB_SEG_LONG, X86_MODE_64 },
		{ X86_CR0_PE, 0, X86_EFER_LMA, VMCB_SEG_DEFAULT_32, X86_MODE_32 },
		{ X86_CR0_PE, 0, X86_EFER_LMA, 0, X86_MODE_16 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		cpu.vmcb.cr0 = cases[i].cr0;
		cpu.vmcb.rflags = cases[i].rflags;
		cpu.vmcb.efer = cases[i].efer;
		cpu.vmcb.cs.attributes = cases[i].attributes;
		assert_int_equal(guest_mode(&cpu), cases[i].mode);
	}
}

static void without_paging_addresses_are_physical(void **state)
{
	(void)state;
	cpu.vmcb.cr0 = X86_CR0_PE;
	cpu.vmcb.cr4 = X86_CR4_PAE | X86_CR4_PSE;
	cpu.vmcb.cr3 = OUTSIDE;
	expect_translation(0, 0, 0);
	expect_translation(0xfffff123, GUEST_ACCESS_WRITE | GUEST_ACCESS_USER, 0xfffff123);
	assert_int_equal(invalidations, 0);
}

static void pages_of_all_sizes_are_found(void **state)
{
	static const struct {
		const struct format *format;
		unsigned int level;
		u64 entry, phys;
	} cases[] = {
		{ &bits32, 1, 0xfedcb000, 0xfedcb123 },
		/* Bit 7 is PAT here, and nothing at all in a directory without CR4.PSE, see below. */
		{ &bits32, 1, 0xfedcb000 | PTE_HUGE, 0xfedcb123 },
		{ &bits32_pse, 1, 0xfedcb000, 0xfedcb123 },
		{ &bits32_pse, 2, 0xfec00000 | PTE_HUGE, 0xfed2b123 },
		/* Bits 39:32 of the address in bits 20:13; bit 12 is PAT. */
		{ &bits32_pse, 2, 0xfec02000 | PTE_HUGE, 0x1fed2b123 },
		{ &bits32_pse, 2, 0xfed00000 | PTE_HUGE, 0x80fed2b123 },
		{ &bits32_pse, 2, 0xfedff000 | PTE_HUGE, 0xfffed2b123 },
		{ &pae, 1, PTE_NO_EXECUTE | 0xfedcba9876000, 0xfedcba9876456 },
		{ &pae, 2, PTE_NO_EXECUTE | 0xfedcba9801000 | PTE_HUGE, 0xfedcba9803456 },
		{ &level4, 1, PTE_NO_EXECUTE | 0xfedcba9876000, 0xfedcba9876abc },
		{ &level4, 2, PTE_NO_EXECUTE | 0xfedcba9801000 | PTE_HUGE, 0xfedcba9878abc },
		{ &level4, 3, PTE_NO_EXECUTE | 0xfedcb80001000 | PTE_HUGE, 0xfedcb85678abc },
		{ &level5, 1, PTE_NO_EXECUTE | 0xfedcba9876000, 0xfedcba9876abc },
		{ &level5, 2, PTE_NO_EXECUTE | 0xfedcba9801000 | PTE_HUGE, 0xfedcba9878abc },
		{ &level5, 3, PTE_NO_EXECUTE | 0xfedcb80001000 | PTE_HUGE, 0xfedcb85678abc },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		use_format(cases[i].format);
		map_page(cases[i].format, cases[i].format->virt, cases[i].level,
			 cases[i].entry | ALL);
		expect_translation(cases[i].format->virt, GUEST_ACCESS_USER, cases[i].phys);
	}
}

/* An entry on @level that only looks like that of a large page. */
static void expect_bit_7_without_effect(const struct format *format, unsigned int level)
{
	use_mapped(format);
	set_entry(format, level, format->virt, table_at(format, level - 1) | ALL | PTE_HUGE);
	expect_translation(format->virt, 0, DATA | (format->virt & ~PAGE_MASK));
}

static void bit_7_counts_only_where_there_are_large_pages(void **state)
{
	(void)state;
	expect_bit_7_without_effect(&bits32, 2);
	expect_bit_7_without_effect(&pae, 3);
	expect_bit_7_without_effect(&level4, 4);
	expect_bit_7_without_effect(&level5, 4);
	expect_bit_7_without_effect(&level5, 5);
}

static const u32 accesses[] = {
	0,
	GUEST_ACCESS_WRITE,
	GUEST_ACCESS_USER,
	GUEST_ACCESS_WRITE | GUEST_ACCESS_USER,
};

static void missing_entries_are_page_faults(void **state)
{
	unsigned int level, i;

	(void)state;
	for_each_format(format)
	{
		for (level = 1; level <= format->levels; level++) {
			use_mapped(format);
			set_entry(format, level, format->virt,
				  get_entry(format, level, format->virt) & ~PTE_PRESENT);
			for (i = 0; i < ARRAY_SIZE(accesses); i++)
				expect_page_fault(format->virt, accesses[i], accesses[i]);
		}
	}
}

static void tables_outside_of_the_cell_are_not_read(void **state)
{
	unsigned int level;

	(void)state;
	for_each_format(format)
	{
		for (level = 2; level <= format->levels; level++) {
			use_mapped(format);
			set_entry(format, level, format->virt, OUTSIDE | ALL);
			expect_nobody_to_tell(format->virt);
			if (format->entry_size < sizeof(u64))
				continue;
			set_entry(format, level, format->virt, BEYOND_NPT | ALL);
			expect_nobody_to_tell(format->virt);
		}
		use_mapped(format);
		cpu.vmcb.cr3 = OUTSIDE;
		expect_nobody_to_tell(format->virt);
	}
}

/* Whether an access is permitted by APM vol. 2, 5.6, if one level lacks @right. */
static bool is_refused(u32 access, u64 right)
{
	if (right == PTE_USER)
		return access & GUEST_ACCESS_USER;
	return (access & GUEST_ACCESS_WRITE) &&
	       ((access & GUEST_ACCESS_USER) || (cpu.vmcb.cr0 & X86_CR0_WP));
}

static void check_lack_of(const struct format *format, unsigned int level, u64 right)
{
	u64 virt = format->virt;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(accesses); i++) {
		set_entry(format, level, virt, get_entry(format, level, virt) & ~right);
		if (is_refused(accesses[i], right) && !(format == &pae && level == pae.levels))
			expect_page_fault(virt, accesses[i], accesses[i] | GUEST_ACCESS_PRESENT);
		else
			expect_translation(virt, accesses[i], DATA | (virt & ~PAGE_MASK));
	}
}

static void every_level_must_grant_a_right(void **state)
{
	static const u64 rights[] = { PTE_USER, PTE_WRITE };
	unsigned int level, i;

	(void)state;
	for_each_format(format)
	{
		for (level = 1; level <= format->levels; level++) {
			for (i = 0; i < ARRAY_SIZE(rights); i++) {
				use_mapped(format);
				check_lack_of(format, level, rights[i]);
				cpu.vmcb.cr0 |= X86_CR0_WP;
				check_lack_of(format, level, rights[i]);
			}
		}
	}
}

static void writes_mark_the_page(void **state)
{
	const u64 marks = PTE_ACCESSED | PTE_DIRTY;

	(void)state;
	for_each_format(format)
	{
		u64 virt = format->virt;

		use_mapped(format);
		expect_translation(virt, GUEST_ACCESS_USER, DATA | (virt & ~PAGE_MASK));
		assert_int_equal(get_entry(format, 1, virt), DATA | ALL);
		set_entry(format, 1, virt, (DATA | ALL) & ~PTE_WRITE);
		expect_page_fault(virt, GUEST_ACCESS_WRITE | GUEST_ACCESS_USER,
				  GUEST_ACCESS_PRESENT | GUEST_ACCESS_WRITE | GUEST_ACCESS_USER);
		assert_int_equal(get_entry(format, 1, virt), (DATA | ALL) & ~PTE_WRITE);
		set_entry(format, 1, virt, DATA | ALL);
		expect_translation(virt, GUEST_ACCESS_WRITE, DATA | (virt & ~PAGE_MASK));
		assert_int_equal(get_entry(format, 1, virt), DATA | ALL | marks);
	}
}

static void tables_that_the_cell_may_not_write_stay_as_they_are(void **state)
{
	u64 virt = level4.virt, leaf = DATA | ALL;
	u64 offset = entry_at(&level4, 1, virt) & ~PAGE_MASK;

	(void)state;
	use_mapped(&level4);
	set_entry(&level4, 2, virt, GUEST_READ_ONLY | ALL);
	put(GUEST_READ_ONLY + offset, &leaf, sizeof(leaf));
	expect_translation(virt, GUEST_ACCESS_WRITE, DATA | (virt & ~PAGE_MASK));
	get(GUEST_READ_ONLY + offset, &leaf, sizeof(leaf));
	assert_int_equal(leaf, DATA | ALL);
}

static void window_shows_what_is_mapped_at_present(void **state)
{
	static const u8 first = 0x11, second = 0x22;
	u8 *seen;

	(void)state;
	put(DATA + 5, &first, 1);
	put(DATA + PAGE_SIZE + 5, &second, 1);
	seen = guest_window(&cpu, GUEST_WINDOW_DATA, DATA + 5, false);
	assert_ptr_equal(
		seen, window + (CPU_ID * GUEST_WINDOW_SLOTS + GUEST_WINDOW_DATA) * PAGE_SIZE + 5);
	assert_int_equal(*seen, first);
	/* The same page again costs nothing. */
	assert_ptr_equal(guest_window(&cpu, GUEST_WINDOW_DATA, DATA, true), seen - 5);
	assert_int_equal(invalidations, 1);
	map_nested(DATA, MACHINE_BASE + DATA + PAGE_SIZE, PAGE_SIZE, NPT_FLAGS);
	assert_ptr_equal(guest_window(&cpu, GUEST_WINDOW_DATA, DATA + 5, false), seen);
	assert_int_equal(*seen, second);
	assert_null(guest_window(&cpu, GUEST_WINDOW_DATA, DATA + 5, true));
	assert_int_equal(paging_unmap(cell.npt, DATA, PAGE_SIZE), 0);
	assert_null(guest_window(&cpu, GUEST_WINDOW_DATA, DATA + 5, false));
}

static void window_shows_nothing_else(void **state)
{
	(void)state;
	assert_non_null(guest_window(&cpu, GUEST_WINDOW_DATA, GUEST_READ_ONLY, false));
	assert_null(guest_window(&cpu, GUEST_WINDOW_DATA, GUEST_READ_ONLY, true));
	assert_non_null(guest_window(&cpu, GUEST_WINDOW_DATA, GUEST_SIZE - 1, false));
	assert_null(guest_window(&cpu, GUEST_WINDOW_DATA, GUEST_SIZE, false));
	assert_null(guest_window(&cpu, GUEST_WINDOW_DATA, BEYOND_NPT, false));
	assert_null(guest_window(&cpu, GUEST_WINDOW_DATA, BEYOND_NPT + DATA, false));
	assert_null(guest_window(&cpu, GUEST_WINDOW_DATA, -1ULL, false));
}

static void fill_pattern(u8 *data, unsigned int size)
{
	unsigned int i;

	for (i = 0; i < size; i++)
		data[i] = i * 7 + i / PAGE_SIZE + 1;
}

static void physical_reads_cross_pages(void **state)
{
	static u8 written[3 * PAGE_SIZE], seen[3 * PAGE_SIZE];

	(void)state;
	fill_pattern(written, sizeof(written));
	put(DATA + 0xffd, written, sizeof(written));
	assert_int_equal(guest_read_phys(&cpu, DATA + 0xffd, seen, sizeof(seen)), 0);
	assert_memory_equal(seen, written, sizeof(seen));
	assert_int_equal(guest_read_phys(&cpu, GUEST_SIZE - 4, seen, 4), 0);
	assert_int_equal(guest_read_phys(&cpu, GUEST_SIZE - 4, seen, 5), -1);
	assert_int_equal(guest_read_phys(&cpu, OUTSIDE, seen, 1), -1);
	assert_int_equal(guest_read_phys(&cpu, OUTSIDE, seen, 0), 0);
	assert_int_equal(guest_read_phys(&cpu, -2ULL, seen, 4), -1);
}

/* Two pages that follow each other for the guest only: the second lies before the first. */
#define VIRT_PAGES 0xc0400000ULL
#define VIRT_EDGE  (VIRT_PAGES + PAGE_SIZE)

static void map_two_pages(const struct format *format, u64 second)
{
	use_format(format);
	map_page(format, VIRT_PAGES, PAGING_LEVEL_4K, (DATA + PAGE_SIZE) | ALL);
	map_page(format, VIRT_EDGE, PAGING_LEVEL_4K, second);
}

static void writes_cross_pages(void **state)
{
	u8 written[16], seen[16];

	(void)state;
	fill_pattern(written, sizeof(written));
	for_each_format(format)
	{
		map_two_pages(format, DATA | ALL);
		assert_int_equal(guest_write(&cpu, VIRT_EDGE - 6, written, sizeof(written)), 0);
		get(DATA + 2 * PAGE_SIZE - 6, seen, 6);
		get(DATA, seen + 6, 10);
		assert_memory_equal(seen, written, sizeof(seen));
		memset(seen, 0, sizeof(seen));
		put(DATA + 2 * PAGE_SIZE - 6, seen, 6);
		put(DATA, seen, 10);
	}
}

static void writes_end_where_they_are_forbidden(void **state)
{
	static const u64 seconds[] = {
		DATA | PTE_WRITE,
		/* Of the guest's tables, and of the nested ones */
		DATA | PTE_PRESENT,
		GUEST_READ_ONLY | ALL,
		OUTSIDE | ALL,
	};
	u64 value = 0x1122334455667788, seen;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(seconds); i++) {
		map_two_pages(&level4, seconds[i]);
		cpu.vmcb.cr0 |= X86_CR0_WP;
		assert_int_equal(guest_write(&cpu, VIRT_EDGE - 4, &value, sizeof(value)), -1);
		get(DATA, &seen, sizeof(seen));
		assert_int_equal(seen, 0);
		get(GUEST_READ_ONLY, &seen, sizeof(seen));
		assert_int_equal(seen, 0);
		assert_int_equal(pread(machine, &seen, sizeof(seen), MACHINE_BASE + OUTSIDE),
				 sizeof(seen));
		assert_int_equal(seen, 0);
		assert_int_equal(guest_write(&cpu, VIRT_EDGE, &value, sizeof(value)), -1);
	}
	/* The supervisor without CR0.WP */
	map_two_pages(&level4, DATA | PTE_PRESENT);
	assert_int_equal(guest_write(&cpu, VIRT_EDGE, &value, sizeof(value)), 0);
	get(DATA, &seen, sizeof(seen));
	assert_int_equal(seen, value);
}

static void put_code(u64 first, unsigned int first_size, u64 second)
{
	u8 code[X86_MAX_INSN_LENGTH];

	fill_pattern(code, sizeof(code));
	put(first, code, first_size);
	if (first_size < sizeof(code))
		put(second, code + first_size, sizeof(code) - first_size);
}

static void expect_code(unsigned int length)
{
	u8 expected[X86_MAX_INSN_LENGTH], seen[X86_MAX_INSN_LENGTH + 1];

	fill_pattern(expected, sizeof(expected));
	memset(seen, 0xee, sizeof(seen));
	assert_int_equal(guest_fetch_instruction(&cpu, seen), length);
	assert_memory_equal(seen, expected, length);
	assert_int_equal(seen[length], 0xee);
}

static void instructions_may_lie_across_pages(void **state)
{
	unsigned int before;

	(void)state;
	for_each_format(format)
	{
		for (before = 0; before <= X86_MAX_INSN_LENGTH; before++) {
			map_two_pages(format, DATA | ALL);
			cpu.vmcb.rip = VIRT_EDGE - before;
			put_code(DATA + 2 * PAGE_SIZE - before, before, DATA);
			expect_code(X86_MAX_INSN_LENGTH);
		}
	}
}

static void instructions_are_cut_where_memory_ends(void **state)
{
	static const u64 seconds[] = { 0, DATA | PTE_WRITE, OUTSIDE | ALL };
	unsigned int before, i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(seconds); i++) {
		for (before = 0; before <= X86_MAX_INSN_LENGTH; before++) {
			map_two_pages(&pae, seconds[i]);
			cpu.vmcb.rip = VIRT_EDGE - before;
			put_code(DATA + 2 * PAGE_SIZE - before, before, DATA);
			expect_code(before);
		}
	}
}

static void code_segments_have_a_base_outside_of_64_bit_mode(void **state)
{
	(void)state;
	put_code(DATA + 0x123, X86_MAX_INSN_LENGTH, 0);
	cpu.vmcb.cs.base = DATA;
	cpu.vmcb.rip = 0x123;
	expect_code(X86_MAX_INSN_LENGTH);
	/* The sum has 32 bits. */
	cpu.vmcb.cs.base = 0xffff0000;
	cpu.vmcb.rip = DATA + 0x10123;
	expect_code(X86_MAX_INSN_LENGTH);
	map_two_pages(&level4, DATA | ALL);
	cpu.vmcb.rip = VIRT_EDGE + 0x123;
	expect_code(X86_MAX_INSN_LENGTH);
}

/* The last page below 4 GiB, and the first one */
#define VIRT_LAST 0xfffff000ULL

static void code_goes_on_at_0_behind_4_gib(void **state)
{
	static const struct format *const legacy[] = { &bits32, &pae };
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(legacy); i++) {
		use_format(legacy[i]);
		map_page(legacy[i], VIRT_LAST, PAGING_LEVEL_4K, (DATA + PAGE_SIZE) | ALL);
		map_page(legacy[i], 0, PAGING_LEVEL_4K, DATA | ALL);
		cpu.vmcb.rip = VIRT_LAST + PAGE_SIZE - 4;
		put_code(DATA + 2 * PAGE_SIZE - 4, 4, DATA);
		expect_code(X86_MAX_INSN_LENGTH);
	}
	/* Without paging, as behind the reset vector */
	cpu.vmcb.cr0 = 0;
	cpu.vmcb.cs.base = 0xffff0000;
	cpu.vmcb.rip = 0xfffc;
	map_nested(VIRT_LAST, MACHINE_BASE + DATA + PAGE_SIZE, PAGE_SIZE, NPT_FLAGS);
	put_code(DATA + 2 * PAGE_SIZE - 4, 4, 0);
	expect_code(X86_MAX_INSN_LENGTH);
}

#define test(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(modes_follow_from_registers),
		test(without_paging_addresses_are_physical),
		test(pages_of_all_sizes_are_found),
		test(bit_7_counts_only_where_there_are_large_pages),
		test(missing_entries_are_page_faults),
		test(tables_outside_of_the_cell_are_not_read),
		test(every_level_must_grant_a_right),
		test(writes_mark_the_page),
		test(tables_that_the_cell_may_not_write_stay_as_they_are),
		test(window_shows_what_is_mapped_at_present),
		test(window_shows_nothing_else),
		test(physical_reads_cross_pages),
		test(writes_cross_pages),
		test(writes_end_where_they_are_forbidden),
		test(instructions_may_lie_across_pages),
		test(instructions_are_cut_where_memory_ends),
		test(code_segments_have_a_base_outside_of_64_bit_mode),
		test(code_goes_on_at_0_behind_4_gib),
	};

	return cmocka_run_group_tests_name("guest-memory", tests, NULL, NULL);
}
