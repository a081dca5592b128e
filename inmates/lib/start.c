/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The first C code of CPU 0.
 */
#include <inmate/inmate.h>

#include "cpu-block.h"
#include "init.h"

#define CMDLINE_SIZE 0x1000

extern char inmate_cmdline[];

static void check_interface(void)
{
	const struct jailhouse_comm_region *comm = comm_region();

	if (!memcmp(comm->signature, COMM_REGION_MAGIC, sizeof(comm->signature)) &&
	    comm->revision == COMM_REGION_ABI_REVISION)
		return;
	comm_set_state(JAILHOUSE_CELL_FAILED_COMM_REV);
	cpu_halt();
}

void inmate_start(void)
{
	cpu_block_load(&boot_cpu);
	check_interface();
	inmate_cmdline[CMDLINE_SIZE - 1] = '\0';
	hypercall_init();
	heap_init_low();
	paging_init();
	console_init();
	heap_init_high();
	time_init();
	timer_init();
	smp_init();
	inmate_main();
	comm_shut_down();
}
