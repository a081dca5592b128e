/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reset of floating point and vector state between two owners of a CPU, and checks of XCR0.
 */
#include "fpu.h"

#include "processor.h"

#define XCR0_X87    1ULL
#define XCR0_SSE    (1ULL << 1)
#define XCR0_AVX    (1ULL << 2)
#define XCR0_MPX    (3ULL << 3)
#define XCR0_AVX512 (7ULL << 5)
#define XCR0_AMX    (3ULL << 17)

#define FCW_RESET   0x037f
#define MXCSR_RESET 0x1f80
/* Legacy area and header; nothing behind them is read as XSTATE_BV is 0. */
#define XSAVE_AREA_SIZE 576

static const struct {
	u16 fcw;
	u8 unused1[22];
	u32 mxcsr;
	u8 unused2[XSAVE_AREA_SIZE - 28];
} __attribute__((aligned(64))) initial_state = { .fcw = FCW_RESET, .mxcsr = MXCSR_RESET };

static bool has_xsave(void)
{
	return cpuid(CPUID_LEAF_FEATURES, 0).ecx & CPUID_1_ECX_XSAVE;
}

u64 xcr0_supported(void)
{
	struct cpuid_result r;

	if (!has_xsave())
		return 0;
	r = cpuid(CPUID_LEAF_XSAVE, 0);
	return r.eax | (u64)r.edx << 32;
}

static bool all_or_none(u64 value, u64 mask)
{
	return !(value & mask) || (value & mask) == mask;
}

bool xcr0_is_valid(u64 value)
{
	if (!(value & XCR0_X87) || (value & ~xcr0_supported()))
		return false;
	if ((value & XCR0_AVX) && !(value & XCR0_SSE))
		return false;
	if ((value & XCR0_AVX512) && !(value & XCR0_AVX))
		return false;
	return all_or_none(value, XCR0_MPX) && all_or_none(value, XCR0_AVX512) &&
	       all_or_none(value, XCR0_AMX);
}

void fpu_reset(void)
{
	if (!has_xsave()) {
		asm volatile("fxrstor %0" : : "m"(initial_state));
		return;
	}
	write_xcr0(xcr0_supported());
	asm volatile("xrstor %0" : : "m"(initial_state), "a"(~0U), "d"(~0U));
	write_xcr0(XCR0_X87);
}
