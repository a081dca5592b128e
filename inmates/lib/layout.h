/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Addresses and sizes that the start-up code in assembly and the rest of the library share.
 */
#ifndef INMATE_LIB_LAYOUT_H
#define INMATE_LIB_LAYOUT_H

/* Code and data segments of 64-bit mode, in the boot GDT as in those of the CPUs */
#define CODE_SEGMENT 0x08
#define DATA_SEGMENT 0x10
#define TSS_SEGMENT  0x18

#define STACK_SIZE      0x4000
#define STACK_GUARD     0x1000
#define EMERGENCY_STACK 0x1000

/* CPUs beyond are left halted. */
#define MAX_CPUS 256

/* SIPI vector that leads to the page of the 16-bit start-up code */
#define START_VECTOR 0x02

/*
 * Two counters in the unused end of the communication page. The hypervisor zeroes that page
 * whenever it starts the cell, so a second start without loading finds them right as well.
 */
#define START_COUNTERS 0x100fe0
#define CPUS_STARTED   0 /* CPUs that have drawn their number */
#define CPUS_WAITING   4 /* CPUs other than the first that can be started */

/* Members of struct cpu, checked in smp.c. */
#define CPU_STACK_TOP 8

/* Control registers, AMD APM vol. 2, 3.1 */
#define CR0_PE         0x00000001
#define CR0_MP         0x00000002
#define CR0_ET         0x00000010
#define CR0_NE         0x00000020
#define CR0_WP         0x00010000
#define CR0_PG         0x80000000
#define CR4_PAE        0x00000020
#define CR4_PGE        0x00000080
#define CR4_OSFXSR     0x00000200
#define CR4_OSXMMEXCPT 0x00000400

#define MSR_EFER         0xc0000080
#define EFER_LME         0x100
#define EFER_NXE         0x800
#define MSR_MTRR_DEFAULT 0x2ff
#define MTRR_ENABLE_BIT  11
#define MSR_X2APIC_ID    0x802

#endif /* INMATE_LIB_LAYOUT_H */
