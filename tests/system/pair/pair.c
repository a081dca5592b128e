// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two platform devices, one per end; binding and unbinding them in sysfs is what loading the driver
 * in the one cell or the other would be.
 */
#include <linux/module.h>
#include <linux/netdevice.h>

#include <ivshmem-net.h>
#include <netdev.h>

#include "pair.h"

bool pair_classic;
module_param_named(classic, pair_classic, bool, 0444);
MODULE_PARM_DESC(classic, "a device of the classic kind");

unsigned int pair_vectors = 2;
module_param_named(vectors, pair_vectors, uint, 0444);
MODULE_PARM_DESC(vectors, "1 or 2");

static unsigned long section = 512 * 1024;
module_param(section, ulong, 0444);
MODULE_PARM_DESC(section, "bytes of each section");

static int probe(struct platform_device *device)
{
	struct ivshmem_net *net = ivshmem_net_alloc(&device->dev);
	int err;

	if (!net)
		return -ENOMEM;
	pair_device_attach(&net->device, &device->dev, device->id);
	err = ivshmem_net_init(net);
	if (err)
		goto free;
	ivshmem_interrupts_init(net);
	ivshmem_link_init(net);
	ivshmem_interrupts_request(net);
	err = register_netdev(net->dev);
	if (err)
		goto free_interrupts;
	platform_set_drvdata(device, net);
	ivshmem_device_enable_interrupts(&net->device, true);
	ivshmem_link_start(net);
	return 0;

free_interrupts:
	ivshmem_interrupts_free(net);
free:
	ivshmem_net_free(net);
	return err;
}

static int remove(struct platform_device *device)
{
	struct ivshmem_net *net = platform_get_drvdata(device);

	unregister_netdev(net->dev);
	ivshmem_device_enable_interrupts(&net->device, false);
	ivshmem_interrupts_free(net);
	ivshmem_link_exit(net);
	ivshmem_net_free(net);
	return 0;
}

static struct platform_driver pair_driver = {
	.driver.name = KBUILD_MODNAME,
	.probe = probe,
	.remove = remove,
};

static void unregister_devices(void)
{
	unsigned int id;

	for (id = 0; id < PAIR_ENDS; id++)
		if (!IS_ERR_OR_NULL(pair.ends[id].device))
			platform_device_unregister(pair.ends[id].device);
}

static int register_devices(void)
{
	unsigned int id;

	for (id = 0; id < PAIR_ENDS; id++) {
		pair.ends[id].device = platform_device_register_simple(KBUILD_MODNAME, id, NULL, 0);
		if (IS_ERR(pair.ends[id].device)) {
			unregister_devices();
			return PTR_ERR(pair.ends[id].device);
		}
	}
	return 0;
}

static int __init pair_init(void)
{
	int err;

	if (pair_vectors < 1 || pair_vectors > IVSHMEM_VECTORS_MAX)
		return -EINVAL;
	err = pair_device_init(section);
	if (err)
		return err;
	pair_debug_init();
	err = platform_driver_register(&pair_driver);
	if (err)
		goto exit;
	err = register_devices();
	if (!err)
		return 0;
	platform_driver_unregister(&pair_driver);
exit:
	pair_debug_exit();
	pair_device_exit();
	return err;
}
module_init(pair_init);

static void __exit pair_exit(void)
{
	pair_debug_exit();
	unregister_devices();
	platform_driver_unregister(&pair_driver);
	pair_device_exit();
}
module_exit(pair_exit);

MODULE_DESCRIPTION("Both ends of an ivshmem-net link in one kernel, for tests");
MODULE_LICENSE("GPL");
