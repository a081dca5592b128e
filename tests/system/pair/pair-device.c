// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device: what net/linux/device.h declares, on memory of this kernel.
 */
#include <linux/io.h>
#include <linux/vmalloc.h>

#include <ivshm-ring.h>

#include "pair.h"

struct pair pair;

static const struct ivshmem_model models[] = {
	{ .name = "pair, as revision 2", .state_in_memory = true },
	{ .name = "pair, as classic", .state_always_rings = true },
};

static struct pair_end *end_of(const struct ivshmem_device *device)
{
	return &pair.ends[device->id];
}

static void call_handler(void *info)
{
	struct pair_vector *vector = info;
	irq_handler_t handler = smp_load_acquire(&vector->handler);

	WRITE_ONCE(vector->pending, true);
	xchg(&vector->sent, false); /* in order with what follows, as in deliver() and unmasking */
	if (handler && !atomic_read(&vector->masked) && xchg(&vector->pending, false))
		handler(0, vector->data);
}

/* Always on the same CPU, so that a handler does not run twice at a time. */
static void deliver(unsigned int id, unsigned int index)
{
	struct pair_vector *vector = &pair.ends[id].vectors[index];

	/*
	 * If one is still on its way, that is enough. Two CPUs must not send the same call at the same
	 * time: that would be two entries of one list in one place.
	 */
	if (!xchg(&vector->sent, true))
		smp_call_function_single_async(cpumask_nth(id % num_online_cpus(), cpu_online_mask),
					       &vector->call);
}

void pair_interrupt(unsigned int id, unsigned int index)
{
	struct pair_end *end = &pair.ends[id];

	if (READ_ONCE(end->enabled) && index < pair_vectors)
		deliver(id, index);
}

void pair_set_state(unsigned int id, u32 state)
{
	struct pair_end *end = &pair.ends[id];
	bool changed = READ_ONCE(end->state) != state;

	smp_store_release(&end->state, state);
	if (changed || pair_classic)
		pair_interrupt(!id, IVSHMEM_VECTOR_STATE);
}

void ivshmem_device_enable_interrupts(const struct ivshmem_device *device, bool enable)
{
	WRITE_ONCE(end_of(device)->enabled, enable);
}

void ivshmem_device_sections(const struct ivshmem_device *device, struct ivshm_config *config)
{
	if (pair_classic)
		ivshm_config_classic(config, pair.memory, 2 * pair.section, device->id);
	else
		ivshm_config_revision2(config, pair.memory + device->id * pair.section,
				       pair.memory + device->peer * pair.section, pair.section);
}

u32 ivshmem_device_read(const struct ivshmem_device *device, unsigned int offset)
{
	return offset;
}

u32 ivshmem_device_peer_state(const struct ivshmem_device *device)
{
	return smp_load_acquire(&pair.ends[device->peer].state);
}

void ivshmem_device_set_state(const struct ivshmem_device *device, u32 state)
{
	pair_set_state(device->id, state);
}

void ivshmem_device_ring(const struct ivshmem_device *device)
{
	pair_interrupt(device->peer, pair_vectors - 1);
}

void ivshmem_device_ring_state(const struct ivshmem_device *device)
{
	pair_interrupt(device->peer, IVSHMEM_VECTOR_STATE);
}

int ivshmem_device_request_irq(struct ivshmem_device *device, unsigned int vector,
			       irq_handler_t handler, void *data, const char *purpose)
{
	end_of(device)->vectors[vector].data = data;
	smp_store_release(&end_of(device)->vectors[vector].handler, handler);
	return 0;
}

static void nothing(void *info)
{
}

/* They run with interrupts disabled: when all CPUs have taken one, none is in a handler. */
static void wait_for_handlers(void)
{
	on_each_cpu(nothing, NULL, 1);
}

void ivshmem_device_free_irq(struct ivshmem_device *device, unsigned int vector, void *data)
{
	WRITE_ONCE(end_of(device)->vectors[vector].handler, NULL);
	wait_for_handlers();
	atomic_set(&end_of(device)->vectors[vector].masked, 0);
}

void ivshmem_device_mask_irq(struct ivshmem_device *device, unsigned int vector, bool wait)
{
	atomic_inc(&end_of(device)->vectors[vector].masked);
	if (wait)
		wait_for_handlers();
}

void ivshmem_device_unmask_irq(struct ivshmem_device *device, unsigned int vector)
{
	if (atomic_dec_and_test(&end_of(device)->vectors[vector].masked) &&
	    READ_ONCE(end_of(device)->vectors[vector].pending))
		deliver(device->id, vector);
}

void pair_device_attach(struct ivshmem_device *device, struct device *dev, unsigned int id)
{
	device->dev = dev;
	device->model = &models[pair_classic];
	device->id = id;
	device->peer = !id;
	device->vectors = pair_vectors;
}

int pair_device_init(size_t section)
{
	unsigned int id, index;

	pair.section = section;
	pair.memory = vzalloc(PAIR_ENDS * section);
	for (id = 0; id < PAIR_ENDS; id++)
		for (index = 0; index < IVSHMEM_VECTORS_MAX; index++)
			INIT_CSD(&pair.ends[id].vectors[index].call, call_handler,
				 &pair.ends[id].vectors[index]);
	return pair.memory ? 0 : -ENOMEM;
}

void pair_device_exit(void)
{
	wait_for_handlers();
	vfree(pair.memory);
}
