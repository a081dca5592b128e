/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Configurations on their way from user space to the hypervisor. The hypervisor checks them in
 * full; here it is made sure that nothing outside them is read, and what only Linux can know.
 */
#ifndef JAILHOUSE_DRIVER_CONFIG_H
#define JAILHOUSE_DRIVER_CONFIG_H

#include <linux/cpumask.h>

#include <jailhouse/cell-config.h>
#include <jailhouse/ioctl.h>

/*
 * Copies a system configuration. The caller frees it with kvfree. Returns it or an ERR_PTR:
 * -EFAULT, -EINVAL (format), -E2BIG, -ENOMEM; the reason is reported.
 */
struct jailhouse_system *config_copy_system(const void __user *source);

/*
 * Copies a cell configuration into physically contiguous memory. The caller frees it with kfree.
 * Returns it or an ERR_PTR: -EFAULT, -EINVAL (format), -E2BIG, -ENOMEM; the reason is reported.
 */
struct jailhouse_cell_desc *config_copy_cell(const struct jailhouse_cell_create *request);

/*
 * Stores the cell's CPU set. If it has a CPU number that this kernel cannot have, that is reported
 * and @error returned, otherwise 0.
 */
int config_cpu_set(const struct jailhouse_cell_desc *cell, struct cpumask *cpus, int error);

/* Fills in the frequencies that are 0. Returns 0 or -EIO, reported. */
int config_fill_in(struct jailhouse_system *config);

/*
 * Finds out whether Linux uses some of @size bytes at @start as system RAM. If so, reports @what
 * with the kernel parameter that helps, and returns -EADDRINUSE, otherwise 0.
 */
int config_check_reserved(u64 start, u64 size, const char *what);

/* The same for the shared memory of all channels of a cell, whose memory may stay with root. */
int config_check_channels(const struct jailhouse_cell_desc *cell);

#endif /* JAILHOUSE_DRIVER_CONFIG_H */
