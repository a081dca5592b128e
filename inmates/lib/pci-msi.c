/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Message signalled interrupts, PCI Local Bus 3.0, 6.8: with MSI-X and with a single MSI vector.
 */
#include <inmate/inmate.h>

#define MSIX_CONTROL        2
#define MSIX_CONTROL_SIZE   0x07ff
#define MSIX_CONTROL_MASK   0x4000
#define MSIX_CONTROL_ENABLE 0x8000
#define MSIX_TABLE          4
#define MSIX_TABLE_BAR      7

#define ENTRY_SIZE         16
#define ENTRY_ADDRESS_LOW  0
#define ENTRY_ADDRESS_HIGH 4
#define ENTRY_DATA         8
#define ENTRY_CONTROL      12
#define ENTRY_MASKED       1

#define MSI_CONTROL          2
#define MSI_CONTROL_ENABLE   0x0001
#define MSI_CONTROL_MULTIPLE 0x0070
#define MSI_CONTROL_64BIT    0x0080
#define MSI_ADDRESS          4
#define MSI_ADDRESS_HIGH     8
#define MSI_DATA_32          8
#define MSI_DATA_64          12

/* Physical destination, fixed delivery; AMD APM vol. 2, 16.9 and PCI 3.0, 6.8.3.4 */
#define MESSAGE_ADDRESS           0xfee00000U
#define MESSAGE_DESTINATION_SHIFT 12

static u32 message_address(unsigned int cpu)
{
	return MESSAGE_ADDRESS | smp_apic_id(cpu) << MESSAGE_DESTINATION_SHIFT;
}

static void *entry(const struct pci_msix *msix, unsigned int index, unsigned int offset)
{
	return (char *)msix->table + index * ENTRY_SIZE + offset;
}

/* Maps the table; returns 0 or an error. */
static int map_table(struct pci_msix *msix)
{
	u32 table = pci_read_config(msix->bdf, msix->capability + MSIX_TABLE, 4);
	u64 address = pci_bar(msix->bdf, table & MSIX_TABLE_BAR).address;

	if (!address)
		return -EINVAL;
	address += table & ~MSIX_TABLE_BAR;
	msix->table = map_range(address, (u64)msix->num_vectors * ENTRY_SIZE, MAP_UNCACHED);
	return msix->table ? 0 : -ENOMEM;
}

int pci_msix_init(struct pci_msix *msix, u16 bdf)
{
	unsigned int capability = pci_find_capability(bdf, PCI_CAP_ID_MSIX), n;
	u16 control;
	int err;

	if (!capability)
		return -ENODEV;
	control = pci_read_config(bdf, capability + MSIX_CONTROL, 2);
	*msix = (struct pci_msix){
		.bdf = bdf,
		.capability = capability,
		.num_vectors = (control & MSIX_CONTROL_SIZE) + 1,
	};
	err = map_table(msix);
	if (err)
		return err;

	/* The table need not be accessible before MSI-X is enabled; mask while it is filled. */
	control |= MSIX_CONTROL_ENABLE | MSIX_CONTROL_MASK;
	pci_write_config(bdf, capability + MSIX_CONTROL, control, 2);
	for (n = 0; n < msix->num_vectors; n++)
		pci_msix_mask(msix, n);
	control &= ~MSIX_CONTROL_MASK;
	pci_write_config(bdf, capability + MSIX_CONTROL, control, 2);
	return 0;
}

void pci_msix_mask(struct pci_msix *msix, unsigned int index)
{
	mmio_write32(entry(msix, index, ENTRY_CONTROL), ENTRY_MASKED);
}

void pci_msix_unmask(struct pci_msix *msix, unsigned int index)
{
	mmio_write32(entry(msix, index, ENTRY_CONTROL), 0);
}

void pci_msix_route(struct pci_msix *msix, unsigned int index, unsigned int cpu, unsigned int irq)
{
	pci_msix_mask(msix, index);
	mmio_write32(entry(msix, index, ENTRY_ADDRESS_LOW), message_address(cpu));
	mmio_write32(entry(msix, index, ENTRY_ADDRESS_HIGH), 0);
	mmio_write32(entry(msix, index, ENTRY_DATA), irq);
	pci_msix_unmask(msix, index);
}

int pci_msi_route(u16 bdf, unsigned int cpu, unsigned int irq)
{
	unsigned int capability = pci_find_capability(bdf, PCI_CAP_ID_MSI);
	u16 control;

	if (!capability)
		return -ENODEV;
	control = pci_read_config(bdf, capability + MSI_CONTROL, 2);
	pci_write_config(bdf, capability + MSI_ADDRESS, message_address(cpu), 4);
	if (control & MSI_CONTROL_64BIT)
		pci_write_config(bdf, capability + MSI_ADDRESS_HIGH, 0, 4);
	pci_write_config(bdf,
			 capability + (control & MSI_CONTROL_64BIT ? MSI_DATA_64 : MSI_DATA_32),
			 irq, 2);
	control = (control & ~MSI_CONTROL_MULTIPLE) | MSI_CONTROL_ENABLE;
	pci_write_config(bdf, capability + MSI_CONTROL, control, 2);
	return 0;
}
