// SPDX-License-Identifier: GPL-2.0-only
/*
 * The classic device: one region that both peers can write, and no BAR for it; each peer sends from
 * its half.
 */
#include <linux/device.h>

#include <ivshm-ring.h>
#include <jailhouse/ivshmem.h>

#include "device.h"

static int find(struct ivshmem_device *device)
{
	device->id = ivshmem_device_read(device, IVSHMEM_CLASSIC_IVPOSITION);
	if (device->id > 1) {
		dev_err(device->dev, "position %u is none of a channel between two cells\n",
			device->id);
		return -ENODEV;
	}
	device->peer = !device->id;
	device->start = ivshmem_read_config64(device, IVSHMEM_CFG_SHMEM_PTR);
	device->size = ivshmem_read_config64(device, IVSHMEM_CFG_SHMEM_SZ);
	return 0;
}

static void sections(const struct ivshmem_device *device, struct ivshm_config *config)
{
	ivshm_config_classic(config, device->memory, device->size, device->id);
}

static u32 peer_state(const struct ivshmem_device *device)
{
	return ivshmem_device_read(device, IVSHMEM_CLASSIC_RSTATE);
}

const struct ivshmem_model ivshmem_classic = {
	.name = "classic",
	.doorbell = IVSHMEM_CLASSIC_DOORBELL,
	.state = IVSHMEM_CLASSIC_LSTATE,
	.state_always_rings = true,
	.find = find,
	.sections = sections,
	.peer_state = peer_state,
};
