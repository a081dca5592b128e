/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Many threads come and go, and leave no memory behind.
 */
#include "demo.h"

#define NUM_THREADS 1000U

/* Memory above the communication region, which is mapped by large pages at first */
#define HIGH_MEMORY 0x200000UL
#define LARGE_PAGE  0x200000UL

/* From the linker; its address is where memory ends. */
extern char inmate_memory[];

static struct semaphore all_run, may_end;
static struct thread *threads[NUM_THREADS];
/* Atomic: a thread of higher priority may end amid the step of another. */
static unsigned int ended;

static void note_end(void *arg)
{
	(void)arg;
	__atomic_fetch_add(&ended, 1, __ATOMIC_RELAXED);
}

static void wait_for_end(void *arg)
{
	semaphore_post(&all_run);
	semaphore_wait(arg, WAIT_FOREVER);
	note_end(arg);
}

static struct thread *start_small(unsigned int n)
{
	char name[THREAD_NAME_SIZE];
	struct thread *thread;

	snprintf(name, sizeof(name), "number %u", n);
	thread = thread_create(name, wait_for_end, &may_end, 1 + n % THREAD_PRIORITY_MAX,
			       THREAD_STACK_MIN);
	if (!thread)
		panic("thread-demo: no memory for thread %u", n);
	return thread;
}

static void all_at_once(void)
{
	unsigned int n;

	ended = 0;
	for (n = 0; n < NUM_THREADS; n++)
		threads[n] = start_small(n);
	for (n = 0; n < NUM_THREADS; n++)
		semaphore_wait(&all_run, WAIT_FOREVER);
	CHECK(thread_count() >= NUM_THREADS);
	for (n = 0; n < NUM_THREADS; n++)
		semaphore_post(&may_end);
	for (n = 0; n < NUM_THREADS; n++)
		join_thread(threads[n]);
	CHECK(ended == NUM_THREADS);
}

static void one_after_the_other(void)
{
	unsigned int n;

	ended = 0;
	for (n = 0; n < NUM_THREADS; n++) {
		semaphore_post(&may_end);
		join_thread(start_small(n));
		semaphore_wait(&all_run, WAIT_NOT);
	}
	CHECK(ended == NUM_THREADS);
}

static bool same(const struct heap_info *a, const struct heap_info *b)
{
	return a->free == b->free && a->blocks == b->blocks && a->largest == b->largest;
}

/*
 * Guard pages split large pages, and their page tables stay. So that they are not taken for a leak,
 * all of them are split before.
 */
static void split_large_pages(void)
{
	u64 end = cmdline_parse_int("mem", (s64)inmate_memory), address;

	for (address = HIGH_MEMORY; address < end; address += LARGE_PAGE)
		CHECK(map_range(address, PAGE_SIZE, MAP_CACHED));
}

void test_create(void)
{
	struct heap_info before, after;
	u64 start;

	semaphore_init(&all_run, 0, NUM_THREADS);
	semaphore_init(&may_end, 0, NUM_THREADS);
	split_large_pages();
	before = heap_info();
	start = get_time_ns();
	all_at_once();
	one_after_the_other();
	after = heap_info();
	printf("thread-demo: %u threads created and joined in %llu us, %zu bytes free before, %zu "
	       "after\n",
	       2 * NUM_THREADS, (get_time_ns() - start) / NS_PER_US, before.free, after.free);
	CHECK(same(&before, &after));
}

void test_detach(void)
{
	struct heap_info before, after;
	struct thread *thread;
	unsigned int n;

	/* How many there are at a time, and how far down their stacks reach, is up to the host. */
	split_large_pages();
	before = heap_info();
	ended = 0;
	for (n = 0; n < NUM_THREADS; n++) {
		thread = thread_create("detached", note_end, NULL, 1 + n % 20, THREAD_STACK_MIN);
		if (!thread)
			panic("thread-demo: no memory for thread %u", n);
		CHECK(thread_detach(thread) == 0);
		/* Those of lower priority end meanwhile. */
		if (n % 100 == 99)
			thread_sleep(NS_PER_MS);
	}
	/* The last one has still to go when it has said so. A leak would be waited for in vain. */
	do {
		thread_sleep(NS_PER_MS);
		after = heap_info();
	} while (__atomic_load_n(&ended, __ATOMIC_RELAXED) < NUM_THREADS || !same(&before, &after));
}
