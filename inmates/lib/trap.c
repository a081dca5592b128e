/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Sorts what trap-entry.S has caught into exceptions and interrupts.
 */
#include <inmate/exception.h>

#include "trap.h"

void trap_dispatch(struct trap_frame *frame)
{
	if (frame->vector < NUM_EXCEPTIONS)
		exception_dispatch(frame);
	else
		irq_dispatch(frame->vector);
}
