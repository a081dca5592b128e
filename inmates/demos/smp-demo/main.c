/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Several CPUs: starts all CPUs of the cell and passes a token around them by interprocessor
 * interrupts.
 *
 * Parameters
 *   rounds=1000   how often the token goes around between two reports
 *   pause_ms=1000 pause after each report
 *   count=0       reports until the end; 0: no end
 */
#include <inmate/inmate.h>

#define TOKEN_VECTOR 0x40

/* How long the token may be under way before it counts as lost */
#define ROUND_TIMEOUT_NS NS_PER_SEC
#define POLL_MS          10

/* Tokens received, by CPU; each CPU writes its own */
static volatile u64 *received;
static volatile u64 rounds_done;

/* Passes the token to the next CPU that runs; CPU 0 ends the round. */
static void token(void *arg)
{
	unsigned int cpu = smp_cpu(), next = cpu;

	(void)arg;
	received[cpu]++;
	if (cpu == 0) {
		rounds_done++;
		return;
	}
	do
		next = (next + 1) % smp_num_cpus();
	while (!smp_cpu_online(next));
	smp_send_irq(next, TOKEN_VECTOR);
}

static void cpu_main(void *arg)
{
	(void)arg;
	printf("smp-demo: CPU %u (APIC ID %u) runs\n", smp_cpu(), apic_id());
	for (;;)
		cpu_wait_for_interrupt();
}

static unsigned int start_cpus(void)
{
	unsigned int cpu, running = 1;
	int err;

	for (cpu = 1; cpu < smp_num_cpus(); cpu++) {
		err = smp_start_cpu(cpu, cpu_main, NULL);
		if (err)
			printf("smp-demo: CPU %u does not start, error %d\n", cpu, -err);
		else
			running++;
	}
	return running;
}

static unsigned int first_online(void)
{
	unsigned int cpu;

	for (cpu = 1; cpu < smp_num_cpus(); cpu++)
		if (smp_cpu_online(cpu))
			return cpu;
	return 0;
}

/* Sends the token around once. Returns the time in ns, or 0 if it got lost. */
static u64 one_round(void)
{
	u64 start = get_time_ns(), rounds = rounds_done;

	smp_send_irq(first_online(), TOKEN_VECTOR);
	while (rounds_done == rounds)
		if (get_time_ns() - start > ROUND_TIMEOUT_NS)
			return 0;
	return get_time_ns() - start;
}

static void report(u64 rounds)
{
	u64 n, ns, sum = 0, min = ~0ULL, max = 0, lost = 0;
	unsigned int cpu;

	for (n = 0; n < rounds; n++) {
		ns = one_round();
		comm_poll();
		if (!ns) {
			lost++;
			continue;
		}
		sum += ns;
		if (ns < min)
			min = ns;
		if (ns > max)
			max = ns;
	}
	printf("smp-demo: %llu rounds, %llu lost, min %llu mean %llu max %llu ns, received", rounds,
	       lost, min, rounds > lost ? sum / (rounds - lost) : 0, max);
	for (cpu = 0; cpu < smp_num_cpus(); cpu++)
		printf(" %llu", received[cpu]);
	printf("\n");
}

static void pause_ms(s64 ms)
{
	u64 end = get_time_ns() + ms * NS_PER_MS;

	timer_start_periodic(POLL_MS * NS_PER_MS);
	while (get_time_ns() < end) {
		comm_poll();
		cpu_wait_for_interrupt();
	}
	timer_stop();
}

static bool may_shut_down(void *arg)
{
	(void)arg;
	printf("smp-demo: shutting down\n");
	return true;
}

static void wake_up(void *arg)
{
	(void)arg;
}

void inmate_main(void)
{
	s64 rounds = cmdline_parse_int("rounds", 1000), ms = cmdline_parse_int("pause_ms", 1000);
	s64 count = cmdline_parse_int("count", 0), reports = 0;

	printf("smp-demo: CPU 0 (APIC ID %u) runs, the cell has %u\n", apic_id(), smp_num_cpus());
	received = calloc(smp_num_cpus(), sizeof(*received));
	if (!received)
		panic("smp-demo: no memory");
	comm_set_shutdown_handler(may_shut_down, NULL);
	irq_enable(TOKEN_VECTOR, token, NULL);
	timer_set_handler(wake_up, NULL);
	cpu_enable_interrupts();

	printf("smp-demo: all %u CPUs are up\n", start_cpus());
	while (!count || reports++ < count) {
		report(rounds);
		pause_ms(ms);
	}
	printf("smp-demo: done\n");
}
