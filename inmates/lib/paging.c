/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The page table, AMD APM vol. 2, 5.3: identity mapping by pages of 2 MiB and 4 KiB.
 */
#include <inmate/inmate.h>

#include "init.h"
#include "layout.h"

#define PTE_PRESENT       0x001ULL
#define PTE_WRITE         0x002ULL
#define PTE_WRITE_THROUGH 0x008ULL
#define PTE_CACHE_DISABLE 0x010ULL
#define PTE_LARGE         0x080ULL
#define PTE_NO_EXECUTE    (1ULL << 63)
#define PTE_ADDRESS       0x000ffffffffff000ULL

#define ENTRIES         512
#define LARGE_PAGE_SIZE 0x200000ULL
#define ADDRESS_END     (1ULL << 47)

/* Shifts of the indices of a table of 4 KiB pages, and of the levels above */
#define SHIFT_PT   12
#define SHIFT_PD   21
#define SHIFT_PML4 39
#define LEVEL_BITS 9

/* From inmate.lds and start.S */
extern char __boot_start[], __boot_end[], __text_start[], __text_end[], __rodata_end[];
extern char boot_stack[], inmate_cmdline[];

/* Also loaded by start.S */
u64 *paging_root;

static struct spinlock lock;

static u64 *new_table(void)
{
	u64 *table = memalign(PAGE_SIZE, PAGE_SIZE);

	return table ? memset(table, 0, PAGE_SIZE) : NULL;
}

/* Puts a table of 4 KiB pages into the place of a large page, or an empty one where nothing is. */
static bool fill_entry(u64 *entry)
{
	u64 *table = new_table(), old = *entry;
	unsigned int n;

	if (!table)
		return false;
	if (old & PTE_PRESENT)
		for (n = 0; n < ENTRIES; n++)
			table[n] = (old & ~PTE_LARGE) + n * PAGE_SIZE;
	*entry = (u64)table | PTE_PRESENT | PTE_WRITE;
	return true;
}

/* Returns the entry for @address in the table whose indices begin at bit @shift, or NULL. */
static u64 *find_entry(u64 address, unsigned int shift)
{
	unsigned int level = SHIFT_PML4;
	u64 *table = paging_root, *entry;

	for (;; level -= LEVEL_BITS) {
		entry = &table[(address >> level) % ENTRIES];
		if (level == shift)
			return entry;
		if ((!(*entry & PTE_PRESENT) || *entry & PTE_LARGE) && !fill_entry(entry))
			return NULL;
		table = (u64 *)(*entry & PTE_ADDRESS);
	}
}

static void set_entry(u64 *entry, u64 value, u64 address)
{
	bool flush = *entry & PTE_PRESENT;

	*entry = value;
	if (flush)
		invlpg((void *)address);
}

/* Sets what is at @address, as far as one entry reaches. Returns its size or 0 without memory. */
static u64 set_page(u64 address, u64 end, u64 attributes)
{
	u64 value = attributes ? address | attributes : 0, *entry;

	if (address % LARGE_PAGE_SIZE == 0 && end - address >= LARGE_PAGE_SIZE) {
		entry = find_entry(address, SHIFT_PD);
		if (!entry)
			return 0;
		if (!(*entry & PTE_PRESENT) || *entry & PTE_LARGE) {
			set_entry(entry, value ? value | PTE_LARGE : 0, address);
			return LARGE_PAGE_SIZE;
		}
	}
	entry = find_entry(address, SHIFT_PT);
	if (!entry)
		return 0;
	set_entry(entry, value, address);
	return PAGE_SIZE;
}

/* @attributes 0: not present. Returns 0, -EINVAL or -ENOMEM. */
static int set_range(u64 start, u64 size, u64 attributes)
{
	u64 address = start & PAGE_MASK, end = (start + size + PAGE_SIZE - 1) & PAGE_MASK, done = 1;
	bool flags;

	if (!size || start >= ADDRESS_END || size > ADDRESS_END || end > ADDRESS_END)
		return -EINVAL;
	flags = spin_lock_irqsave(&lock);
	for (; address < end && done; address += done)
		done = set_page(address, end, attributes);
	spin_unlock_irqrestore(&lock, flags);
	return done ? 0 : -ENOMEM;
}

void *map_range(u64 phys, u64 size, unsigned int flags)
{
	u64 attributes = PTE_PRESENT;

	if (flags & MAP_UNCACHED)
		attributes |= PTE_CACHE_DISABLE | PTE_WRITE_THROUGH;
	if (!(flags & MAP_READ_ONLY))
		attributes |= PTE_WRITE;
	if (!(flags & MAP_EXECUTE))
		attributes |= PTE_NO_EXECUTE;
	return set_range(phys, size, attributes) ? NULL : (void *)phys;
}

int unmap_range(u64 start, u64 size)
{
	return set_range(start, size, 0);
}

static bool map_section(char *start, char *end, unsigned int flags)
{
	return start == end || map_range((u64)start, end - start, flags);
}

/* All but page 0, which holds the first instruction; no C code needs it. */
static bool map_image(void)
{
	char *memory_end = (char *)JAILHOUSE_COMM_REGION_BASE;

	return map_section(inmate_cmdline, memory_end, MAP_CACHED) &&
	       map_section(inmate_cmdline, __boot_start, MAP_READ_ONLY) &&
	       map_section(__boot_start, __boot_end, MAP_READ_ONLY | MAP_EXECUTE) &&
	       map_section(__text_start, __text_end, MAP_READ_ONLY | MAP_EXECUTE) &&
	       map_section(__text_end, __rodata_end, MAP_READ_ONLY) &&
	       map_range(JAILHOUSE_COMM_REGION_BASE, PAGE_SIZE, MAP_CACHED) &&
	       unmap_range((u64)boot_stack, STACK_GUARD) == 0;
}

void paging_init(void)
{
	paging_root = new_table();
	if (!paging_root || !map_image())
		comm_fail();
	write_cr3((u64)paging_root);
}
