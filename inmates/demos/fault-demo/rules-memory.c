/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Memory that the cell does not have, in the ways in which a processor gets at memory.
 */
#include "rules.h"

#define APIC_ADDRESS   0xfee00000U
#define APIC_ID_OFFSET 0x20

/* 82093AA data sheet, 3.1 and 3.2 */
#define IOAPIC_ADDRESS     0xfec00000U
#define IOAPIC_INDEX       0x00
#define IOAPIC_DATA        0x10
#define IOAPIC_FIRST_ENTRY 0x10
#define ENTRY_MASKED       0x10000
#define ENTRY_VECTOR       0x40

/* Bits of physical addresses that the processor has, AMD APM vol. 3, appendix E.4.7 */
#define CPUID_ADDRESS_SIZES 0x80000008
#define ADDRESS_BITS_MASK   0xff

static void *foreign(unsigned int flags)
{
	u64 address = cmdline_parse_int("addr", 0x10000000);
	void *memory = map_range(address, 2 * PAGE_SIZE, flags);

	if (!memory)
		panic("fault-demo: cannot map 0x%llx", address);
	return memory;
}

static u64 read_memory(void)
{
	return mmio_read32(foreign(MAP_CACHED));
}

static u64 write_memory(void)
{
	mmio_write32(foreign(MAP_CACHED), 0xdeadbeef);
	return 0;
}

static u64 read_far(void)
{
	unsigned int bits = cpuid(CPUID_ADDRESS_SIZES, 0).eax & ADDRESS_BITS_MASK;
	/* Virtual addresses, which are the same here, end at bit 47. */
	u64 address = 1ULL << (bits < 47 ? bits - 1 : 46);

	return mmio_read32(map_range(address, PAGE_SIZE, MAP_CACHED));
}

static u64 copy_memory(void)
{
	static u8 buffer[64];

	memcpy(buffer, foreign(MAP_CACHED), sizeof(buffer));
	return buffer[0];
}

static u64 increment_memory(void)
{
	return __atomic_fetch_add((u32 *)foreign(MAP_CACHED), 1, __ATOMIC_SEQ_CST);
}

static u64 execute_memory(void)
{
	void (*function)(void) = foreign(MAP_EXECUTE);

	function();
	return 0;
}

static u64 use_page_table(void)
{
	write_cr3((u64)foreign(MAP_CACHED));
	return 0;
}

static u64 use_stack(void)
{
	asm volatile("mov %%rsp, %%rbx; mov %0, %%rsp; push %%rax; mov %%rbx, %%rsp"
		     :
		     : "r"(foreign(MAP_CACHED) + PAGE_SIZE)
		     : "rbx", "memory");
	return 0;
}

/* Four bytes of which two are behind the end of the communication region */
static u64 read_edge(void)
{
	u64 end = JAILHOUSE_COMM_REGION_BASE + PAGE_SIZE;

	map_range(end, PAGE_SIZE, MAP_CACHED);
	return mmio_read32((void *)(end - 2));
}

static u64 read_apic(void)
{
	map_range(APIC_ADDRESS, PAGE_SIZE, MAP_UNCACHED);
	return mmio_read32((void *)(u64)(APIC_ADDRESS + APIC_ID_OFFSET));
}

static u64 write_apic(void)
{
	map_range(APIC_ADDRESS, PAGE_SIZE, MAP_UNCACHED);
	mmio_write32((void *)(u64)(APIC_ADDRESS + APIC_ID_OFFSET), 0);
	return 0;
}

static u64 read_ioapic(void)
{
	map_range(IOAPIC_ADDRESS, PAGE_SIZE, MAP_UNCACHED);
	return mmio_read32((void *)(u64)IOAPIC_ADDRESS);
}

/* Returns what it has written if the pin is the cell's, or 0 if the cell has others only. */
static u64 write_ioapic_pin(void)
{
	char *ioapic = map_range(IOAPIC_ADDRESS, PAGE_SIZE, MAP_UNCACHED);

	mmio_write32(ioapic + IOAPIC_INDEX, IOAPIC_FIRST_ENTRY + 2 * cmdline_parse_int("pin", 0));
	mmio_write32(ioapic + IOAPIC_DATA, ENTRY_MASKED | ENTRY_VECTOR);
	return mmio_read32(ioapic + IOAPIC_DATA);
}

/* The page's contents are the cell's own; putting them back keeps the inmate able to speak. */
static u64 scribble_comm_region(void)
{
	static u8 saved[PAGE_SIZE];

	memcpy(saved, comm_region(), PAGE_SIZE);
	memset(comm_region(), 0xff, PAGE_SIZE);
	delay_us(1000);
	memcpy(comm_region(), saved, PAGE_SIZE);
	return 0;
}

static const struct rule rules[] = {
	{ "memory", "read of memory of others", OUTCOME_PARKED, read_memory },
	{ "memory-write", "write to memory of others", OUTCOME_PARKED, write_memory },
	{ "memory-far", "read at the highest address bit", OUTCOME_PARKED, read_far },
	{ "memory-string", "REP MOVS from memory of others", OUTCOME_PARKED, copy_memory },
	{ "memory-atomic", "LOCK XADD on memory of others", OUTCOME_PARKED, increment_memory },
	{ "memory-edge", "read across the end of the last region", OUTCOME_PARKED, read_edge },
	{ "exec", "jump into memory of others", OUTCOME_PARKED, execute_memory },
	{ "page-table", "CR3 with an address of others", OUTCOME_PARKED, use_page_table },
	{ "stack", "stack in memory of others", OUTCOME_PARKED, use_stack },
	{ "apic", "read of the local APIC's memory", OUTCOME_PARKED, read_apic },
	{ "apic-write", "write to the local APIC's memory", OUTCOME_PARKED, write_apic },
	{ "ioapic", "read of an I/O APIC without an irqchip", OUTCOME_PARKED, read_ioapic },
	{ "ioapic-pin", "write to an I/O APIC's pin without an irqchip", OUTCOME_PARKED,
	  write_ioapic_pin },
	{ "comm", "ones all over the communication region", OUTCOME_SURVIVED,
	  scribble_comm_region },
};

const struct rule_list memory_rules = { rules, ARRAY_SIZE(rules) };
