/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Ports and PCI functions that the cell does not have.
 */
#include "rules.h"

/* Host bridge and ISA bridge of the machine, which are root's */
#define HOST_BRIDGE 0x0000
#define ISA_BRIDGE  0x00f8

#define PORT_KEYBOARD       0x64
#define KEYBOARD_RESET      0xfe
#define PORT_RESET_CONTROL  0xcf9
#define RESET_CONTROL_RESET 0x06
#define PORT_DELAY          0x80

/* Bus 0 of MMCONFIG, from the start of the window */
#define HOST_BRIDGE_SIZE 0x1000

static u16 port(void)
{
	return cmdline_parse_int("port", 0x70);
}

static u64 write_port(void)
{
	outb(port(), 0);
	return 0;
}

static u64 read_port(void)
{
	return inb(port());
}

static u64 read_wide_port(void)
{
	return inl(port());
}

static u64 write_string(void)
{
	static const char text[] = "text";
	const char *p = text;
	size_t size = sizeof(text);

	asm volatile("rep outsb" : "+S"(p), "+c"(size) : "d"(port()) : "memory");
	return size;
}

static u64 read_string(void)
{
	static char buffer[4];
	char *p = buffer;
	size_t size = sizeof(buffer);

	asm volatile("rep insb" : "+D"(p), "+c"(size) : "d"(port()) : "memory");
	return size;
}

static u64 write_delay_port(void)
{
	outb(PORT_DELAY, 0);
	return 0;
}

static u64 reset_by_chipset(void)
{
	outb(PORT_RESET_CONTROL, RESET_CONTROL_RESET);
	return 0;
}

static u64 reset_by_keyboard(void)
{
	outb(PORT_KEYBOARD, KEYBOARD_RESET);
	return 0;
}

static u64 read_pci(void)
{
	return pci_read_config(cmdline_parse_int("bdf", HOST_BRIDGE), PCI_CFG_VENDOR, 4);
}

static u64 write_pci(void)
{
	pci_write_config(ISA_BRIDGE, PCI_CFG_COMMAND, 0, 2);
	return pci_read_config(ISA_BRIDGE, PCI_CFG_COMMAND, 2);
}

static char *mmconfig(void)
{
	u64 base = comm_region()->pci_mmconfig_base;

	return base ? map_range(base, HOST_BRIDGE_SIZE, MAP_UNCACHED) : NULL;
}

static u64 read_mmconfig(void)
{
	char *space = mmconfig();

	return space ? mmio_read32(space) : ~0U;
}

static u64 read_wide_mmconfig(void)
{
	char *space = mmconfig();

	return space ? mmio_read64(space) : ~0ULL;
}

static u64 write_mmconfig(void)
{
	char *space = mmconfig();

	if (!space)
		return ~0U;
	mmio_write32(space + PCI_CFG_BAR(0), 0xfee00000);
	return mmio_read32(space + PCI_CFG_BAR(0));
}

static const struct rule rules[] = {
	{ "port", "OUT to a port of others", OUTCOME_PARKED, write_port },
	{ "port-read", "IN from a port of others", OUTCOME_PARKED, read_port },
	{ "port-wide", "IN of 32 bits from a port of others", OUTCOME_PARKED, read_wide_port },
	{ "port-string", "REP OUTSB to a port of others", OUTCOME_PARKED, write_string },
	{ "port-string-read", "REP INSB from a port of others", OUTCOME_PARKED, read_string },
	{ "port-reset", "machine reset by port CF9h", OUTCOME_PARKED, reset_by_chipset },
	{ "port-keyboard", "machine reset by the keyboard controller", OUTCOME_PARKED,
	  reset_by_keyboard },
	{ "port-delay", "OUT to port 80h, which is harmless", OUTCOME_SURVIVED, write_delay_port },
	{ "pci", "read of root's PCI device, gives ones", OUTCOME_SURVIVED, read_pci },
	{ "pci-write", "write to root's PCI device, is ignored", OUTCOME_SURVIVED, write_pci },
	{ "mmconfig", "the same by MMCONFIG", OUTCOME_SURVIVED, read_mmconfig },
	{ "mmconfig-wide", "64 bits at once by MMCONFIG", OUTCOME_SURVIVED, read_wide_mmconfig },
	{ "mmconfig-write", "write to root's PCI device by MMCONFIG", OUTCOME_SURVIVED,
	  write_mmconfig },
};

const struct rule_list io_rules = { rules, ARRAY_SIZE(rules) };
