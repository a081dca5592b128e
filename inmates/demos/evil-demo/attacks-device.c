/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Against the handshake and the device: states, doorbells, registers, the extension block; and
 * doing nothing at all.
 */
#include "evil.h"

#define STATES         200
#define RINGS          3000
#define REGISTER_POKES 300
#define REGISTERS_SIZE 0x40

void evil_ring(struct evil *evil)
{
	ivshmem_ring(&evil->device, !evil->device.id, evil->device.num_vectors > 1);
}

void evil_set_state(struct evil *evil, u32 state)
{
	ivshmem_set_state(&evil->device, state);
}

static u32 any_state(void)
{
	return random_chance(8) ? (u32)random() : (u32)random_below(IVSHM_RUN + 1);
}

void attack_states(struct evil *evil)
{
	unsigned int i;

	for (i = 0; i < STATES; i++) {
		evil_set_state(evil, any_state());
		if (random_chance(4))
			delay_us(random_below(2000));
	}
	evil_set_state(evil, IVSHM_RESET);
	evil->state = IVSHM_RESET;
}

/* Of all vectors, and of some that are not there. */
void attack_doorbells(struct evil *evil)
{
	u8 *doorbell = (u8 *)evil->device.registers + IVSHMEM_DOORBELL;
	u32 target = !evil->device.id;
	unsigned int i;

	/* The classic device has it at the same place, and takes any value. */
	for (i = 0; i < RINGS; i++)
		mmio_write32(doorbell, random_chance(16) ? (u32)random()
							 : IVSHMEM_DOORBELL_VALUE(
								   target, (u32)random_below(3)));
}

/* All registers, and places where there are none. */
void attack_registers(struct evil *evil)
{
	u8 *registers = evil->device.registers;
	unsigned int i;

	for (i = 0; i < REGISTER_POKES; i++)
		mmio_write32(registers + random_below(REGISTERS_SIZE / 4) * 4, (u32)random());
	evil_set_state(evil, IVSHM_RESET);
	evil->state = IVSHM_RESET;
}

/*
 * The block is read by the peer when it goes to RUN: so this comes between our READY and RUN, by
 * doing the handshake in small steps of its own.
 */
static void write_extension(struct evil *evil)
{
	struct ivshm_extension *block = (void *)(evil->ring.own.start + evil->geometry.header -
						 IVSHM_EXTENSION_SIZE);
	static const u32 mtus[] = { 0, 1, IVSHM_MTU_MIN - 1, IVSHM_MTU_MIN, 1280, 65536, ~0U };
	u8 *bytes = (u8 *)block;
	unsigned int i;

	for (i = 0; i < sizeof(*block); i++)
		bytes[i] = (u8)random();
	memcpy(block->magic, IVSHM_EXTENSION_MAGIC, sizeof(block->magic));
	block->version = random_chance(8) ? (u16)random() : IVSHM_EXTENSION_VERSION;
	block->size = random_chance(8) ? (u16)random() : IVSHM_EXTENSION_SIZE;
	block->features = random_chance(2) ? (u32)random() : ~0U;
	block->mtu = mtus[random_below(ARRAY_SIZE(mtus))];
}

static bool wait_for_state(struct evil *evil, u32 lowest, u32 highest)
{
	u64 end = get_time_ns() + 500 * NS_PER_MS;
	u32 state;

	do {
		state = ivshmem_state(&evil->device, !evil->device.id);
		if (state >= lowest && state <= highest)
			return true;
		cpu_relax();
	} while (get_time_ns() < end);
	return false;
}

void attack_extension(struct evil *evil)
{
	evil_set_state(evil, IVSHM_RESET);
	evil->state = IVSHM_RESET;
	if (!wait_for_state(evil, IVSHM_INIT, IVSHM_INIT))
		return;
	evil_set_state(evil, IVSHM_INIT);
	if (!wait_for_state(evil, IVSHM_READY, IVSHM_RUN))
		return;
	ivshm_ring_setup(&evil->ring);
	write_extension(evil);
	evil_set_state(evil, IVSHM_READY);
	evil->state = IVSHM_READY;
	if (!wait_for_state(evil, IVSHM_RUN, IVSHM_RUN))
		return;
	/* What the peer sends is now up to what it believes. */
	evil_set_state(evil, IVSHM_RUN);
	evil->state = IVSHM_RUN;
	evil->sent = 0;
}

/* The peer's frames are not returned; let it fill its ring. */
void attack_silence(struct evil *evil)
{
	poke16(evil->ring.own.avail_event, 0);
}
