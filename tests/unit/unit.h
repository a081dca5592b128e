/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every unit test includes first: cmocka with the headers that it wants, our types and error
 * numbers, and the stubs that stand in for the rest of the hypervisor.
 */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <jailhouse/types.h>

#include "stubs.h"

#endif /* TESTS_UNIT_UNIT_H */
