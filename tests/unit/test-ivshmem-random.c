/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ivshmem device: random sequences of accesses and life cycles, beside a model.
 *
 * suite: ivshmem
 * sources: tests/unit/ivshmem-oracle.c tests/unit/ivshmem-cells.c hypervisor/ivshmem.c hypervisor/ivshmem-channel.c
 * sources: hypervisor/pci.c hypervisor/pci-physical.c hypervisor/pci-msi.c hypervisor/pci-msix.c
 * sources: hypervisor/pci-virtual.c hypervisor/pci-msix-virtual.c hypervisor/mmio.c
 */
#include "unit.h"

#include "ivshmem-oracle.h"

#define ROUNDS 100
#define STEPS  5000

static u32 random_state;

/* xorshift32, so that every run is the same */
static u32 next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

static void fill(struct step *step)
{
	u32 bits = next_random();

	step->operation = bits;
	step->where = bits >> 8;
	step->offset = bits >> 16;
	step->value = next_random();
}

static void random_sequences(void **state)
{
	static struct step steps[STEPS];
	unsigned int round, i;

	(void)state;
	for (round = 0; round < ROUNDS; round++) {
		random_state = 1 + round;
		for (i = 0; i < STEPS; i++)
			fill(&steps[i]);
		oracle_run(steps, STEPS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_sequences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
