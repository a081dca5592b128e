/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Cells that do not answer, or keep the hypervisor busy. They can be destroyed all the same; a cell
 * that refuses to be shut down is tick-demo's business.
 */
#include "rules.h"

#define STORM_VECTOR 0x40

static u64 spin(void)
{
	cpu_disable_interrupts();
	for (;;)
		cpu_relax();
	return 0;
}

static u64 halt(void)
{
	cpu_halt();
	return 0;
}

static u64 storm_of_cpuid(void)
{
	for (;;) {
		cpuid(0, 0);
		comm_poll();
	}
	return 0;
}

static u64 storm_of_hypercalls(void)
{
	for (;;) {
		hypercall(JAILHOUSE_HC_HYPERVISOR_GET_INFO, JAILHOUSE_INFO_NUM_CELLS, 0);
		comm_poll();
	}
	return 0;
}

static u64 storm_of_ipis(void)
{
	cpu_enable_interrupts();
	for (;;) {
		apic_send(apic_id(), APIC_ICR_ASSERT | STORM_VECTOR);
		comm_poll();
	}
	return 0;
}

static u64 storm_of_output(void)
{
	u64 n;

	for (n = 0;; n++) {
		printf("fault-demo: line %llu\n", n);
		comm_poll();
	}
	return 0;
}

static const struct rule rules[] = {
	{ "hang", "endless loop, no answer to messages", OUTCOME_RUNNING, spin },
	{ "hang-hlt", "halted for ever, no answer to messages", OUTCOME_RUNNING, halt },
	{ "storm-cpuid", "exits without a pause", OUTCOME_RUNNING, storm_of_cpuid },
	{ "storm-hypercall", "hypercalls without a pause", OUTCOME_RUNNING, storm_of_hypercalls },
	{ "storm-ipi", "interrupts to itself without a pause", OUTCOME_RUNNING, storm_of_ipis },
	{ "storm-console", "output without a pause", OUTCOME_RUNNING, storm_of_output },
};

const struct rule_list liveness_rules = { rules, ARRAY_SIZE(rules) };
