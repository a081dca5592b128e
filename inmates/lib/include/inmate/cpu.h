/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What only instructions can do: ports, model specific registers, CPUID, control registers, the
 * time stamp counter, and the interrupt flag.
 */
#ifndef INMATE_CPU_H
#define INMATE_CPU_H

#include <jailhouse/types.h>

static inline u8 inb(u16 port)
{
	u8 value;

	asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline u16 inw(u16 port)
{
	u16 value;

	asm volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline u32 inl(u16 port)
{
	u32 value;

	asm volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline void outb(u16 port, u8 value)
{
	asm volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void outw(u16 port, u16 value)
{
	asm volatile("outw %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void outl(u16 port, u32 value)
{
	asm volatile("outl %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

/*
 * Device registers in memory that is mapped with MAP_UNCACHED. Plain moves, because registers of
 * virtual devices are reached by emulation of the instruction.
 */
static inline u8 mmio_read8(const void *address)
{
	u8 value;

	asm volatile("movb %1, %0" : "=q"(value) : "m"(*(const u8 *)address) : "memory");
	return value;
}

static inline void mmio_write8(void *address, u8 value)
{
	asm volatile("movb %0, %1" : : "q"(value), "m"(*(u8 *)address) : "memory");
}

static inline u16 mmio_read16(const void *address)
{
	u16 value;

	asm volatile("movw %1, %0" : "=r"(value) : "m"(*(const u16 *)address) : "memory");
	return value;
}

static inline void mmio_write16(void *address, u16 value)
{
	asm volatile("movw %0, %1" : : "r"(value), "m"(*(u16 *)address) : "memory");
}

static inline u32 mmio_read32(const void *address)
{
	u32 value;

	asm volatile("movl %1, %0" : "=r"(value) : "m"(*(const u32 *)address) : "memory");
	return value;
}

static inline void mmio_write32(void *address, u32 value)
{
	asm volatile("movl %0, %1" : : "r"(value), "m"(*(u32 *)address) : "memory");
}

static inline u64 mmio_read64(const void *address)
{
	u64 value;

	asm volatile("movq %1, %0" : "=r"(value) : "m"(*(const u64 *)address) : "memory");
	return value;
}

static inline void mmio_write64(void *address, u64 value)
{
	asm volatile("movq %0, %1" : : "r"(value), "m"(*(u64 *)address) : "memory");
}

static inline u64 rdmsr(u32 msr)
{
	u32 low, high;

	asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr) : "memory");
	return (u64)high << 32 | low;
}

static inline void wrmsr(u32 msr, u64 value)
{
	asm volatile("wrmsr" : : "c"(msr), "a"((u32)value), "d"((u32)(value >> 32)) : "memory");
}

struct cpuid {
	u32 eax, ebx, ecx, edx;
};

static inline struct cpuid cpuid(u32 leaf, u32 subleaf)
{
	struct cpuid result;

	asm volatile("cpuid"
		     : "=a"(result.eax), "=b"(result.ebx), "=c"(result.ecx), "=d"(result.edx)
		     : "a"(leaf), "c"(subleaf));
	return result;
}

static inline u64 rdtsc(void)
{
	u32 low, high;

	asm volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (u64)high << 32 | low;
}

/* Waits for the end of all earlier instructions, and then reads the counter. */
static inline u64 rdtsc_ordered(void)
{
	asm volatile("lfence" : : : "memory");
	return rdtsc();
}

static inline u64 read_cr2(void)
{
	u64 value;

	asm volatile("mov %%cr2, %0" : "=r"(value));
	return value;
}

static inline u64 read_cr0(void)
{
	u64 value;

	asm volatile("mov %%cr0, %0" : "=r"(value));
	return value;
}

static inline void write_cr0(u64 value)
{
	asm volatile("mov %0, %%cr0" : : "r"(value) : "memory");
}

static inline u64 read_cr3(void)
{
	u64 value;

	asm volatile("mov %%cr3, %0" : "=r"(value));
	return value;
}

static inline void write_cr3(u64 value)
{
	asm volatile("mov %0, %%cr3" : : "r"(value) : "memory");
}

static inline u64 read_cr4(void)
{
	u64 value;

	asm volatile("mov %%cr4, %0" : "=r"(value));
	return value;
}

static inline void write_cr4(u64 value)
{
	asm volatile("mov %0, %%cr4" : : "r"(value) : "memory");
}

static inline void invlpg(const void *address)
{
	asm volatile("invlpg %0" : : "m"(*(const char *)address) : "memory");
}

#define RFLAGS_IF (1UL << 9)

/* Whether interrupts are enabled on this CPU. */
static inline bool cpu_interrupts_enabled(void)
{
	u64 flags;

	asm volatile("pushfq; pop %0" : "=r"(flags));
	return flags & RFLAGS_IF;
}

static inline void cpu_enable_interrupts(void)
{
	asm volatile("sti" : : : "memory");
}

static inline void cpu_disable_interrupts(void)
{
	asm volatile("cli" : : : "memory");
}

/* Disables interrupts; the result is for cpu_restore_interrupts. */
static inline bool cpu_save_interrupts(void)
{
	bool enabled = cpu_interrupts_enabled();

	cpu_disable_interrupts();
	return enabled;
}

static inline void cpu_restore_interrupts(bool enabled)
{
	if (enabled)
		cpu_enable_interrupts();
}

static inline void cpu_relax(void)
{
	asm volatile("pause" : : : "memory");
}

/*
 * Enables interrupts and halts until the next one. To wait for what an interrupt handler does
 * without missing it, disable interrupts, look whether it has happened, and call this if not: the
 * CPU takes no interrupt between enabling and halting.
 */
static inline void cpu_wait_for_interrupt(void)
{
	asm volatile("sti; hlt" : : : "memory");
}

/* Halts this CPU for good. */
static inline void __attribute__((noreturn)) cpu_halt(void)
{
	for (;;)
		asm volatile("cli; hlt" : : : "memory");
}

#endif /* INMATE_CPU_H */
