/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Address space of the hypervisor: its own memory with the access rights that each part needs, the
 * trampoline's page, device registers, and the windows to guest memory.
 */
#include "hypervisor.h"

#include <jailhouse/errno.h>

#include "arch/x86/percpu.h"
#include "arch/x86/processor.h"
#include "bitmap.h"
#include "device-map.h"
#include "paging.h"
#include "spinlock.h"
#include "string.h"

#define FLAGS_TEXT   (PTE_PRESENT)
#define FLAGS_RODATA (PTE_PRESENT | PTE_NO_EXECUTE)
#define FLAGS_DATA   (PTE_PRESENT | PTE_WRITE | PTE_NO_EXECUTE)
#define FLAGS_DEVICE (FLAGS_DATA | PTE_CACHE_DISABLE | PTE_WRITE_THROUGH)

u64 *hypervisor_pages;
unsigned int paging_max_level = PAGING_LEVEL_2M;

static u8 remap_bits[REMAP_POOL_PAGES / 8];
static struct bitmap remap_map = { .bits = remap_bits, .size = REMAP_POOL_PAGES };
static spinlock_t remap_lock;

/* Counts removed device mappings; CPUs that lag behind may have stale translations. */
static u32 generation;

static u64 hypervisor_phys(u64 virt)
{
	return virt - JAILHOUSE_BASE + system_config->hypervisor_memory.phys_start;
}

static int map_own(u64 start, u64 end, u64 flags)
{
	return paging_map(hypervisor_pages, start, hypervisor_phys(start), end - start, flags,
			  PAGING_LEVEL_2M);
}

/* All of the per-CPU blocks but the guard pages below the stacks. */
static int map_per_cpu(u64 start)
{
	unsigned int cpu;
	int err = 0;

	for (cpu = 0; cpu < hypervisor_header.max_cpus && !err; cpu++, start += PER_CPU_SIZE)
		err = map_own(start + PER_CPU_GUARD_SIZE, start + PER_CPU_SIZE, FLAGS_DATA);
	return err;
}

static u64 guest_window_base(unsigned int cpu)
{
	return GUEST_WINDOW_BASE + (u64)cpu * GUEST_WINDOW_SLOTS * PAGE_SIZE;
}

int address_space_init(void)
{
	u64 per_cpu_start = (u64)__core_end;
	u64 per_cpu_end = per_cpu_start + hypervisor_header.max_cpus * PER_CPU_SIZE;
	u64 end = JAILHOUSE_BASE + system_config->hypervisor_memory.size;
	u64 first_device;
	unsigned int cpu;

	if (cpuid(CPUID_LEAF_EXT_FEATURES, 0).edx & CPUID_EXT_EDX_1GB)
		paging_max_level = PAGING_LEVEL_1G;
	hypervisor_pages = page_alloc(1);
	if (!hypervisor_pages)
		return -ENOMEM;

	/* Later mappings of devices must not fail for lack of a table: make them now. */
	for (first_device = 0; first_device < REMAP_POOL_PAGES; first_device += 512)
		if (!paging_entry(hypervisor_pages, REMAP_BASE + first_device * PAGE_SIZE))
			return -ENOMEM;
	/* And the windows of all CPUs, which come for them at the same time. */
	for (cpu = 0; cpu < hypervisor_header.max_cpus; cpu++)
		if (!paging_entry(hypervisor_pages, guest_window_base(cpu)))
			return -ENOMEM;

	if (map_own(JAILHOUSE_BASE, (u64)__text_start, FLAGS_RODATA) ||
	    map_own((u64)__text_start, (u64)__rodata_start, FLAGS_TEXT) ||
	    map_own((u64)__rodata_start, (u64)__data_start, FLAGS_RODATA) ||
	    map_own((u64)__data_start, per_cpu_start, FLAGS_DATA) || map_per_cpu(per_cpu_start) ||
	    map_own(per_cpu_end, end, FLAGS_DATA))
		return -ENOMEM;

	return paging_map(hypervisor_pages, hypervisor_header.trampoline_virt,
			  hypervisor_header.trampoline_phys, PAGE_SIZE, FLAGS_TEXT,
			  PAGING_LEVEL_4K);
}

int address_space_init_cpu(void)
{
	struct per_cpu *cpu = this_cpu();

	cpu->guest_window = paging_entry(hypervisor_pages, guest_window_base(cpu->cpu_id));
	if (!cpu->guest_window)
		return -ENOMEM;
	write_cr3(page_to_phys(hypervisor_pages));
	return 0;
}

static void *map(u64 phys, u64 size, u64 flags)
{
	u64 offset = phys & (PAGE_SIZE - 1), virt;
	unsigned int num = PAGES(offset + size), n, first;

	spin_lock(&remap_lock);
	first = bitmap_take(&remap_map, num);
	spin_unlock(&remap_lock);
	if (first == remap_map.size)
		return NULL;

	virt = REMAP_BASE + first * PAGE_SIZE;
	/* The tables exist, so no allocation and no failure. */
	for (n = 0; n < num; n++) {
		*paging_entry(hypervisor_pages, virt + n * PAGE_SIZE) =
			((phys & PAGE_MASK) + n * PAGE_SIZE) | flags | PTE_ACCESSED | PTE_DIRTY;
		invalidate_page(virt + n * PAGE_SIZE);
	}
	return (void *)(virt + offset);
}

volatile void *device_map(u64 phys, u64 size)
{
	return map(phys, size, FLAGS_DEVICE);
}

void *memory_map(u64 phys, u64 size)
{
	return map(phys, size, FLAGS_DATA);
}

void device_unmap(volatile void *start, u64 size)
{
	u64 virt = (u64)start & PAGE_MASK, offset = (u64)start & (PAGE_SIZE - 1);
	unsigned int num = PAGES(offset + size), n;

	if (!start)
		return;
	for (n = 0; n < num; n++) {
		*paging_entry(hypervisor_pages, virt + n * PAGE_SIZE) = 0;
		invalidate_page(virt + n * PAGE_SIZE);
	}
	__atomic_fetch_add(&generation, 1, __ATOMIC_RELEASE);
	spin_lock(&remap_lock);
	bitmap_mark(&remap_map, (virt - REMAP_BASE) >> PAGE_SHIFT, num, false);
	spin_unlock(&remap_lock);
}

unsigned int remap_pool_used(void)
{
	return remap_map.used;
}

void address_space_sync(struct per_cpu *cpu)
{
	u32 now = __atomic_load_n(&generation, __ATOMIC_ACQUIRE);

	if (cpu->address_space_generation == now)
		return;
	cpu->address_space_generation = now;
	write_cr3(read_cr3());
}
