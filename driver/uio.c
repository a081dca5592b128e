// SPDX-License-Identifier: GPL-2.0-only
/*
 * uio_ivshmem: ivshmem devices for programs, both revisions of the device. Leaves those that speak
 * Ethernet to ivshmem-net.
 */
#include <linux/io.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "uio-device.h"

#define VERSION "0.1"

/* Sub-class and interface of the device; network drivers for classic devices want the second. */
#define PROTOCOL(pdev)            ((pdev)->class & 0xffff)
#define PROTOCOL_ETHERNET         JAILHOUSE_SHMEM_PROTO_VETH
#define PROTOCOL_ETHERNET_CLASSIC 0x0100

/* QEMU's own devices, of the same IDs as the classic one, have their memory there. */
#define BAR_QEMU_MEMORY 2

static bool is_for_others(const struct pci_dev *pdev, bool classic)
{
	if (classic && pci_resource_len(pdev, BAR_QEMU_MEMORY))
		return true;
	return PROTOCOL(pdev) == PROTOCOL_ETHERNET ||
	       (classic && PROTOCOL(pdev) == PROTOCOL_ETHERNET_CLASSIC);
}

/* The program that may have set a state is cut off; its peers are told. */
static void reset_state(const struct uio_ivshmem *device)
{
	u32 offset = device->classic ? IVSHMEM_CLASSIC_LSTATE : IVSHMEM_STATE;

	writel(0, device->registers + offset);
}

/* Interrupts since the driver was bound: a number for each vector. */
static ssize_t interrupt_counts_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct uio_ivshmem *device = dev_get_drvdata(dev);
	unsigned int n;
	int length = 0;

	for (n = 0; n < device->num_vectors; n++)
		length += sysfs_emit_at(buf, length, "%s%lld", n ? " " : "",
					atomic64_read(&device->vectors[n].count));
	return length + sysfs_emit_at(buf, length, "\n");
}
static DEVICE_ATTR_RO(interrupt_counts);

/* The attribute is there for revision 2 only. */
static ssize_t one_shot_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", uio_ivshmem_is_one_shot(dev_get_drvdata(dev)));
}

static ssize_t one_shot_store(struct device *dev, struct device_attribute *attr, const char *buf,
			      size_t count)
{
	struct uio_ivshmem *device = dev_get_drvdata(dev);
	bool one_shot;
	int err = kstrtobool(buf, &one_shot);

	if (err)
		return err;
	pci_write_config_byte(device->pdev, device->capability + IVSHMEM_VNDR_PRIVILEGED,
			      one_shot ? IVSHMEM_PRIVILEGED_ONESHOT : 0);
	return count;
}
static DEVICE_ATTR_RW(one_shot);

static umode_t is_visible(struct kobject *kobj, struct attribute *attr, int index)
{
	struct uio_ivshmem *device = dev_get_drvdata(kobj_to_dev(kobj));

	return attr == &dev_attr_one_shot.attr && device->classic ? 0 : attr->mode;
}

static struct attribute *attributes[] = {
	&dev_attr_interrupt_counts.attr,
	&dev_attr_one_shot.attr,
	NULL,
};

static const struct attribute_group group = {
	.attrs = attributes,
	.is_visible = is_visible,
};

static const struct attribute_group *groups[] = {
	&group,
	NULL,
};

static int enable(struct uio_ivshmem *device)
{
	struct pci_dev *pdev = device->pdev;
	int err = pcim_enable_device(pdev);

	if (err) {
		pci_err(pdev, "device cannot be enabled (%pe)\n", ERR_PTR(err));
		return err;
	}
	err = uio_ivshmem_find_maps(device);
	if (err)
		return err;
	device->num_vectors = clamp(pci_msix_vec_count(pdev), 0, IVSHMEM_VECTORS_LIMIT);
	device->info.irq = device->num_vectors ? UIO_IRQ_CUSTOM : UIO_IRQ_NONE;
	pci_set_master(pdev);
	return 0;
}

/* Interrupts come last: they need the UIO device that they are announced by. */
static int start(struct uio_ivshmem *device)
{
	struct pci_dev *pdev = device->pdev;
	int err = uio_register_device(&pdev->dev, &device->info);

	if (err) {
		pci_err(pdev, "UIO device cannot be registered (%pe)\n", ERR_PTR(err));
		return err;
	}
	err = uio_ivshmem_request_vectors(device);
	if (err) {
		uio_unregister_device(&device->info);
		uio_ivshmem_unmap_all(device);
	}
	return err;
}

static int probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	bool classic = pdev->vendor == IVSHMEM_CLASSIC_VENDOR_ID;
	struct uio_ivshmem *device;
	int err;

	if (is_for_others(pdev, classic))
		return -ENODEV;
	device = devm_kzalloc(&pdev->dev, sizeof(*device), GFP_KERNEL);
	if (!device)
		return -ENOMEM;
	device->pdev = pdev;
	device->classic = classic;
	device->info.name = UIO_IVSHMEM_NAME;
	device->info.version = VERSION;
	device->info.priv = device;
	device->info.mmap = uio_ivshmem_mmap;
	device->info.irqcontrol = uio_ivshmem_irqcontrol;
	device->info.open = uio_ivshmem_open;
	device->info.release = uio_ivshmem_release;
	mutex_init(&device->lock);
	pci_set_drvdata(pdev, device);
	err = enable(device);
	if (!err)
		err = start(device);
	if (err)
		pci_clear_master(pdev);
	return err;
}

static void remove(struct pci_dev *pdev)
{
	struct uio_ivshmem *device = pci_get_drvdata(pdev);

	uio_ivshmem_free_vectors(device);
	uio_unregister_device(&device->info);
	uio_ivshmem_unmap_all(device);
	reset_state(device);
	pci_clear_master(pdev);
}

static const struct pci_device_id ids[] = {
	{ PCI_DEVICE(IVSHMEM_VENDOR_ID, IVSHMEM_DEVICE_ID) },
	{ PCI_DEVICE(IVSHMEM_CLASSIC_VENDOR_ID, IVSHMEM_CLASSIC_DEVICE_ID) },
	{},
};
MODULE_DEVICE_TABLE(pci, ids);

static struct pci_driver uio_ivshmem_driver = {
	.name = UIO_IVSHMEM_NAME,
	.id_table = ids,
	.probe = probe,
	.remove = remove,
	.dev_groups = groups,
};
module_pci_driver(uio_ivshmem_driver);

MODULE_DESCRIPTION("ivshmem devices for programs, between the cells of one machine");
MODULE_LICENSE("GPL");
MODULE_VERSION(VERSION);
