/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Switching the hypervisor on and off.
 */
#ifndef JAILHOUSE_DRIVER_HYPERVISOR_H
#define JAILHOUSE_DRIVER_HYPERVISOR_H

#include <linux/types.h>

/*
 * Puts the machine under the hypervisor. @arg: system configuration. Needs the driver's lock, may
 * sleep; on return, all CPUs are guests.
 *
 * Returns 0, or with the reason reported and the machine as before: -EBUSY (runs already, or SVM
 * is in use), -ENODEV (CPU cannot), -EADDRINUSE (memory not reserved), -EINVAL (configuration),
 * -ENOENT (no firmware), or others from the steps or the hypervisor.
 */
int hypervisor_enable(const void __user *arg);

/*
 * Destroys all cells and gives the machine back to Linux. Needs the driver's lock, may sleep.
 *
 * Returns 0, -EINVAL (does not run), -EBUSY (a CPU is offline), -EPERM (a cell refuses), or other
 * errors of the hypervisor; the reason is reported, and the hypervisor goes on.
 */
int hypervisor_disable(void);

/* Whether it runs; stays so only with the driver's lock. */
bool hypervisor_enabled(void);

/*
 * Keeps the hypervisor running until hypervisor_put, for hypercalls without the driver's lock.
 * May sleep. Returns 0, -ENODEV (it does not run) or -EINTR.
 */
int hypervisor_get(void);
void hypervisor_put(void);

#endif /* JAILHOUSE_DRIVER_HYPERVISOR_H */
