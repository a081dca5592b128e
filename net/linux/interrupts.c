// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts and NAPI.
 */
#include <linux/interrupt.h>
#include <linux/netdevice.h>

#include "ivshmem-net.h"

/* Interrupts without frames: so many per tick, and so many at once */
#define CREDIT_PER_TICK 8
#define CREDIT_MAX      64

static int poll(struct napi_struct *napi, int budget)
{
	struct ivshmem_net *net = container_of(napi, struct ivshmem_net, napi);
	int done = 0;

	if (!ivshmem_link_failed(net))
		ivshmem_tx_poll(net, budget);
	if (budget == 0)
		return 0;
	if (!ivshmem_link_failed(net))
		done = ivshmem_rx_poll(net, budget);
	if (done)
		ivshmem_interrupts_earn(net, done);
	if (done == budget)
		return budget;
	/* The doorbell is asked for while this is still the only poll: afterwards it may not be. */
	if (!ivshmem_link_failed(net) && !ivshmem_rx_idle(net, done))
		return budget;
	napi_complete_done(napi, done);
	return done;
}

static void refill(struct ivshmem_vector *vector)
{
	unsigned long ticks = jiffies - vector->refilled;

	if (ticks == 0)
		return;
	vector->refilled += ticks;
	atomic_add(CREDIT_PER_TICK * min(ticks, (unsigned long)CREDIT_MAX), &vector->credit);
	if (atomic_read(&vector->credit) > CREDIT_MAX)
		atomic_set(&vector->credit, CREDIT_MAX);
}

/* Counts an interrupt; if there are too many, it is the last one before the next tick. */
static void pay(struct ivshmem_vector *vector)
{
	ivshmem_count(&vector->counters, VECTOR_INTERRUPTS, 1);
	refill(vector);
	if (atomic_dec_return(&vector->credit) != 0)
		return;
	ivshmem_count(&vector->counters, VECTOR_PAUSES, 1);
	ivshmem_device_mask_irq(&vector->net->device, vector->index, false);
	mod_timer(&vector->unmask, jiffies + 1);
}

static void unmask(struct timer_list *timer)
{
	struct ivshmem_vector *vector = from_timer(vector, timer, unmask);

	refill(vector);
	ivshmem_device_unmask_irq(&vector->net->device, vector->index);
}

void ivshmem_interrupts_earn(struct ivshmem_net *net, unsigned int frames)
{
	atomic_t *credit = &net->interrupts.vectors[net->device.vectors - 1].credit;

	/* Not without end while no interrupt comes: it would become negative at some time. */
	if (atomic_read(credit) < CREDIT_MAX)
		atomic_add(frames, credit);
}

static irqreturn_t handle_state(int irq, void *data)
{
	struct ivshmem_vector *vector = data;

	pay(vector);
	ivshmem_link_interrupt(vector->net, false);
	return IRQ_HANDLED;
}

static irqreturn_t handle_frames(int irq, void *data)
{
	struct ivshmem_vector *vector = data;

	pay(vector);
	napi_schedule(&vector->net->napi);
	return IRQ_HANDLED;
}

/* The only vector: state and frames. */
static irqreturn_t handle_any(int irq, void *data)
{
	struct ivshmem_vector *vector = data;

	pay(vector);
	ivshmem_link_interrupt(vector->net, true);
	napi_schedule(&vector->net->napi);
	return IRQ_HANDLED;
}

static int request(struct ivshmem_net *net, unsigned int index, irq_handler_t handler,
		   const char *purpose)
{
	struct ivshmem_vector *vector = &net->interrupts.vectors[index];

	return ivshmem_device_request_irq(&net->device, index, handler, vector, purpose);
}

static void release(struct ivshmem_vector *vector)
{
	struct ivshmem_device *device = &vector->net->device;

	/* No handler sets the timer any more, and the timer is gone before the interrupt is. */
	ivshmem_device_mask_irq(device, vector->index, true);
	del_timer_sync(&vector->unmask);
	ivshmem_device_free_irq(device, vector->index, vector);
}

int ivshmem_interrupts_request(struct ivshmem_net *net)
{
	int err;

	if (net->device.vectors == 1)
		return request(net, IVSHMEM_VECTOR_STATE, handle_any, "link");

	err = request(net, IVSHMEM_VECTOR_STATE, handle_state, "state");
	if (err)
		return err;
	err = request(net, IVSHMEM_VECTOR_FRAMES, handle_frames, "frames");
	if (err)
		release(&net->interrupts.vectors[IVSHMEM_VECTOR_STATE]);
	return err;
}

void ivshmem_interrupts_free(struct ivshmem_net *net)
{
	unsigned int index;

	for (index = 0; index < net->device.vectors; index++)
		release(&net->interrupts.vectors[index]);
}

void ivshmem_interrupts_init(struct ivshmem_net *net)
{
	unsigned int index;

	for (index = 0; index < IVSHMEM_VECTORS_MAX; index++) {
		struct ivshmem_vector *vector = &net->interrupts.vectors[index];

		vector->net = net;
		vector->index = index;
		vector->refilled = jiffies;
		atomic_set(&vector->credit, CREDIT_MAX);
		timer_setup(&vector->unmask, unmask, 0);
	}
	netif_napi_add(net->dev, &net->napi, poll);
}
