// SPDX-License-Identifier: GPL-2.0-only
/*
 * ivshmem-net: finds ivshmem devices whose protocol is Ethernet, and puts the parts of a link
 * together.
 */
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/pci.h>

#include <jailhouse/ivshmem.h>

#include "ivshmem-net.h"
#include "netdev.h"

/* Base class FF; sub-class and interface are the two bytes of the protocol number. */
#define CLASS_OF(protocol) (PCI_CLASS_OTHERS << 16 | (protocol))
#define CLASS_MASK         0xffffff
#define PROTOCOL           0x0001
#define PROTOCOL_CLASSIC   0x0100 /* what existing classic drivers bind to */

static int create(struct ivshmem_net *net, struct pci_dev *pdev, const struct ivshmem_model *model)
{
	int err;

	err = ivshmem_device_init(&net->device, pdev, model);
	if (err)
		return err;
	err = ivshmem_net_init(net);
	if (err)
		goto exit_device;
	ivshmem_interrupts_init(net);
	ivshmem_link_init(net);
	err = ivshmem_interrupts_request(net);
	if (err)
		goto exit_device;
	err = register_netdev(net->dev);
	if (err) {
		pci_err(pdev, "network device cannot be registered (%pe)\n", ERR_PTR(err));
		goto free_interrupts;
	}
	return 0;

free_interrupts:
	ivshmem_interrupts_free(net);
exit_device:
	ivshmem_device_exit(&net->device);
	return err;
}

static int probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct ivshmem_net *net = ivshmem_net_alloc(&pdev->dev);
	int err;

	if (!net)
		return -ENOMEM;
	err = create(net, pdev, (const struct ivshmem_model *)id->driver_data);
	if (err) {
		ivshmem_net_free(net);
		return err;
	}
	pci_set_drvdata(pdev, net);
	ivshmem_device_enable_interrupts(&net->device, true);
	ivshmem_link_start(net);
	netdev_info(net->dev, "%s device, peer ID %u, rings of %u entries, MTU up to %u\n",
		    net->device.model->name, net->device.id, net->geometry.entries,
		    net->dev->max_mtu);
	return 0;
}

static void remove(struct pci_dev *pdev)
{
	struct ivshmem_net *net = pci_get_drvdata(pdev);

	unregister_netdev(net->dev);
	ivshmem_device_enable_interrupts(&net->device, false);
	ivshmem_interrupts_free(net);
	ivshmem_link_exit(net);
	ivshmem_device_exit(&net->device);
	ivshmem_net_free(net);
}

#define MATCH(vendor, device, protocol, model)                                                     \
	{                                                                                          \
		PCI_DEVICE(vendor, device), CLASS_OF(protocol), CLASS_MASK, (kernel_ulong_t)&model \
	}
#define MATCH_REVISION2(protocol) \
	MATCH(IVSHMEM_VENDOR_ID, IVSHMEM_DEVICE_ID, protocol, ivshmem_revision2)
#define MATCH_CLASSIC(protocol) \
	MATCH(IVSHMEM_CLASSIC_VENDOR_ID, IVSHMEM_CLASSIC_DEVICE_ID, protocol, ivshmem_classic)

static const struct pci_device_id ids[] = { MATCH_REVISION2(JAILHOUSE_SHMEM_PROTO_VETH),
					    MATCH_CLASSIC(JAILHOUSE_SHMEM_PROTO_VETH),
					    MATCH_CLASSIC(PROTOCOL_CLASSIC),
					    {} };
MODULE_DEVICE_TABLE(pci, ids);

static struct pci_driver ivshmem_net_driver = {
	.name = KBUILD_MODNAME,
	.id_table = ids,
	.probe = probe,
	.remove = remove,
};
module_pci_driver(ivshmem_net_driver);

MODULE_DESCRIPTION("Ethernet over ivshmem, between the cells of one machine");
MODULE_LICENSE("GPL");
MODULE_VERSION(IVSHMEM_NET_VERSION);
