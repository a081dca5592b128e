// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration mechanism 1 as a cell sees it: the address port CF8h is virtual, an access to a
 * data port is one to the cell's configuration space.
 */
#include "pci.h"

#define ADDRESS_PORT 0xcf8
#define DATA_PORT    0xcfc
/* Enable, bus, device, function and register; the rest is reserved, PCI 3.0, 3.2.2.3.2. */
#define ADDRESS_MASK  0x80fffffcU
#define FUNCTION_MASK 0xffff00U
#define REGISTER_MASK 0xfc
/* From there to an offset as in MMCONFIG */
#define FUNCTION_SHIFT 4

/* The enable bit is not looked at: existing inmates leave it out. */
static void access_data_port(struct pci_cell *pci, unsigned int offset, bool is_write,
			     unsigned int size, u32 *value)
{
	u32 selected = __atomic_load_n(&pci->port_address, __ATOMIC_RELAXED);
	struct mmio_access access = {
		.address = (selected & FUNCTION_MASK) << FUNCTION_SHIFT |
			   ((selected & REGISTER_MASK) + offset),
		.size = size,
		.is_write = is_write,
		.value = *value,
	};

	pci_config_access(pci, &access);
	*value = access.value;
}

bool pci_io_access(struct pci_cell *pci, u16 port, bool is_write, unsigned int size, u32 *value)
{
	if (port >= DATA_PORT && port <= PCI_PORT_LAST)
		access_data_port(pci, port - DATA_PORT, is_write, size, value);
	else if (port != ADDRESS_PORT || size != 4)
		return false;
	else if (is_write)
		__atomic_store_n(&pci->port_address, *value & ADDRESS_MASK, __ATOMIC_RELAXED);
	else
		*value = __atomic_load_n(&pci->port_address, __ATOMIC_RELAXED);
	return true;
}
