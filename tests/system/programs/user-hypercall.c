/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Issues hypercalls from user mode, where the hypervisor must refuse them:
 * user-hypercall NUMBER [ARG1 [ARG2]] prints the result. Faults where there is no hypervisor.
 */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char *argv[])
{
	unsigned long arg1 = argc > 2 ? strtoul(argv[2], NULL, 0) : 0;
	unsigned long arg2 = argc > 3 ? strtoul(argv[3], NULL, 0) : 0;
	int eax;

	if (argc < 2) {
		fprintf(stderr, "usage: %s NUMBER [ARG1 [ARG2]]\n", argv[0]);
		return 2;
	}
	eax = atoi(argv[1]);
	asm volatile("vmmcall" : "+a"(eax) : "D"(arg1), "S"(arg2) : "memory");
	printf("%d\n", eax);
	return 0;
}
