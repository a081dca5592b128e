// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device revision 2: one section of the shared memory per peer, which it alone can write, and a
 * table of all states in memory.
 */
#include <linux/pci.h>

#include <ivshm-ring.h>
#include <jailhouse/ivshmem.h>

#include "device.h"

static int find_capability(struct pci_dev *pdev)
{
	int capability = pci_find_capability(pdev, PCI_CAP_ID_VNDR);
	u8 length = 0;

	if (capability)
		pci_read_config_byte(pdev, capability + IVSHMEM_VNDR_LENGTH, &length);
	if (length < IVSHMEM_VNDR_SIZE) {
		dev_err(&pdev->dev, "the device does not tell where its shared memory is\n");
		return -ENODEV;
	}
	return capability;
}

static int find_memory(struct ivshmem_device *device)
{
	struct pci_dev *pdev = to_pci_dev(device->dev);
	int capability = find_capability(pdev);
	u32 table_size = 0;
	u64 common_size;

	if (capability < 0)
		return capability;
	pci_read_config_dword(pdev, capability + IVSHMEM_VNDR_STATE_SIZE, &table_size);
	common_size = ivshmem_read_config64(device, capability + IVSHMEM_VNDR_RW_SIZE);
	device->output = table_size + common_size;
	device->output_size = ivshmem_read_config64(device, capability + IVSHMEM_VNDR_OUTPUT_SIZE);
	device->start = ivshmem_read_config64(device, capability + IVSHMEM_VNDR_ADDRESS);
	device->size = device->output + 2 * device->output_size;
	if (table_size < 2 * sizeof(u32) || common_size > SIZE_MAX / 2 ||
	    device->output_size > SIZE_MAX / 8) {
		dev_err(&pdev->dev, "sizes of the shared memory make no sense\n");
		return -ENODEV;
	}
	/* One-shot interrupts would need a register access after each. */
	pci_write_config_byte(pdev, capability + IVSHMEM_VNDR_PRIVILEGED, 0);
	return 0;
}

static int find(struct ivshmem_device *device)
{
	device->id = ivshmem_device_read(device, IVSHMEM_ID);
	if (device->id > 1) {
		dev_err(device->dev, "an Ethernet link has peers 0 and 1; this one is %u\n",
			device->id);
		return -ENODEV;
	}
	device->peer = !device->id;
	return find_memory(device);
}

static void sections(const struct ivshmem_device *device, struct ivshm_config *config)
{
	u8 *output = device->memory + device->output;

	ivshm_config_revision2(config, output + device->id * device->output_size,
			       output + device->peer * device->output_size, device->output_size);
}

static u32 peer_state(const struct ivshmem_device *device)
{
	const __le32 *table = device->memory;

	/* Acquire: what the peer wrote before it changed its state is seen after it. */
	return le32_to_cpu(virt_load_acquire(&table[device->peer]));
}

static void enable_interrupts(const struct ivshmem_device *device, bool enable)
{
	writel(enable ? IVSHMEM_INT_CONTROL_ENABLE : 0, device->registers + IVSHMEM_INT_CONTROL);
}

const struct ivshmem_model ivshmem_revision2 = {
	.name = "revision 2",
	.doorbell = IVSHMEM_DOORBELL,
	.state = IVSHMEM_STATE,
	.state_in_memory = true,
	.find = find,
	.sections = sections,
	.peer_state = peer_state,
	.enable_interrupts = enable_interrupts,
};
