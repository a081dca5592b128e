/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Threads: measures the latency from an interrupt to the thread that it wakes, and tests what can
 * only be tested on a real CPU. Prints "thread-demo: NAME: passed" or "... FAILED" for each test.
 *
 * Parameters
 *   test=all         the test to run, all of them (but those that end the inmate), or "list"
 *   samples=1000     interrupts whose latency is measured
 *   period_us=1000   time between two of them
 *   print            prints all threads at the end
 */
#include "demo.h"

#define POLL_NS    (20 * NS_PER_MS)
#define STACK_SIZE THREAD_STACK_DEFAULT

static const struct test {
	const char *name;
	void (*function)(void);
	/* Does not return: only if it is asked for */
	bool fatal;
} tests[] = {
	{ "latency", test_latency, false },         { "create", test_create, false },
	{ "detach", test_detach, false },           { "priorities", test_priorities, false },
	{ "preemption", test_preemption, false },   { "slices", test_slices, false },
	{ "inheritance", test_inheritance, false }, { "timers", test_timers, false },
	{ "user-timer", test_user_timer, false },   { "messages", test_messages, false },
	{ "registers", test_registers, false },     { "errno", test_errno, false },
	{ "overflow", test_overflow, true },        { "overflow-array", test_overflow_array, true },
};

static char selected[32];
static unsigned int failures;

void check_that(bool ok, const char *condition, const char *file, int line)
{
	if (ok)
		return;
	failures++;
	printf("thread-demo: %s:%d: not true: %s\n", file, line, condition);
}

struct thread *start_thread(const char *name, void (*function)(void *arg), void *arg,
			    unsigned int priority)
{
	struct thread *thread = thread_create(name, function, arg, priority, STACK_SIZE);

	if (!thread)
		panic("thread-demo: cannot create thread %s", name);
	return thread;
}

void join_thread(struct thread *thread)
{
	CHECK(thread_join(thread, WAIT_FOREVER) == 0);
}

void compute(u64 ns)
{
	u64 end = get_time_ns() + ns;

	while (get_time_ns() < end)
		cpu_relax();
}

u32 random_below(u32 limit)
{
	static u32 state = 12345;

	state = state * 1664525 + 1013904223;
	return (state >> 8) % limit;
}

static bool run(const struct test *test)
{
	unsigned int before = failures, threads = thread_count();

	test->function();
	CHECK(thread_count() == threads);
	printf("thread-demo: %s: %s\n", test->name, failures == before ? "passed" : "FAILED");
	return failures == before;
}

static void run_selected(void *arg)
{
	bool all = !strcmp(selected, "all");
	unsigned int n, passed = 0, failed = 0;

	(void)arg;
	for (n = 0; n < ARRAY_SIZE(tests); n++) {
		if (!strcmp(selected, "list"))
			printf("thread-demo: test %s\n", tests[n].name);
		else if (!strcmp(selected, tests[n].name) || (all && !tests[n].fatal))
			run(&tests[n]) ? passed++ : failed++;
	}
	if (cmdline_parse_bool("print", false))
		thread_print_all();
	printf("thread-demo: done, %u passed, %u failed\n", passed, failed);
}

static bool may_shut_down(void *arg)
{
	(void)arg;
	printf("thread-demo: shutting down\n");
	return true;
}

void inmate_main(void)
{
	cmdline_parse_str("test", selected, sizeof(selected), "all");
	comm_set_shutdown_handler(may_shut_down, NULL);
	if (thread_init())
		panic("thread-demo: no threads");
	if (!strcmp(selected, "overflow-main"))
		test_overflow_main();

	/* So that no test keeps it from answering */
	thread_set_priority(thread_self(), THREAD_PRIORITY_MAX);
	thread_detach(start_thread("tests", run_selected, NULL, DEMO_PRIORITY));
	for (;;) {
		comm_poll();
		thread_sleep(POLL_NS);
	}
}
