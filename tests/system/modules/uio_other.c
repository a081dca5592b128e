// SPDX-License-Identifier: GPL-2.0-only
/*
 * Another UIO driver for revision 2 of the ivshmem device, as others might write it: one vector for
 * everything, one-shot interrupts that the program has to enable again, registers and the whole
 * memory as maps. Shows that the device needs nothing of uio_ivshmem.
 */
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/uio_driver.h>

#define VENDOR 0x110a
#define DEVICE 0x4106

/* Offsets in the vendor specific capability, and in the registers */
#define CAPABILITY_CONTROL 0x03
#define CAPABILITY_STATES  0x04
#define CAPABILITY_COMMON  0x08
#define CAPABILITY_OUTPUT  0x10
#define CAPABILITY_ADDRESS 0x18
#define ONE_SHOT           0x01
#define REGISTER_PEERS     0x04

static irqreturn_t handle(int irq, struct uio_info *info)
{
	return IRQ_HANDLED;
}

static u32 read_capability(struct pci_dev *pdev, int offset)
{
	u32 value = 0;

	pci_read_config_dword(pdev, pci_find_capability(pdev, PCI_CAP_ID_VNDR) + offset, &value);
	return value;
}

static void find_maps(struct pci_dev *pdev, struct uio_info *info, void __iomem *registers)
{
	info->mem[0].name = "bar0";
	info->mem[0].addr = pci_resource_start(pdev, 0);
	info->mem[0].size = pci_resource_len(pdev, 0);
	info->mem[0].memtype = UIO_MEM_PHYS;
	info->mem[1].name = "shmem";
	info->mem[1].addr = read_capability(pdev, CAPABILITY_ADDRESS);
	info->mem[1].size = read_capability(pdev, CAPABILITY_STATES) +
			    read_capability(pdev, CAPABILITY_COMMON) +
			    readl(registers + REGISTER_PEERS) *
				    read_capability(pdev, CAPABILITY_OUTPUT);
	info->mem[1].memtype = UIO_MEM_PHYS;
}

static int probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct uio_info *info = devm_kzalloc(&pdev->dev, sizeof(*info), GFP_KERNEL);
	int capability = pci_find_capability(pdev, PCI_CAP_ID_VNDR), err;

	if (!info || !capability)
		return -ENODEV;
	err = pcim_enable_device(pdev);
	if (!err)
		err = pcim_iomap_regions(pdev, BIT(0), "uio_other");
	if (err)
		return err;
	find_maps(pdev, info, pcim_iomap_table(pdev)[0]);
	pci_set_master(pdev);
	pci_write_config_byte(pdev, capability + CAPABILITY_CONTROL, ONE_SHOT);
	err = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSIX);
	if (err < 0)
		return err;
	info->name = "uio_other";
	info->version = "1";
	info->irq = pci_irq_vector(pdev, 0);
	info->handler = handle;
	pci_set_drvdata(pdev, info);
	return uio_register_device(&pdev->dev, info);
}

static void remove(struct pci_dev *pdev)
{
	uio_unregister_device(pci_get_drvdata(pdev));
	pci_free_irq_vectors(pdev);
	pci_clear_master(pdev);
}

/* Without a class: the test says which device it is for. */
static struct pci_driver uio_other_driver = {
	.name = "uio_other",
	.probe = probe,
	.remove = remove,
};
module_pci_driver(uio_other_driver);

MODULE_DESCRIPTION("Another UIO driver for ivshmem devices");
MODULE_LICENSE("GPL");
