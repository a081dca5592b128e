/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ivshmem device under the thread sanitizer: cells ring, write states and mask vectors while
 * others are reset, destroyed and created, and while another CPU of the same cell programs the same
 * device's configuration space; no data races, nothing lost, nothing sent to the dead. Memory decoding
 * stays on: how a map changes under accesses is the matter of mmio.c and its test.
 * Threads that wait for a lock yield, as there are more of them than CPUs.
 *
 * suite: ivshmem
 * sources: tests/unit/ivshmem-cells.c hypervisor/ivshmem.c hypervisor/ivshmem-channel.c hypervisor/mmio.c
 * sources: hypervisor/pci.c hypervisor/pci-physical.c hypervisor/pci-msi.c hypervisor/pci-msix.c
 * sources: hypervisor/pci-virtual.c hypervisor/pci-msix-virtual.c
 * flags: -fno-sanitize=all -fsanitize=thread -Wno-unknown-warning-option -Wno-tsan
 * flags: -include sched.h -D__builtin_ia32_pause=sched_yield
 */
#include "unit.h"

#include <pthread.h>

#include "ivshmem-cells.h"

#define PEERS      NUM_CELLS
#define VECTORS    3
#define ROUNDS     40000
#define LIVES      1000
#define NUM_CPUS   (2 * NUM_CELLS)
#define NUM_MORTAL 2

/* A classic channel of cell 1, which never leaves, and cell 3, which is mortal; CLASSIC has 0 and 1. */
#define HALF_MORTAL BDF(17)
#define STAYS       1
#define COMES       3

/* Vectors of cell 0, which never leaves: 1 is always open, 2 is masked again and again. */
#define OPEN   1
#define MASKED 2

struct cpu {
	pthread_t thread;
	unsigned int cell;
	u32 random;
	unsigned int rounds;
	bool stopped;
};

static struct cpu cpus[NUM_CPUS];
/* How management stops the CPUs of a mortal cell: they answer and wait. */
static bool stop[NUM_CELLS];
/* Rings that cell 0 has to get, by vector, and those for STAYS on HALF_MORTAL */
static unsigned int rung[VECTORS], rung_classic;
static bool finished;

static bool has_device(unsigned int cell, u16 bdf)
{
	switch (bdf) {
	case CLASSIC:
		return cell < 2;
	case HALF_MORTAL:
		return cell == STAYS || cell == COMES;
	default:
		return true;
	}
}

static u32 next_random(struct cpu *cpu)
{
	cpu->random ^= cpu->random << 13;
	cpu->random ^= cpu->random >> 17;
	cpu->random ^= cpu->random << 5;
	return cpu->random;
}

static void ring(struct cpu *cpu, unsigned int target, unsigned int vector)
{
	if (target == 0)
		__atomic_fetch_add(&rung[vector], 1, __ATOMIC_RELAXED);
	set(cpu->cell, CHANNEL, 0, IVSHMEM_DOORBELL, IVSHMEM_DOORBELL_VALUE(target, vector));
}

static void use_classic(struct cpu *cpu, u32 random)
{
	u16 bdf = random >> 8 & 1 ? CLASSIC : HALF_MORTAL;

	if (!has_device(cpu->cell, bdf))
		return;
	if (bdf == HALF_MORTAL && cpu->cell == COMES)
		__atomic_fetch_add(&rung_classic, 1, __ATOMIC_RELAXED);
	if (random >> 9 & 1)
		set(cpu->cell, bdf, 0, IVSHMEM_CLASSIC_LSTATE, random >> 10);
	else
		set(cpu->cell, bdf, 0, IVSHMEM_CLASSIC_DOORBELL, random);
	get(cpu->cell, bdf, 0, IVSHMEM_CLASSIC_RSTATE);
}

/* What may be done to a device whose interrupts must not be dropped */
static void use_harmlessly(struct cpu *cpu, u32 random)
{
	unsigned int cell = cpu->cell;

	switch (random & 7) {
	case 0:
		set(cell, CHANNEL, 0, IVSHMEM_STATE, random >> 8 & 3);
		break;
	case 1:
		set(cell, CHANNEL, TABLE_BAR, 16 * MASKED + 12, random >> 8);
		break;
	case 2:
		get(cell, CHANNEL, 0, IVSHMEM_STATE);
		get(cell, CHANNEL, 0, IVSHMEM_INT_CONTROL);
		break;
	case 3:
	case 4:
		use_classic(cpu, random);
		break;
	default:
		ring(cpu, random >> 8 & 3, 1 + (random >> 16 & 1));
	}
}

/* What else may be done to one that may lose them */
static void use_roughly(struct cpu *cpu, u32 random)
{
	u16 bdf = cpu->cell == COMES && random >> 24 & 1 ? HALF_MORTAL : CHANNEL;
	u8 msix = find_capability(cpu->cell, bdf, PCI_CAP_ID_MSIX);

	switch (random & 3) {
	case 0:
		set(cpu->cell, CHANNEL, 0, IVSHMEM_INT_CONTROL, random >> 8);
		break;
	case 1:
		config_set(cpu->cell, bdf, msix + MSIX_CONTROL, 2, random >> 8 << 14);
		break;
	case 2:
		config_set(cpu->cell, CHANNEL, 0x40 + IVSHMEM_VNDR_PRIVILEGED, 1, random >> 8);
		break;
	case 3:
		config_set(cpu->cell, bdf, PCI_COMMAND, 2,
			   PCI_COMMAND_MEMORY | (random >> 8 & PCI_COMMAND_MASTER));
		break;
	}
}

static void obey(struct cpu *cpu)
{
	if (!__atomic_load_n(&stop[cpu->cell], __ATOMIC_ACQUIRE))
		return;
	__atomic_store_n(&cpu->stopped, true, __ATOMIC_RELEASE);
	while (__atomic_load_n(&stop[cpu->cell], __ATOMIC_ACQUIRE))
		sched_yield();
	__atomic_store_n(&cpu->stopped, false, __ATOMIC_RELEASE);
}

/* Waits until all CPUs of the cell are @stopped, or none is. */
static void wait_cpus(unsigned int cell, bool stopped)
{
	unsigned int i;

	for (i = cell; i < NUM_CPUS; i += NUM_CELLS)
		while (__atomic_load_n(&cpus[i].stopped, __ATOMIC_ACQUIRE) != stopped)
			sched_yield();
}

static void suspend(unsigned int cell)
{
	wait_cpus(cell, false);
	__atomic_store_n(&stop[cell], true, __ATOMIC_RELEASE);
	wait_cpus(cell, true);
}

static void resume(unsigned int cell)
{
	__atomic_store_n(&stop[cell], false, __ATOMIC_RELEASE);
}

static void *run_cpu(void *arg)
{
	struct cpu *cpu = arg;
	bool mortal = cpu->cell >= NUM_CELLS - NUM_MORTAL;

	while (mortal ? !__atomic_load_n(&finished, __ATOMIC_RELAXED) : cpu->rounds--) {
		u32 random = next_random(cpu);

		obey(cpu);
		if (mortal && (random & 0xf00000) == 0)
			use_roughly(cpu, random);
		else
			use_harmlessly(cpu, random);
	}
	return NULL;
}

static void set_up_devices(unsigned int cell)
{
	static const u16 devices[] = { CHANNEL, CLASSIC, HALF_MORTAL };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(devices); i++)
		if (has_device(cell, devices[i]))
			set_up_device(cell, devices[i]);
}

static void start_cell(unsigned int cell)
{
	assert_int_equal(ivshmem_cell_create(cell), 0);
	ivshmem_cell_reset(cell);
	set_up_devices(cell);
}

/* The two mortal cells in turn: reset, or replaced by a new one */
static void manage(void)
{
	unsigned int life, cell;

	for (life = 0; life < LIVES; life++) {
		cell = NUM_CELLS - 1 - life % NUM_MORTAL;
		suspend(cell);
		/* A state that ends rings the other end. */
		if (cell == COMES && get(cell, HALF_MORTAL, 0, IVSHMEM_CLASSIC_LSTATE))
			__atomic_fetch_add(&rung_classic, 1, __ATOMIC_RELAXED);
		ivshmem_cell_reset(cell);
		if (life % 3) {
			ivshmem_cell_destroy(cell);
			/* Others ring a place that is empty. */
			sched_yield();
			start_cell(cell);
		} else {
			set_up_devices(cell);
		}
		resume(cell);
	}
}

static void create_all(void)
{
	unsigned int cell;

	ivshmem_cells_reset();
	for (cell = 0; cell < NUM_CELLS; cell++) {
		ivshmem_cell_add(cell, CHANNEL, PEERS, VECTORS);
		if (has_device(cell, CLASSIC))
			ivshmem_cell_add(cell, CLASSIC, 0, 1);
		if (has_device(cell, HALF_MORTAL))
			ivshmem_cell_add(cell, HALF_MORTAL, 0, 1);
		start_cell(cell);
	}
}

static void check_classic(void)
{
	assert_int_equal(take_interrupts(STAYS, HALF_MORTAL, 0), rung_classic);
	assert_int_equal(get(STAYS, HALF_MORTAL, 0, IVSHMEM_CLASSIC_RSTATE),
			 get(COMES, HALF_MORTAL, 0, IVSHMEM_CLASSIC_LSTATE));
	assert_int_equal(get(COMES, HALF_MORTAL, 0, IVSHMEM_CLASSIC_RSTATE),
			 get(STAYS, HALF_MORTAL, 0, IVSHMEM_CLASSIC_LSTATE));
}

static void no_races(void **state)
{
	unsigned int i;

	(void)state;
	create_all();
	for (i = 0; i < NUM_CPUS; i++) {
		cpus[i] = (struct cpu){ .cell = i % NUM_CELLS, .random = 1 + i, .rounds = ROUNDS };
		pthread_create(&cpus[i].thread, NULL, run_cpu, &cpus[i]);
	}
	manage();
	__atomic_store_n(&finished, true, __ATOMIC_RELAXED);
	for (i = 0; i < NUM_CPUS; i++)
		pthread_join(cpus[i].thread, NULL);

	for (i = 0; i < NUM_CELLS; i++)
		assert_int_equal(state_in_memory(i), get(i, CHANNEL, 0, IVSHMEM_STATE));
	assert_int_equal(take_interrupts(0, CHANNEL, OPEN), rung[OPEN]);
	set(0, CHANNEL, TABLE_BAR, 16 * MASKED + 12, 0);
	assert_in_range(take_interrupts(0, CHANNEL, MASKED), 1, rung[MASKED]);
	check_classic();
	check_shared_memory(PEERS);
	ivshmem_cells_finish();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_races),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
