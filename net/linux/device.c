// SPDX-License-Identifier: GPL-2.0-only
/*
 * What device revision 2 and the classic device have in common: enabling, mapping, vectors.
 */
#include <linux/io.h>
#include <linux/pci.h>

#include <jailhouse/ivshmem.h>

#include "device.h"

#define BAR_REGISTERS 0

u64 ivshmem_read_config64(const struct ivshmem_device *device, int offset)
{
	struct pci_dev *pdev = to_pci_dev(device->dev);
	u32 low = 0, high = 0;

	pci_read_config_dword(pdev, offset, &low);
	pci_read_config_dword(pdev, offset + 4, &high);
	return (u64)high << 32 | low;
}

static int map_registers(struct ivshmem_device *device)
{
	struct pci_dev *pdev = to_pci_dev(device->dev);
	int err = pcim_iomap_regions(pdev, BIT(BAR_REGISTERS), KBUILD_MODNAME);

	if (err) {
		dev_err(device->dev, "registers cannot be mapped\n");
		return err;
	}
	device->registers = pcim_iomap_table(pdev)[BAR_REGISTERS];
	return 0;
}

static int map_memory(struct ivshmem_device *device)
{
	resource_size_t end = device->start + device->size - 1;

	if (device->size == 0 || end < device->start || device->size > SIZE_MAX) {
		dev_err(device->dev, "no usable shared memory\n");
		return -ENODEV;
	}
	if (!devm_request_mem_region(device->dev, device->start, device->size, KBUILD_MODNAME)) {
		dev_err(device->dev, "shared memory %pa..%pa is in use, or is no reserved memory\n",
			&device->start, &end);
		return -EBUSY;
	}
	device->memory = devm_memremap(device->dev, device->start, device->size, MEMREMAP_WB);
	if (IS_ERR(device->memory)) {
		dev_err(device->dev, "shared memory cannot be mapped\n");
		return PTR_ERR(device->memory);
	}
	return 0;
}

/*
 * The peer rings the vector that the device has for frames. So if there is a second one, we need
 * it.
 */
static int allocate_vectors(struct ivshmem_device *device)
{
	struct pci_dev *pdev = to_pci_dev(device->dev);
	int vectors = pci_msix_vec_count(pdev);

	if (vectors > 0) {
		vectors = min(vectors, IVSHMEM_VECTORS_MAX);
		vectors = pci_alloc_irq_vectors(pdev, vectors, vectors, PCI_IRQ_MSIX);
	}
	if (vectors <= 0) {
		dev_err(device->dev, "no MSI-X vectors\n");
		return vectors ?: -ENODEV;
	}
	device->vectors = vectors;
	return 0;
}

int ivshmem_device_init(struct ivshmem_device *device, struct pci_dev *pdev,
			const struct ivshmem_model *model)
{
	int err;

	device->dev = &pdev->dev;
	device->address = pci_domain_nr(pdev->bus) << 16 | pci_dev_id(pdev);
	device->model = model;
	err = pcim_enable_device(pdev);
	if (err) {
		pci_err(pdev, "device cannot be enabled\n");
		return err;
	}
	err = map_registers(device);
	if (!err)
		err = model->find(device);
	if (!err)
		err = map_memory(device);
	if (!err)
		err = allocate_vectors(device);
	if (err)
		return err;
	device->ring_value = IVSHMEM_DOORBELL_VALUE(device->peer, device->vectors - 1);
	pci_set_master(pdev);
	return 0;
}

void ivshmem_device_exit(struct ivshmem_device *device)
{
	struct pci_dev *pdev = to_pci_dev(device->dev);

	pci_clear_master(pdev);
	pci_free_irq_vectors(pdev);
}

int ivshmem_device_request_irq(struct ivshmem_device *device, unsigned int vector,
			       irq_handler_t handler, void *data, const char *purpose)
{
	int err = pci_request_irq(to_pci_dev(device->dev), vector, handler, NULL, data, "%s-%s-%s",
				  KBUILD_MODNAME, dev_name(device->dev), purpose);

	if (err)
		dev_err(device->dev, "interrupt cannot be requested (%pe)\n", ERR_PTR(err));
	return err;
}

void ivshmem_device_free_irq(struct ivshmem_device *device, unsigned int vector, void *data)
{
	pci_free_irq(to_pci_dev(device->dev), vector, data);
}

void ivshmem_device_mask_irq(struct ivshmem_device *device, unsigned int vector, bool wait)
{
	int irq = pci_irq_vector(to_pci_dev(device->dev), vector);

	if (wait)
		disable_irq(irq);
	else
		disable_irq_nosync(irq);
}

void ivshmem_device_unmask_irq(struct ivshmem_device *device, unsigned int vector)
{
	enable_irq(pci_irq_vector(to_pci_dev(device->dev), vector));
}

void ivshmem_device_enable_interrupts(const struct ivshmem_device *device, bool enable)
{
	if (device->model->enable_interrupts)
		device->model->enable_interrupts(device, enable);
}

void ivshmem_device_sections(const struct ivshmem_device *device, struct ivshm_config *config)
{
	device->model->sections(device, config);
}

u32 ivshmem_device_read(const struct ivshmem_device *device, unsigned int offset)
{
	return readl(device->registers + offset);
}

u32 ivshmem_device_peer_state(const struct ivshmem_device *device)
{
	return device->model->peer_state(device);
}

void ivshmem_device_set_state(const struct ivshmem_device *device, u32 state)
{
	writel(state, device->registers + device->model->state);
}

void ivshmem_device_ring(const struct ivshmem_device *device)
{
	writel(device->ring_value, device->registers + device->model->doorbell);
}

void ivshmem_device_ring_state(const struct ivshmem_device *device)
{
	writel(IVSHMEM_DOORBELL_VALUE(device->peer, IVSHMEM_VECTOR_STATE),
	       device->registers + device->model->doorbell);
}
