/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What each thread has for itself: SSE registers, of which the library itself has no use, and errno.
 */
#include "demo.h"

#define NUM_THREADS 4
#define NUM_ROUNDS  2000

static void load(u64 value)
{
	asm volatile("movq %0, %%xmm0; movq %0, %%xmm15" : : "r"(value));
}

static bool still_there(u64 value)
{
	u64 first, last;

	asm volatile("movq %%xmm0, %0; movq %%xmm15, %1" : "=r"(first), "=r"(last));
	return first == value && last == value;
}

static u32 rounding(void)
{
	u32 mxcsr;

	asm volatile("stmxcsr %0" : "=m"(mxcsr));
	return mxcsr;
}

/* Each thread has a rounding mode of its own in MXCSR, AMD APM vol. 1, 4.2.2. */
static void use_registers(void *arg)
{
	u64 self = (u64)arg, n;
	u32 mxcsr = 0x1f80 | (u32)self << 13;
	unsigned int wrong = 0;

	asm volatile("ldmxcsr %0" : : "m"(mxcsr));
	for (n = 0; n < NUM_ROUNDS; n++) {
		load(self << 32 | n);
		if (n % 3)
			thread_yield();
		else
			compute(random_below(5000));
		wrong += !still_there(self << 32 | n) || rounding() != mxcsr;
	}
	CHECK(wrong == 0);
}

void test_registers(void)
{
	struct thread *threads[NUM_THREADS];
	u64 n;

	thread_set_slice(100 * NS_PER_US);
	for (n = 0; n < NUM_THREADS; n++)
		threads[n] = start_thread("registers", use_registers, (void *)n, 5);
	for (n = 0; n < NUM_THREADS; n++)
		join_thread(threads[n]);
	thread_set_slice(THREAD_SLICE_NS);
}

static void use_errno(void *arg)
{
	int self = (u64)arg;
	unsigned int n;

	CHECK(errno == 0);
	for (n = 0; n < 100; n++) {
		errno = self + n;
		thread_yield();
		CHECK(errno == self + (int)n);
	}
}

void test_errno(void)
{
	struct thread *threads[NUM_THREADS];
	u64 n;

	errno = 4711;
	for (n = 0; n < NUM_THREADS; n++)
		threads[n] = start_thread("errno", use_errno, (void *)(n * 1000), 5);
	for (n = 0; n < NUM_THREADS; n++)
		join_thread(threads[n]);
	CHECK(errno == 4711);
	errno = 0;
}
