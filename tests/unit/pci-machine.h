/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A simulated machine with PCI functions, for the PCI code in cells. It watches what reaches the
 * hardware and aborts when that breaks a rule: access on behalf of a cell to a function that is not
 * the cell's, a base address that changes, an interrupt message that the owner may not send.
 */
#ifndef TESTS_UNIT_PCI_MACHINE_H
#define TESTS_UNIT_PCI_MACHINE_H

#include <jailhouse/cell-config.h>

#include "hypervisor/pci.h"

#define MMCONFIG_BASE 0xb0000000ULL
#define MMCONFIG_SIZE 0x1000000ULL /* 16 buses */
#define MAX_REGIONS   40

#define BDF(bus, device, function) ((bus) << 8 | (device) << 3 | (function))

/* Functions of the machine, by address */
#define HOST_BRIDGE   BDF(0, 0, 0)
#define BRIDGE        BDF(0, 1, 0)
#define NIC           BDF(0, 2, 0)  /* all capabilities */
#define DISK          BDF(0, 3, 0)  /* MSI of 32 bits */
#define UNLISTED      BDF(0, 4, 0)  /* not in root's configuration */
#define MISSING       BDF(0, 5, 0)  /* in root's configuration, not in the machine */
#define BEYOND        BDF(16, 0, 0) /* a bus without MMCONFIG */
#define VIRTUAL       BDF(0, 14, 0)
#define NUM_FUNCTIONS 5

/* The NIC: BAR2/3 is 64-bit memory with the MSI-X table. */
#define NIC_PM          0x40
#define NIC_MSI         0x50 /* 64-bit, maskable, 4 vectors */
#define NIC_MSIX        0x70
#define NIC_EXP         0x80 /* 4 of its bytes are in no capability of the configuration */
#define NIC_EXT         0x140
#define NIC_WINDOW      0x1f2000000ULL
#define NIC_WINDOW_SIZE 0x2000
#define NIC_TABLE       0x200 /* offsets in the window */
#define NIC_PBA         0x800
#define NIC_VECTORS     5
#define DISK_MSI        0x60

/* Messages to the CPU of each cell, and an address in the table */
#define ROOT_MESSAGE      0xfee00000
#define CELL_MESSAGE      0xfee01000
#define OTHER_MESSAGE     0xfee02000
#define TABLE(entry, reg) (NIC_WINDOW + NIC_TABLE + 16 * (entry) + 4 * (reg))

#define MMCONFIG(bdf, address) (MMCONFIG_BASE + ((u64)(bdf) << 12) + (address))

struct sim_function {
	u16 bdf;
	u8 config[0x1000];
	u8 writable[0x1000];
	/* May use the function at the moment; NULL: only management may touch it */
	struct cell *owner;
	struct cell *previous;
	unsigned int accesses;
	/* Base addresses in the beginning */
	u32 bars[6];
	/* MSI and MSI-X, 0: none */
	u8 msi;
	u8 msix;
	u8 window[NIC_WINDOW_SIZE];
};

/* Stands in for the hypervisor's structure. */
struct cell {
	/* The only CPU that the cell may interrupt */
	u8 cpu;
	struct pci_cell pci;
	struct mmio_map map;
	struct mmio_region regions[MAX_REGIONS];
	union {
		struct jailhouse_cell_desc config;
		u8 config_space[4096];
	};
};

struct machine {
	struct sim_function functions[NUM_FUNCTIONS];
	/* On whose behalf the code runs; NULL: management */
	struct cell *current;
	/* device_map fails after that many. */
	unsigned int map_limit;
	unsigned int mapped;
	struct jailhouse_system system;
	struct cell root;
	struct cell cell;
};

extern struct machine machine;

/* Switches on, without cells; then with the root cell that has all but UNLISTED. */
void machine_init(void);
void machine_init_root(void);

/* Appends to the cell's configuration a device with this address, as machine_init_root does. */
void config_init(struct cell *cell, const char *name, u8 cpu);
void config_add(struct cell *cell, u16 bdf);
void config_add_virtual(struct cell *cell, u16 bdf, const u32 *bar_mask);
struct jailhouse_pci_device *config_device(struct cell *cell, u32 index);

/* pci_cell_init and pci_cell_exit, and who owns functions then. */
int machine_create(struct cell *cell);
void machine_destroy(struct cell *cell);

struct sim_function *find_function(u16 bdf);
/* A register of an entry of the table */
u32 table_hardware(unsigned int entry, unsigned int reg);
u32 hardware_read(u16 bdf, u16 address, unsigned int size);
void hardware_write(u16 bdf, u16 address, unsigned int size, u32 value);

/* Accesses of a cell. write_message leaves the mask as it is. */
void write_message(struct cell *cell, unsigned int entry, u32 address, u32 data);
u32 config_read(struct cell *cell, u16 bdf, u16 address, unsigned int size);
void config_write(struct cell *cell, u16 bdf, u16 address, unsigned int size, u32 value);
enum mmio_result memory_access(struct cell *cell, u64 address, bool is_write, unsigned int size,
			       u64 *value);
u64 memory_read(struct cell *cell, u64 address, unsigned int size);
void memory_write(struct cell *cell, u64 address, unsigned int size, u64 value);
bool port_access(struct cell *cell, u16 port, bool is_write, unsigned int size, u32 *value);

#endif /* TESTS_UNIT_PCI_MACHINE_H */
