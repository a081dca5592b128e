/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Base address registers, PCI Local Bus 3.0, 6.2.5.1.
 */
#include <inmate/inmate.h>

#define BAR_IO      1
#define BAR_TYPE    6
#define BAR_64BIT   4
#define BAR_IO_MASK 0xfffffffcU
#define BAR_MASK    0xfffffff0U

/* Where BARs without an address go */
#define WINDOW_START 0xff000000
#define WINDOW_END   0x100000000ULL

static u32 bar_read(u16 bdf, unsigned int index)
{
	return pci_read_config(bdf, PCI_CFG_BAR(index), 4);
}

static void bar_write(u16 bdf, unsigned int index, u32 value)
{
	pci_write_config(bdf, PCI_CFG_BAR(index), value, 4);
}

/* Which bits of a BAR can be written; its value is put back. */
static u32 writable_bits(u16 bdf, unsigned int index)
{
	u32 value = bar_read(bdf, index), bits;

	bar_write(bdf, index, 0xffffffff);
	bits = bar_read(bdf, index);
	bar_write(bdf, index, value);
	return bits;
}

struct pci_bar pci_bar(u16 bdf, unsigned int index)
{
	u32 value = bar_read(bdf, index), mask = value & BAR_IO ? BAR_IO_MASK : BAR_MASK;
	u16 command = pci_read_config(bdf, PCI_CFG_COMMAND, 2);
	struct pci_bar bar = {
		.address = value & mask,
		.is_io = value & BAR_IO,
		.is_64bit = (value & (BAR_TYPE | BAR_IO)) == BAR_64BIT && index + 1 < PCI_NUM_BARS,
	};
	u64 bits;

	pci_command(bdf, 0, PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
	bits = writable_bits(bdf, index) & mask;
	if (bits)
		bits |= 0xffffffff00000000ULL;
	if (bar.is_64bit) {
		bar.address |= (u64)bar_read(bdf, index + 1) << 32;
		bits = (u32)bits | (u64)writable_bits(bdf, index + 1) << 32;
	}
	pci_write_config(bdf, PCI_CFG_COMMAND, command, 2);

	/* The size is the value of the lowest writable bit. */
	bar.size = bits & -bits;
	return bar;
}

void pci_bar_set(u16 bdf, unsigned int index, u64 address)
{
	u32 old = bar_read(bdf, index);

	bar_write(bdf, index, address);
	if ((old & (BAR_TYPE | BAR_IO)) == BAR_64BIT && index + 1 < PCI_NUM_BARS)
		bar_write(bdf, index + 1, address >> 32);
}

u64 pci_bar_assign(u16 bdf, unsigned int index)
{
	static u64 next;
	struct pci_bar bar = pci_bar(bdf, index);
	u64 address;

	if (bar.address || !bar.size || bar.is_io)
		return bar.is_io ? 0 : bar.address;
	if (!next)
		next = cmdline_parse_int("pci_bars", WINDOW_START);
	address = (next + bar.size - 1) & -bar.size;
	if (address >= WINDOW_END || bar.size > WINDOW_END - address)
		return 0;
	next = address + bar.size;
	pci_bar_set(bdf, index, address);
	return address;
}
