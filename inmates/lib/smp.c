/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Starting and interrupting the CPUs of the cell.
 */
#include <inmate/inmate.h>

#include "cpu-block.h"
#include "init.h"

/* Times of the INIT-SIPI sequence, AMD APM vol. 2, 16.5 leaves them open; these are usual. */
#define INIT_DELAY_US  10000
#define SIPI_DELAY_US  10000
#define START_ATTEMPTS 100

/* start.S */
extern u32 boot_apic_ids[MAX_CPUS];
void smp_cpu_started(struct cpu *cpu) __attribute__((noreturn));

/* For start.S */
struct cpu *smp_starting_cpu;

/* Those that have been started or tried to */
static struct cpu *cpus[MAX_CPUS];

/* CPUs that wait to be started: counted by start.S */
static volatile u32 *const cpus_waiting = (volatile u32 *)(START_COUNTERS + CPUS_WAITING);

unsigned int smp_num_cpus(void)
{
	unsigned int num = comm_region()->num_cpus;

	if (num == 0)
		return 1;
	return num < MAX_CPUS ? num : MAX_CPUS;
}

unsigned int smp_cpu(void)
{
	return this_cpu()->number;
}

u32 smp_apic_id(unsigned int cpu)
{
	if (cpu == 0)
		return boot_cpu.apic_id;
	return cpu < smp_num_cpus() ? boot_apic_ids[cpu] : 0;
}

bool smp_cpu_online(unsigned int cpu)
{
	return cpu < MAX_CPUS && cpus[cpu] && __atomic_load_n(&cpus[cpu]->online, __ATOMIC_ACQUIRE);
}

static void stop(void *arg)
{
	(void)arg;
	cpu_halt();
}

void smp_init(void)
{
	boot_cpu.apic_id = apic_id();
	boot_cpu.online = true;
	cpus[0] = &boot_cpu;
	irq_enable(IRQ_STOP, stop, NULL);
	apic_enable();
}

void smp_stop_others(void)
{
	unsigned int n;

	for (n = 0; n < smp_num_cpus(); n++)
		if (n != smp_cpu() && smp_cpu_online(n))
			smp_send_irq(n, IRQ_STOP);
}

void smp_send_irq(unsigned int cpu, unsigned int vector)
{
	apic_send(smp_apic_id(cpu), APIC_ICR_ASSERT | vector);
}

/* First C code of a CPU, on its own stack; called by start.S */
void smp_cpu_started(struct cpu *cpu)
{
	cpu_block_load(cpu);
	apic_enable();
	__atomic_store_n(&cpu->online, true, __ATOMIC_RELEASE);
	cpu->function(cpu->arg);
	cpu_halt();
}

static bool wait_for_all(void)
{
	unsigned int n;

	for (n = 0; n < START_ATTEMPTS; n++) {
		if (*cpus_waiting + 1 >= smp_num_cpus())
			return true;
		delay_us(SIPI_DELAY_US);
	}
	return false;
}

static struct cpu *new_cpu(unsigned int number)
{
	char *stack = memalign(PAGE_SIZE, STACK_GUARD + STACK_SIZE);
	struct cpu *cpu = zalloc(sizeof(*cpu));

	if (!stack || !cpu || unmap_range((u64)stack, STACK_GUARD)) {
		free(stack);
		free(cpu);
		return NULL;
	}
	cpu->stack_top = stack + STACK_GUARD + STACK_SIZE;
	cpu->number = number;
	cpu->apic_id = boot_apic_ids[number];
	return cpu;
}

/* A SIPI is ignored by a CPU that does not wait for one, so it can be repeated. */
static bool wake(struct cpu *cpu)
{
	unsigned int n;

	__atomic_store_n(&smp_starting_cpu, cpu, __ATOMIC_SEQ_CST);
	apic_send(cpu->apic_id, APIC_ICR_INIT | APIC_ICR_ASSERT);
	delay_us(INIT_DELAY_US);
	for (n = 0; n < START_ATTEMPTS; n++) {
		apic_send(cpu->apic_id, APIC_ICR_STARTUP | APIC_ICR_ASSERT | START_VECTOR);
		delay_us(SIPI_DELAY_US);
		if (smp_cpu_online(cpu->number))
			return true;
	}
	return false;
}

int smp_start_cpu(unsigned int cpu, void (*function)(void *arg), void *arg)
{
	if (cpu >= smp_num_cpus())
		return -EINVAL;
	if (cpu == 0 || smp_cpu_online(cpu))
		return -EBUSY;
	if (!wait_for_all())
		return -ETIMEDOUT;
	if (!cpus[cpu])
		cpus[cpu] = new_cpu(cpu);
	if (!cpus[cpu])
		return -ENOMEM;
	cpus[cpu]->function = function;
	cpus[cpu]->arg = arg;
	return wake(cpus[cpu]) ? 0 : -ETIMEDOUT;
}
