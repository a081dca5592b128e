/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * A rule: something that a cell must not do, or must not be able to do harm with.
 */
#ifndef FAULT_DEMO_RULES_H
#define FAULT_DEMO_RULES_H

#include <inmate/inmate.h>

enum outcome {
	/* The hypervisor stops the cell and reports it as failed. */
	OUTCOME_PARKED,
	/* The inmate gets an exception. */
	OUTCOME_EXCEPTION,
	/* Nothing happens. */
	OUTCOME_SURVIVED,
	/* One of the last two */
	OUTCOME_HARMLESS,
	/* Any of the above: processors differ, but nobody else may notice. */
	OUTCOME_CONTAINED,
	/* The inmate's library notices, sets the state "failed" and halts. */
	OUTCOME_FAILED,
	/* The rule does not end; the cell runs on, and can be destroyed. */
	OUTCOME_RUNNING,
};

struct rule {
	const char *name;
	const char *description;
	enum outcome expected;
	/* What it returns is printed as its result. */
	u64 (*function)(void);
};

struct rule_list {
	const struct rule *rules;
	unsigned int num;
};

extern const struct rule_list memory_rules, io_rules, cpu_rules, liveness_rules;

#endif /* FAULT_DEMO_RULES_H */
