/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is shown below /sys/devices/jailhouse.
 */
#ifndef JAILHOUSE_DRIVER_SYSFS_H
#define JAILHOUSE_DRIVER_SYSFS_H

struct cell;
struct device;

/* Creates the device with its attributes. Returns 0 or -errno. */
int jailhouse_sysfs_init(void);
void jailhouse_sysfs_exit(void);

struct device *jailhouse_sysfs_device(void);

/* Prepares cell->kobj; from now on, kobject_put frees the cell. */
void cell_sysfs_init(struct cell *cell);

/* Shows a cell with its CPUs. Returns 0 or -errno; then nothing is shown. */
int cell_sysfs_add(struct cell *cell);

/* Undoes that; waits for those who read just now. The cell itself lives on. */
void cell_sysfs_remove(struct cell *cell);

#endif /* JAILHOUSE_DRIVER_SYSFS_H */
