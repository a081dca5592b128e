/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Simulated cells with ivshmem devices, on the hypervisor's own PCI and MMIO code. They count the
 * interrupts that reach them, and the shared memory is watched: what the device has no business
 * with must not change.
 */
#ifndef TESTS_UNIT_IVSHMEM_CELLS_H
#define TESTS_UNIT_IVSHMEM_CELLS_H

#include <jailhouse/cell-config.h>
#include <jailhouse/ivshmem-config.h>
#include <jailhouse/ivshmem.h>

#include "hypervisor/pci-device.h"
#include "hypervisor/pci.h"

#define NUM_CELLS   4
#define MAX_DEVICES 4

/* The three channels that tests use; the device number is part of the windows' addresses. */
#define CHANNEL     BDF(14) /* revision 2 */
#define CLASSIC     BDF(15)
#define WITHOUT     BDF(16) /* classic, without vectors */
#define BDF(device) ((device) << 3)

/* Shared memory of CHANNEL and of the others: state table of two pages, common section, outputs */
#define SHMEM        0x5f000000ULL
#define TABLE_SIZE   0x2000
#define COMMON_SIZE  0x3000
#define OUTPUT_SIZE  0x1000
#define CLASSIC_MEM  0x5f100000ULL
#define CLASSIC_SIZE 0x4000
/* A cell may see it elsewhere, see ivshmem_cell_init(). */
#define VIRT_OFFSET(cell) ((cell)*0x100000000ULL)

/* Capabilities are found, not assumed. */
#define CLASSIC_TABLE_BAR 4
#define TABLE_BAR         1

/* Vector of the interrupt that vector n of a device is set up for */
#define INTERRUPT(bdf, n) (0x20 + ((bdf) >> 3 & 3) * 0x20 + (n))

/* Stands in for the hypervisor's structure. */
struct cell {
	unsigned int index;
	u8 cpu;
	bool exists;
	/* Interrupts by vector */
	unsigned int received[256];
	struct pci_cell pci;
	struct mmio_map map;
	struct mmio_region regions[MAX_DEVICES * 6 + 1];
	struct {
		struct jailhouse_cell_desc desc;
		struct jailhouse_memory mem[2 + 16 + 2];
		struct jailhouse_pci_device devices[MAX_DEVICES];
	} __attribute__((packed)) config;
};

extern struct cell cells[NUM_CELLS];
extern u8 shared_memory[TABLE_SIZE + COMMON_SIZE];

/* Starts anew, without cells; shared memory is full of garbage. */
void ivshmem_cells_reset(void);

/* The cell's configuration: no devices; then one more of them. Cell n is peer n. */
void ivshmem_cell_init(unsigned int cell);
void ivshmem_cell_add(unsigned int cell, u16 bdf, unsigned int peers, unsigned int vectors);

/* Create and destroy; returns what pci_cell_init returns. */
int ivshmem_cell_create(unsigned int cell);
void ivshmem_cell_destroy(unsigned int cell);
void ivshmem_cell_reset(unsigned int cell);

/* Destroys all that exist and checks that nothing is left of them. */
void ivshmem_cells_finish(void);

/* The state table in shared memory, as all peers see it */
u32 state_in_memory(unsigned int id);
/* Aborts if the device wrote where it must not, or to entries behind @peers. */
void check_shared_memory(unsigned int peers);

/* Accesses of a cell */
u32 config_get(unsigned int cell, u16 bdf, u16 address, unsigned int size);
void config_set(unsigned int cell, u16 bdf, u16 address, unsigned int size, u32 value);
u8 find_capability(unsigned int cell, u16 bdf, u8 id);
/* Where set_up_device() places a window of a device. */
u64 window(u16 bdf, unsigned int bar);
enum mmio_result memory_access(unsigned int cell, u64 address, bool is_write, unsigned int size,
			       u64 *value);
/* Registers of the device, 32 bits, in the windows above; they must be there. */
u32 get(unsigned int cell, u16 bdf, unsigned int bar, u64 offset);
void set(unsigned int cell, u16 bdf, unsigned int bar, u64 offset, u32 value);
static inline bool is_classic(u16 bdf)
{
	return bdf != CHANNEL;
}

/* What a driver does: places the windows, programs all vectors, switches everything on. */
void set_up_device(unsigned int cell, u16 bdf);
/* Interrupts for vector n of a device that the cell has had since the last call */
unsigned int take_interrupts(unsigned int cell, u16 bdf, unsigned int n);
/* All interrupts of a cell since the last call of either */
unsigned int take_all_interrupts(unsigned int cell);

#endif /* TESTS_UNIT_IVSHMEM_CELLS_H */
