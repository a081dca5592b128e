/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Random values that can be had again: SplitMix64 (Steele, Lea, Flood 2014).
 */
#include "evil.h"

#define MIX_STEP 0x9e3779b97f4a7c15ULL
#define MIX_ONE  0xbf58476d1ce4e5b9ULL
#define MIX_TWO  0x94d049bb133111ebULL

static u64 state;

void random_seed(u64 seed)
{
	state = seed;
}

u64 random(void)
{
	u64 value = state += MIX_STEP;

	value = (value ^ value >> 30) * MIX_ONE;
	value = (value ^ value >> 27) * MIX_TWO;
	return value ^ value >> 31;
}

u64 random_below(u64 limit)
{
	return random() % limit;
}

bool random_chance(unsigned int n)
{
	return random_below(n) == 0;
}
