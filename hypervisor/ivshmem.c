// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ivshmem device, classic and revision 2: configuration space and registers. Whatever a cell
 * writes is checked where it is used, as cells are hostile. Names of registers: <jailhouse/ivshmem.h>.
 */
#include "ivshmem.h"

#include "ivshmem-channel.h"

/* PCI 3.0, 6.1: further registers of the header, by their dwords */
#define STATUS_CAPABILITIES 0x00100000
#define CLASS_REGISTER      0x08
#define CLASS_OTHER         0xff000000
#define CLASS_SHIFT         8
#define SUBSYSTEM           0x2c
#define CAPABILITY_POINTER  0x34

/* Capabilities: ID, next, and what is in the upper half of the first dword */
#define CAPABILITY_NEXT_SHIFT 8
#define CAPABILITY_DATA_SHIFT 16
#define VNDR_LENGTH_SHIFT     16
#define VNDR_ONESHOT          ((u32)IVSHMEM_PRIVILEGED_ONESHOT << 24)

/* Where capabilities are; MSI-X tables start their BAR. */
#define CLASSIC_MSIX     0x50
#define CLASSIC_PBA      0x10
#define CLASSIC_MSIX_BAR 4
#define REVISION2_VNDR   0x40
#define REVISION2_MSIX   (REVISION2_VNDR + IVSHMEM_VNDR_SIZE)
#define REVISION2_PBA    0x100
#define MSIX_BAR         1

#define DOORBELL_TARGET_SHIFT 16
#define DOORBELL_VECTOR       0xffff

static bool is_classic(const struct pci_device *device)
{
	return device->info->shmem_peers == 0;
}

static u32 *config(struct pci_device *device, u16 address)
{
	return &device->shadows[address / 4];
}

static void set_config64(struct pci_device *device, u16 address, u64 value)
{
	config(device, address)[0] = value;
	config(device, address)[1] = value >> 32;
}

static void init_header(struct pci_device *device, u16 vendor, u16 device_id)
{
	*config(device, PCI_VENDOR_ID) = (u32)device_id << 16 | vendor;
	*config(device, CLASS_REGISTER) = CLASS_OTHER | (u32)device->info->shmem_protocol
								<< CLASS_SHIFT;
	device->writable[PCI_COMMAND / 4] = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;
	if (!device->info->num_msix_vectors)
		device->writable[PCI_COMMAND / 4] |= PCI_COMMAND_NO_INTX;
}

static void set_capabilities(struct pci_device *device, u16 first)
{
	*config(device, PCI_COMMAND) |= STATUS_CAPABILITIES;
	*config(device, CAPABILITY_POINTER) = first;
}

static void init_msix(struct pci_device *device, u16 address, unsigned int bar, u32 pba)
{
	u32 control = device->info->num_msix_vectors - 1;

	*config(device, address) = PCI_CAP_ID_MSIX | control << CAPABILITY_DATA_SHIFT;
	*config(device, address + MSIX_TABLE) = bar;
	*config(device, address + MSIX_PBA) = pba | bar;
	device->writable[address / 4] = (u32)(MSIX_CONTROL_ENABLE | MSIX_CONTROL_MASKALL)
					<< CAPABILITY_DATA_SHIFT;
}

static void init_classic(struct pci_device *device, const struct jailhouse_memory *mem)
{
	init_header(device, IVSHMEM_CLASSIC_VENDOR_ID, IVSHMEM_CLASSIC_DEVICE_ID);
	*config(device, SUBSYSTEM) = *config(device, PCI_VENDOR_ID);
	*config(device, PCI_BAR) = PCI_BAR_64BIT;
	*config(device, PCI_BAR + 4 * CLASSIC_MSIX_BAR) = PCI_BAR_64BIT;
	set_config64(device, IVSHMEM_CFG_SHMEM_PTR, mem->virt_start);
	set_config64(device, IVSHMEM_CFG_SHMEM_SZ, mem->size);
	if (device->info->num_msix_vectors) {
		set_capabilities(device, CLASSIC_MSIX);
		init_msix(device, CLASSIC_MSIX, CLASSIC_MSIX_BAR, CLASSIC_PBA);
	}
}

static void init_revision2(struct pci_device *device, const struct jailhouse_memory *mem)
{
	u32 *vndr = config(device, REVISION2_VNDR);

	init_header(device, IVSHMEM_VENDOR_ID, IVSHMEM_DEVICE_ID);
	set_capabilities(device, REVISION2_VNDR);
	vndr[0] = PCI_CAP_ID_VNDR | REVISION2_MSIX << CAPABILITY_NEXT_SHIFT |
		  IVSHMEM_VNDR_SIZE << VNDR_LENGTH_SHIFT;
	device->writable[REVISION2_VNDR / 4] = VNDR_ONESHOT;
	vndr[IVSHMEM_VNDR_STATE_SIZE / 4] = mem[IVSHMEM_REGION_STATE].size;
	set_config64(device, REVISION2_VNDR + IVSHMEM_VNDR_RW_SIZE, mem[IVSHMEM_REGION_RW].size);
	set_config64(device, REVISION2_VNDR + IVSHMEM_VNDR_OUTPUT_SIZE,
		     mem[IVSHMEM_REGION_OUTPUT(0)].size);
	set_config64(device, REVISION2_VNDR + IVSHMEM_VNDR_ADDRESS,
		     mem[IVSHMEM_REGION_STATE].virt_start);
	init_msix(device, REVISION2_MSIX, MSIX_BAR, REVISION2_PBA);
}

static void reset_interrupts(struct pci_device *device)
{
	struct pci_msix_virtual *msix = &device->peer->msix;

	pci_msix_virtual_assign(msix, device->pci->cell);
	/* The classic device has no register to switch MSI-X off. */
	if (is_classic(device) && device->info->num_msix_vectors)
		pci_msix_virtual_set_gate(msix, true);
}

int ivshmem_init(struct pci_device *device)
{
	const struct jailhouse_memory *mem = jailhouse_cell_mem_regions(device->pci->config) +
					     device->info->shmem_regions_start;
	int err = ivshmem_connect(device->info, is_classic(device) ? NULL : mem, &device->peer);

	if (err)
		return err;
	reset_interrupts(device);
	if (is_classic(device))
		init_classic(device, mem);
	else
		init_revision2(device, mem);
	return 0;
}

void ivshmem_exit(struct pci_device *device)
{
	ivshmem_disconnect(device->peer);
}

/* A new value is told to the others. */
static void set_state(struct ivshmem_peer *peer, u32 state)
{
	if (ivshmem_set_state(peer, state))
		ivshmem_notify_others(peer);
}

void ivshmem_reset(struct pci_device *device)
{
	reset_interrupts(device);
	set_state(device->peer, 0);
}

void ivshmem_register_written(struct pci_device *device)
{
	u16 msix = is_classic(device) ? CLASSIC_MSIX : REVISION2_MSIX;
	bool one_shot = !is_classic(device) && *config(device, REVISION2_VNDR) & VNDR_ONESHOT;

	pci_msix_virtual_control(&device->peer->msix,
				 *config(device, msix) >> CAPABILITY_DATA_SHIFT,
				 *config(device, PCI_COMMAND), one_shot);
}

static void access_gate(struct ivshmem_peer *peer, struct mmio_access *access)
{
	if (access->is_write)
		pci_msix_virtual_set_gate(&peer->msix, access->value & IVSHMEM_INT_CONTROL_ENABLE);
	else if (__atomic_load_n(&peer->msix.gate_open, __ATOMIC_RELAXED))
		access->value = IVSHMEM_INT_CONTROL_ENABLE;
}

/* Registers that cannot be read are 0 in @access already; what a write leaves there, nobody reads. */
static void access_classic(struct pci_device *device, struct mmio_access *access)
{
	struct ivshmem_peer *peer = device->peer;

	switch (access->address) {
	case IVSHMEM_CLASSIC_INTX_CTRL:
		if (!device->info->num_msix_vectors)
			access_gate(peer, access);
		break;
	case IVSHMEM_CLASSIC_IVPOSITION:
		access->value = peer->id;
		break;
	case IVSHMEM_CLASSIC_DOORBELL:
		if (access->is_write)
			ivshmem_notify_others(peer);
		break;
	case IVSHMEM_CLASSIC_LSTATE:
		if (access->is_write) {
			ivshmem_set_state(peer, access->value);
			ivshmem_notify_others(peer);
		}
		access->value = ivshmem_state(peer->channel, peer->id);
		break;
	case IVSHMEM_CLASSIC_RSTATE:
		access->value = ivshmem_state(peer->channel, !peer->id);
		break;
	}
}

static void access_revision2(struct pci_device *device, struct mmio_access *access)
{
	struct ivshmem_peer *peer = device->peer;

	switch (access->address) {
	case IVSHMEM_ID:
		access->value = peer->id;
		break;
	case IVSHMEM_MAX_PEERS:
		access->value = peer->channel->num_peers;
		break;
	case IVSHMEM_INT_CONTROL:
		access_gate(peer, access);
		break;
	case IVSHMEM_DOORBELL:
		if (access->is_write)
			ivshmem_ring(peer->channel, (u32)access->value >> DOORBELL_TARGET_SHIFT,
				     access->value & DOORBELL_VECTOR);
		break;
	case IVSHMEM_STATE:
		if (access->is_write)
			set_state(peer, access->value);
		access->value = ivshmem_state(peer->channel, peer->id);
		break;
	}
}

enum mmio_result ivshmem_bar_access(struct pci_device *device, unsigned int bar,
				    struct mmio_access *access)
{
	if (bar != 0) {
		pci_msix_virtual_access(&device->peer->msix, access);
		return MMIO_HANDLED;
	}
	if (!access->is_write)
		access->value = 0;
	if (access->size == 4 && is_classic(device))
		access_classic(device, access);
	else if (access->size == 4)
		access_revision2(device, access);
	return MMIO_HANDLED;
}
