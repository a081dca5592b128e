/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Loading of images into the memory of a cell.
 */
#ifndef JAILHOUSE_DRIVER_LOAD_H
#define JAILHOUSE_DRIVER_LOAD_H

#include <jailhouse/ioctl.h>

/*
 * Stops a cell and copies images into its loadable regions, in the given order; without images it
 * just stops. Needs the driver's lock, may sleep.
 *
 * Returns 0, -ENOENT (no such cell), -EINVAL (an image does not fit), -EPERM (the cell refuses to
 * stop), -EFAULT, -E2BIG (too many images), -ENOMEM, -EINTR; the reason is reported. Until -EFAULT
 * and -EINTR, nothing has been written, and up to -EPERM, the cell goes on.
 */
int load_images(const struct jailhouse_cell_load __user *arg);

#endif /* JAILHOUSE_DRIVER_LOAD_H */
