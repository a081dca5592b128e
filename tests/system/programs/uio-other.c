/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * uio-other NODE PEER ROUNDS: a program for the driver uio_other. Rings a demo and waits for its
 * answer, enabling the one-shot interrupt each time; then looks for the demo's state and text.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096

/* Registers of revision 2 */
#define ID          (0x00 / 4)
#define PEERS       (0x04 / 4)
#define INT_CONTROL (0x08 / 4)
#define DOORBELL    (0x0c / 4)

/* Of the demo channel: state table, common section, outputs */
#define MEMORY_SIZE 0x40000
#define OUTPUT(n)   (0x10000 + (n)*0x10000)

int main(int argc, char *argv[])
{
	int fd = argc == 4 ? open(argv[1], O_RDWR) : -1, peer, rounds;
	volatile uint32_t *registers, *states;
	uint32_t count;
	char *memory;

	if (fd < 0)
		return 2;
	peer = atoi(argv[2]);
	rounds = atoi(argv[3]);
	registers = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, PAGE);
	if (registers == MAP_FAILED || memory == MAP_FAILED)
		return 1;
	states = (volatile uint32_t *)memory;
	strcpy(memory + OUTPUT(registers[ID]), "hello from another driver");
	for (int i = 0; i < rounds; i++) {
		registers[INT_CONTROL] = 1;
		registers[DOORBELL] = peer << 16;
		if (read(fd, &count, sizeof(count)) != sizeof(count))
			return 1;
	}
	printf("peer %u of %u, state of peer %d is %u, interrupts are %s, %d rounds\n",
	       registers[ID], registers[PEERS], peer, states[peer],
	       registers[INT_CONTROL] ? "on" : "off", rounds);
	return 0;
}
