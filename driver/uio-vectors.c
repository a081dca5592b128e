// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts of an ivshmem device: counted for each vector, and announced by UIO's one counter for
 * all.
 */
#include <linux/interrupt.h>
#include <linux/io.h>

#include "uio-device.h"

static irqreturn_t handle(int irq, void *data)
{
	struct uio_ivshmem_vector *vector = data;

	atomic64_inc(&vector->count);
	/* Who is woken up by the event finds it counted. */
	smp_mb__after_atomic();
	uio_event_notify(&vector->device->info);
	return IRQ_HANDLED;
}

static void release(struct uio_ivshmem *device, unsigned int num)
{
	while (num-- > 0)
		pci_free_irq(device->pdev, num, &device->vectors[num]);
	pci_free_irq_vectors(device->pdev);
}

static int request(struct uio_ivshmem *device)
{
	unsigned int n;
	int err;

	err = pci_alloc_irq_vectors(device->pdev, device->num_vectors, device->num_vectors,
				    PCI_IRQ_MSIX);
	if (err < 0) {
		pci_err(device->pdev, "no %u MSI-X vectors (%pe)\n", device->num_vectors,
			ERR_PTR(err));
		return err;
	}
	for (n = 0; n < device->num_vectors; n++) {
		device->vectors[n].device = device;
		err = pci_request_irq(device->pdev, n, handle, NULL, &device->vectors[n],
				      UIO_IVSHMEM_NAME "-%s-%u", pci_name(device->pdev), n);
		if (err) {
			pci_err(device->pdev, "interrupt cannot be requested (%pe)\n",
				ERR_PTR(err));
			release(device, n);
			return err;
		}
	}
	return 0;
}

static void control_revision2(const struct uio_ivshmem *device, bool enable)
{
	writel(enable ? IVSHMEM_INT_CONTROL_ENABLE : 0, device->registers + IVSHMEM_INT_CONTROL);
}

/* The classic device has no register for that; here, an interrupt is deferred, not dropped. */
static void control_classic(struct uio_ivshmem *device, bool enable)
{
	int irq = pci_irq_vector(device->pdev, 0);

	if (device->interrupt_disabled == !enable)
		return;
	device->interrupt_disabled = !enable;
	if (enable)
		enable_irq(irq);
	else
		disable_irq(irq);
}

static void control(struct uio_ivshmem *device, bool enable)
{
	if (device->classic)
		control_classic(device, enable);
	else
		control_revision2(device, enable);
}

int uio_ivshmem_request_vectors(struct uio_ivshmem *device)
{
	int err = 0;

	if (!device->num_vectors)
		return 0;
	mutex_lock(&device->lock);
	err = request(device);
	if (!err) {
		device->interrupts_requested = true;
		control(device, true);
	}
	mutex_unlock(&device->lock);
	return err;
}

void uio_ivshmem_free_vectors(struct uio_ivshmem *device)
{
	mutex_lock(&device->lock);
	if (device->interrupts_requested) {
		if (!device->classic)
			control_revision2(device, false);
		release(device, device->num_vectors);
	}
	device->interrupts_requested = false;
	mutex_unlock(&device->lock);
}

int uio_ivshmem_irqcontrol(struct uio_info *info, s32 enable)
{
	struct uio_ivshmem *device = info->priv;
	int err = 0;

	mutex_lock(&device->lock);
	if (device->interrupts_requested)
		control(device, enable);
	else
		err = -ENODEV;
	mutex_unlock(&device->lock);
	return err;
}

bool uio_ivshmem_is_one_shot(const struct uio_ivshmem *device)
{
	u8 control = 0;

	pci_read_config_byte(device->pdev, device->capability + IVSHMEM_VNDR_PRIVILEGED, &control);
	return control & IVSHMEM_PRIVILEGED_ONESHOT;
}

int uio_ivshmem_open(struct uio_info *info, struct inode *inode)
{
	struct uio_ivshmem *device = info->priv;

	mutex_lock(&device->lock);
	device->num_open++;
	mutex_unlock(&device->lock);
	return 0;
}

/*
 * Interrupts that a program has left off, by a write or in the register that it had mapped, would be
 * off for those who only count them, and for the next one. One-shot mode is another matter: there, off
 * is what they are until somebody asks.
 */
int uio_ivshmem_release(struct uio_info *info, struct inode *inode)
{
	struct uio_ivshmem *device = info->priv;

	mutex_lock(&device->lock);
	device->num_open--;
	if (!device->num_open && device->interrupts_requested &&
	    (device->classic || !uio_ivshmem_is_one_shot(device)))
		control(device, true);
	mutex_unlock(&device->lock);
	return 0;
}
