/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * PCI configuration space: by the ports CF8h and CFCh (PCI Local Bus 3.0, 3.2.2.3.2), above 100h by
 * MMCONFIG (PCI Express 4.0, 7.2.2).
 */
#include <inmate/inmate.h>

#define PORT_ADDRESS 0xcf8
#define PORT_DATA    0xcfc

#define ADDRESS_ENABLE    0x80000000U
#define PORT_SPACE_SIZE   0x100
#define CONFIG_SPACE_SIZE 0x1000
#define MMCONFIG_SIZE     (256ULL << 20)

#define NUM_FUNCTIONS    0x10000U
#define MAX_CAPABILITIES 48
#define CAPABILITY_ID    0
#define CAPABILITY_NEXT  1

static struct spinlock port_lock;

static void select(u16 bdf, unsigned int offset)
{
	outl(PORT_ADDRESS, ADDRESS_ENABLE | (u32)bdf << 8 | (offset & 0xfc));
}

static u32 port_read(u16 bdf, unsigned int offset, unsigned int size)
{
	bool flags = spin_lock_irqsave(&port_lock);
	u16 port = PORT_DATA + (offset & 3);
	u32 value;

	select(bdf, offset);
	value = size == 1 ? inb(port) : size == 2 ? inw(port) : inl(port);
	spin_unlock_irqrestore(&port_lock, flags);
	return value;
}

static void port_write(u16 bdf, unsigned int offset, u32 value, unsigned int size)
{
	bool flags = spin_lock_irqsave(&port_lock);
	u16 port = PORT_DATA + (offset & 3);

	select(bdf, offset);
	if (size == 1)
		outb(port, value);
	else if (size == 2)
		outw(port, value);
	else
		outl(port, value);
	spin_unlock_irqrestore(&port_lock, flags);
}

/* Returns NULL without MMCONFIG. */
static void *mmconfig(u16 bdf, unsigned int offset)
{
	static bool mapped;
	u64 base = comm_region()->pci_mmconfig_base;

	if (!base || offset >= CONFIG_SPACE_SIZE)
		return NULL;
	if (!mapped && !map_range(base, MMCONFIG_SIZE, MAP_UNCACHED))
		return NULL;
	mapped = true;
	return (void *)(base + (u64)bdf * CONFIG_SPACE_SIZE + offset);
}

u32 pci_read_config(u16 bdf, unsigned int offset, unsigned int size)
{
	void *address;

	if (offset < PORT_SPACE_SIZE)
		return port_read(bdf, offset, size);
	address = mmconfig(bdf, offset);
	if (!address)
		return 0xffffffff >> (32 - 8 * size);
	return size == 1   ? mmio_read8(address)
	       : size == 2 ? mmio_read16(address)
			   : mmio_read32(address);
}

void pci_write_config(u16 bdf, unsigned int offset, u32 value, unsigned int size)
{
	void *address;

	if (offset < PORT_SPACE_SIZE) {
		port_write(bdf, offset, value, size);
		return;
	}
	address = mmconfig(bdf, offset);
	if (!address)
		return;
	if (size == 1)
		mmio_write8(address, value);
	else if (size == 2)
		mmio_write16(address, value);
	else
		mmio_write32(address, value);
}

static bool matches(u16 bdf, u16 vendor, u16 device)
{
	u32 id = pci_read_config(bdf, PCI_CFG_VENDOR, 4);

	if ((u16)id == PCI_ID_ANY)
		return false;
	return (vendor == PCI_ID_ANY || vendor == (u16)id) &&
	       (device == PCI_ID_ANY || device == id >> 16);
}

/* All functions of a device: a cell may have some of one whose function 0 is not its own. */
int pci_find_device(u16 vendor, u16 device, u32 start)
{
	u32 end = (cmdline_parse_int("pci_last_bus", 0) + 1) << 8, bdf;

	for (bdf = start; bdf < end && bdf < NUM_FUNCTIONS; bdf++)
		if (matches(bdf, vendor, device))
			return bdf;
	return -ENODEV;
}

unsigned int pci_find_capability(u16 bdf, u8 id)
{
	unsigned int offset, n;

	if (!(pci_read_config(bdf, PCI_CFG_STATUS, 2) & PCI_STATUS_CAPABILITIES))
		return 0;
	offset = pci_read_config(bdf, PCI_CFG_CAPABILITIES, 1) & 0xfc;
	for (n = 0; offset && n < MAX_CAPABILITIES; n++) {
		if (pci_read_config(bdf, offset + CAPABILITY_ID, 1) == id)
			return offset;
		offset = pci_read_config(bdf, offset + CAPABILITY_NEXT, 1) & 0xfc;
	}
	return 0;
}

void pci_command(u16 bdf, u16 set, u16 clear)
{
	u16 command = pci_read_config(bdf, PCI_CFG_COMMAND, 2);

	pci_write_config(bdf, PCI_CFG_COMMAND, (command & ~clear) | set, 2);
}
