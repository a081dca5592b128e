/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Finding an ivshmem device and mapping it.
 */
#include <inmate/inmate.h>
#include <inmate/ivshmem.h>

#include "ivshmem-registers.h"

#define BAR_REGISTERS    0
#define BAR_MSIX         1
#define BAR_MSIX_CLASSIC 4

/* Vendor ID and device ID as one register */
#define IDS(vendor, device) ((u32)(device) << 16 | (vendor))
#define IDS_REVISION2       IDS(IVSHMEM_VENDOR_ID, IVSHMEM_DEVICE_ID)
#define IDS_CLASSIC         IDS(IVSHMEM_CLASSIC_VENDOR_ID, IVSHMEM_CLASSIC_DEVICE_ID)

static u32 ids(u16 bdf)
{
	return pci_read_config(bdf, PCI_CFG_VENDOR, 4);
}

/* Interface and sub-class are its two bytes. */
u16 ivshmem_protocol(u16 bdf)
{
	return pci_read_config(bdf, PCI_CFG_CLASS, 1) | pci_read_config(bdf, PCI_CFG_CLASS + 1, 1)
								<< 8;
}

static u64 read_config64(u16 bdf, unsigned int offset)
{
	return pci_read_config(bdf, offset, 4) | (u64)pci_read_config(bdf, offset + 4, 4) << 32;
}

int ivshmem_find(u32 protocol, u32 start)
{
	int bdf = pci_find_device(PCI_ID_ANY, PCI_ID_ANY, start);

	while (bdf >= 0) {
		if ((ids(bdf) == IDS_REVISION2 || ids(bdf) == IDS_CLASSIC) &&
		    (protocol == IVSHMEM_ANY_PROTOCOL || protocol == ivshmem_protocol(bdf)))
			break;
		bdf = pci_find_device(PCI_ID_ANY, PCI_ID_ANY, bdf + 1);
	}
	return bdf;
}

static int map_registers(struct ivshmem *device)
{
	u64 address = pci_bar_assign(device->bdf, BAR_REGISTERS);

	if (!address ||
	    (pci_find_capability(device->bdf, PCI_CAP_ID_MSIX) &&
	     !pci_bar_assign(device->bdf, device->classic ? BAR_MSIX_CLASSIC : BAR_MSIX)))
		return -ENODEV;
	pci_command(device->bdf, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 0);
	device->registers = map_range(address, PAGE_SIZE, MAP_UNCACHED);
	return device->registers ? 0 : -ENOMEM;
}

static int map_classic(struct ivshmem *device)
{
	device->id = ivshmem_read(device, IVSHMEM_CLASSIC_IVPOSITION);
	device->max_peers = IVSHMEM_CLASSIC_PEERS;
	device->common_size = read_config64(device->bdf, IVSHMEM_CFG_SHMEM_SZ);
	device->common = map_range(read_config64(device->bdf, IVSHMEM_CFG_SHMEM_PTR),
				   device->common_size, MAP_CACHED);
	if (device->id >= device->max_peers || !device->common_size)
		return -ENODEV;
	return device->common ? 0 : -ENOMEM;
}

/* Maps @size bytes at *@address, which moves behind them; NULL if there are none. */
static void *map_section(u64 *address, u64 size, bool writable, int *err)
{
	void *section = NULL;

	if (size) {
		section = map_range(*address, size, writable ? MAP_CACHED : MAP_READ_ONLY);
		if (!section)
			*err = -ENOMEM;
	}
	*address += size;
	return section;
}

static int map_sections(struct ivshmem *device, unsigned int capability)
{
	u64 address = read_config64(device->bdf, capability + IVSHMEM_VNDR_ADDRESS);
	u32 state_size = pci_read_config(device->bdf, capability + IVSHMEM_VNDR_STATE_SIZE, 4);
	unsigned int peer;
	int err = 0;

	device->common_size = read_config64(device->bdf, capability + IVSHMEM_VNDR_RW_SIZE);
	device->output_size = read_config64(device->bdf, capability + IVSHMEM_VNDR_OUTPUT_SIZE);
	device->states = map_section(&address, state_size, false, &err);
	device->common = map_section(&address, device->common_size, true, &err);
	if (device->output_size)
		device->outputs = (u8 *)address;
	for (peer = 0; peer < device->max_peers; peer++)
		map_section(&address, device->output_size, peer == device->id, &err);
	return err;
}

static int map_revision2(struct ivshmem *device)
{
	unsigned int capability = pci_find_capability(device->bdf, PCI_CAP_ID_VNDR);

	device->id = ivshmem_read(device, IVSHMEM_ID);
	device->max_peers = ivshmem_read(device, IVSHMEM_MAX_PEERS);
	if (!capability || device->max_peers > IVSHMEM_PEERS_LIMIT ||
	    device->id >= device->max_peers)
		return -ENODEV;
	return map_sections(device, capability);
}

static int init_interrupts(struct ivshmem *device)
{
	int err = pci_msix_init(&device->msix, device->bdf);

	device->num_vectors = device->msix.num_vectors;
	if (device->num_vectors > IVSHMEM_VECTORS_LIMIT)
		device->num_vectors = IVSHMEM_VECTORS_LIMIT;
	/* A classic device may be without. */
	return err == -ENODEV && device->classic ? 0 : err;
}

int ivshmem_open(struct ivshmem *device, u16 bdf)
{
	u32 found = ids(bdf);
	int err;

	if (found != IDS_REVISION2 && found != IDS_CLASSIC)
		return -ENODEV;
	*device = (struct ivshmem){
		.bdf = bdf,
		.protocol = ivshmem_protocol(bdf),
		.classic = found == IDS_CLASSIC,
	};
	err = map_registers(device);
	if (!err)
		err = device->classic ? map_classic(device) : map_revision2(device);
	if (!err)
		err = init_interrupts(device);
	return err;
}

void ivshmem_close(struct ivshmem *device)
{
	unsigned int vector;

	if (!device->classic)
		ivshmem_write(device, IVSHMEM_INT_CONTROL, 0);
	for (vector = 0; vector < device->num_vectors; vector++) {
		ivshmem_irq_mask(device, vector);
		if (device->irqs[vector])
			irq_disable(device->irqs[vector]);
	}
	ivshmem_set_state(device, 0);
}
