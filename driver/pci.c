// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes physical PCI devices from their drivers. A driver override with a name that no driver has
 * keeps every other driver away.
 */
#define pr_fmt(fmt) "jailhouse: " fmt

#include <linux/pci.h>
#include <linux/slab.h>

#include <jailhouse/cell-config.h>

#include "pci.h"
#include "report.h"

#define OVERRIDE "jailhouse"

struct taken_device {
	struct list_head entry;
	struct pci_dev *pdev;
	bool had_driver;
	/* What the user had set, or NULL. */
	char *former_override;
};

void pci_taken_init(struct pci_taken *taken)
{
	INIT_LIST_HEAD(&taken->devices);
}

static int set_override(struct pci_dev *pdev, const char *name)
{
	return driver_set_override(&pdev->dev, &pdev->driver_override, name, strlen(name));
}

static int keep_former_override(struct taken_device *device)
{
	struct device *dev = &device->pdev->dev;
	int err = 0;

	device_lock(dev);
	device->had_driver = dev->driver;
	if (device->pdev->driver_override) {
		device->former_override = kstrdup(device->pdev->driver_override, GFP_KERNEL);
		if (!device->former_override)
			err = -ENOMEM;
	}
	device_unlock(dev);
	return err;
}

static void taken_device_free(struct taken_device *device)
{
	pci_dev_put(device->pdev);
	kfree(device->former_override);
	kfree(device);
}

/* Takes over the reference to @pdev, also on failure. */
static int take_device(struct pci_taken *taken, struct pci_dev *pdev)
{
	struct taken_device *device = kzalloc(sizeof(*device), GFP_KERNEL);
	int err;

	if (!device) {
		pci_dev_put(pdev);
		return -ENOMEM;
	}
	device->pdev = pdev;
	err = keep_former_override(device);
	if (!err)
		err = set_override(pdev, OVERRIDE);
	if (err) {
		taken_device_free(device);
		return err;
	}
	device_release_driver(&pdev->dev);
	list_add(&device->entry, &taken->devices);
	return 0;
}

static struct pci_dev *find_device(const struct jailhouse_pci_device *config)
{
	return pci_get_domain_bus_and_slot(config->domain, PCI_BUS_NUM(config->bdf),
					   config->bdf & 0xff);
}

int pci_take(struct pci_taken *taken, const struct jailhouse_cell_desc *cell)
{
	const struct jailhouse_pci_device *config = jailhouse_cell_pci_devices(cell);
	struct pci_dev *pdev;
	unsigned int n;
	int err;

	for (n = 0; n < cell->num_pci_devices; n++) {
		if (config[n].type != JAILHOUSE_PCI_TYPE_DEVICE)
			continue;
		pdev = find_device(&config[n]);
		if (!pdev)
			continue;
		err = take_device(taken, pdev);
		if (err) {
			pci_give_back(taken);
			return refuse(err,
				      "PCI device %u of cell \"%s\" cannot be taken from its "
				      "driver (%pe)",
				      n, cell->name, ERR_PTR(err));
		}
	}
	return 0;
}

static void give_back_device(struct taken_device *device)
{
	struct pci_dev *pdev = device->pdev;

	if (set_override(pdev, device->former_override ?: ""))
		pci_warn(pdev, "jailhouse: driver_override cannot be restored\n");
	if (device->had_driver && device_attach(&pdev->dev) < 0)
		pci_warn(pdev, "jailhouse: driver cannot be bound again\n");
	list_del(&device->entry);
	taken_device_free(device);
}

void pci_give_back(struct pci_taken *taken)
{
	struct taken_device *device, *next;

	list_for_each_entry_safe (device, next, &taken->devices, entry)
		give_back_device(device);
}
