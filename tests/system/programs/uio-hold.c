/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * uio-hold NODE: maps the registers and the first section of a UIO device, waits until the device
 * goes away, and touches what it has mapped: that must be an error then, since the addresses may
 * belong to something else. Prints "mapped", and "as expected" at the end.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096
#define MAPS 2

/* The device's end wakes up who reads, and takes the memory away right after that. */
#define TRIES    500
#define TRY_USEC 10000

static sigjmp_buf back;

static void handle(int signal)
{
	siglongjmp(back, signal);
}

/* Whether reading raises SIGBUS */
static int is_gone(const volatile uint32_t *page)
{
	int signal = sigsetjmp(back, 1);

	if (!signal)
		(void)*page;
	return signal == SIGBUS;
}

int main(int argc, char *argv[])
{
	int fd = argc == 2 ? open(argv[1], O_RDWR) : -1;
	const volatile uint32_t *pages[MAPS];
	uint32_t count;

	signal(SIGBUS, handle);
	for (int i = 0; i < MAPS; i++) {
		pages[i] = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, (off_t)i * PAGE);
		if (pages[i] == MAP_FAILED || is_gone(pages[i]))
			return 1;
	}
	puts("mapped");
	fflush(stdout);
	while (read(fd, &count, sizeof(count)) == sizeof(count))
		;
	for (int try = 0; try < TRIES; try++) {
		if (is_gone(pages[0]) && is_gone(pages[1])) {
			puts("as expected");
			return 0;
		}
		usleep(TRY_USEC);
	}
	return 1;
}
