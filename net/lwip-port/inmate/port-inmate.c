// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What lwIP needs of the system, in an inmate: time, random numbers, messages.
 */
#include <inmate/inmate.h>

#include "lwip-port.h"
#include "lwip/sys.h"

/* CPUID leaf 1, AMD APM vol. 3, appendix E.3.2 */
#define CPUID_FEATURES   1
#define CPUID_ECX_RDRAND (1U << 30)

#define RDRAND_TRIES 10

/* Steps of SplitMix64 (Steele, Lea, Flood 2014) */
#define MIX_STEP 0x9e3779b97f4a7c15ULL
#define MIX_ONE  0xbf58476d1ce4e5b9ULL
#define MIX_TWO  0x94d049bb133111ebULL

void lwip_port_print(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
}

void lwip_port_panic(const char *message, const char *file, int line)
{
	panic("lwIP: %s (%s:%d)", message, file, line);
}

/* 0 if the CPU has no random numbers. */
static u64 hardware_random(void)
{
	u64 value;
	bool good;
	int tries;

	if (!(cpuid(CPUID_FEATURES, 0).ecx & CPUID_ECX_RDRAND))
		return 0;
	for (tries = 0; tries < RDRAND_TRIES; tries++) {
		asm volatile("rdrand %0; setc %1" : "=r"(value), "=qm"(good) : : "cc");
		if (good)
			return value;
	}
	return 0;
}

/*
 * Seeded by the hardware, if it can. Without, what is unknown to a peer is the time in TSC ticks of
 * each call.
 */
uint32_t lwip_port_random(void)
{
	static u64 state;
	u64 value;

	if (!state)
		state = hardware_random();
	state += MIX_STEP ^ rdtsc();
	value = (state ^ state >> 30) * MIX_ONE;
	value = (value ^ value >> 27) * MIX_TWO;
	return (uint32_t)(value >> 32);
}

u32_t sys_now(void)
{
	return (u32_t)(get_time_ns() / NS_PER_MS);
}
