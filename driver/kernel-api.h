/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where kernel versions differ.
 */
#ifndef DRIVER_KERNEL_API_H
#define DRIVER_KERNEL_API_H

#include <linux/mm.h>
#include <linux/version.h>

/* Clears flags of a mapping that is being made. */
static inline void kernel_vm_flags_clear(struct vm_area_struct *vma, unsigned long flags)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_clear(vma, flags);
#else
	vma->vm_flags &= ~flags;
#endif
}

#endif /* DRIVER_KERNEL_API_H */
