/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Breaks a rule, to show that this harms nobody but the cell itself. Says what it is about to do
 * and what should happen; a line that begins with "fault-demo: rule NAME: survived" follows if
 * execution went on behind it, "...: exception" if the inmate got one, and no line if the cell was
 * stopped.
 *
 * Parameters
 *   rule=none      which one; rule=list prints all
 *   cpu=0          number of the cell's CPU that breaks it; CPU 0 serves messages meanwhile
 *   delay_ms=0     pause before
 *   addr=0x10000000, port=0x70, msr=0x200, apic_id=0, bdf=0, pin=0: what the rules of these
 *                  groups use; bdf and pin may be the cell's own, which shows that they are
 */
#include "rules.h"

#define POLL_MS 10

/* Layout that the compiler's builtins want */
static void *recovery_point[5];
static struct trap_frame caught;

static const struct rule_list *const lists[] = {
	&memory_rules,
	&io_rules,
	&cpu_rules,
	&liveness_rules,
};

static const char *const outcome_names[] = {
	[OUTCOME_PARKED] = "parked",      [OUTCOME_EXCEPTION] = "exception",
	[OUTCOME_SURVIVED] = "survived",  [OUTCOME_HARMLESS] = "survived or exception",
	[OUTCOME_CONTAINED] = "anything", [OUTCOME_FAILED] = "failed",
	[OUTCOME_RUNNING] = "running",
};

static void recover(void)
{
	__builtin_longjmp(recovery_point, 1);
}

static bool catch (struct trap_frame *frame)
{
	caught = *frame;
	frame->rip = (u64)recover;
	return true;
}

static void run(const struct rule *rule)
{
	exception_handler old = NULL;
	u64 result;

	if (rule->expected != OUTCOME_FAILED)
		old = exception_set_handler(catch);
	if (__builtin_setjmp(recovery_point) == 0) {
		result = rule->function();
		printf("fault-demo: rule %s: survived, result 0x%llx\n", rule->name, result);
	} else {
		printf("fault-demo: rule %s: exception %llu (%s), error code 0x%llx\n", rule->name,
		       caught.vector, exception_name(caught.vector), caught.error_code);
	}
	exception_set_handler(old);
}

static void run_on_cpu(void *arg)
{
	run(arg);
}

static void print_rule(const struct rule *rule)
{
	printf("fault-demo: rule %s: %s (expected: %s)\n", rule->name, rule->description,
	       outcome_names[rule->expected]);
}

static const struct rule *find_rule(const char *name, bool print_all)
{
	const struct rule *rule;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(lists); n++) {
		for (rule = lists[n]->rules; rule < lists[n]->rules + lists[n]->num; rule++) {
			if (print_all)
				print_rule(rule);
			else if (!strcmp(rule->name, name))
				return rule;
		}
	}
	return NULL;
}

static void wait_before(void)
{
	u64 end = get_time_ns() + cmdline_parse_int("delay_ms", 0) * NS_PER_MS;

	while (get_time_ns() < end)
		comm_poll();
}

static void break_rule(const struct rule *rule)
{
	s64 cpu = cmdline_parse_int("cpu", 0);
	int err = 0;

	print_rule(rule);
	wait_before();
	if (cpu)
		err = smp_start_cpu(cpu, run_on_cpu, (void *)rule);
	else
		run(rule);
	if (err)
		printf("fault-demo: CPU %lld does not start, error %d\n", cpu, -err);
}

static bool may_shut_down(void *arg)
{
	(void)arg;
	printf("fault-demo: shutting down\n");
	return true;
}

void inmate_main(void)
{
	const struct rule *rule;
	char name[32];

	comm_set_shutdown_handler(may_shut_down, NULL);
	cmdline_parse_str("rule", name, sizeof(name), "none");
	rule = find_rule(name, !strcmp(name, "list"));
	if (rule)
		break_rule(rule);
	else if (strcmp(name, "list") != 0 && strcmp(name, "none") != 0)
		printf("fault-demo: there is no rule %s, rule=list prints all\n", name);

	printf("fault-demo: ready\n");
	comm_serve(POLL_MS);
}
