// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSI of physical devices, PCI 3.0, 6.8.1. The cell writes shadows of control, address and data;
 * the hardware has them while the message is permitted, else MSI is disabled. Mask and pending
 * bits are the hardware's.
 */
#include "pci-device.h"

#define MAX_LOG2_VECTORS 5

static u32 *get_registers(struct pci_device *device)
{
	return &device->shadows[device->msi / 4];
}

static unsigned int data_index(const u32 *registers)
{
	return registers[0] & MSI_64BIT ? MSI_DATA_64BIT : MSI_DATA;
}

int pci_msi_init(struct pci_device *device)
{
	int start = pci_find_capability(device, PCI_CAP_ID_MSI);
	unsigned int i;

	if (start <= 0)
		return start;
	device->msi = start;
	pci_shadow(device, start);
	for (i = 1; i <= data_index(get_registers(device)); i++)
		pci_shadow(device, start + 4 * i);
	return 0;
}

void pci_msi_reset(struct pci_device *device)
{
	u32 *registers = get_registers(device);
	unsigned int i;

	if (!device->msi)
		return;
	registers[0] &= ~MSI_WRITABLE;
	for (i = 1; i <= data_index(registers); i++)
		registers[i] = 0;
	pci_msi_update(device);
	/* The mask bits follow the data. */
	if (registers[0] & MSI_MASKABLE)
		pci_hardware_write(device, device->msi + 4 * i, 4, 0);
}

/* The device replaces the lowest bits of the vector: the first of the group stands for all. */
static bool is_permitted(struct pci_device *device, const u32 *registers)
{
	u32 high = registers[0] & MSI_64BIT ? registers[MSI_ADDRESS_HIGH] : 0;
	unsigned int log2_vectors = MSI_ENABLED(registers[0]);
	u16 data = registers[data_index(registers)];

	return registers[0] & MSI_ENABLE && log2_vectors <= MSI_CAPABLE(registers[0]) &&
	       log2_vectors <= MAX_LOG2_VECTORS &&
	       pci_message_permitted(device, (u64)high << 32 | registers[MSI_ADDRESS],
				     data & ~((1U << log2_vectors) - 1));
}

void pci_msi_update(struct pci_device *device)
{
	u32 *registers = get_registers(device);
	u32 control = registers[0];
	unsigned int i;

	if (!device->msi)
		return;
	if (device->pci->restoring || is_permitted(device, registers)) {
		for (i = 1; i < data_index(registers); i++)
			pci_hardware_write(device, device->msi + 4 * i, 4, registers[i]);
		pci_hardware_write(device, device->msi + 4 * i, 2, registers[i]);
	} else {
		control &= ~MSI_ENABLE;
	}
	pci_hardware_write(device, device->msi, 4, control);
}
