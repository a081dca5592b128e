/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <math.h> in an inmate: what the compiler does by itself.
 */
#ifndef LWIP_PORT_LIBC_MATH_H
#define LWIP_PORT_LIBC_MATH_H

#define NAN      __builtin_nanf("")
#define INFINITY __builtin_inff()
#define HUGE_VAL __builtin_inf()

#define isnan(value)    __builtin_isnan(value)
#define isinf(value)    __builtin_isinf(value)
#define isfinite(value) __builtin_isfinite(value)
#define signbit(value)  __builtin_signbit(value)

static inline double fabs(double value)
{
	return __builtin_fabs(value);
}

static inline double sqrt(double value)
{
	double root;

	asm("sqrtsd %1, %0" : "=x"(root) : "x"(value));
	return root;
}

#endif /* LWIP_PORT_LIBC_MATH_H */
