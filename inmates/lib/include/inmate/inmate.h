/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The whole library of an inmate: one header for each noun.
 *
 * A program defines inmate_main. It runs on CPU 0 of the cell with interrupts disabled; console,
 * heap, paging, time and exceptions are ready. When it returns, the cell's state becomes "shut
 * down".
 */
#ifndef INMATE_INMATE_H
#define INMATE_INMATE_H

#include <jailhouse/errno.h>
#include <jailhouse/types.h>

#include <inmate/alarm.h>
#include <inmate/apic.h>
#include <inmate/cmdline.h>
#include <inmate/comm.h>
#include <inmate/console.h>
#include <inmate/cpu.h>
#include <inmate/errno.h>
#include <inmate/exception.h>
#include <inmate/heap.h>
#include <inmate/hypercall.h>
#include <inmate/irq.h>
#include <inmate/mutex.h>
#include <inmate/paging.h>
#include <inmate/pci.h>
#include <inmate/queue.h>
#include <inmate/semaphore.h>
#include <inmate/smp.h>
#include <inmate/spinlock.h>
#include <inmate/string.h>
#include <inmate/thread.h>
#include <inmate/time.h>
#include <inmate/timer.h>

void inmate_main(void);

/* Prints the message and a line feed, and ends as comm_fail() does. Any context. */
void panic(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif /* INMATE_INMATE_H */
