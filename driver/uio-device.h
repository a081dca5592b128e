/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * uio_ivshmem: one ivshmem device for user space. What a program finds at /dev/uioN, and what it
 * has to do, is in Documentation/inter-cell-communication.md.
 */
#ifndef UIO_IVSHMEM_DEVICE_H
#define UIO_IVSHMEM_DEVICE_H

#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/uio_driver.h>

#include <jailhouse/ivshmem.h>

#define UIO_IVSHMEM_NAME "uio_ivshmem"

struct uio_ivshmem;

struct uio_ivshmem_vector {
	struct uio_ivshmem *device;
	/* Interrupts so far */
	atomic64_t count;
};

struct uio_ivshmem {
	struct uio_info info;
	struct pci_dev *pdev;
	void __iomem *registers;
	bool classic;
	/* Offset of the vendor capability; revision 2 only */
	unsigned int capability;

	/* How many of info.mem are in use, and a bit for each that may be mapped writable */
	unsigned int num_maps;
	unsigned long writable_maps;
	/* Of the file by which programs have mapped memory; NULL: none yet. Under UIO's lock. */
	struct address_space *mapping;

	/* Held while interrupts are requested, released, switched on or off */
	struct mutex lock;
	bool interrupts_requested;
	/* How many programs have the device open */
	unsigned int num_open;
	/* Classic device: whether Linux has its interrupt disabled */
	bool interrupt_disabled;
	unsigned int num_vectors;
	struct uio_ivshmem_vector vectors[IVSHMEM_VECTORS_LIMIT];
};

/*
 * Finds registers and sections, claims them, and fills in info.mem. Logs what is wrong; returns 0 or
 * an errno value. All of it goes with the binding to the driver. May sleep.
 */
int uio_ivshmem_find_maps(struct uio_ivshmem *device);

/* UIO's mmap: memory cached, registers not, and nothing writable that is for reading. */
int uio_ivshmem_mmap(struct uio_info *info, struct vm_area_struct *vma);

/* After uio_unregister_device: programs that still have memory mapped get SIGBUS from now on. */
void uio_ivshmem_unmap_all(struct uio_ivshmem *device);

/*
 * Requests all vectors of the device, if it has any, after uio_register_device; logs what is wrong,
 * returns 0 or an errno value. May sleep, as does the reverse.
 */
int uio_ivshmem_request_vectors(struct uio_ivshmem *device);
void uio_ivshmem_free_vectors(struct uio_ivshmem *device);

/* UIO's irqcontrol: a program has written 0 or 1. */
int uio_ivshmem_irqcontrol(struct uio_info *info, s32 enable);

/* UIO's open and release: with the last program goes what it has done to interrupts. */
int uio_ivshmem_open(struct uio_info *info, struct inode *inode);
int uio_ivshmem_release(struct uio_info *info, struct inode *inode);

/* Whether the device (revision 2) switches its interrupts off at each, until a program writes 1 */
bool uio_ivshmem_is_one_shot(const struct uio_ivshmem *device);

#endif /* UIO_IVSHMEM_DEVICE_H */
