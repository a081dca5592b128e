/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AMD-V on all CPUs: whether it is there, and switching it on and off (AMD APM vol. 2, 15.4).
 */
#ifndef JAILHOUSE_DRIVER_SVM_H
#define JAILHOUSE_DRIVER_SVM_H

/*
 * Checks that the machine can run the hypervisor: SVM with nested paging that nobody else uses,
 * and Linux in a mode that the hypervisor knows. May sleep.
 *
 * Returns 0, -ENODEV, or -EBUSY (another hypervisor runs already); the reason is reported.
 */
int svm_check(void);

/*
 * Sets EFER.SVME on all online CPUs, or on none. CPU hotplug must be disabled. Returns 0 or -EIO,
 * reported.
 */
int svm_enable(void);

/* Undoes svm_enable. */
void svm_disable(void);

/* The same for this CPU alone, with preemption off. */
void svm_disable_cpu(void);

#endif /* JAILHOUSE_DRIVER_SVM_H */
