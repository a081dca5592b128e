/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exits by I/O instructions: PCI configuration ports, the delay port, and ports that the cell does
 * not have.
 */
#include "cell.h"
#include "console.h"
#include "processor.h"
#include "vmexit.h"

/* Written for a short delay, and for POST codes; nobody reads it. */
#define PORT_DELAY 0x80

struct port_access {
	u16 port;
	unsigned int size;
	bool is_in;
	bool is_string;
	bool is_repeated;
};

/* A register operand as wide as the port access; 32 bits clear the upper half of RAX. */
static void set_accumulator(struct guest_registers *regs, unsigned int size, u32 value)
{
	if (size == 4)
		regs->rax = value;
	else
		regs->rax = (regs->rax & ~size_mask(size)) | (value & size_mask(size));
}

static bool is_pci_port(u16 port)
{
	return port >= PCI_PORT_FIRST && port <= PCI_PORT_LAST;
}

/* Whether a PIO region covers a port that is intercepted for another reason. */
static bool port_is_granted(const struct cell *cell, u16 port, unsigned int size)
{
	const struct jailhouse_pio *pio = jailhouse_cell_pio(cell->config);
	unsigned int n;

	for (n = 0; n < cell->config->num_pio_regions; n++, pio++)
		if (port >= pio->base && port + size <= (u32)pio->base + pio->length)
			return true;
	return false;
}

static void native_access(struct guest_registers *regs, const struct port_access *access)
{
	if (access->is_in)
		set_accumulator(regs, access->size, io_in(access->port, access->size));
	else
		io_out(access->port, access->size, regs->rax);
}

/* Returns false if the access has nothing to do with PCI configuration. */
static bool pci_access(struct per_cpu *cpu, const struct port_access *access)
{
	u32 value = (u32)cpu->regs.rax & size_mask(access->size);

	if (!is_pci_port(access->port) || access->is_string)
		return false;
	if (pci_io_access(&cpu->cell->pci, access->port, !access->is_in, access->size, &value)) {
		if (access->is_in)
			set_accumulator(&cpu->regs, access->size, value);
		return true;
	}
	if (!port_is_granted(cpu->cell, access->port, access->size))
		return false;
	native_access(&cpu->regs, access);
	return true;
}

/*
 * A port that is not there for the guest. Root reads all ones; its string instructions are skipped
 * without storing anything.
 */
static bool absent_port(struct per_cpu *cpu, const struct port_access *access)
{
	if (cpu->cell != root_cell && (access->port != PORT_DELAY || access->is_string)) {
		printk("Forbidden port access: port %x, size %u, %s\n", access->port, access->size,
		       access->is_in ? "in" : "out");
		return false;
	}
	if (access->is_repeated)
		cpu->regs.rcx = 0;
	if (access->is_in && !access->is_string)
		set_accumulator(&cpu->regs, access->size, size_mask(access->size));
	return true;
}

bool vmexit_io(struct per_cpu *cpu)
{
	u32 info = cpu->vmcb.exit_info1;
	struct port_access access = {
		.port = info >> IOIO_PORT_SHIFT,
		.size = (info >> IOIO_SIZE_SHIFT) & IOIO_SIZE_MASK,
		.is_in = info & IOIO_IN,
		.is_string = info & IOIO_STRING,
		.is_repeated = info & IOIO_REP,
	};

	count_exit(cpu, JAILHOUSE_CPU_STAT_VMEXITS_PIO);
	if (!pci_access(cpu, &access) && !absent_port(cpu, &access))
		return false;
	/* EXITINFO2 is the address of the next instruction. */
	vmexit_advance(cpu, cpu->vmcb.exit_info2 - cpu->vmcb.rip);
	return true;
}
